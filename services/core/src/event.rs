//! The facts of a queue's log: who said what about a run. Three voices, and the epoch that fences the second.

mod cause;
mod decision;
mod outcome;

use std::{sync::Arc, time::Duration};

use crate::{
    bounds,
    ids::{
        Attempt, DecisionId, Epoch, Lane, Revision, RunId, SchedulerName, Seq, SessionId,
        WorkerName,
    },
    limit::Slot,
    request::{Request, RunRequest},
    retry::RetryPolicy,
    time::Timestamp,
    wait::Wait,
};

pub use cause::CancelCause;
pub use decision::Decision;
pub use outcome::{Outcome, OutcomeClass};

/// One record of a queue's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its position.
    pub seq: Seq,
    /// When the broker stored it, by the broker's clock.
    pub at: Timestamp,
    /// What it says.
    pub body: Body,
}

/// What a record of a queue's stream says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A user speaks about a run.
    Request {
        /// Which run.
        run_id: RunId,
        /// What is asked.
        request: Request,
        /// A digest of the payload, to tell a repeated request from a different one under the same id.
        digest: u64,
        /// The publisher's `traceparent` header (W3C Trace Context), if it sent one.
        traceparent: Option<String>,
    },
    /// The scheduler grants, or takes back.
    Claim {
        /// Which run.
        run_id: RunId,
        /// What was decided, and on what it rests.
        decided: Decided<Claim>,
    },
    /// The scheduler decides otherwise.
    Decision {
        /// Which run.
        run_id: RunId,
        /// What was decided, and on what it rests.
        decided: Decided<Decision>,
    },
    /// A worker reports.
    Report {
        /// Which run.
        run_id: RunId,
        /// What it says.
        report: Report,
    },
    /// A leader speaks from here on, on one lane.
    Epoch(EpochRecord),
    /// A record that its voice should never have said. Under `Report` it is counted and ignored; in the scheduler's
    /// own voice it stops the queue.
    Malformed {
        /// Whose voice.
        voice: Voice,
        /// What is wrong with it.
        detail: String,
    },
}

/// Who speaks on a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Voice {
    /// Users, on `.request`.
    Request,
    /// The scheduler, on `.claim`.
    Claim,
    /// The scheduler, on `.decision`.
    Decision,
    /// Workers, on `.report`.
    Report,
    /// The scheduler, on the lanes of `weir.epoch`.
    Epoch,
}

/// A leader's epoch on one lane. Written by compare-and-set, only over a smaller number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochRecord {
    /// Which lane.
    pub lane: Lane,
    /// The leadership.
    pub epoch: Epoch,
    /// Who leads.
    pub leader: SchedulerName,
}

/// A decision with what an auditor needs to recompute it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided<T> {
    /// Whose decision, and which.
    pub id: DecisionId,
    /// The leader's reading of the broker's clock when it decided. Rates, ages and deadlines start here.
    pub at: Timestamp,
    /// How far the logs had been folded.
    pub basis: Basis,
    /// What was decided.
    pub what: T,
}

/// How far each log had been folded when a decision was made, as a change since an earlier decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// The decision (of the same epoch) that this is a change since; it had been read back. `None`: the whole vector.
    pub since: Option<u64>,
    /// How far the cell log had been folded; `None`: as in `since`.
    pub cell: Option<Seq>,
    /// How far queues had been folded. A queue is named by the position of its `QueueOpened` in the cell log.
    pub queues: Vec<(Seq, Seq)>,
}

/// The scheduler's word on `.claim`, the subject that fences the workers' reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// An attempt may start. This record is the work item.
    Claimed(Claimed),
    /// An attempt is taken back.
    Revoked(Revoked),
}

/// The grant of one attempt, with all that was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Which try.
    pub attempt: Attempt,
    /// The position of the request that is meant.
    pub request: Seq,
    /// What it holds until its infrastructure is gone.
    pub slots: Vec<Slot>,
    /// The revision of the pool's configuration; it holds the base job template to render.
    pub pool_revision: Revision,
    /// The revision of the queue's configuration.
    pub queue_revision: Revision,
    /// The revision of the deployment.
    pub deployment_revision: Option<Revision>,
    /// Retries in force.
    pub retries: u32,
    /// The delay before a retry in force.
    pub retry_delay: Duration,
    /// The retry policy in force; `None`: every failure, after `retry_delay`.
    pub retry_policy: Option<Arc<RetryPolicy>>,
    /// The timeout in force, from the attempt's start.
    pub timeout: Option<Duration>,
    /// How long the claim waits to be taken before it is revoked.
    pub take_within: Duration,
    /// How long whoever takes it may take to make its infrastructure; `None`: without an end.
    pub submit_within: Option<Duration>,
    /// How long it may take to start from then on; `None`: without an end.
    pub start_within: Option<Duration>,
    /// The run's name for people, where the deployment's template gives one.
    pub name: Option<String>,
    /// Its infrastructure lives on without its worker, and nothing of it runs before `Submitted`: so the loss of the
    /// worker ends it only before that, and then no try is counted.
    pub outlives_worker: bool,
    /// The request that is meant, where it is small ([`bounds::COPY_BYTES_MAX`]): whoever takes the claim need not
    /// read it from the log. It says what the record at `request` says.
    pub copy: Option<RequestCopy>,
    /// How the wait was spent that this ends; without gaps, the last part up to here.
    pub waits: Vec<Wait>,
}

impl Claimed {
    /// A grant with nothing else in force: no slots, no retries, no timeout, to be taken within 5 s. What tests and
    /// tools begin with.
    pub fn bare(attempt: Attempt, request: Seq) -> Self {
        Self {
            attempt,
            request,
            slots: Vec::new(),
            pool_revision: Revision(1),
            queue_revision: Revision(1),
            deployment_revision: None,
            retries: 0,
            retry_delay: Duration::ZERO,
            retry_policy: None,
            timeout: None,
            take_within: Duration::from_secs(5),
            submit_within: None,
            start_within: None,
            name: None,
            outlives_worker: false,
            copy: None,
            waits: Vec::new(),
        }
    }
}

/// A request as a claim brings it along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestCopy {
    /// What was asked.
    pub request: Arc<RunRequest>,
    /// The publisher's `traceparent`.
    pub traceparent: Option<String>,
}

impl RequestCopy {
    /// A copy for a claim, if the request is small enough for one.
    pub fn of(request: &Arc<RunRequest>, traceparent: Option<&str>) -> Option<Self> {
        let traceparent = traceparent.map(str::to_owned);
        let bytes = request.bytes() + traceparent.as_ref().map_or(0, String::len);
        (bytes <= bounds::COPY_BYTES_MAX).then(|| Self {
            request: Arc::clone(request),
            traceparent,
        })
    }
}

/// An attempt is taken back. What that means is decided by its position: see the fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Which attempt.
    pub attempt: Attempt,
    /// Why.
    pub cause: RevokeCause,
    /// How long the holder may take to stop it, if somebody holds it.
    pub grace: Duration,
}

/// Why an attempt was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevokeCause {
    /// Nobody took it in time.
    NotTaken,
    /// Its run is being cancelled.
    Cancel,
    /// Its worker's session ended. The lease that binds the worker's keepers has run out as a whole, so what ran
    /// there is gone.
    WorkerLost {
        /// The session that was lost.
        session: SessionId,
    },
    /// Its holder did not make its infrastructure in time.
    NotSubmitted,
    /// It did not start in time.
    NotStarted,
    /// It has run for longer than its timeout, and its holder has not ended it.
    RanTooLong,
}

/// A worker's word about the attempt that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which attempt.
    pub attempt: Attempt,
    /// Which start of which worker.
    pub session: SessionId,
    /// Counts the reports of this session on this attempt, from 1, so that one stored twice counts once.
    pub n: u32,
    /// What happened.
    pub what: Reported,
}

/// What a worker can report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reported {
    /// The attempt is mine, if I am the first to say so.
    Taken {
        /// Who says so.
        worker: WorkerName,
        /// The lease of its session: what a leader that has never seen the session waits before it takes the attempt
        /// as gone.
        lease: Duration,
    },
    /// Its infrastructure has been made and is not running yet.
    Submitted {
        /// What it is called there, such as the Job's name.
        infrastructure: String,
    },
    /// It runs.
    Started {
        /// What it is called there, such as `pid 4711 on host-3`; of what was submitted, where it runs, such as `pod P on node
        /// N`.
        infrastructure: String,
    },
    /// It cannot start yet.
    Waiting {
        /// Why, as the infrastructure spells it, such as `ImagePullBackOff`.
        reason: String,
        /// The infrastructure's message.
        message: String,
    },
    /// It ended.
    Finished {
        /// How.
        outcome: Outcome,
        /// Whether nothing of it is left: then the slots are free without a further `Gone`.
        gone: bool,
    },
    /// Nothing of it is left. The only report that is accepted after a revocation.
    Gone {
        /// How it ended, where no `Finished` has told.
        outcome: Option<Outcome>,
    },
    /// Nothing of it was begun, and this worker will not: it does not count as a try.
    HandedBack,
}

impl Reported {
    /// The reason of a wait that is no trouble: it has its place, which the message names, and is being started.
    pub const SCHEDULED: &'static str = "Scheduled";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonObject;

    #[test]
    fn a_claim_brings_a_small_request_along_and_leaves_a_large_one_in_the_log() {
        let request = |bytes: usize| {
            let parameters = JsonObject::parse(&format!(r#"{{"a":"{}"}}"#, "x".repeat(bytes)));
            Arc::new(RunRequest {
                parameters: parameters.unwrap(),
                ..RunRequest::default()
            })
        };
        let (small, large) = (request(900), request(bounds::COPY_BYTES_MAX));
        let copy = RequestCopy::of(&small, Some("00-trace")).unwrap();
        assert_eq!(
            (copy.request, copy.traceparent.as_deref()),
            (small, Some("00-trace"))
        );
        assert_eq!(RequestCopy::of(&large, None), None);
        let long_trace = "t".repeat(bounds::COPY_BYTES_MAX);
        assert_eq!(RequestCopy::of(&request(1), Some(&long_trace)), None);
    }
}
