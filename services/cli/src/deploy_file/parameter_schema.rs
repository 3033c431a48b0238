//! The schema of a deployment's parameters, which stands in the file or beside it.

use std::{fs, path::Path};

use anyhow::{Context, bail};
use serde_json::Value;
use weir_client::{JsonObject, bounds};

use super::{
    form::Entry,
    written::{Flag, type_name},
    yaml,
};

impl Entry {
    /// Takes the schema out. Where it is not to be enforced there is none, for nothing else would go by it. Paths are
    /// relative to `folder`.
    pub(super) fn take_parameter_schema(
        &mut self,
        folder: &Path,
    ) -> anyhow::Result<Option<JsonObject>> {
        let Some(written) = self.parameter_schema.take() else {
            return Ok(None);
        };
        if self.enforce_parameter_schema == Some(Flag(false)) {
            return Ok(None);
        }
        let schema = from_file(written, folder)
            .and_then(|schema| object(&schema))
            .context("parameter_schema")?;
        let (bytes, most) = (schema.len(), bounds::PARAMETER_SCHEMA_BYTES_MAX);
        if bytes > most {
            bail!("parameter_schema: it takes {bytes} bytes of JSON: use at most {most}");
        }
        Ok(Some(schema))
    }
}

/// What is written, or what stands in the file whose path is written.
pub(super) fn from_file(written: Value, folder: &Path) -> anyhow::Result<Value> {
    match written.as_str() {
        Some(path) => read(&folder.join(path)),
        None => Ok(written),
    }
}

fn read(path: &Path) -> anyhow::Result<Value> {
    let cannot = || format!("{} cannot be used", path.display());
    let text = fs::read_to_string(path).with_context(cannot)?;
    if path.extension().is_some_and(|end| end == "json") {
        return serde_json::from_str(&text).with_context(cannot);
    }
    yaml::read(&text).with_context(cannot)
}

fn object(schema: &Value) -> anyhow::Result<JsonObject> {
    match schema {
        Value::Object(fields) => Ok(JsonObject::from(fields)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            bail!(
                "it is {}, not a JSON schema such as {{type: object, properties: {{day: {{type: string}}}}}}",
                type_name(schema)
            )
        }
    }
}
