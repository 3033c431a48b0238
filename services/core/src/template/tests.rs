//! The rules of the format, one table for each. Prefect's own answers are in `tests/template_vectors.rs`.

#![expect(
    clippy::needless_pass_by_value,
    reason = "tables read better with `json!` values passed as they stand"
)]

mod checked;
mod filled;
mod launched;
mod laws;
mod named;
mod started;

use serde_json::{Map, Value, json};

use super::*;

/// A template whose configuration is given and whose variables may be anything.
fn template(configuration: Value, variables: &[&str]) -> Result<Template, TemplateError> {
    let properties: Map<_, _> = variables
        .iter()
        .map(|name| ((*name).to_owned(), json!({})))
        .collect();
    let schema = json!({"type": "object", "properties": properties});
    Template::from_value(json!({"job_configuration": configuration, "variables": schema}))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            panic!("not an object")
        }
    }
}
