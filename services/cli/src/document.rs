//! Documents that are handed over on the command line: JSON or YAML, in a file or on standard input.

use std::{fs, io, path::Path};

use anyhow::{Context, anyhow, bail};
use serde_json::{Map, Value};

use crate::{deploy_file::read_yaml, value::one_line};

/// What stands for standard input.
const STDIN: &str = "-";

/// Reads a document. JSON is read as JSON, so that a mistake in it is told in its own words.
pub(crate) fn read(path: &Path) -> anyhow::Result<Value> {
    let is_stdin = path.as_os_str() == STDIN;
    let (text, name) = if is_stdin {
        let text = io::read_to_string(io::stdin()).context("cannot read standard input")?;
        (text, "standard input".to_owned())
    } else {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        (text, name)
    };
    let is_json = text.trim_start().starts_with(['{', '[']);
    if is_json && let Ok(value) = serde_json::from_str(&text) {
        return Ok(value);
    }
    if path.extension().is_some_and(|end| end == "json") {
        let read = serde_json::from_str(&text);
        return read.map_err(|error| anyhow!("{name}: {}", one_line(&error)));
    }
    read_yaml(&text).context(name)
}

/// Reads a document that has to be an object; `such_as` is an example of one.
pub(crate) fn read_object(path: &Path, such_as: &str) -> anyhow::Result<Map<String, Value>> {
    match read(path)? {
        Value::Object(map) => Ok(map),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            bail!("{}: it is no mapping such as {such_as}", path.display())
        }
    }
}
