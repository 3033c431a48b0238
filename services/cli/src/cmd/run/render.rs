//! `weir run render`: what a run would be, without running it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::ArgGroup;
use serde_json::{Map, Value};
use weir_client::{
    DeploymentName, JsonObject, PoolName, QueueKey, QueueName, RunRequest, Submission,
};
use weir_core::{kubernetes::manifest::prepared, template::Template};

use crate::{
    context::Context,
    document,
    exit::{Exit, rejected},
    value::{self, KeyValue},
};

/// The key under which a template for Kubernetes has its Job.
const MANIFEST: &str = "job_manifest";

#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("of").required(true).multiple(true).args(["pool", "deployment", "base_job_template"]))]
pub(crate) struct Args {
    /// The pool whose template is rendered
    #[arg(short, long)]
    pool: Option<PoolName>,
    /// The queue of the pool [default: default]
    #[arg(short, long, visible_alias = "work-queue", requires = "pool")]
    queue: Option<QueueName>,
    /// The deployment of which a run is rendered, as FLOW/NAME
    #[arg(short, long, value_name = "FLOW/NAME")]
    deployment: Option<DeploymentName>,
    /// A file with a base job template, or - for standard input; no broker is needed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pool", "deployment"])]
    base_job_template: Option<PathBuf>,
    /// A value for the template; VALUE is JSON, or else text
    #[arg(short = 'j', long = "job-variable", value_name = "KEY=VALUE")]
    pairs: Vec<KeyValue>,
    /// A file with values for the template (JSON or YAML), or - for standard input; --job-variable goes over them
    #[arg(long, value_name = "FILE")]
    job_variables: Option<PathBuf>,
}

pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    let base = args.job_variables.as_deref().map(variables).transpose()?;
    let variables = value::object(base.as_ref(), &args.pairs)?;
    let shown = match &args.base_job_template {
        Some(file) => offline(&document::read(file)?, &variables.to_map())?,
        None => online(context, args, variables).await?,
    };
    if context.out.is_json() {
        context.out.json(&serde_json::to_string_pretty(&shown)?)?;
    } else {
        context.out.yaml(&shown)?;
    }
    Ok(Exit::Ok)
}

fn variables(file: &Path) -> anyhow::Result<JsonObject> {
    let map = document::read_object(file, "{image: busybox, env: {A: b}}")?;
    Ok(JsonObject::from(&map))
}

/// The rendered job configuration, with the Job in it as it would be created.
fn offline(template: &Value, variables: &Map<String, Value>) -> anyhow::Result<Value> {
    let template = Template::from_value(template.clone()).context("the base job template")?;
    let resolved = template
        .check(&Map::new(), variables)
        .map_err(|error| rejected(&error))?;
    let rendered = template.render(&resolved);
    if rendered.get(MANIFEST).is_some() {
        return prepared(&rendered, None).map_err(|error| rejected(&error));
    }
    Ok(rendered)
}

async fn online(context: &Context, args: Args, job_variables: JsonObject) -> anyhow::Result<Value> {
    let queue = args.pool.map(|pool| {
        let queue = args.queue.unwrap_or_else(weir_core::cell::default_queue);
        QueueKey::new(pool, queue)
    });
    let request = RunRequest {
        deployment: args.deployment,
        job_variables,
        ..RunRequest::default()
    };
    let client = context.client().await?;
    Ok(client.render(&Submission::new(queue, request)).await?)
}
