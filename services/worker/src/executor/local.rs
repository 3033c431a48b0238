//! The executor of a worker on one machine: it serves pools of type `process` and `null`.

use weir_core::cell::PoolType;

use super::{Control, Ended, Ending, Executor, Job, NullExecutor, ProcessExecutor};

/// Serves whichever of the two types the worker's pool has.
#[derive(Debug)]
pub struct LocalExecutor {
    process: ProcessExecutor,
    null: NullExecutor,
}

impl LocalExecutor {
    /// Puts the two together.
    pub fn new(process: ProcessExecutor, null: NullExecutor) -> Self {
        Self { process, null }
    }
}

impl Executor for LocalExecutor {
    fn supports(&self, kind: PoolType) -> bool {
        self.process.supports(kind) || self.null.supports(kind)
    }

    async fn run(&self, job: Job, control: Control) -> Ending {
        match job.kind {
            PoolType::Process => self.process.run(job, control).await,
            PoolType::Null => self.null.run(job, control).await,
            PoolType::Kubernetes => Ended::not_started(
                "WrongPoolType",
                "this worker serves pools of type process and null",
            )
            .into(),
        }
    }
}
