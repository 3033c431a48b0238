//! From a rendered job to the keeper's job: command, environment, directory, secrets.

use std::collections::BTreeMap;

use weir_core::template::process::ProcessJob;

use super::{ProcessConfig, env_file};
use crate::{
    executor::{Job, LeaseDeadlines},
    keeper::frame,
};

/// What a run inherits from the worker.
const INHERITED: [&str; 6] = ["HOME", "LANG", "PATH", "TMPDIR", "TZ", "USER"];
const PATH_DEFAULT: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Why a job cannot be handed to a keeper. Never holds a secret's value.
#[derive(Debug)]
pub(super) struct LaunchFailure {
    pub(super) reason: &'static str,
    pub(super) message: String,
}

/// Everything that can be found out before a process exists.
pub(super) fn prepare(
    job: &Job,
    worker_env: &BTreeMap<String, String>,
    config: &ProcessConfig,
    lease: LeaseDeadlines,
) -> Result<frame::Job, LaunchFailure> {
    let process = ProcessJob::parse(&job.rendered).map_err(|error| LaunchFailure {
        reason: "InvalidJob",
        message: error.to_string(),
    })?;
    let env = environment(job, &process, worker_env)?;
    let directory = match process.working_dir {
        Some(path) => frame::Directory::Given(path),
        None => frame::Directory::Temporary {
            prefix: format!("weir-{}-{}-", job.run.run_id, job.attempt),
        },
    };
    Ok(frame::Job {
        command: process.command,
        env,
        directory,
        timeout: job.timeout,
        grace: config.grace,
        leftover_grace: config.leftover_grace,
        lease: deadlines(lease),
    })
}

/// The deadlines in the keeper's words.
pub(super) fn deadlines(lease: LeaseDeadlines) -> frame::Lease {
    frame::Lease {
        stop_at: lease.stop_at,
        kill_at: lease.kill_at,
    }
}

/// What is inherited, then the run's `env`, then the template's secrets, then weir's own: the later ones win.
fn environment(
    job: &Job,
    process: &ProcessJob,
    worker_env: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, LaunchFailure> {
    let mut env = BTreeMap::from([("PATH".to_owned(), PATH_DEFAULT.to_owned())]);
    for name in INHERITED {
        if let Some(value) = worker_env.get(name) {
            env.insert(name.to_owned(), value.clone());
        }
    }
    for (name, value) in &process.env {
        match value {
            Some(value) => env.insert(name.clone(), value.clone()),
            None => env.remove(name),
        };
    }
    env.extend(secrets(job, worker_env)?);
    env.extend(job.env.clone());
    Ok(env)
}

fn secrets(
    job: &Job,
    worker_env: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, LaunchFailure> {
    let file = match job.secrets.env_file() {
        None => BTreeMap::new(),
        Some(path) => env_file::read(path).map_err(|error| LaunchFailure {
            reason: "EnvFileUnusable",
            message: error.to_string(),
        })?,
    };
    job.secrets
        .resolve(|name| worker_env.get(name).or_else(|| file.get(name)).cloned())
        .map_err(|error| LaunchFailure {
            reason: "SecretNotFound",
            message: error.to_string(),
        })
}
