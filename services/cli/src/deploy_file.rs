//! The file that `weir deploy` and `weir apply` read: our own form, and Prefect's `prefect.yaml` as far as it means the
//! same here.
//!
//! A key that nobody knows is an error that names the nearest one. What Prefect has and weir has not is a remark: it is
//! told with what to do instead, and the rest of the file is used.

mod amounts;
pub(crate) mod choose;
mod entry;
mod fill;
mod form;
mod limits;
mod parameter_schema;
mod pools;
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
    limits::{NamedLimit, TagLimit},
    pools::{Pool, policy},
    remark::{Kind, Remark},
    yaml::read as read_yaml,
};
use self::{
    fill::Filler,
    form::{Entry, File},
    section::section,
    unheeded::{STEPS, Steps},
};

/// The keys that a whole file has and a deployment alone has not.
const SECTIONS: [&str; 4] = [
    "deployments",
    "work_pools",
    "concurrency_limits",
    "global_concurrency_limits",
];

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

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Its deployments, each with its place: empty where the file is nothing but one deployment.
    pub(crate) deployments: Vec<(String, Candidate)>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) tag_limits: Vec<TagLimit>,
    pub(crate) named_limits: Vec<NamedLimit>,
    /// Remarks on all but the deployments.
    pub(crate) remarks: Vec<Remark>,
}

/// Reads the deployments of a file: a list under `deployments`, or one deployment alone.
pub(crate) fn read(text: &str, environment: Environment<'_>) -> anyhow::Result<Vec<Candidate>> {
    let deployments = contents(text, environment)?.deployments;
    if deployments.is_empty() {
        bail!("it lists no deployments: write them under `deployments:`");
    }
    Ok(deployments.into_iter().map(|(_, one)| one).collect())
}

/// Reads all of a file.
pub(crate) fn contents(text: &str, environment: Environment<'_>) -> anyhow::Result<Contents> {
    let Value::Object(mut whole) = yaml::read(text)? else {
        bail!(
            "it is no mapping: write `deployments:` and a list, or one deployment such as {{name: FLOW/NAME, pool: POOL}}"
        );
    };
    if !SECTIONS.iter().any(|key| whole.contains_key(*key)) {
        let prepared = prepare(&mut whole, environment);
        let entry = section(whole.into()).map_err(|error| anyhow!(error))?;
        let deployments = candidates(vec![(String::new(), entry, prepared)], &Steps::default())?;
        return Ok(Contents {
            deployments,
            ..Contents::default()
        });
    }
    let mut prepared = Vec::new();
    each(&mut whole, "deployments", |_, fields| {
        prepared.push(prepare(fields, environment));
    });
    let mut filler = Filler {
        environment,
        remarks: Vec::new(),
    };
    each(&mut whole, "work_pools", |place, fields| {
        *fields = pools::fill(&mut filler, std::mem::take(fields), place);
    });
    for limits in ["concurrency_limits", "global_concurrency_limits"] {
        each(&mut whole, limits, |place, fields| {
            *fields = filler.fields(std::mem::take(fields), place, &[]);
        });
    }
    let remarks = filler.remarks;
    let file: File = section(whole.into()).map_err(|error| anyhow!(error))?;
    let steps = Steps::of(&file);
    let entries = file.deployments.unwrap_or_default().into_iter();
    let entries = entries.zip(prepared).enumerate();
    let entries = entries
        .map(|(n, (entry, prepared))| (format!("deployments[{n}]"), entry, prepared))
        .collect();
    Ok(Contents {
        deployments: candidates(entries, &steps)?,
        pools: file.work_pools.unwrap_or_default(),
        tag_limits: file.concurrency_limits.unwrap_or_default(),
        named_limits: file.global_concurrency_limits.unwrap_or_default(),
        remarks,
    })
}

/// Does something with each mapping of a list, if there is such a list, and hands over its place. What is no mapping will
/// be refused with its list.
fn each(
    whole: &mut Map<String, Value>,
    list: &str,
    mut with: impl FnMut(&str, &mut Map<String, Value>),
) {
    let items = whole.get_mut(list).and_then(Value::as_array_mut);
    for (n, item) in items.into_iter().flatten().enumerate() {
        let mut nothing = Map::new();
        let fields = item.as_object_mut().unwrap_or(&mut nothing);
        with(&format!("{list}[{n}]"), fields);
    }
}

fn candidates(
    entries: Vec<(String, Entry, Prepared)>,
    steps: &Steps,
) -> anyhow::Result<Vec<(String, Candidate)>> {
    let mut names = BTreeSet::new();
    let candidates = entries.into_iter().map(|(place, entry, prepared)| {
        let name = entry
            .full_name()
            .with_context(|| format!("deployment {}", entry.name))?;
        if !names.insert(name.clone()) {
            bail!("deployment {name} is there twice: give one of them another name");
        }
        let candidate = Candidate {
            name,
            remarks: unheeded::remarks(&entry, steps, &prepared.own_steps),
            unfilled: prepared.unfilled,
            entry,
        };
        Ok((place, candidate))
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
