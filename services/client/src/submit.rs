//! Submitting a run: check it as the scheduler will, publish it, and wait a moment for a refusal.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use weir_core::{
    bounds,
    cell::CellState,
    event::{Body, Decision, Record},
    family::{After, AfterOutcome, Parent, RunName},
    ids::{DeploymentName, QueueKey, RunId, RunKey, Seq},
    judge::{Judge, judge, no_deployment, queue_deleted},
    request::{Fault, FaultCode, Request, RunRequest},
};
use weir_log::{
    Append, AppendError, Entry, LogError, Written,
    traits::{LiveFeed, Log},
};

use crate::{
    Client, RandomError, ReadCellError, new_run_id,
    retry::{append_surely, message_id},
};

/// How long a submission waits for a refusal, unless it says otherwise.
const WAIT_DEFAULT: Duration = Duration::from_secs(2);

/// A run to submit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Submission {
    /// Where it goes. `None`: where its deployment says.
    pub queue: Option<QueueKey>,
    /// What is asked.
    pub request: RunRequest,
    /// Its id, which makes the submission idempotent. `None`: a fresh one.
    pub run_id: Option<RunId>,
    /// A W3C `traceparent` of the caller, handed on to the run.
    pub traceparent: Option<String>,
    /// How long to wait for the scheduler to refuse it, so that a mistake fails on the spot; 2 s by default, zero not
    /// to wait. The wait ends as soon as the run is claimed.
    pub wait: Duration,
}

impl Submission {
    /// A run of a deployment, in its queue and with its settings.
    pub fn of_deployment(deployment: DeploymentName) -> Self {
        Self::new(
            None,
            RunRequest {
                deployment: Some(deployment),
                ..RunRequest::default()
            },
        )
    }
    /// A run in this queue.
    pub fn to_queue(queue: QueueKey, request: RunRequest) -> Self {
        Self::new(Some(queue), request)
    }
    /// A run, where its deployment says if no queue is named.
    pub fn new(queue: Option<QueueKey>, request: RunRequest) -> Self {
        Self {
            queue,
            request,
            run_id: None,
            traceparent: None,
            wait: WAIT_DEFAULT,
        }
    }
    /// Under this id. The same id twice in a queue is one run.
    #[must_use]
    pub fn run_id(mut self, id: RunId) -> Self {
        self.run_id = Some(id);
        self
    }
    /// As a child of this trace context.
    #[must_use]
    pub fn traceparent(mut self, traceparent: impl Into<String>) -> Self {
        self.traceparent = Some(traceparent.into());
        self
    }
    /// As a child of this run, which ends with it where it ends without success; the run goes on whatever becomes of the
    /// child. Other policies are set on [`RunRequest::parent`].
    #[must_use]
    pub fn child_of(mut self, parent: RunKey) -> Self {
        self.request.parent = Some(Parent::new(parent.into()));
        self
    }
    /// Once all of these runs have ended like that.
    #[must_use]
    pub fn after(mut self, runs: impl IntoIterator<Item = RunKey>, outcome: AfterOutcome) -> Self {
        let runs: Vec<RunName> = runs.into_iter().map(RunName::from).collect();
        self.request.after = (!runs.is_empty()).then_some(After { runs, outcome });
        self
    }
    /// Waits this long for a refusal.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }
}

/// A request that the log holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Submitted {
    /// The run.
    pub run: RunKey,
    /// Where its request stands in the queue's log.
    pub seq: Seq,
    /// A run of that id was there before. It is that run, and this request changes nothing.
    pub existed: bool,
    /// The scheduler has decided on it within the wait, and has not refused it.
    pub accepted: bool,
}

/// Why a run was not submitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// It names neither a queue nor a deployment.
    #[error("the run names neither a queue nor a deployment: name one of them")]
    NoTarget,
    /// There is no such queue.
    #[error("there is no work queue {queue}: create it with `weir work-queue create {} --pool {}`", queue.queue, queue.pool)]
    UnknownQueue {
        /// Which queue.
        queue: QueueKey,
    },
    /// The scheduler would refuse it; nothing was published.
    #[error("the run would be rejected ({}), so it was not published", fault.code.as_str())]
    Invalid {
        /// What is wrong.
        #[source]
        fault: Fault,
    },
    /// The scheduler has refused it. The run exists, as `Failed`, name `Rejected`.
    #[error("run {run} was rejected ({})", fault.code.as_str())]
    Rejected {
        /// Which run.
        run: RunKey,
        /// What is wrong.
        #[source]
        fault: Fault,
    },
    /// The queue's stream is full to its last byte; nothing was published.
    #[error("work queue {queue} is full: wait, or raise its bound with `weir work-queue update {} --pool {} --max-bytes`", queue.queue, queue.pool)]
    Full {
        /// Which queue.
        queue: QueueKey,
    },
    /// The publish was not acknowledged. Submit again with the same id: it counts once.
    #[error(
        "the request of run {run} was not acknowledged: submit it again with the same run id, it will count once"
    )]
    NotAcknowledged {
        /// Which run.
        run: RunKey,
        /// What the broker said.
        #[source]
        source: AppendError,
    },
    /// The configuration could not be read.
    #[error("the configuration could not be read")]
    Cell(#[source] ReadCellError),
    /// The run could not be followed.
    #[error("the run's log could not be read")]
    Log(#[source] LogError),
    /// No run id could be made.
    #[error("no run id could be made")]
    Random(#[source] RandomError),
}

impl<L: Log> Client<L> {
    /// Checks a run against the configuration with the scheduler's own code, publishes it, and waits for a refusal.
    ///
    /// # Errors
    /// When the run would be rejected (then nothing is published), when it was, or when the publish was not
    /// acknowledged. In the last case it may be on the log all the same: submit again under the same id.
    pub async fn submit(&self, submission: Submission) -> Result<Submitted, SubmitError> {
        let Submission {
            queue,
            request,
            run_id,
            traceparent,
            wait,
        } = submission;
        let cell = self.cell().await.map_err(SubmitError::Cell)?;
        let queue = target(&cell, queue, &request)?;
        let payload = checked(&cell, &queue, request)?;
        let chosen = run_id.is_some();
        let run_id = match run_id {
            Some(id) => id,
            None => new_run_id().map_err(SubmitError::Random)?,
        };
        let stream = cell.present_life(&queue);
        let run = RunKey { queue, run_id };
        let mut live = self
            .log
            .live(&run.queue, Some(&run.run_id))
            .await
            .map_err(SubmitError::Log)?;
        let append = Append {
            entry: Entry::Request {
                run_id: run.run_id.clone(),
                payload,
                traceparent,
            },
            fence: None,
            msg_id: Some(message_id().map_err(SubmitError::Random)?),
        };
        let stored = append_surely(|| self.log.append(&stream, append.clone())).await;
        let seq = match stored {
            Ok(appended) => appended.seq,
            Err(source) => return Err(self.not_stored(&run, source).await),
        };
        let mut verdict = verdict_within(wait, &mut live).await;
        let mut existed = false;
        // What the feed has lost (it is lossy) the stored records still tell; and whether the id was taken, too.
        if chosen || (verdict.is_none() && !wait.is_zero()) {
            let records = self
                .log
                .run_records(&stream, &run.run_id)
                .await
                .map_err(SubmitError::Log)?;
            verdict = verdict.or_else(|| {
                records
                    .iter()
                    .filter(|record| record.seq > seq)
                    .find_map(verdict_of)
            });
            existed = records
                .iter()
                .any(|record| record.seq < seq && is_run(record));
        }
        match verdict {
            Some(Verdict::Rejected(fault)) => Err(SubmitError::Rejected { run, fault }),
            Some(Verdict::Accepted) | None => Ok(Submitted {
                run,
                seq,
                existed,
                accepted: verdict.is_some(),
            }),
        }
    }
}

impl<L: Log> Client<L> {
    /// What a run would be, without running it: the manifest of a Kubernetes Job without what only an attempt has (its
    /// name, weir's labels and variables), else the rendered job configuration.
    ///
    /// # Errors
    /// When the run would be rejected, and when the configuration cannot be read.
    pub async fn render(&self, submission: &Submission) -> Result<serde_json::Value, SubmitError> {
        let Submission { queue, request, .. } = submission;
        let cell = self.cell().await.map_err(SubmitError::Cell)?;
        let queue = target(&cell, queue.clone(), request)?;
        Judge::default()
            .show(&cell, &queue, request)
            .map_err(|fault| SubmitError::Invalid { fault })
    }
}

/// The first word on a run's acceptance that comes within the wait.
async fn verdict_within(wait: Duration, live: &mut impl LiveFeed) -> Option<Verdict> {
    let first = async {
        while let Some((_, record)) = live.next().await {
            let verdict = verdict_of(&record);
            if verdict.is_some() {
                return verdict;
            }
        }
        None
    };
    tokio::time::timeout(wait, first).await.ok().flatten()
}

enum Verdict {
    Accepted,
    Rejected(Fault),
}

/// What a record of a run tells about its request's acceptance.
fn verdict_of(record: &Record) -> Option<Verdict> {
    match &record.body {
        Body::Decision { decided, .. } => match &decided.what {
            Decision::Rejected(fault) => Some(Verdict::Rejected(fault.clone())),
            Decision::RetryScheduled { .. }
            | Decision::CancelOrdered { .. }
            | Decision::Cancelled { .. }
            | Decision::Yielded { .. }
            | Decision::Regranted { .. }
            | Decision::FoundInCycle { .. } => Some(Verdict::Accepted),
        },
        Body::Claim { .. } | Body::Report { .. } => Some(Verdict::Accepted),
        Body::Request { .. } | Body::Epoch(_) | Body::Malformed { .. } => None,
    }
}

fn is_run(record: &Record) -> bool {
    match &record.body {
        Body::Request { request, .. } => match request {
            Request::Run(_) | Request::Bad(_) => true,
            Request::Cancel(_)
            | Request::SetPriority(_)
            | Request::Retry(_)
            | Request::Waits(_)
            | Request::GoesOn(_) => false,
        },
        Body::Claim { .. }
        | Body::Decision { .. }
        | Body::Report { .. }
        | Body::Epoch(_)
        | Body::Malformed { .. } => false,
    }
}

/// The queue that is meant.
fn target(
    cell: &CellState,
    queue: Option<QueueKey>,
    request: &RunRequest,
) -> Result<QueueKey, SubmitError> {
    let queue = match (queue, &request.deployment) {
        (Some(queue), _) => queue,
        (None, Some(name)) => cell
            .deployment(name)
            .map(|held| held.value.queue.clone())
            .ok_or_else(|| SubmitError::Invalid {
                fault: no_deployment(cell, name),
            })?,
        (None, None) => return Err(SubmitError::NoTarget),
    };
    if let Some(fault) = queue_deleted(cell, &queue) {
        Err(SubmitError::Invalid { fault })
    } else if cell.queue(&queue).is_some() {
        Ok(queue)
    } else {
        Err(SubmitError::UnknownQueue { queue })
    }
}

/// The payload to publish, if the scheduler would take it: decoded and judged by the code that the scheduler uses.
fn checked(cell: &CellState, queue: &QueueKey, request: RunRequest) -> Result<Bytes, SubmitError> {
    let payload = weir_proto::encode_request(&Request::Run(Arc::new(request)));
    if payload.len() > bounds::REQUEST_BYTES_MAX {
        let message = format!(
            "{} bytes are more than the {} allowed",
            payload.len(),
            bounds::REQUEST_BYTES_MAX
        );
        return Err(SubmitError::Invalid {
            fault: Fault::new(FaultCode::TooLarge, "", message),
        });
    }
    let judged = match weir_proto::decode_request(&payload) {
        Request::Run(request) => judge(cell, queue, &request).map(|_| ()),
        Request::Bad(fault) => Err(fault),
        Request::Cancel(_)
        | Request::SetPriority(_)
        | Request::Retry(_)
        | Request::Waits(_)
        | Request::GoesOn(_) => Ok(()),
    };
    judged.map_err(|fault| SubmitError::Invalid { fault })?;
    Ok(payload)
}

impl<L: Log> Client<L> {
    async fn not_stored(&self, run: &RunKey, source: AppendError) -> SubmitError {
        if matches!(source, AppendError::Full { .. }) {
            return SubmitError::Full {
                queue: run.queue.clone(),
            };
        }
        // The queue may have been deleted in between, and its own words are clearer than the broker's.
        if source.written() == Written::No
            && let Ok(cell) = self.cell().await
            && let Some(fault) = queue_deleted(&cell, &run.queue)
        {
            return SubmitError::Invalid { fault };
        }
        SubmitError::NotAcknowledged {
            run: run.clone(),
            source,
        }
    }
}
