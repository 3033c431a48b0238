//! What a folded state can be asked, and what it answers: the views of the control API.

mod schedule;

use std::time::Duration;

pub use schedule::{ScheduleFilter, ScheduleList, ScheduleView};

use crate::{
    awaits::CycleLink,
    cell::PoolType,
    family::{AfterOutcome, OnFailure, OnParentEnd},
    ids::{
        Attempt, DeploymentName, Epoch, PoolName, QueueKey, QueueName, RunId, RunKey,
        SchedulerName, Seq, Tag, WorkerName,
    },
    limit::LimitKey,
    rate::StartRate,
    state::{StateName, StateType},
    time::Timestamp,
    wait::{Place, Spent},
};

/// Which runs to list. Empty filters let everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Only of this pool.
    pub pool: Option<PoolName>,
    /// Only of this queue.
    pub queue: Option<QueueName>,
    /// Only this id.
    pub run_id: Option<RunId>,
    /// Only of this deployment.
    pub deployment: Option<DeploymentName>,
    /// Only in one of these states (by type).
    pub states: Vec<StateType>,
    /// Only with all of these tags.
    pub tags: Vec<Tag>,
    /// At most this many, the newest requests first; 0 means 200, the most is 10,000.
    pub limit: u32,
    /// Only children of this run.
    pub parent: Option<RunKey>,
}

/// A run as a folded state knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunView {
    /// Which run.
    pub key: RunKey,
    /// Its deployment.
    pub deployment: Option<DeploymentName>,
    /// Its name for people.
    pub name: Option<String>,
    /// Its own tags.
    pub tags: Vec<Tag>,
    /// Its priority within the queue.
    pub priority: i32,
    /// Its state's type.
    pub state: StateType,
    /// Its state's finer name.
    pub state_name: StateName,
    /// A reason as a code, such as `UnknownVariable` or `CommandNotFound`; empty for none.
    pub reason: String,
    /// The reason for people.
    pub message: String,
    /// The last attempt claimed; 0 for none.
    pub attempt: Attempt,
    /// When the request was stored, and where.
    pub requested_at: Timestamp,
    /// The request's position.
    pub request_seq: Seq,
    /// When the last attempt was claimed.
    pub claimed_at: Option<Timestamp>,
    /// When the last attempt started.
    pub started_at: Option<Timestamp>,
    /// When the run ended.
    pub ended_at: Option<Timestamp>,
    /// The earliest time of the next attempt.
    pub due: Option<Timestamp>,
    /// The last attempt's exit code.
    pub exit_code: Option<i32>,
    /// The signal that ended the last attempt.
    pub signal: Option<i32>,
    /// Who holds or held the last attempt.
    pub worker: Option<WorkerName>,
    /// What the last attempt is called on its infrastructure.
    pub infrastructure: String,
    /// The limits that it holds slots of.
    pub holds: Vec<LimitKey>,
    /// Requests under the same id with other content; they changed nothing.
    pub other_requests: u32,
    /// A cancel was asked for.
    pub cancel_requested: bool,
    /// Since when it is in this state: the stamp of the record that made it so.
    pub state_since: Timestamp,
    /// Not before this, as its request says.
    pub scheduled_time: Option<Timestamp>,
    /// By when it must have started, or it lapses, by the configuration as it is now; `None`: whenever, or it has started.
    pub start_by: Option<Timestamp>,
    /// What it belongs to.
    pub family: FamilyView,
}

/// What a run belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FamilyView {
    /// The run that asked for it.
    pub parent: Option<RunKey>,
    /// What becomes of it where its parent ends without success.
    pub on_parent_end: OnParentEnd,
    /// What becomes of its parent where it ends without success.
    pub on_failure: OnFailure,
    /// How many runs name it as their parent, as far as the answerer has folded; 0 where only its own log was read.
    pub children: u64,
    /// The runs that it comes after.
    pub after: Vec<RunKey>,
    /// How each of them has to end.
    pub after_outcome: AfterOutcome,
}

/// An answer to a list of runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunList {
    /// The runs.
    pub runs: Vec<RunView>,
    /// How many more match.
    pub more: u64,
    /// Who answers, and how far it has folded.
    pub from: Answerer,
}

/// Who answers an API request, and how far it has folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answerer {
    /// Which scheduler.
    pub scheduler: SchedulerName,
    /// Whether it leads, as far as it knows.
    pub leads: bool,
    /// Its epoch, or the last that it has seen.
    pub epoch: Epoch,
    /// The cell log's folded position.
    pub cell: Seq,
    /// Each queue's folded position.
    pub queues: Vec<(QueueKey, Seq)>,
    /// Why it cannot decide at the moment, if so; one sentence each.
    pub impediments: Vec<String>,
}

/// How much of a limit is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitView {
    /// Which limit.
    pub limit: LimitKey,
    /// Slots held.
    pub used: u64,
    /// Its value; `None` is unlimited.
    pub value: Option<u32>,
}

/// A queue as a folded state knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueView {
    /// Which queue.
    pub key: QueueKey,
    /// Its priority.
    pub priority: u32,
    /// Its limit's use.
    pub limit: LimitView,
    /// Runs that wait to be claimed.
    pub waiting: u64,
    /// Runs with an attempt of which something is left.
    pub live: u64,
    /// Runs that have ended and are remembered.
    pub ended: u64,
    /// When the oldest waiting run was requested.
    pub oldest_waiting: Option<Timestamp>,
    /// Bytes in its stream, its request bound, and its hard bound at the moment. `None`: not known here.
    pub stream: Option<StreamView>,
    /// Whether its log is open and folded, or why not.
    pub status: String,
    /// It or its pool is paused, and nothing of it is under way or being started. Only the leader can say so.
    pub drained: bool,
}

/// How full a queue's stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamView {
    /// Bytes in it.
    pub bytes: u64,
    /// Past this, new requests are rejected.
    pub request_bound: u64,
    /// Past this, nothing can be stored.
    pub hard_bound: u64,
}

/// A pool as a folded state knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolView {
    /// Its name.
    pub name: PoolName,
    /// What its runs become.
    pub kind: PoolType,
    /// Its limit's use.
    pub limit: LimitView,
    /// Its queues.
    pub queues: Vec<QueueView>,
    /// Workers of it that are online.
    pub workers: u32,
    /// Attempts that they can hold together.
    pub capacity: u64,
}

/// A worker as a folded state knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerView {
    /// Its name.
    pub name: WorkerName,
    /// Its pool.
    pub pool: PoolName,
    /// Its queues; empty means all of the pool.
    pub queues: Vec<QueueName>,
    /// Whether its lease holds.
    pub online: bool,
    /// It is being stopped.
    pub draining: bool,
    /// How many attempts it can hold.
    pub capacity: u32,
    /// How many it holds, as the log says.
    pub in_use: u32,
    /// Its version of weir.
    pub version: String,
    /// Its last heartbeat.
    pub seen_at: Timestamp,
    /// How long that is to be believed.
    pub lease: Duration,
    /// How many attempts are held for it by sessions of it that are over.
    pub lost: u32,
}

/// Why a run waits, or what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The run.
    pub run: RunView,
    /// What it waits for now, the first being what must change first; empty if it does not wait.
    pub clauses: Vec<WhyClause>,
    /// How its last wait was spent, or has been so far. Of a run that waits only the leader knows it.
    pub spent: Vec<Spent>,
    /// The record that ended that wait; where it still waits, the last one that was folded, with the time of the answer.
    pub until: Option<Place>,
    /// How many of those that wait for the same stand before it.
    pub before: Option<u64>,
    /// Who answers.
    pub from: Answerer,
}

/// One cause for which a run waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyClause {
    /// A limit has no slot free.
    Limit {
        /// Which, and its use.
        limit: LimitView,
        /// Who holds its slots; at most 20.
        holders: Vec<RunKey>,
        /// How many slots it needs.
        needs: u32,
    },
    /// A start rate allows no further start yet.
    Rate {
        /// Whose.
        limit: LimitKey,
        /// The rate.
        rate: StartRate,
        /// From when on one is allowed.
        opens_at: Timestamp,
    },
    /// Slots of a limit are free and kept for another run.
    Kept {
        /// Which limit.
        limit: LimitKey,
    },
    /// Its program waits for other runs.
    Awaits {
        /// Which have not ended, as far as it is known; at most 20.
        runs: Vec<RunKey>,
        /// Since when.
        since: Timestamp,
        /// It holds no slots meanwhile.
        yielded: bool,
        /// What it waited for has ended, and it waits for its slots.
        goes_on: bool,
    },
    /// It waits for runs that, in the end, wait for it.
    Cycle {
        /// One way round, beginning with this run.
        links: Vec<CycleLink>,
        /// How many runs wait for each other in all.
        runs: u32,
    },
    /// Other runs are planned before it.
    Behind {
        /// How many.
        runs: u64,
    },
    /// No worker that serves its queue is online with room.
    NoWorker {
        /// How many such workers are online, full ones included.
        online: u32,
    },
    /// A run that it is to come after has not ended as asked.
    After {
        /// Which.
        run: RunKey,
        /// How it stands; `None`: it was never requested.
        state: Option<StateName>,
        /// How it has to end.
        wanted: AfterOutcome,
    },
    /// It is to start later.
    Due {
        /// When.
        at: Timestamp,
    },
    /// The decider cannot decide on this queue at the moment.
    Closed {
        /// Why.
        reason: String,
    },
    /// Its pool, queue or deployment is paused.
    Paused {
        /// Which, by the limit that it would count against.
        what: LimitKey,
        /// Why, where the scheduler paused it; empty: somebody did.
        reason: String,
    },
    /// It is about to be decided.
    Now,
}
