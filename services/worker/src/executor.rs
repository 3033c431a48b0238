//! The border between a worker and what its runs become: processes, Kubernetes Jobs, or nothing at all.
//!
//! An executor gets one job and a [`Control`], and its future is the attempt: it ends when nothing of the attempt is
//! left, or when that cannot be known, or when the attempt has been let go of to whoever follows it. Everything it has to
//! tell in between goes through the control. It knows nothing of claims, fences and reports.

mod local;
mod null;
pub mod process;

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};

use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use weir_core::{
    cell::PoolType,
    event::{Outcome, OutcomeClass},
    ids::{Attempt, DeploymentName, PoolName, RunKey, Seq, SessionId, WorkerName},
    kubernetes::JobPolicy,
    template::Secrets,
};

pub use self::{local::LocalExecutor, null::NullExecutor, process::ProcessExecutor};
use crate::{output::OutputSender, worker::Served};

/// Makes attempts real.
pub trait Executor: Send + Sync + 'static {
    /// Whether it can serve pools of this type.
    fn supports(&self, kind: PoolType) -> bool;

    /// Runs one attempt to its end.
    ///
    /// Dropped before it has ended, the attempt is left to whatever watches over it (for a process: its keeper, which
    /// stops it at once).
    fn run(&self, job: Job, control: Control) -> impl Future<Output = Ending> + Send;

    /// What it does beside its attempts for as long as the worker lives, such as to follow what outlives workers. It never
    /// ends by itself and is dropped with the worker.
    fn beside(&self, serving: Serving) -> impl Future<Output = ()> + Send {
        drop(serving);
        std::future::pending()
    }
}

/// For whom an executor works.
#[derive(Clone, Debug)]
pub struct Serving {
    /// The worker.
    pub worker: WorkerName,
    /// Its pool.
    pub pool: PoolName,
    /// What the cell log says of the pool.
    pub served: watch::Receiver<Served>,
    /// The worker is being stopped: what others can do is left to them.
    pub stop: CancellationToken,
}

/// How an attempt ends for the worker that runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It has ended, and this worker tells it.
    Ended(Ended),
    /// It lives on, or has ended elsewhere: whoever follows it tells its end.
    LetGo,
    /// Nothing of it was begun, and nothing will be here: another worker may have it.
    NotBegun,
}

/// What the log says of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submission {
    /// It is there, and the attempt stands: only now may anything of it run.
    Stands,
    /// It is not there and never will be: the attempt is not this worker's any more.
    Refused,
    /// The attempt is not this worker's any more, but the submission may be there: then whoever follows the attempt may have
    /// let it start.
    Unsure,
}

impl From<Ended> for Ending {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended)
    }
}

/// One attempt, ready to start.
#[derive(Clone, Debug)]
pub struct Job {
    /// Which run.
    pub run: RunKey,
    /// Which try.
    pub attempt: Attempt,
    /// Its queue's life.
    pub incarnation: u32,
    /// The position of its claim.
    pub claim_seq: Seq,
    /// The run's deployment.
    pub deployment: Option<DeploymentName>,
    /// The run's name for people.
    pub name: Option<String>,
    /// The worker's session that took it.
    pub session: SessionId,
    /// The type of its pool.
    pub kind: PoolType,
    /// The pool's `job_configuration` with the variables filled in; for a pool of type null the job variables themselves.
    pub rendered: serde_json::Value,
    /// A whole manifest that the run brings instead.
    pub manifest: Option<serde_json::Value>,
    /// What a manifest may hold, as the pool says.
    pub policy: Option<Arc<JobPolicy>>,
    /// The deployment's entrypoint, where the executor has to make a command of it.
    pub entrypoint: Option<String>,
    /// What the template takes from the worker's own environment, not yet resolved.
    pub secrets: Secrets,
    /// `WEIR_*` and `TRACEPARENT`.
    pub env: BTreeMap<String, String>,
    /// How long it may run, from its start.
    pub timeout: Option<Duration>,
    /// How long its infrastructure may take to be made, from now.
    pub submit_within: Option<Duration>,
}

/// What an executor hears from the worker and says to it, during one attempt.
#[derive(Debug)]
pub struct Control {
    /// The order to stop, once there is one. A later one may make the grace shorter.
    pub stop: watch::Receiver<Option<Stop>>,
    /// Until when the attempt may run without the worker. Its sender is dropped when the session is over.
    pub lease: watch::Receiver<LeaseDeadlines>,
    /// News for the log.
    pub news: mpsc::UnboundedSender<News>,
    /// The run's output.
    pub output: OutputSender,
    /// The worker is being stopped: what can live without it is let go of.
    pub draining: watch::Receiver<bool>,
}

impl Control {
    /// Tells the worker. It may have let go of the attempt; then nobody wants to know.
    pub fn tell(&self, news: News) {
        if let Err(_let_go) = self.news.send(news) {
            tracing::trace!("news of an attempt that the worker has let go of");
        }
    }
}

impl Control {
    /// Tells that the attempt's infrastructure has been made, and waits for the log. Not to be dropped before it has
    /// ended: what becomes of the word would not be known.
    pub async fn submitted(&self, infrastructure: String) -> Submission {
        let (stands, heard) = oneshot::channel();
        self.tell(News::Submitted {
            infrastructure,
            stands,
        });
        heard.await.unwrap_or(Submission::Unsure)
    }
}

/// An order to stop an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Between the polite signal and the forced one.
    pub grace: Duration,
    /// Why.
    pub cause: StopCause,
}

/// Why the worker stops an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopCause {
    /// Its run is being cancelled.
    Cancelled,
    /// The scheduler took it back, or another attempt stands in its place.
    Revoked,
    /// The worker is being stopped and does not wait for it any longer.
    WorkerStopping,
    /// The worker could not renew its session in time.
    SessionLost,
}

/// Points of `CLOCK_BOOTTIME` that bind an attempt to its worker's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseDeadlines {
    /// The polite signal.
    pub stop_at: Duration,
    /// The forced one.
    pub kill_at: Duration,
}

/// What an executor tells while an attempt goes on.
#[derive(Debug)]
pub enum News {
    /// Its infrastructure has been made and is not running yet.
    Submitted {
        /// What it is called there.
        infrastructure: String,
        /// Hears whether that is in the log, and the attempt stands.
        stands: oneshot::Sender<Submission>,
    },
    /// It runs.
    Started {
        /// What it is called there, such as `pid 4711 on host-3`.
        infrastructure: String,
    },
    /// It cannot start yet.
    Waiting {
        /// Why, as the infrastructure spells it.
        reason: String,
        /// The infrastructure's message.
        message: String,
    },
    /// It has ended, but something of it may be left; the executor goes on until nothing is.
    Exited(Outcome),
}

/// How an attempt has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub outcome: Outcome,
    /// Nothing of it is left. `false`: that cannot be known.
    pub gone: bool,
}

impl Ended {
    /// An attempt of which nothing has begun.
    pub fn not_started(reason: &str, message: impl AsRef<str>) -> Self {
        let outcome = Outcome {
            reason: reason.to_owned(),
            message: weir_core::bounds::bounded_text(message.as_ref()),
            ..Outcome::of(OutcomeClass::StartFailed)
        };
        Self {
            outcome,
            gone: true,
        }
    }

    /// An attempt that was stopped before anything of it had begun.
    pub fn stopped_before_start(cause: StopCause) -> Self {
        Self {
            outcome: stopped(cause, None, None),
            gone: true,
        }
    }
}

/// The outcome of an attempt that ended by our signal.
pub(crate) fn stopped(cause: StopCause, exit_code: Option<i32>, signal: Option<i32>) -> Outcome {
    let (reason, message) = match cause {
        StopCause::Cancelled => ("Cancelled", "stopped because its run is being cancelled"),
        StopCause::Revoked => (
            "Revoked",
            "stopped because the scheduler took the attempt back",
        ),
        StopCause::WorkerStopping => (
            "WorkerStopping",
            "stopped because its worker was being stopped",
        ),
        StopCause::SessionLost => (
            "SessionLost",
            "stopped because its worker could not renew its session with the broker in time",
        ),
    };
    let class = match cause {
        StopCause::Cancelled | StopCause::Revoked | StopCause::WorkerStopping => {
            OutcomeClass::Stopped
        }
        StopCause::SessionLost => OutcomeClass::Lost,
    };
    Outcome {
        exit_code,
        signal,
        reason: reason.to_owned(),
        message: message.to_owned(),
        class,
    }
}
