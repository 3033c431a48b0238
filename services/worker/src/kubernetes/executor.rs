//! The executor of pools of type `kubernetes`: each attempt is a Job, and what becomes of it is followed by an observer.
//!
//! A worker makes the Job and lets it start; `submit.rs` says how that is done so that a worker frozen at any point runs
//! nothing later. From then on the Job lives by itself. The observer of the pool (`observer.rs`) follows it, in whichever
//! worker that is, and tells what becomes of it; here the attempt only keeps its place until it is over.

use std::{fmt, sync::Mutex, time::Duration};

use tokio::sync::{OnceCell, mpsc, oneshot, watch};
use weir_core::{
    cell::PoolType,
    ids::{InstallationId, QueueStream},
};
use weir_log::Log;
use weir_runtime::Clock;

use super::{
    call::Failure,
    connect::Cluster,
    observer::{Attendance, Key, Observer},
    retry::Patience,
    submit::{self, Made, Place},
};
use crate::executor::{Control, Ended, Ending, Executor, Job, Serving, StopCause, Submission};

/// How long an attempt without a deadline of its own tries to be submitted.
const SUBMIT_MAX: Duration = Duration::from_mins(10);

/// How long the cluster is asked in one go which one it is.
const UID_WITHIN: Duration = Duration::from_secs(5);

/// What an executor has to know of its worker before it can submit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) installation: Option<InstallationId>,
    /// In which namespaces Jobs may be: those that are followed.
    pub(super) namespaces: Vec<String>,
}

/// See the module.
pub struct KubernetesExecutor<L> {
    cluster: Cluster,
    log: L,
    clock: Clock,
    /// Which cluster this is, once it has said so.
    uid: OnceCell<String>,
    known: watch::Sender<Known>,
    attend: mpsc::UnboundedSender<Attendance>,
    attended: Mutex<Option<mpsc::UnboundedReceiver<Attendance>>>,
}

impl<L> fmt::Debug for KubernetesExecutor<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KubernetesExecutor")
            .field("cluster", &self.cluster)
            .finish_non_exhaustive()
    }
}

impl<L: Log> KubernetesExecutor<L> {
    /// Runs Jobs in this cluster. What the log says of a pool's attempts is read from `log`.
    pub fn new(cluster: Cluster, log: L, clock: Clock) -> Self {
        let (attend, attended) = mpsc::unbounded_channel();
        Self {
            cluster,
            log,
            clock,
            uid: OnceCell::new(),
            known: watch::Sender::new(Known::default()),
            attend,
            attended: Mutex::new(Some(attended)),
        }
    }

    async fn cluster_uid(&self, patience: Patience) -> Result<&str, Failure> {
        let asked = || async {
            let call = || self.cluster.cluster_uid();
            self.cluster.patiently(patience, |_| {}, call).await
        };
        self.uid.get_or_try_init(asked).await.map(String::as_str)
    }

    /// Makes the Job, suspended. `Err`: the attempt has ended here.
    async fn make(&self, job: Job, control: &Control) -> Result<Made, Ending> {
        // A little less than the scheduler waits, so that the cluster's own words are the reason.
        let within = job.submit_within.unwrap_or(SUBMIT_MAX) / 10 * 9;
        let now = self.clock.monotonic();
        let patience = Patience::until(now.saturating_add(within));
        let begin_by = now.saturating_add(within / 4 * 3);
        let cluster_uid = self
            .cluster_uid(patience)
            .await
            .map_err(|failure| submit::failed(&failure))?;
        let mut known = self.known.subscribe();
        let known = match known.wait_for(|known| known.installation.is_some()).await {
            Ok(known) => known.clone(),
            Err(_closed) => {
                return Err(Ended::stopped_before_start(StopCause::WorkerStopping).into());
            }
        };
        let place = Place {
            cluster: &self.cluster,
            cluster_uid,
            known: &known,
            patience,
            begin_by,
        };
        submit::make(&place, &job, control).await
    }

    /// Waits until the attempt is over, or is none of this worker's business any more.
    async fn attend(&self, key: Key, control: &mut Control) {
        let (over, heard) = oneshot::channel();
        if self.attend.send(Attendance { key, over }).is_err() {
            return;
        }
        tokio::select! {
            _over = heard => {}
            () = let_go(&mut control.stop) => {}
            _draining = control.draining.wait_for(|draining| *draining) => {}
        }
    }
}

impl<L: Log> Executor for KubernetesExecutor<L> {
    fn supports(&self, kind: PoolType) -> bool {
        kind == PoolType::Kubernetes
    }

    async fn run(&self, job: Job, mut control: Control) -> Ending {
        let (mut stop, mut draining) = (control.stop.clone(), control.draining.clone());
        let key = Key {
            stream: QueueStream {
                key: job.run.queue.clone(),
                incarnation: job.incarnation,
            },
            run_id: job.run.run_id.clone(),
            attempt: job.attempt,
        };
        // What the steps need is in boxes of their own and goes with them: of an attempt that only waits for its end,
        // and a worker holds many, little is left.
        //
        // Whatever a POST that is given up comes to: what it makes is suspended, and the log does not know of it.
        let made = tokio::select! {
            biased;
            cause = told_to_stop(&mut stop) => return given_up(cause),
            _draining = draining.wait_for(|draining| *draining) => return Ending::NotBegun,
            made = Box::pin(self.make(job, &control)) => made,
        };
        let made = match made {
            Ok(made) => made,
            Err(ending) => return ending,
        };
        match control.submitted(made.infrastructure()).await {
            Submission::Stands => {}
            refused @ (Submission::Refused | Submission::Unsure) => {
                let cause = control.stop.borrow().map(|stop| stop.cause);
                let sure = refused == Submission::Refused;
                Box::pin(submit::undo(&self.cluster, made, sure)).await;
                return Ended::stopped_before_start(cause.unwrap_or(StopCause::Revoked)).into();
            }
        }
        tokio::select! {
            biased;
            () = let_go(&mut stop) => return Ending::LetGo,
            () = Box::pin(submit::start(&self.cluster, made)) => {}
        }
        self.attend(key, &mut control).await;
        Ending::LetGo
    }

    async fn beside(&self, serving: Serving) {
        let attended = self
            .attended
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        let Some(attended) = attended else {
            return std::future::pending().await;
        };
        let uid = async {
            loop {
                // Attempts that want to know it wait for the same answer, so it is not waited for long at a time.
                let patience = Patience::until(self.clock.monotonic() + UID_WITHIN);
                match self.cluster_uid(patience).await {
                    Ok(uid) => return uid.to_owned(),
                    Err(error) => {
                        tracing::error!(%error, "it is not known which cluster this is; nothing is followed");
                    }
                }
                self.clock.sleep(UID_WITHIN).await;
            }
        };
        let observer = Observer::new(
            self.cluster.clone(),
            self.log.clone(),
            self.clock.clone(),
            serving,
            self.known.clone(),
        );
        observer.run(uid, attended).await;
    }
}

/// The end of an attempt of which nothing has begun.
fn given_up(cause: StopCause) -> Ending {
    match cause {
        StopCause::WorkerStopping | StopCause::SessionLost => Ending::NotBegun,
        StopCause::Cancelled | StopCause::Revoked => Ended::stopped_before_start(cause).into(),
    }
}

/// Waits for an order to stop, and says why.
async fn told_to_stop(stop: &mut watch::Receiver<Option<crate::executor::Stop>>) -> StopCause {
    match stop.wait_for(Option::is_some).await.map(|stop| *stop) {
        Ok(Some(stop)) => stop.cause,
        Ok(None) | Err(_) => std::future::pending().await,
    }
}

/// Waits for an order that is about this worker and not about the attempt, which lives on.
async fn let_go(stop: &mut watch::Receiver<Option<crate::executor::Stop>>) {
    let ours = |stop: &Option<crate::executor::Stop>| {
        stop.is_some_and(|stop| match stop.cause {
            StopCause::WorkerStopping | StopCause::SessionLost => true,
            StopCause::Cancelled | StopCause::Revoked => false,
        })
    };
    if stop.wait_for(ours).await.is_err() {
        std::future::pending::<()>().await;
    }
}
