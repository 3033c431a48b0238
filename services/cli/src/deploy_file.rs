//! The file that `weir deploy` reads: our own form, and Prefect's `prefect.yaml` as far as it means the same here.
//!
//! A key that nobody knows is an error that names the nearest one. What Prefect has and weir has not is a remark: it is
//! told with what to do instead, and the rest of the file is used.

pub(crate) mod choose;
mod entry;
mod fill;
mod form;
mod parameter_schema;
mod remark;
mod retry;
mod schedule;
pub(crate) mod schema;
mod section;
mod unheeded;
mod written;
mod yaml;

use std::{collections::BTreeSet, path::Path};

use anyhow::{Context, anyhow, bail};
use serde_json::{Map, Value};
use weir_client::{DeploymentConfig, DeploymentName};

pub(crate) use self::{
    entry::Defaults,
    fill::Environment,
    remark::{Kind, Remark},
};
use self::{
    fill::Filler,
    form::{Entry, File},
    section::section,
    unheeded::{STEPS, Steps},
};

/// The keys that a whole file has and a deployment alone has not.
const SECTIONS: [&str; 1] = ["deployments"];

/// The spellings of the key whose placeholders are filled when a run is made.
const RUN_NAME: [&str; 2] = ["run_name", "flow_run_name"];

/// A deployment of the file that may be chosen.
#[derive(Debug)]
pub(crate) struct Candidate {
    /// Its full name.
    pub(crate) name: DeploymentName,
    entry: Entry,
    remarks: Vec<Remark>,
    unfilled: Vec<Remark>,
}

/// What comes before an entry is read: its texts are filled.
#[derive(Debug, Default)]
struct Prepared {
    unfilled: Vec<Remark>,
    own_steps: Vec<&'static str>,
}

/// Reads a file: a list under `deployments`, or one deployment alone.
pub(crate) fn read(text: &str, environment: Environment<'_>) -> anyhow::Result<Vec<Candidate>> {
    let Value::Object(mut whole) = yaml::read(text)? else {
        bail!(
            "it is no mapping: write `deployments:` and a list, or one deployment such as {{name: FLOW/NAME, pool: POOL}}"
        );
    };
    let mut prepared = Vec::new();
    let (entries, steps) = if SECTIONS.iter().any(|key| whole.contains_key(*key)) {
        if let Some(Value::Array(items)) = whole.get_mut("deployments") {
            for item in items.iter_mut() {
                prepared.push(match item {
                    Value::Object(fields) => prepare(fields, environment),
                    Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Array(_) => Prepared::default(),
                });
            }
        }
        let file: File = section(whole.into()).map_err(|error| anyhow!(error))?;
        let steps = Steps::of(&file);
        (file.deployments.unwrap_or_default(), steps)
    } else {
        prepared.push(prepare(&mut whole, environment));
        let entry = section(whole.into()).map_err(|error| anyhow!(error))?;
        (vec![entry], Steps::default())
    };
    if entries.is_empty() {
        bail!("it lists no deployments: write them under `deployments:`");
    }
    let mut names = BTreeSet::new();
    let candidates = entries.into_iter().zip(prepared).map(|(entry, prepared)| {
        let name = entry
            .full_name()
            .with_context(|| format!("deployment {}", entry.name))?;
        if !names.insert(name.clone()) {
            bail!("deployment {name} is there twice: give one of them another name");
        }
        Ok(Candidate {
            name,
            remarks: unheeded::remarks(&entry, &steps, &prepared.own_steps),
            unfilled: prepared.unfilled,
            entry,
        })
    });
    candidates.collect()
}

fn prepare(fields: &mut Map<String, Value>, environment: Environment<'_>) -> Prepared {
    let own_steps = STEPS
        .into_iter()
        .filter(|key| fields.contains_key(*key))
        .collect();
    let mut filler = Filler {
        environment,
        remarks: Vec::new(),
    };
    let names: Vec<_> = RUN_NAME
        .iter()
        .filter_map(|key| fields.remove_entry(*key))
        .collect();
    *fields = filler.fields(std::mem::take(fields), "", &STEPS);
    for (key, name) in names {
        let name = match name.as_str() {
            Some(text) => filler.variables(text, &key).into(),
            None => name,
        };
        fields.insert(key, name);
    }
    Prepared {
        unfilled: filler.remarks,
        own_steps,
    }
}

impl Candidate {
    /// The deployment, and what is to be said about it. Paths in the file are relative to `folder`.
    pub(crate) fn into_config(
        self,
        defaults: &Defaults,
        folder: &Path,
    ) -> anyhow::Result<(DeploymentConfig, Vec<Remark>)> {
        let Self {
            name,
            entry,
            mut remarks,
            unfilled,
        } = self;
        let config = entry.into_config(name.clone(), defaults, folder);
        let config = config.map_err(|error| {
            // A value that is missing or empty may be so because of these.
            let also: Vec<String> = unfilled.iter().map(ToString::to_string).collect();
            match also.as_slice() {
                [] => error,
                also => anyhow!("{error:#} ({})", also.join("; ")),
            }
        });
        remarks.extend(unfilled);
        let config = config.with_context(|| format!("deployment {name}"))?;
        if !config.schedules.is_empty() {
            let message = "they are kept, and make no runs yet";
            remarks.push(Remark::note("schedules", message));
        }
        Ok((config, remarks))
    }

    /// What it is for, in a line; empty where it does not say.
    pub(crate) fn summary(&self) -> &str {
        let description = self.entry.description.as_deref();
        description
            .and_then(|text| text.lines().next())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
