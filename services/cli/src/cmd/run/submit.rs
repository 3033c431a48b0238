//! `weir run submit`, and what it shares with `weir deployment run`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::anyhow;
use serde_json::json;
use weir_client::{
    DeploymentName, FairnessKey, JsonObject, LimitName, PoolName, QueueKey, QueueName, RunId,
    RunRequest, Submission, Submitted, Tag, Timestamp,
};

use super::{
    family::FamilyArgs,
    follow::{self, Shown},
    inside::Waiting,
    retries::RetryArgs,
    when::WhenArgs,
};
use crate::{
    context::Context,
    document,
    exit::Exit,
    value::{self, KeyValue},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The pool to submit to
    #[arg(short, long, required_unless_present = "deployment")]
    pool: Option<PoolName>,
    /// The queue of the pool to submit to [default: default]
    #[arg(short, long, visible_alias = "work-queue", requires = "pool")]
    queue: Option<QueueName>,
    /// The deployment to run, as FLOW/NAME; its runs go to its own queue
    #[arg(short, long, value_name = "FLOW/NAME")]
    deployment: Option<DeploymentName>,
    /// A parameter; VALUE is JSON, or else text
    #[arg(long = "param", value_name = "KEY=VALUE")]
    parameters: Vec<KeyValue>,
    /// The command to run: short for --job-variable command=TEXT
    #[arg(short, long, value_name = "TEXT")]
    command: Option<String>,
    /// A file with the manifest of a whole Kubernetes Job to run (YAML or JSON), or - for standard input
    #[arg(long, value_name = "FILE", requires = "pool", conflicts_with_all = ["deployment", "command", "job_variables"])]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    request: RequestArgs,
    #[command(flatten)]
    follow: Follow,
}

/// What a request may say.
#[derive(Debug, clap::Args)]
pub(crate) struct RequestArgs {
    /// All parameters as one JSON object
    #[arg(long, value_name = "JSON", value_parser = value::json_object)]
    params: Option<JsonObject>,
    /// A value for the pool's template; VALUE is JSON, or else text
    #[arg(short = 'j', long = "job-variable", value_name = "KEY=VALUE")]
    job_variables: Vec<KeyValue>,
    /// A tag; more than one may be given
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<Tag>,
    /// Slots of a global concurrency limit that the run holds, such as db-connections=3; more than one may be given
    #[arg(long = "slots", value_name = "LIMIT[=N]", value_parser = crate::cmd::pace::slots)]
    slots: Vec<(LimitName, u32)>,
    /// Whose run it is, where the pool shares fairly
    #[arg(long, value_name = "KEY")]
    fairness_key: Option<FairnessKey>,
    /// Within its queue a larger number goes first
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    priority: i32,
    #[command(flatten)]
    when: WhenArgs,
    #[command(flatten)]
    retries: RetryArgs,
    #[command(flatten)]
    pub(crate) family: FamilyArgs,
    /// How long an attempt may run, such as 5m
    #[arg(long, value_name = "SPAN", value_parser = value::span)]
    timeout: Option<Duration>,
    /// A name for people
    #[arg(long = "name", visible_alias = "flow-run-name", value_name = "TEXT")]
    run_name: Option<String>,
    /// The run's id: the same id twice is one run [default: a fresh one]
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<RunId>,
}

/// What is done once the run is submitted.
#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct Follow {
    /// Print each state as it comes, until the end; the exit code tells how it ended
    #[arg(short, long)]
    watch: bool,
    /// Print its output as it comes, until the end
    #[arg(long)]
    logs: bool,
    /// Wait for the end without a word
    #[arg(long)]
    wait: bool,
    /// In a program that weir runs, with --wait, --watch or --logs: give this run's slots back meanwhile, and take them
    /// again before going on
    #[arg(long)]
    yield_slots: bool,
    /// Give up following after so long; the run goes on
    #[arg(long, visible_alias = "watch-timeout", value_name = "SPAN", value_parser = value::span)]
    give_up: Option<Duration>,
    /// Do not wait for the scheduler to refuse it
    #[arg(long)]
    no_check: bool,
}

/// A submission as the command line describes it.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) submission: Submission,
    pub(crate) run_id: Option<RunId>,
}

impl RequestArgs {
    /// Puts what was given into a request.
    pub(crate) fn request(
        &self,
        request: RunRequest,
        parameters: &[KeyValue],
        now: Timestamp,
    ) -> anyhow::Result<RunRequest> {
        let request = RunRequest {
            name: self.run_name.clone(),
            parameters: value::object(self.params.as_ref(), parameters)?,
            job_variables: value::object(None, &self.job_variables)?,
            tags: self.tags.clone(),
            priority: self.priority,
            retries: self.retries.retries,
            retry_delay: self.retries.delay(),
            retry_policy: self.retries.policy(),
            timeout: self.timeout,
            limits: self.slots.iter().cloned().collect(),
            fairness_key: self.fairness_key.clone(),
            scheduled_time: self.when.scheduled_time(now),
            max_lateness: self.when.max_lateness,
            ..request
        };
        self.family.request(request)
    }
}

pub(crate) async fn run(context: &Context, mut args: Args) -> anyhow::Result<Exit> {
    let queue = args.pool.map(|pool| {
        let queue = args.queue.unwrap_or_else(weir_core::cell::default_queue);
        QueueKey::new(pool, queue)
    });
    if let Some(command) = &args.command {
        if args
            .request
            .job_variables
            .iter()
            .any(|pair| pair.key() == "command")
        {
            return Err(anyhow!(
                "the command is given twice: leave out --command or --job-variable command=…"
            ));
        }
        args.request
            .job_variables
            .push(value::text_pair("command", command)?);
    }
    let manifest = args.manifest.as_deref().map(manifest).transpose()?;
    let request = RunRequest {
        deployment: args.deployment,
        manifest,
        ..RunRequest::default()
    };
    let request = args
        .request
        .request(request, &args.parameters, context.clock.now())?;
    let mut submission = Submission::new(queue, request);
    submission.traceparent = args.request.family.traceparent();
    let wanted = Wanted {
        submission,
        run_id: args.request.id,
    };
    submit(context, wanted, args.follow).await
}

fn manifest(file: &Path) -> anyhow::Result<JsonObject> {
    let job = document::read_object(file, "{apiVersion: batch/v1, kind: Job, ...}")?;
    Ok(JsonObject::from(&job))
}

/// Submits, and follows if that is asked for.
pub(crate) async fn submit(
    context: &Context,
    wanted: Wanted,
    follow: Follow,
) -> anyhow::Result<Exit> {
    let Wanted {
        mut submission,
        run_id,
    } = wanted;
    submission.run_id = run_id;
    let followed = follow.watch || follow.logs || follow.wait;
    if follow.yield_slots && !followed {
        return Err(anyhow!(
            "--yield-slots gives the slots back while this program waits: add --wait, --watch or --logs"
        ));
    }
    let waiting = Waiting::of(follow.yield_slots)?;
    if follow.no_check || followed {
        // Who follows the run sees its rejection anyway.
        submission = submission.wait(Duration::ZERO);
    }
    let client = context.client().await?;
    let submitted = client.submit(submission).await?;
    tell(context, &submitted, followed)?;
    if !followed {
        return Ok(Exit::Ok);
    }
    let shown = Shown {
        states: follow.watch,
        logs: follow.logs,
        after: None,
    };
    let run = &submitted.run;
    let ended = Box::pin(follow::until(context, &client, run, shown, follow.give_up));
    waiting
        .during(context, &client, vec![run.clone()], ended)
        .await
}

fn tell(context: &Context, submitted: &Submitted, followed: bool) -> anyhow::Result<()> {
    let Submitted {
        run,
        seq,
        existed,
        accepted,
        ..
    } = submitted;
    if context.out.is_json() {
        let told = json!({
            "pool": run.queue.pool, "queue": run.queue.queue, "runId": run.run_id,
            "seq": seq.0.to_string(), "existed": existed, "accepted": accepted,
        });
        // While the run is followed standard output belongs to its states and its output.
        return if followed {
            Ok(context.out.note(&told.to_string())?)
        } else {
            context.out.json(&told.to_string())
        };
    }
    if *existed {
        context.out.note(&format!(
            "run {} was there before; this request changes nothing",
            run.run_id
        ))?;
    }
    if followed {
        return Ok(context
            .out
            .note(&format!("submitted run {} to {}", run.run_id, run.queue))?);
    }
    context.out.line(run.run_id.as_str())?;
    context.out.note(&format!(
        "submitted to {}; follow it with: weir run watch {}",
        run.queue, run.run_id
    ))?;
    Ok(())
}
