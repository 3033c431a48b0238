//! Secrets that a pool's template takes from the worker's own environment, kept apart from everything that users say.
//!
//! `${NAME}` is looked for only in texts that the template itself spells out: the values of `secret_env`, and values
//! of `env` when the template writes `env` as a map. They are taken out of the configuration before any job variable
//! is filled in and never meet one. A `${NAME}` in a job variable is therefore plain text, for ever.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use serde_json::{Map, Value};

use super::{TemplateError, placeholder};

/// Why a text with `${NAME}` cannot be used. Never holds a secret's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The worker knows no variable of that name.
    #[error(
        "the worker has no environment variable {name}: set it where the worker starts, or in the template's env_file"
    )]
    Missing {
        /// The variable's name.
        name: String,
    },
    /// A `${` that does not name a variable.
    #[error(
        "`${{` begins no `${{NAME}}` (NAME is letters, digits and '_'): write `$${{` for the two characters themselves"
    )]
    Malformed,
}

/// What a template says of secrets; none of it can come from a job variable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    env: BTreeMap<String, String>,
    env_file: Option<String>,
}

impl Secrets {
    /// Environment variable names and their texts, in which `${NAME}` is not yet replaced.
    pub fn env(&self) -> &BTreeMap<String, String> {
        &self.env
    }
    /// A file of `NAME=value` lines on the worker's machine, a second place to look names up in.
    pub fn env_file(&self) -> Option<&str> {
        self.env_file.as_deref()
    }
    /// The names that the worker must know, so that it can say at its start what is missing.
    pub fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for text in self.env.values() {
            let noted = substitute_secrets(text, |name| {
                names.insert(name.to_owned());
                Some(String::new())
            });
            debug_assert!(noted.is_ok(), "checked when the template was parsed");
        }
        names
    }
    /// The variables with their secrets. They outrank the run's own `env`: the template is policy.
    pub fn resolve(
        &self,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<BTreeMap<String, String>, SecretError> {
        let one = |(name, text): (&String, &String)| {
            Ok((name.clone(), substitute_secrets(text, &lookup)?))
        };
        self.env.iter().map(one).collect()
    }

    /// Takes everything that concerns secrets out of a job configuration.
    pub(super) fn take(configuration: &mut Map<String, Value>) -> Result<Self, TemplateError> {
        let mut secrets = Self::default();
        match configuration.remove("secret_env") {
            None | Some(Value::Null) => {}
            Some(Value::Object(map)) => {
                for (name, value) in map {
                    let path = format!("secret_env.{name}");
                    let Value::String(text) = value else {
                        return Err(TemplateError::Secret {
                            path,
                            problem: "it is not a text",
                        });
                    };
                    secrets.insert(name, text, path)?;
                }
            }
            Some(_) => {
                return Err(TemplateError::secret(
                    "secret_env",
                    "it is not a map of names to texts",
                ));
            }
        }
        match configuration.remove("env_file") {
            None | Some(Value::Null) => {}
            Some(Value::String(path)) if placeholder::names(&path).next().is_some() => {
                return Err(TemplateError::secret("env_file", NO_PLACEHOLDER));
            }
            Some(Value::String(path)) if !path.is_empty() && !path.contains('\0') => {
                secrets.env_file = Some(path);
            }
            Some(_) => return Err(TemplateError::secret("env_file", "it is not a path")),
        }
        if let Some(Value::Object(env)) = configuration.get_mut("env") {
            secrets.take_literals(env)?;
        }
        Ok(secrets)
    }

    fn take_literals(&mut self, env: &mut Map<String, Value>) -> Result<(), TemplateError> {
        let is_secret = |value: &Value| value.as_str().is_some_and(|text| text.contains("${"));
        let (secret, plain): (Map<_, _>, Map<_, _>) = std::mem::take(env)
            .into_iter()
            .partition(|(_, value)| is_secret(value));
        *env = plain;
        for (name, value) in secret {
            let path = format!("env.{name}");
            self.insert(name, value.as_str().unwrap_or_default().to_owned(), path)?;
        }
        Ok(())
    }

    fn insert(&mut self, name: String, text: String, path: String) -> Result<(), TemplateError> {
        let problem = if placeholder::names(&text).next().is_some() {
            NO_PLACEHOLDER
        } else if name.is_empty() || name.contains(['=', '\0']) {
            "its name cannot be that of an environment variable"
        } else if text.contains('\0') {
            "it holds a NUL character"
        } else if substitute_secrets(&text, |_| Some(String::new())).is_err() {
            "a `${` in it begins no `${NAME}`: write `$${` for the two characters themselves"
        } else if let Entry::Vacant(free) = self.env.entry(name) {
            free.insert(text);
            return Ok(());
        } else {
            "the name stands in secret_env and in env: keep one of them"
        };
        Err(TemplateError::Secret { path, problem })
    }
}

const NO_PLACEHOLDER: &str =
    "a placeholder may not stand here, because job variables must not reach the worker's secrets";

/// Replaces each `${NAME}` by what `lookup` knows; `$${` stands for `${`, every other `$` for itself.
///
/// What was put in is not looked at again. Only for texts of the template: see [`Secrets`].
pub fn substitute_secrets(
    template_value: &str,
    mut lookup: impl FnMut(&str) -> Option<String>,
) -> Result<String, SecretError> {
    let mut out = String::with_capacity(template_value.len());
    let mut rest = template_value;
    while let Some(at) = rest.find('$') {
        let (before, dollar) = rest.split_at(at);
        out.push_str(before);
        rest = if let Some(after) = dollar.strip_prefix("$${") {
            out.push_str("${");
            after
        } else if let Some(inner) = dollar.strip_prefix("${") {
            let (name, after) = inner.split_once('}').ok_or(SecretError::Malformed)?;
            if !is_name(name) {
                return Err(SecretError::Malformed);
            }
            match lookup(name) {
                Some(value) => out.push_str(&value),
                None => {
                    return Err(SecretError::Missing {
                        name: name.to_owned(),
                    });
                }
            }
            after
        } else {
            out.push('$');
            dollar.strip_prefix('$').unwrap_or_default()
        };
    }
    out.push_str(rest);
    Ok(out)
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
