//! What lies in `deploy/` and at the top, as tests read it: files, the list of metrics, queries of dashboards and rules.

mod dashboards;
mod metrics;
mod promql;
mod rules;

use std::{fs, path::PathBuf};

use serde_json::Value;

pub use dashboards::{Board, Query, boards};
pub use metrics::{Kind, Known, Metric, metrics};
pub use promql::{Fault, Found, check};
pub use rules::{Alert, Record, Rules, rules};

/// The top folder of the sources.
pub fn top() -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests are a member").to_owned()
}

/// A file by its path from the top.
///
/// # Panics
/// When it cannot be read.
#[track_caller]
pub fn text(path: &str) -> String {
    let read = fs::read_to_string(top().join(path));
    assert!(read.is_ok(), "{path}: {read:?}");
    read.expect("just asserted")
}

/// A YAML file of one document, with its merge keys (`<<`) resolved, as everybody who reads it sees it.
///
/// # Panics
/// When it cannot be read, or is no YAML.
#[track_caller]
pub fn yaml(path: &str) -> Value {
    let parsed = yaml_serde::from_str::<Value>(&text(path));
    assert!(parsed.is_ok(), "{path}: {parsed:?}");
    merged(parsed.expect("just asserted"))
}

/// Puts what `<<` names below what stands beside it.
fn merged(value: Value) -> Value {
    if let Value::Array(items) = value {
        return Value::Array(items.into_iter().map(merged).collect());
    }
    let Value::Object(fields) = value else {
        return value;
    };
    let mut own = serde_json::Map::new();
    let mut below = Vec::new();
    for (key, value) in fields {
        let value = merged(value);
        if key == "<<" {
            below.push(value);
        } else {
            own.insert(key, value);
        }
    }
    for fields in below.iter().filter_map(Value::as_object) {
        for (key, value) in fields {
            own.entry(key).or_insert_with(|| value.clone());
        }
    }
    Value::Object(own)
}
