//! One environment variable as a layer of its own, so that an error can name it.

use std::ffi::{OsStr, OsString};

use figment::{
    Metadata, Profile, Provider,
    util::nest,
    value::{Dict, Map, Value},
};

use super::{Error, PREFIX};

/// A variable of another name than [`PREFIX`] gives, as a standard has it, and the key that it sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    name: &'static str,
    key: &'static str,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Text,
    Number,
    Milliseconds,
}

impl Alias {
    /// Its value is a text as it stands.
    pub const fn text(name: &'static str, key: &'static str) -> Self {
        let form = Form::Text;
        Self { name, key, form }
    }
    /// Its value is a number.
    pub const fn number(name: &'static str, key: &'static str) -> Self {
        let form = Form::Number;
        Self { name, key, form }
    }
    /// Its value is a whole number of milliseconds, and the key's is a time span.
    pub const fn milliseconds(name: &'static str, key: &'static str) -> Self {
        let form = Form::Milliseconds;
        Self { name, key, form }
    }
    /// The variable.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// A variable that sets one key.
#[derive(Debug)]
pub(super) struct Variable {
    name: String,
    key: String,
    value: Value,
}

impl Variable {
    /// `None` for a variable that is none of ours.
    pub(super) fn read(name: &OsStr, value: OsString) -> Result<Option<Self>, Error> {
        let Some((name, path)) = name
            .to_str()
            .and_then(|name| Some((name, name.strip_prefix(PREFIX)?)))
        else {
            return Ok(None);
        };
        let text = value.into_string().map_err(|_bytes| Error::NotText {
            variable: name.to_owned(),
        })?;
        let parts: Vec<_> = path
            .split("__")
            .map(|part| part.to_lowercase().replace('_', "-"))
            .collect();
        if parts.iter().any(|part| part.trim_matches('-').is_empty()) {
            return Err(Error::NoKey {
                variable: name.to_owned(),
            });
        }
        let Ok(value) = text.parse::<Value>();
        Ok(Some(Self {
            name: name.to_owned(),
            key: parts.join("."),
            value,
        }))
    }
}

impl Variable {
    /// A variable under its other name. One that is empty counts as not there, as the standards have it.
    pub(super) fn under(alias: &Alias, value: OsString) -> Result<Option<Self>, Error> {
        let text = value.into_string().map_err(|_bytes| Error::NotText {
            variable: alias.name.to_owned(),
        })?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let value = match alias.form {
            Form::Text => Value::from(text),
            Form::Number => {
                let Ok(value) = text.parse::<Value>();
                value
            }
            Form::Milliseconds => Value::from(format!("{text}ms")),
        };
        Ok(Some(Self {
            name: alias.name.to_owned(),
            key: alias.key.to_owned(),
            value,
        }))
    }
}

impl Provider for Variable {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }
    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let dict = nest(&self.key, self.value.clone())
            .into_dict()
            .unwrap_or_default();
        Ok(Profile::Default.collect(dict))
    }
}
