//! A plan in words and as JSON.

use serde_json::{Value, json};
use weir_client::{Action, Configured, Done, FieldChange, Plan, PlannedChange, Saved};

use crate::{
    cmd::remarks::About,
    deploy_file::Kind,
    table::{Tone, printable},
};

/// The most characters of a value that are shown.
const SHOWN: usize = 120;

/// The lines that show a change.
pub(super) fn lines(change: &PlannedChange) -> Vec<(Tone, String)> {
    let (sign, tone) = match change.action {
        Action::Create => ('+', Tone::Good),
        Action::Update => ('~', Tone::Busy),
        Action::Delete => ('-', Tone::Bad),
    };
    let fields = change.fields.iter().map(|field| {
        let FieldChange {
            field,
            before,
            after,
        } = field;
        let words = match change.action {
            Action::Create => value(after.as_ref()),
            Action::Update => format!("{} -> {}", value(before.as_ref()), value(after.as_ref())),
            Action::Delete => value(before.as_ref()),
        };
        (Tone::Plain, format!("    {}: {words}", printable(field)))
    });
    let mut lines = vec![(
        tone,
        format!("{sign} {}", printable(&change.what.to_string())),
    )];
    lines.extend(fields);
    lines
}

fn value(value: Option<&Value>) -> String {
    let words = match value {
        None => return "(not set)".to_owned(),
        Some(Value::String(text)) if is_plain(text) => text.clone(),
        Some(value) => value.to_string(),
    };
    let words = printable(&words);
    if words.chars().count() <= SHOWN {
        return words;
    }
    let mut cut: String = words.chars().take(SHOWN - 1).collect();
    cut.push('…');
    cut
}

/// A text that needs no quotes to be told from other values.
fn is_plain(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_err()
        && !text.contains(|c: char| c.is_control())
        && !text.is_empty()
        && text.trim() == text
}

/// How many there are of each kind.
pub(super) fn counts(plan: &Plan) -> String {
    let count = |action| {
        let changes = plan.changes.iter();
        changes.filter(|change| change.action == action).count()
    };
    format!(
        "{} to create, {} to change, {} to delete",
        count(Action::Create),
        count(Action::Update),
        count(Action::Delete)
    )
}

/// What a step has done.
pub(super) fn done(change: &PlannedChange, done: &Done) -> String {
    let what = &change.what;
    match (change.action, done) {
        (Action::Delete, Done::Saved(Saved::Updated(revision))) => {
            format!("deleted {what} (revision {revision})")
        }
        (Action::Delete, Done::Saved(_) | Done::Gone) => format!("{what} is gone already"),
        (_, Done::Gone) => format!("{what} is gone"),
        (_, Done::Removed(removed)) => format!("deleted {what} (revision {})", removed.revision),
        (_, Done::Saved(saved)) => crate::cmd::pool::said(&what.to_string(), *saved),
    }
}

fn named(what: &Configured) -> (&'static str, String) {
    match what {
        Configured::Pool(name) => ("work-pool", name.to_string()),
        Configured::Queue(key) => ("work-queue", key.to_string()),
        Configured::TagLimit(tag) => ("concurrency-limit", tag.to_string()),
        Configured::NamedLimit(name) => ("global-concurrency-limit", name.to_string()),
        Configured::Deployment(name) => ("deployment", name.to_string()),
    }
}

/// What became of a change: nothing where it was not tried.
pub(super) type Outcome = Option<Result<Done, String>>;

/// A plan and what became of it.
pub(super) fn as_json(plan: &Plan, outcomes: &[Outcome], remarks: &[About]) -> Value {
    let changes = plan.changes.iter().enumerate().map(|(n, change)| {
        let (kind, name) = named(&change.what);
        let fields: Vec<Value> = change
            .fields
            .iter()
            .map(|one| json!({"field": one.field, "from": one.before, "to": one.after}))
            .collect();
        let action = match change.action {
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
        };
        let outcome = outcomes.get(n).and_then(Option::as_ref);
        let (result, error) = match outcome {
            None => ("planned", None),
            Some(Ok(_)) => ("done", None),
            Some(Err(error)) => ("failed", Some(error)),
        };
        json!({
            "kind": kind,
            "name": name,
            "action": action,
            "changes": fields,
            "result": result,
            "error": error,
        })
    });
    let unnamed = plan.unnamed.iter().map(|what| {
        let (kind, name) = named(what);
        json!({"kind": kind, "name": name})
    });
    let of = |wanted: Kind| -> Vec<Value> {
        let remarks = remarks.iter().filter(|about| about.remark.kind == wanted);
        let json = |about: &About| {
            json!({
                about.what: about.name,
                "key": about.remark.key,
                "message": about.remark.message,
            })
        };
        remarks.map(json).collect()
    };
    json!({
        "changes": changes.collect::<Vec<_>>(),
        "unnamed": unnamed.collect::<Vec<_>>(),
        "warnings": of(Kind::Warning),
        "notes": of(Kind::Note),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_as_it_is_written_and_never_at_length() {
        for (given, told) in [
            (json!(4), "4"),
            (json!("10/m"), "10/m"),
            (json!("4"), "\"4\""),
            (json!("true"), "\"true\""),
            (json!(""), "\"\""),
            (json!("two\nlines"), "\"two\\nlines\""),
            (json!(["a", 1]), "[\"a\",1]"),
        ] {
            assert_eq!(value(Some(&given)), told);
        }
        assert_eq!(value(None), "(not set)");
        let long = value(Some(&json!("x".repeat(500))));
        assert!(
            long.chars().count() == SHOWN && long.ends_with('…'),
            "{long}"
        );
    }
}
