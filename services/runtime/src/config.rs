//! Configuration in layers: defaults, then a TOML file, then the environment.
//!
//! The settings themselves belong to the services that heed them; the composition root nests them in one struct, loads
//! it here once, and lays its flags over the result. Variables are named `WEIR_CONFIG__SECTION__KEY`: two underscores
//! between section and key, one where the key has a dash. Plain `WEIR_*` names are left to the runs.
//!
//! Every struct of the configuration says `#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]`, so that a
//! mistyped key is an error and not a setting that is silently not in force.

mod error;
mod print;
mod variable;

use std::{ffi::OsString, path::Path};

use figment::{
    Figment,
    providers::{Format as _, Serialized, Toml},
};
use serde::{Serialize, de::DeserializeOwned};

pub use error::{Error, Fault};
pub use print::{to_json, to_toml};

pub use variable::Alias;

use variable::Variable;

/// What the names of all variables that set configuration begin with.
pub const PREFIX: &str = "WEIR_CONFIG__";

/// Loads a `T`: its defaults, over them `file` if one is given, over that the environment of this process: first the
/// variables that `aliases` names, then those that begin with [`PREFIX`].
///
/// # Errors
/// [`Error`], which names the key, where its value comes from and what would be right.
pub fn load<T>(file: Option<&Path>, aliases: &[Alias]) -> Result<T, Error>
where
    T: DeserializeOwned + Serialize + Default,
{
    load_with(file, aliases, std::env::vars_os())
}

/// Like [`load`], with `variables` in place of the environment. Those that neither begin with [`PREFIX`] nor are among
/// `aliases` are passed over.
///
/// # Errors
/// See [`load`].
pub fn load_with<T>(
    file: Option<&Path>,
    aliases: &[Alias],
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<T, Error>
where
    T: DeserializeOwned + Serialize + Default,
{
    let mut layers = Figment::from(Serialized::defaults(T::default()));
    if let Some(path) = file {
        // Read here, since the provider takes a file that is not there for an empty one.
        std::fs::read_to_string(path).map_err(|source| Error::File {
            path: path.to_owned(),
            source,
        })?;
        layers = layers.merge(Toml::file_exact(path));
    }
    let variables: Vec<(OsString, OsString)> = variables.into_iter().collect();
    for (name, value) in &variables {
        let alias = aliases.iter().find(|alias| name == alias.name());
        if let Some(alias) = alias
            && let Some(variable) = Variable::under(alias, value.clone())?
        {
            layers = layers.merge(variable);
        }
    }
    for (name, value) in variables {
        if let Some(variable) = Variable::read(&name, value)? {
            layers = layers.merge(variable);
        }
    }
    layers.extract().map_err(|error| Error::of(&error, &layers))
}

#[cfg(test)]
mod tests;
