//! `weir export`: everything that is configured, as a file that `weir apply` takes without a change.

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use serde_json::{Map, Value};
use weir_client::{CellState, ConfigObject, as_in_file};
use yaml_serde::Mapping;

use super::apply::Wanted;
use crate::{context::Context, exit::Exit};

/// Keys that come before all others, because they say what it is.
const FIRST: [&str; 5] = ["name", "tag", "type", "limit", "description"];

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write it to this file instead
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let objects = client.configured().await?;
    let file = file(&objects);
    let text = if context.out.is_json() {
        format!("{}\n", serde_json::to_string_pretty(&file)?)
    } else {
        yaml(&file)?
    };
    match &args.file {
        Some(path) => {
            fs::write(path, &text).with_context(|| format!("cannot write {}", path.display()))?;
            let path = path.display();
            context.out.note(&format!("wrote everything to {path}"))?;
        }
        None => context.out.text(&text)?,
    }
    for what in objects.iter().filter_map(paused) {
        let note = format!("note: {what} is paused, which the file leaves to whoever operates it");
        context.out.note(&note)?;
    }
    for lost in lost(&client.cell().await?, &text)? {
        context.out.warning(&lost)?;
    }
    Ok(Exit::Ok)
}

/// The file, in which what holds by itself is not said.
fn file(objects: &[ConfigObject]) -> Value {
    let mut lists: [(&str, Vec<Value>); 4] = [
        ("work_pools", Vec::new()),
        ("concurrency_limits", Vec::new()),
        ("global_concurrency_limits", Vec::new()),
        ("deployments", Vec::new()),
    ];
    for object in objects {
        let list = match object {
            ConfigObject::Pool(_) => 0,
            ConfigObject::TagLimit(_) => 1,
            ConfigObject::NamedLimit(_) => 2,
            ConfigObject::Deployment(_) => 3,
            // Queues stand with their pools.
            ConfigObject::Queue(_) | ConfigObject::Deletion(_) => continue,
        };
        let mut form = as_in_file(object);
        if let ConfigObject::Pool(pool) = object {
            let own = objects.iter().filter(|object| {
                matches!(object, ConfigObject::Queue(queue) if queue.key.pool == pool.name)
            });
            let own = own.map(as_in_file).filter(|queue| !says_nothing(queue));
            let own: Vec<Value> = own.map(Value::Object).collect();
            if !own.is_empty() {
                form.insert("work_queues".to_owned(), own.into());
            }
        }
        if let Some((_, items)) = lists.get_mut(list) {
            items.push(form.into());
        }
    }
    let said = lists.into_iter().filter(|(_, items)| !items.is_empty());
    Value::Object(
        said.map(|(key, items)| (key.to_owned(), items.into()))
            .collect(),
    )
}

/// The queue `default` is there by itself.
fn says_nothing(queue: &Map<String, Value>) -> bool {
    queue.len() == 1 && queue.get("name").and_then(Value::as_str) == Some("default")
}

fn yaml(file: &Value) -> anyhow::Result<String> {
    if file.as_object().is_some_and(Map::is_empty) {
        return Ok(String::new());
    }
    let mut whole = Mapping::new();
    for list in [
        "work_pools",
        "concurrency_limits",
        "global_concurrency_limits",
        "deployments",
    ] {
        let items = file.get(list).and_then(Value::as_array);
        if let Some(items) = items {
            let items = items.iter().map(ordered).collect::<anyhow::Result<_>>()?;
            whole.insert(list.into(), yaml_serde::Value::Sequence(items));
        }
    }
    Ok(yaml_serde::to_string(&whole)?)
}

/// A mapping in the order in which people write it, and its queues too.
fn ordered(item: &Value) -> anyhow::Result<yaml_serde::Value> {
    let Some(fields) = item.as_object() else {
        return Ok(yaml_serde::to_value(item)?);
    };
    let first = FIRST.iter().filter_map(|key| fields.get_key_value(*key));
    let rest = fields
        .iter()
        .filter(|(key, _)| !FIRST.contains(&key.as_str()));
    let mut mapping = Mapping::new();
    for (key, value) in first.chain(rest) {
        let value = match (key.as_str(), value.as_array()) {
            ("work_queues", Some(queues)) => {
                let queues = queues.iter().map(ordered).collect::<anyhow::Result<_>>()?;
                yaml_serde::Value::Sequence(queues)
            }
            (_, _) => yaml_serde::to_value(value)?,
        };
        mapping.insert(key.as_str().into(), value);
    }
    Ok(yaml_serde::Value::Mapping(mapping))
}

fn paused(object: &ConfigObject) -> Option<String> {
    match object {
        ConfigObject::Pool(pool) if pool.paused => Some(format!("work pool {}", pool.name)),
        ConfigObject::Queue(queue) if queue.paused => Some(format!("work queue {}", queue.key)),
        ConfigObject::Deployment(deployment) if deployment.paused => {
            Some(format!("deployment {}", deployment.name))
        }
        ConfigObject::Pool(_)
        | ConfigObject::Queue(_)
        | ConfigObject::Deployment(_)
        | ConfigObject::TagLimit(_)
        | ConfigObject::NamedLimit(_)
        | ConfigObject::Deletion(_) => None,
    }
}

/// What the file would change: what no file can say, such as a text that looks like a placeholder.
fn lost(cell: &CellState, text: &str) -> anyhow::Result<Vec<String>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut wanted = Wanted::default();
    wanted.add(text, "the file", std::path::Path::new("."), &|_| None)?;
    let plan = match weir_client::plan(cell, &wanted.desired, false) {
        Ok(plan) => plan,
        Err(error) => return Ok(error.0.iter().map(ToString::to_string).collect()),
    };
    let lost = plan.changes.iter().map(|change| {
        let fields: Vec<&str> = change.fields.iter().map(|one| one.field.as_str()).collect();
        format!(
            "no file can say this of {}: {}",
            change.what,
            fields.join(", ")
        )
    });
    Ok(lost.collect())
}

#[cfg(test)]
mod tests;
