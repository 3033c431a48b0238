//! What is refused when a pool is created, so that no run ever meets a template that cannot work.

use serde_json::{Map, Value};

use super::{
    TemplateError, clip, nearest_name,
    placeholder::{self, Kind},
    type_name,
};

type Object = Map<String, Value>;

/// The two parts of a template.
pub(super) fn parts(template: Value) -> Result<(Object, Object), TemplateError> {
    let shape = |problem: String| TemplateError::Shape { problem };
    let found = type_name(&template);
    let Value::Object(mut template) = template else {
        return Err(shape(format!("it is {found}")));
    };
    let mut part = |name: &str| match template.remove(name) {
        Some(Value::Object(map)) => Ok(map),
        Some(other) => Err(shape(format!("`{name}` is {}", type_name(&other)))),
        None => Err(shape(format!("`{name}` is missing"))),
    };
    Ok((part("job_configuration")?, part("variables")?))
}

/// The variables that a schema defines.
pub(super) fn properties(schema: &Object) -> Option<&Object> {
    schema.get("properties")?.as_object()
}

/// Whether every placeholder is closed and names a variable.
pub(super) fn placeholders(configuration: &Object, known: &Object) -> Result<(), TemplateError> {
    let mut path = "job_configuration".to_owned();
    in_map(configuration, known, &mut path)
}

fn in_map(map: &Object, known: &Object, path: &mut String) -> Result<(), TemplateError> {
    let parent = path.len();
    for (key, value) in map {
        path.push('.');
        path.push_str(key);
        in_value(value, known, path)?;
        path.truncate(parent);
    }
    Ok(())
}

fn in_value(value: &Value, known: &Object, path: &mut String) -> Result<(), TemplateError> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) => in_text(text, known, path),
        Value::Object(map) => in_map(map, known, path),
        Value::Array(items) => {
            let parent = path.len();
            for (index, item) in items.iter().enumerate() {
                path.extend(["[", &index.to_string(), "]"]);
                in_value(item, known, path)?;
                path.truncate(parent);
            }
            Ok(())
        }
    }
}

fn in_text(text: &str, known: &Object, path: &str) -> Result<(), TemplateError> {
    if placeholder::is_unclosed(text) {
        return Err(TemplateError::Unclosed {
            path: path.to_owned(),
            text: clip(text, 80),
        });
    }
    for name in placeholder::names(text) {
        match placeholder::kind(name) {
            Kind::Prefect => {}
            Kind::Environment => {
                return Err(TemplateError::Environment {
                    path: path.to_owned(),
                    name: name.to_owned(),
                });
            }
            Kind::Variable => {
                let dotted = placeholder::dotted(name);
                let variable = dotted.split('.').next().unwrap_or_default();
                if !known.contains_key(variable) {
                    return Err(TemplateError::UndefinedVariable {
                        path: path.to_owned(),
                        name: name.to_owned(),
                        variable: variable.to_owned(),
                        nearest_name: nearest_name(variable, known.keys().map(String::as_str)),
                    });
                }
            }
        }
    }
    Ok(())
}
