//! `weir deployment`.

use clap::{Args, Subcommand};
use weir_client::{Configured, Deletion, DeploymentName, RunRequest, Submission};

use super::{
    pool::said,
    run::submit::{Follow, RequestArgs, Wanted},
};
use crate::{
    context::Context,
    exit::{Exit, not_found},
    value::{KeyValue, Position},
    view,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List deployments
    Ls,
    /// Show a deployment
    Inspect {
        /// The deployment, as FLOW/NAME
        name: DeploymentName,
        /// As it was in force at this position of a queue's log
        #[arg(long, value_name = "POOL/QUEUE:SEQ")]
        at: Option<Position>,
    },
    /// Show every revision of a deployment: when, by whom, and what changed
    History {
        /// The deployment, as FLOW/NAME
        name: DeploymentName,
    },
    /// Start no run of a deployment; what is under way goes on
    Pause {
        /// The deployment, as FLOW/NAME
        name: DeploymentName,
    },
    /// Let runs of a paused deployment start again
    Resume {
        /// The deployment, as FLOW/NAME
        name: DeploymentName,
    },
    /// Delete a deployment; what names it afterwards is rejected
    Delete {
        /// The deployment, as FLOW/NAME
        name: DeploymentName,
        #[command(flatten)]
        how: super::delete::Args,
    },
    /// Submit a run of a deployment
    Run(Box<Run>),
    /// When a deployment makes runs by itself
    #[command(subcommand)]
    Schedule(super::schedule::Command),
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The deployment, as FLOW/NAME
    #[arg(value_name = "FLOW/NAME")]
    deployment: DeploymentName,
    /// A parameter, over the deployment's; VALUE is JSON, or else text
    #[arg(short = 'p', long = "param", value_name = "KEY=VALUE")]
    parameters: Vec<KeyValue>,
    #[command(flatten)]
    request: RequestArgs,
    #[command(flatten)]
    follow: Follow,
}

pub(crate) async fn run(context: &Context, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Ls => list(context).await,
        Command::History { name } => {
            let what = format!("deployment {name}");
            super::history::run(context, Configured::Deployment(name), &what).await
        }
        Command::Inspect { name, at } => inspect(context, &name, at.as_ref()).await,
        Command::Pause { name } => pause(context, &name, true).await,
        Command::Resume { name } => pause(context, &name, false).await,
        Command::Delete { name, how } => {
            let what = format!("deployment {name}");
            super::delete::run(context, Deletion::Deployment(name), &what, how).await
        }
        Command::Schedule(command) => super::schedule::run(context, command).await,
        Command::Run(args) => {
            let request = RunRequest {
                deployment: Some(args.deployment),
                ..RunRequest::default()
            };
            let request = args
                .request
                .request(request, &args.parameters, context.clock.now())?;
            let mut submission = Submission::new(None, request);
            submission.traceparent = args.request.family.traceparent();
            let wanted = Wanted {
                submission,
                run_id: args.request.id,
            };
            super::run::submit::submit(context, wanted, args.follow).await
        }
    }
}

async fn pause(context: &Context, name: &DeploymentName, paused: bool) -> anyhow::Result<Exit> {
    let saved = context
        .client()
        .await?
        .pause_deployment(name, paused)
        .await?;
    context
        .out
        .note(&said(&format!("deployment {name}"), saved))?;
    Ok(Exit::Ok)
}

async fn list(context: &Context) -> anyhow::Result<Exit> {
    let cell = context.client().await?.cell().await?;
    if context.out.is_json() {
        let all: Vec<String> = cell
            .deployments()
            .map(weir_proto::api::held_deployment_json)
            .collect();
        context.out.json(&format!("[{}]", all.join(",")))?;
    } else {
        let table = view::deployment::list(cell.deployments(), context.clock.now());
        context.out.table(
            &table,
            "there are no deployments: create them with `weir deploy -f weir.yaml`",
        )?;
    }
    Ok(Exit::Ok)
}

async fn inspect(
    context: &Context,
    name: &DeploymentName,
    at: Option<&Position>,
) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let cell = super::history::cell_at(context, &client, at).await?;
    let held = cell.deployment(name).ok_or_else(|| {
        not_found(format!(
            "there is no deployment {name}: list them with `weir deployment ls`"
        ))
    })?;
    if context.out.is_json() {
        context
            .out
            .json(&weir_proto::api::held_deployment_json(held))?;
        return Ok(Exit::Ok);
    }
    context.out.table(&view::deployment::one(held), "")?;
    for (what, object) in [
        ("job variables", &held.value.job_variables),
        ("parameters", &held.value.parameters),
    ] {
        let pretty = serde_json::to_string_pretty(&serde_json::Value::Object(object.to_map()))?;
        context.out.line(&format!("{what}: {pretty}"))?;
    }
    if let Some(schema) = &held.value.parameter_schema {
        let pretty = serde_json::to_string_pretty(&serde_json::Value::Object(schema.to_map()))?;
        context.out.line(&format!("parameter schema: {pretty}"))?;
    }
    if !held.value.schedules.is_empty() {
        super::schedule::standing(context, held, "").await?;
    }
    Ok(Exit::Ok)
}
