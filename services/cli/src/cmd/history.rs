//! What configuration was: its revisions, and what was in force at a position.

use anyhow::bail;
use serde_json::{Map, Value, json};
use weir_client::{CellState, Client, ConfigObject, Configured, Written};

use crate::{
    context::Context,
    exit::{Exit, not_found},
    table::Table,
    value::Position,
    view::time,
};

/// What has changed with one revision.
struct Change {
    what: &'static str,
    /// Field, what it was, what it is.
    fields: Vec<(String, Value, Value)>,
    value: Value,
}

pub(crate) async fn run(context: &Context, of: Configured, name: &str) -> anyhow::Result<Exit> {
    let written = context.client().await?.history(&of).await?;
    if written.is_empty() {
        return Err(not_found(format!("nothing was ever written about {name}")));
    }
    let changes = changes(&written)?;
    if context.out.is_json() {
        let all: Vec<Value> = written.iter().zip(&changes).map(as_json).collect();
        context.out.json(&serde_json::to_string_pretty(&all)?)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new(&["REVISION", "WHEN", "BY", "WHAT"]);
    for (written, change) in written.iter().zip(&changes) {
        table.row([
            written.revision.to_string().into(),
            time::utc(written.at).into(),
            written.author.as_str().into(),
            in_words(change).into(),
        ]);
    }
    context.out.table(&table, "")?;
    Ok(Exit::Ok)
}

/// The configuration to show: as it is now, or as it was in force at a position, which is said.
pub(crate) async fn cell_at(
    context: &Context,
    client: &Client,
    at: Option<&Position>,
) -> anyhow::Result<CellState> {
    let Some(Position { queue, seq }) = at else {
        return Ok(client.cell().await?);
    };
    let in_force = client.in_force(queue, *seq).await?;
    context.out.note(&format!(
        "in force at {queue}:{seq}: decision {}.{} rests on revision {} of the configuration",
        in_force.decision.epoch, in_force.decision.n, in_force.folded
    ))?;
    Ok(in_force.cell)
}

fn changes(written: &[Written]) -> anyhow::Result<Vec<Change>> {
    let mut before: Option<Map<String, Value>> = None;
    let mut all = Vec::new();
    for Written { object, .. } in written {
        if is_gone(object) {
            before = None;
            all.push(Change {
                what: "deleted",
                fields: Vec::new(),
                value: Value::Null,
            });
            continue;
        }
        let Value::Object(now) = serde_json::from_str(&weir_proto::api::config_json(object))?
        else {
            bail!("the configuration is no JSON object: a bug in weir");
        };
        let (what, old) = match before.take() {
            None => ("created", Map::new()),
            Some(old) => ("changed", old),
        };
        let mut names: Vec<&String> = old.keys().chain(now.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let of =
            |map: &Map<String, Value>, name: &String| map.get(name).cloned().unwrap_or_default();
        let fields = names
            .into_iter()
            .filter(|name| old.get(*name) != now.get(*name))
            .map(|name| (name.clone(), of(&old, name), of(&now, name)))
            .collect();
        let value = Value::Object(now.clone());
        all.push(Change {
            what,
            fields,
            value,
        });
        before = Some(now);
    }
    Ok(all)
}

/// A limit is deleted by a record of it that limits nothing.
fn is_gone(object: &ConfigObject) -> bool {
    match object {
        ConfigObject::Deletion(_) => true,
        ConfigObject::TagLimit(limit) => {
            limit.concurrency_limit.is_none() && limit.start_rate.is_none()
        }
        ConfigObject::NamedLimit(limit) => limit.concurrency_limit.is_none(),
        ConfigObject::Pool(_) | ConfigObject::Queue(_) | ConfigObject::Deployment(_) => false,
    }
}

fn as_json((written, change): (&Written, &Change)) -> Value {
    let fields: Vec<Value> = change
        .fields
        .iter()
        .map(|(field, from, to)| json!({"field": field, "from": from, "to": to}))
        .collect();
    json!({
        "revision": written.revision.0,
        "at": time::utc(written.at),
        "author": written.author,
        "what": change.what,
        "changes": fields,
        "value": change.value,
    })
}

/// One line: what is long is only named.
fn in_words(change: &Change) -> String {
    let short = |value: &Value| match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    let fields: Vec<String> = change
        .fields
        .iter()
        .filter(|(_, from, to)| {
            change.what == "changed" || short(from).len() + short(to).len() < 40
        })
        .map(|(field, from, to)| {
            let (from, to) = (short(from), short(to));
            match change.what {
                _ if from.len() + to.len() > 60 => field.clone(),
                "created" => format!("{field} {to}"),
                _ => format!("{field} {from} → {to}"),
            }
        })
        .collect();
    if fields.is_empty() {
        change.what.to_owned()
    } else {
        format!("{}: {}", change.what, fields.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_limits_nothing_any_more_is_deleted() {
        let revision = |concurrency_limit| Written {
            revision: weir_client::Revision(1),
            at: weir_client::Timestamp::default(),
            author: String::new(),
            object: ConfigObject::NamedLimit(weir_client::NamedLimitConfig {
                name: "db".parse().expect("a legal name"),
                concurrency_limit,
            }),
        };
        let all = changes(&[revision(Some(3)), revision(None), revision(Some(3))]);
        let all: Vec<&str> = all.expect("JSON").iter().map(|one| one.what).collect();
        assert_eq!(all, ["created", "deleted", "created"]);
    }

    #[test]
    fn a_change_is_one_line() {
        let change = |what, fields| Change {
            what,
            fields,
            value: Value::Null,
        };
        let limit = ("concurrencyLimit".to_owned(), json!(5), Value::Null);
        let long = (
            "baseJobTemplate".to_owned(),
            json!({"a": "x".repeat(50)}),
            json!({"a": "y".repeat(50)}),
        );
        assert_eq!(
            in_words(&change("changed", vec![limit, long])),
            "changed: concurrencyLimit 5 → none, baseJobTemplate"
        );
        assert_eq!(in_words(&change("deleted", Vec::new())), "deleted");
    }
}
