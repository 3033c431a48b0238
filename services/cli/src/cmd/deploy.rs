//! `weir deploy`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use serde_json::json;
use weir_client::{DeploymentConfig, Saved};

use super::pool::said;
use crate::{
    context::Context,
    deploy_file::{self, Defaults},
    exit::Exit,
};

/// Where the file is looked for if it is not named.
const FILES: [&str; 2] = ["weir.yaml", "prefect.yaml"];

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file with the deployments [default: weir.yaml, else prefect.yaml]
    #[arg(short, long, visible_alias = "prefect-file", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Only the deployment of this name, as NAME or FLOW/NAME; more than one may be given
    #[arg(short, long, value_name = "NAME")]
    name: Vec<String>,
    /// All deployments of the file, which is what happens anyway
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// The pool of deployments that name none
    #[arg(short, long)]
    pool: Option<String>,
    /// The queue of deployments that name none [default: default]
    #[arg(short = 'q', long, visible_alias = "queue")]
    work_queue: Option<String>,
}

pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    let file = match args.file {
        Some(file) => file,
        None => FILES
            .iter()
            .map(PathBuf::from)
            .find(|file| file.exists())
            .ok_or_else(|| anyhow!("there is no weir.yaml here: name the file with -f"))?,
    };
    let defaults = Defaults {
        pool: args.pool,
        queue: args.work_queue,
    };
    let deployments =
        chosen(read(&file, &defaults)?, &args.name).with_context(|| file.display().to_string())?;
    let client = context.client().await?;
    let mut told = Vec::new();
    for deployment in &deployments {
        let saved = client.deploy(deployment).await?;
        if context.out.is_json() {
            let (what, revision) = match saved {
                Saved::Created(revision) => ("created", revision),
                Saved::Updated(revision) => ("updated", revision),
                Saved::Unchanged(revision) => ("unchanged", revision),
            };
            told.push(json!({ "name": deployment.name, "result": what, "revision": revision.to_string() }));
        } else {
            context
                .out
                .note(&said(&format!("deployment {}", deployment.name), saved))?;
        }
    }
    if context.out.is_json() {
        context.out.json(&json!(told).to_string())?;
    } else if let Some(first) = deployments.first() {
        context.out.note(&format!(
            "run it with: weir deployment run '{}'",
            first.name
        ))?;
    }
    Ok(Exit::Ok)
}

fn read(file: &Path, defaults: &Defaults) -> anyhow::Result<Vec<DeploymentConfig>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    deploy_file::parse(&text, defaults).with_context(|| format!("cannot use {}", file.display()))
}

fn chosen(all: Vec<DeploymentConfig>, names: &[String]) -> anyhow::Result<Vec<DeploymentConfig>> {
    if names.is_empty() {
        return Ok(all);
    }
    let is = |deployment: &DeploymentConfig, name: &str| {
        let full = deployment.name.as_str();
        full == name || full.split_once('/').is_some_and(|(_, short)| short == name)
    };
    if let Some(unknown) = names
        .iter()
        .find(|name| !all.iter().any(|deployment| is(deployment, name)))
    {
        return Err(anyhow!("it has no deployment {unknown}"));
    }
    Ok(all
        .into_iter()
        .filter(|deployment| names.iter().any(|name| is(deployment, name)))
        .collect())
}
