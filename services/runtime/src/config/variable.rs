//! One environment variable as a layer of its own, so that an error can name it.

use std::ffi::{OsStr, OsString};

use figment::{
    Metadata, Profile, Provider,
    util::nest,
    value::{Dict, Map, Value},
};

use super::{Error, PREFIX};

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
