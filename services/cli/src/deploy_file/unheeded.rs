//! What Prefect has and weir has not: each is named, with what to do instead.

use serde_json::Value;

use super::{
    form::{Concurrency, Entry, File},
    remark::Remark,
    written::Flag,
};

/// Prefect's steps, by their keys.
pub(super) const STEPS: [&str; 3] = ["build", "push", "pull"];

/// The steps of the whole file, for deployments that have none of their own.
#[derive(Debug, Default)]
pub(super) struct Steps {
    build: Option<Value>,
    push: Option<Value>,
    pull: Option<Value>,
}

impl Steps {
    pub(super) fn of(file: &File) -> Self {
        Self {
            build: file.build.clone(),
            push: file.push.clone(),
            pull: file.pull.clone(),
        }
    }
}

/// Remarks on all that an entry says without effect. `own` are the steps that it says itself, be it that it has none.
pub(super) fn remarks(entry: &Entry, file: &Steps, own: &[&str]) -> Vec<Remark> {
    let mut remarks = step_remarks(entry, file, own);
    remarks.extend(field_remarks(entry));
    if entry.paused == Some(Flag(true)) {
        remarks.push(Remark::note(
            "paused",
            "its schedules are written as not active, and other runs start: `weir deployment pause` stops all of them",
        ));
    }
    let schema = entry.parameter_schema.is_some();
    let message = match (entry.enforce_parameter_schema, schema) {
        (Some(Flag(true)), false) => {
            "it has no effect, because weir knows no schema of the parameters: write one in parameter_schema"
        }
        (Some(Flag(false)), true) => {
            "the schema in parameter_schema is not kept, because nothing would go by it: leave one of them out"
        }
        (Some(Flag(true)), true) | (Some(Flag(false)), false) | (None, _) => "",
    };
    if !message.is_empty() {
        remarks.push(Remark::warning("enforce_parameter_schema", message));
    }
    if let Some(Concurrency::Rule(rule)) = &entry.concurrency_limit
        && rule.grace_period_seconds.is_some()
    {
        remarks.push(Remark::warning(
            "concurrency_limit.grace_period_seconds",
            "it has no effect, because a slot is held until nothing of the run is left: leave it out",
        ));
    }
    remarks
}

fn step_remarks(entry: &Entry, file: &Steps, own: &[&str]) -> Vec<Remark> {
    let steps = [
        (
            &entry.build,
            &file.build,
            "build the image before you deploy, and name it in job_variables.image",
        ),
        (
            &entry.push,
            &file.push,
            "push the code or the image before you deploy",
        ),
        (
            &entry.pull,
            &file.pull,
            "have the code in the image or in job_variables.working_dir, or fetch it in job_variables.command",
        ),
    ];
    let remark = |(key, (mine, files, instead)): (&str, (&Option<Value>, &Option<Value>, &str))| {
        let steps = if own.contains(&key) { mine } else { files };
        let steps = steps.as_ref().filter(|steps| !is_empty(steps))?;
        let message = format!("{key} steps are not run{}: {instead}", names(steps));
        Some(Remark::warning(key, message))
    };
    STEPS.into_iter().zip(steps).filter_map(remark).collect()
}

fn field_remarks(entry: &Entry) -> impl Iterator<Item = Remark> {
    const REVISIONS: &str = "weir numbers revisions by itself: see `weir deployment history`";
    let fields = [
        ("version", &entry.version, REVISIONS),
        ("version_type", &entry.version_type, REVISIONS),
        (
            "triggers",
            &entry.triggers,
            "weir has no triggers: have whatever sees the event publish a run request",
        ),
        (
            "sla",
            &entry.sla,
            "weir has no service level agreements: leave it out",
        ),
        (
            "storage",
            &entry.storage,
            "weir fetches no code: have it in the image or in job_variables.working_dir",
        ),
        (
            "path",
            &entry.path,
            "weir fetches no code: use job_variables.working_dir",
        ),
        (
            "infrastructure",
            &entry.infrastructure,
            "name a work pool in work_pool.name, and its values in job_variables",
        ),
    ];
    fields.into_iter().filter_map(|(key, value, instead)| {
        value.as_ref().filter(|value| !is_empty(value))?;
        Some(Remark::warning(key, format!("it has no effect: {instead}")))
    })
}

/// The functions of steps, ` (a, b)`; nothing where they are not of the usual shape.
fn names(steps: &Value) -> String {
    let items = steps
        .as_array()
        .map_or(std::slice::from_ref(steps), Vec::as_slice);
    let functions: Vec<&str> = items
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|step| step.keys())
        .map(String::as_str)
        .collect();
    if functions.is_empty() {
        return String::new();
    }
    format!(" ({})", functions.join(", "))
}

/// What Prefect's own templates leave where there is nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
