//! Fills `{{ ... }}` in the texts of a deployment, as Prefect does when it deploys.
//!
//! `{{ $NAME }}` is a variable of the environment, and always gives text. Everything else names what weir does not have:
//! the result of a build step, a block, a variable of a Prefect server. As in Prefect, a value that is nothing but such
//! a placeholder is left out, and one within a text is left empty. Each is remarked on with its place.

use serde_json::{Map, Value};
use weir_core::template::placeholder::{self, Kind, Piece};

use super::{remark::Remark, yaml::below};

/// Finds a variable of the environment.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Fills the texts of one deployment.
pub(super) struct Filler<'a> {
    pub(super) environment: Environment<'a>,
    /// What could not be filled.
    pub(super) remarks: Vec<Remark>,
}

impl Filler<'_> {
    /// Fills the fields, apart from those with these names.
    pub(super) fn fields(
        &mut self,
        fields: Map<String, Value>,
        path: &str,
        apart: &[&str],
    ) -> Map<String, Value> {
        fields
            .into_iter()
            .filter_map(|(key, value)| {
                let filled = if apart.contains(&key.as_str()) {
                    Some(value)
                } else {
                    self.value(value, &below(path, &key))
                };
                Some((key, filled?))
            })
            .collect()
    }

    /// Fills variables of the environment and leaves all other placeholders to somebody else.
    pub(super) fn variables(&mut self, text: &str, path: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        for piece in placeholder::pieces(text) {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Placeholder { whole, name } => match placeholder::kind(name) {
                    Kind::Environment => filled.push_str(&self.variable(name, path)),
                    Kind::Variable | Kind::Prefect => filled.push_str(whole),
                },
            }
        }
        filled
    }

    fn value(&mut self, value: Value, path: &str) -> Option<Value> {
        Some(match value {
            Value::String(text) => Value::String(self.text(text, path)?),
            Value::Array(items) => Value::Array(
                items
                    .into_iter()
                    .enumerate()
                    .filter_map(|(n, item)| self.value(item, &format!("{path}[{n}]")))
                    .collect(),
            ),
            Value::Object(fields) if is_block(&fields) => {
                self.remarks.push(Remark::warning(
                    path,
                    "a block of a Prefect server is left out: write its value, or `{{ $NAME }}` for a variable of the environment",
                ));
                return None;
            }
            Value::Object(fields) => Value::Object(self.fields(fields, path, &[])),
            plain @ (Value::Null | Value::Bool(_) | Value::Number(_)) => plain,
        })
    }

    fn text(&mut self, text: String, path: &str) -> Option<String> {
        let pieces = placeholder::pieces(&text);
        if let [Piece::Text(_)] | [] = pieces.as_slice() {
            return Some(text);
        }
        let alone = pieces.len() == 1;
        let mut filled = String::with_capacity(text.len());
        for piece in pieces {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Placeholder { whole, name } => match placeholder::kind(name) {
                    Kind::Environment => filled.push_str(&self.variable(name, path)),
                    kind @ (Kind::Variable | Kind::Prefect) => {
                        self.remarks
                            .push(Remark::warning(path, without(whole, kind, alone)));
                        if alone {
                            return None;
                        }
                    }
                },
            }
        }
        Some(filled)
    }

    fn variable(&mut self, name: &str, path: &str) -> String {
        let name = name.trim_start_matches('$');
        (self.environment)(name).unwrap_or_else(|| {
            let message =
                format!("the variable {name} is not set and stays empty: set it when you deploy");
            self.remarks.push(Remark::warning(path, message));
            String::new()
        })
    }
}

fn without(placeholder: &str, kind: Kind, alone: bool) -> String {
    let (what, instead) = match kind {
        Kind::Prefect => (
            "names a block or variable of a Prefect server",
            "write its value, or `{{ $NAME }}` for a variable of the environment",
        ),
        Kind::Variable | Kind::Environment => (
            "names the result of a build step, and weir runs none",
            "run the step before you deploy and use `{{ $NAME }}` for what it gives",
        ),
    };
    let gone = if alone { "is left out" } else { "stays empty" };
    format!("{placeholder} {what}, so it {gone}: {instead}")
}

/// The older way to name a block: `{$ref: {block_document_id: ...}}`.
fn is_block(fields: &Map<String, Value>) -> bool {
    let id = fields
        .get("$ref")
        .and_then(|to| to.get("block_document_id"));
    id.is_some()
}
