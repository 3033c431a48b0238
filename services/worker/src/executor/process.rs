//! The executor of pools of type `process`: each attempt is a command on the worker's machine, watched by a keeper.
//!
//! See [`crate::keeper`] for what the keeper promises. This side turns a rendered job into the keeper's job, its frames
//! into news and output, and its end into an outcome. Should a keeper die without having said `Gone`, what is left of
//! the attempt is looked for and killed from here.

mod attend;
mod env_file;
mod launch;
mod lines;
mod orphans;
mod outcome;

use std::{collections::BTreeMap, ffi::OsString, fs, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use weir_core::cell::PoolType;

use super::{Control, Ended, Ending, Executor, Job};

/// How to start a keeper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeeperCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

impl KeeperCommand {
    /// This very program under its hidden verb `keeper`, even if its file has been replaced meanwhile.
    pub fn this_program() -> Self {
        Self {
            program: PathBuf::from("/proc/self/exe"),
            args: vec!["keeper".into()],
        }
    }
}

/// Settings of the process executor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProcessConfig {
    /// Between SIGTERM and SIGKILL where the stop brings no grace of its own: timeout, lost lease, a worker that dies.
    /// However long it is, SIGKILL comes within the worker's lease. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub grace: Duration,
    /// The same for what a command leaves behind when it has ended by itself. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub leftover_grace: Duration,
}

impl Default for ProcessConfig {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(10),
            leftover_grace: Duration::from_secs(2),
        }
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub struct ProcessExecutor {
    keeper: KeeperCommand,
    /// The worker's own environment: where the few inherited variables and the secrets come from.
    env: BTreeMap<String, String>,
    config: ProcessConfig,
    host: String,
}

impl ProcessExecutor {
    /// `env` is the worker's own environment. Runs inherit only `PATH`, `HOME`, `LANG`, `TMPDIR`, `USER` and `TZ` of it,
    /// and what the pool's template takes by `${NAME}`.
    pub fn new(
        keeper: KeeperCommand,
        env: BTreeMap<String, String>,
        config: ProcessConfig,
    ) -> Self {
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let host = Some(host.trim())
            .filter(|host| !host.is_empty())
            .unwrap_or("this host")
            .to_owned();
        Self {
            keeper,
            env,
            config,
            host,
        }
    }
}

impl Executor for ProcessExecutor {
    fn supports(&self, kind: PoolType) -> bool {
        kind == PoolType::Process
    }

    async fn run(&self, job: Job, control: Control) -> Ending {
        control.output.open();
        let stop = *control.stop.borrow();
        if let Some(stop) = stop {
            return Ended::stopped_before_start(stop.cause).into();
        }
        let lease = *control.lease.borrow();
        let prepared = match launch::prepare(&job, &self.env, &self.config, lease) {
            Ok(prepared) => prepared,
            Err(failure) => return Ended::not_started(failure.reason, failure.message).into(),
        };
        attend::attend(self, &job, prepared, control).await.into()
    }
}
