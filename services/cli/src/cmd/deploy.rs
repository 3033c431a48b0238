//! `weir deploy`.

mod ask;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow, bail};
use serde_json::json;
use weir_client::{DeploymentConfig, DeploymentName, Saved};

use super::{
    pool::said,
    remarks::{About, strictly, warn},
};
use crate::{
    context::Context,
    deploy_file::{self, Candidate, Defaults, Kind, Remark, choose},
    exit::Exit,
};

/// Where the file is looked for if it is not named.
const FILES: [&str; 2] = ["weir.yaml", "prefect.yaml"];

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file with the deployments [default: weir.yaml, else prefect.yaml]
    #[arg(short, long, visible_alias = "prefect-file", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Only deployments of this name, as NAME or FLOW/NAME with * for any text; more than one may be given
    #[arg(short, long, value_name = "NAME")]
    name: Vec<String>,
    /// All deployments of the file. Without this and --name, where there are several, it asks which on a terminal
    /// (`weir --no-prompt deploy` does not), and fails elsewhere
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Deploy nothing where something of the file would have no effect
    #[arg(long)]
    strict: bool,
    /// The pool of deployments that name none
    #[arg(short, long)]
    pool: Option<String>,
    /// The queue of deployments that name none [default: default]
    #[arg(short = 'q', long, visible_alias = "queue")]
    work_queue: Option<String>,
}

/// A deployment that is to be written, and what is to be said about it.
type Ready = (DeploymentConfig, Vec<Remark>);

pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    let file = match &args.file {
        Some(file) => file.clone(),
        None => FILES
            .iter()
            .map(PathBuf::from)
            .find(|file| file.exists())
            .ok_or_else(|| anyhow!("there is no weir.yaml here: name the file with -f"))?,
    };
    let ready =
        ready(context, &file, args).with_context(|| format!("cannot use {}", file.display()))?;
    if !context.out.is_json() {
        warn(context, &remarks(&ready))?;
    }
    let client = context.client().await?;
    let mut told = Vec::new();
    for (deployment, remarks) in &ready {
        let saved = client.deploy(deployment).await?;
        if context.out.is_json() {
            let (what, revision) = match saved {
                Saved::Created(revision) => ("created", revision),
                Saved::Updated(revision) => ("updated", revision),
                Saved::Unchanged(revision) => ("unchanged", revision),
            };
            told.push(json!({
                "name": deployment.name,
                "result": what,
                "revision": revision.to_string(),
                "warnings": of_kind(remarks, Kind::Warning),
                "notes": of_kind(remarks, Kind::Note),
            }));
        } else {
            context
                .out
                .note(&said(&format!("deployment {}", deployment.name), saved))?;
        }
    }
    if context.out.is_json() {
        context.out.json(&json!(told).to_string())?;
    } else if let Some((first, _)) = ready.first() {
        context.out.note(&format!(
            "run it with: weir deployment run '{}'",
            first.name
        ))?;
    }
    Ok(Exit::Ok)
}

/// Reads the file and takes what is wanted of it. Nothing is written before all of it is known to be right.
fn ready(context: &Context, file: &Path, args: Args) -> anyhow::Result<Vec<Ready>> {
    let text = fs::read_to_string(file).context("it cannot be read")?;
    let candidates = deploy_file::read(&text, &variable)?;
    let chosen = chosen(context, &candidates, &args)?;
    let defaults = Defaults {
        pool: args.pool,
        queue: args.work_queue,
    };
    let folder = file.parent().unwrap_or(Path::new("."));
    let ready = candidates.into_iter().enumerate();
    let ready = ready
        .filter(|(n, _)| chosen.contains(n))
        .map(|(_, candidate)| candidate.into_config(&defaults, folder))
        .collect::<anyhow::Result<Vec<Ready>>>()?;
    if args.strict {
        strictly(&remarks(&ready))?;
    }
    Ok(ready)
}

/// A variable of the environment. One that is not text counts as not set: nothing of a file could hold it.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok()
}

/// The places of the deployments that are wanted.
fn chosen(context: &Context, candidates: &[Candidate], args: &Args) -> anyhow::Result<Vec<usize>> {
    let names: Vec<&DeploymentName> = candidates.iter().map(|one| &one.name).collect();
    if !args.name.is_empty() {
        return choose::by_name(&names, &args.name);
    }
    if args.all || candidates.len() == 1 {
        return Ok((0..candidates.len()).collect());
    }
    if !context.out.is_json() && context.may_ask() {
        return ask::which(context, candidates);
    }
    bail!(
        "it has {} deployments: say which with --name NAME, or --all; it has {}",
        candidates.len(),
        choose::listed(&names)
    )
}

pub(super) fn of_kind(remarks: &[Remark], kind: Kind) -> Vec<&Remark> {
    remarks
        .iter()
        .filter(|remark| remark.kind == kind)
        .collect()
}

/// All that is remarked on.
fn remarks(ready: &[Ready]) -> Vec<About> {
    let all = ready.iter().flat_map(|(deployment, remarks)| {
        remarks.iter().map(|remark| About {
            what: "deployment",
            name: deployment.name.to_string(),
            remark: remark.clone(),
        })
    });
    all.collect()
}
