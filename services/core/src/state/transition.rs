//! The transition table: which words count in which state of a run, and where they lead. All that a fold may do to a run's
//! state stands here; the handlers add what a word does to the rest of the run.
//!
//! The fold asks it twice: a word that does not count in the run's state is void, and a word that leads where the table
//! does not say is a bug, which [`QueueState::violation`](crate::state::QueueState::violation) tells. A test walks every
//! history of a run and finds each row, and no other; the picture in ARCHITECTURE.md is drawn from here.

use super::name::StateName::{
    self, AwaitingRetry, Cancelled, Cancelling, ChildFailed, Completed, Crashed, Failed,
    InfrastructurePending, Lapsed, NotReached, Pending, Rejected, Revoking, Running, Scheduled,
    StartFailed, Submitting, TimedOut, WorkerLost, WorkerStopped,
};
use crate::{
    event::{Body, Claim, Decision, Reported, RevokeCause},
    request::Request,
};

/// A word about a run, without what it says in detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// Users: the same id once more. The first body wins.
    Request,
    /// Users: cancel it.
    Cancel,
    /// Users: one more attempt of what has ended.
    Retry,
    /// Users: another priority.
    SetPriority,
    /// Its own program, on the users' subject: it waits for other runs.
    Waits,
    /// Its own program, on the users' subject: it waits no longer.
    GoesOn,
    /// The scheduler grants an attempt.
    Claimed,
    /// The scheduler takes it back.
    Revoked,
    /// The scheduler takes it back, because its worker's session is over.
    WorkerLost,
    /// The scheduler: the request cannot be run.
    Rejected,
    /// The scheduler: the next attempt is due then.
    RetryScheduled,
    /// The scheduler: whoever holds it stops it.
    CancelOrdered,
    /// The scheduler: it ends without another attempt.
    Cancelled,
    /// The scheduler: while it waits for others it holds nothing.
    Yielded,
    /// The scheduler: it has what it held before again.
    Regranted,
    /// The scheduler: what it waits for waits for it.
    FoundInCycle,
    /// Its worker: mine.
    Taken,
    /// Its worker: made.
    Submitted,
    /// Its worker: it runs.
    Started,
    /// Its worker: it cannot start yet.
    Waiting,
    /// Its worker: it has ended.
    Finished,
    /// Its worker: nothing is left of it.
    Gone,
    /// Its worker: not begun, and not by me.
    HandedBack,
    /// Its queue is closed.
    Closed,
}

impl Word {
    /// Every word.
    pub const ALL: [Self; 24] = [
        Self::Request,
        Self::Cancel,
        Self::Retry,
        Self::SetPriority,
        Self::Waits,
        Self::GoesOn,
        Self::Claimed,
        Self::Revoked,
        Self::WorkerLost,
        Self::Rejected,
        Self::RetryScheduled,
        Self::CancelOrdered,
        Self::Cancelled,
        Self::Yielded,
        Self::Regranted,
        Self::FoundInCycle,
        Self::Taken,
        Self::Submitted,
        Self::Started,
        Self::Waiting,
        Self::Finished,
        Self::Gone,
        Self::HandedBack,
        Self::Closed,
    ];

    /// The word that a record is; `None` where it is about no run.
    pub fn of(body: &Body) -> Option<Self> {
        Some(match body {
            Body::Request { request, .. } => match request {
                Request::Run(_) | Request::Bad(_) => Self::Request,
                Request::Cancel(_) => Self::Cancel,
                Request::SetPriority(_) => Self::SetPriority,
                Request::Retry(_) => Self::Retry,
                Request::Waits(_) => Self::Waits,
                Request::GoesOn(_) => Self::GoesOn,
            },
            Body::Claim { decided, .. } => Self::of_claim(&decided.what),
            Body::Decision { decided, .. } => Self::of_decision(&decided.what),
            Body::Report { report, .. } => Self::of_report(&report.what),
            Body::Epoch(_) | Body::Malformed { .. } => return None,
        })
    }
    pub(super) fn of_claim(claim: &Claim) -> Self {
        match claim {
            Claim::Claimed(_) => Self::Claimed,
            Claim::Revoked(revoked) => match revoked.cause {
                RevokeCause::WorkerLost { .. } => Self::WorkerLost,
                RevokeCause::NotTaken
                | RevokeCause::Cancel
                | RevokeCause::NotSubmitted
                | RevokeCause::NotStarted
                | RevokeCause::RanTooLong => Self::Revoked,
            },
        }
    }
    pub(super) fn of_decision(decision: &Decision) -> Self {
        match decision {
            Decision::Rejected(_) => Self::Rejected,
            Decision::RetryScheduled { .. } => Self::RetryScheduled,
            Decision::CancelOrdered { .. } => Self::CancelOrdered,
            Decision::Cancelled { .. } => Self::Cancelled,
            Decision::Yielded { .. } => Self::Yielded,
            Decision::Regranted { .. } => Self::Regranted,
            Decision::FoundInCycle { .. } => Self::FoundInCycle,
        }
    }
    pub(super) fn of_report(reported: &Reported) -> Self {
        match reported {
            Reported::Taken { .. } => Self::Taken,
            Reported::Submitted { .. } => Self::Submitted,
            Reported::Started { .. } => Self::Started,
            Reported::Waiting { .. } => Self::Waiting,
            Reported::Finished { .. } => Self::Finished,
            Reported::Gone { .. } => Self::Gone,
            Reported::HandedBack => Self::HandedBack,
        }
    }
}

/// One row of the table: in each of these states, each of these words leads to one of those.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// In which states.
    pub from: &'static [StateName],
    /// Which words.
    pub by: &'static [Word],
    /// To which states.
    pub to: &'static [StateName],
    /// Or it stays in the state that it is in.
    pub stays: bool,
}

const fn row(from: &'static [StateName], by: &'static [Word], to: &'static [StateName]) -> Row {
    let stays = false;
    Row {
        from,
        by,
        to,
        stays,
    }
}

const fn stays(from: &'static [StateName], by: &'static [Word], to: &'static [StateName]) -> Row {
    let stays = true;
    Row {
        from,
        by,
        to,
        stays,
    }
}

/// It waits to be claimed.
const WAITS: &[StateName] = &[Scheduled, AwaitingRetry];
/// A worker holds an attempt, and nobody has said that it is to stop.
const HELD: &[StateName] = &[Submitting, InfrastructurePending, Running];
/// It has ended after an attempt, of which something may still be there.
const ENDED: &[StateName] = &[
    Completed,
    Failed,
    TimedOut,
    Crashed,
    StartFailed,
    WorkerLost,
    WorkerStopped,
    Cancelled,
    ChildFailed,
    Lapsed,
];
/// How an attempt can end that ended by itself, or was stopped because its time was up.
const BY_ITSELF: &[StateName] = &[Completed, Failed, TimedOut, Crashed, StartFailed];

/// The table.
pub const TABLE: &[Row] = &[
    // What users say.
    stays(WAITS, &[Word::Cancel, Word::SetPriority], &[]),
    row(
        &[Pending, Cancelling, Revoking],
        &[Word::Cancel],
        &[Cancelling],
    ),
    // What has ended and is to be tried again stays where it was until nothing of it is left, and then is not.
    stays(HELD, &[Word::Cancel], &[Cancelling]),
    stays(&[Pending, Cancelling, Revoking], &[Word::SetPriority], &[]),
    stays(HELD, &[Word::SetPriority], &[]),
    // Of what is being stopped no wait counts: its slots stay as they are until it is gone.
    stays(HELD, &[Word::Waits, Word::GoesOn], &[]),
    // Until nothing of its last attempt is left it stays what it is.
    stays(ENDED, &[Word::Retry], &[AwaitingRetry]),
    stays(ENDED, &[Word::Cancel], &[]),
    row(&[Rejected, NotReached], &[Word::Retry], &[AwaitingRetry]),
    // What the scheduler decides. A claim may come behind a cancel that its author had not read.
    row(WAITS, &[Word::Claimed], &[Pending, Cancelling]),
    row(WAITS, &[Word::Rejected], &[Rejected]),
    row(
        WAITS,
        &[Word::Cancelled],
        &[Cancelled, NotReached, ChildFailed, Lapsed],
    ),
    stays(
        HELD,
        &[Word::Yielded, Word::Regranted, Word::FoundInCycle],
        &[],
    ),
    row(&[AwaitingRetry], &[Word::RetryScheduled], &[AwaitingRetry]),
    row(&[Pending], &[Word::Revoked, Word::WorkerLost], WAITS),
    stays(HELD, &[Word::Revoked], &[Revoking]),
    stays(&[Cancelling], &[Word::Revoked, Word::WorkerLost], WAITS),
    stays(&[Revoking], &[Word::Revoked], &[]),
    stays(ENDED, &[Word::Revoked, Word::CancelOrdered], &[]),
    row(
        &[Pending, Cancelling, Revoking],
        &[Word::CancelOrdered],
        &[Cancelling],
    ),
    stays(HELD, &[Word::CancelOrdered], &[Cancelling]),
    // The loss of another session than the holder's is an order to stop; the holder's ends the attempt, as it was told
    // to have ended, or for its time that was up, or for the loss.
    stays(
        HELD,
        &[Word::WorkerLost],
        &[
            AwaitingRetry,
            Revoking,
            Failed,
            TimedOut,
            Crashed,
            StartFailed,
            WorkerLost,
            Cancelled,
            ChildFailed,
        ],
    ),
    row(
        &[Cancelling],
        &[Word::WorkerLost],
        &[TimedOut, StartFailed, Cancelled, ChildFailed, Lapsed],
    ),
    row(
        &[Revoking],
        &[Word::WorkerLost],
        &[AwaitingRetry, TimedOut, StartFailed, WorkerLost],
    ),
    // What outlives its worker had not begun, and waits again; or it has, and this is an order to stop.
    row(&[Submitting, Revoking], &[Word::WorkerLost], WAITS),
    stays(&[Revoking], &[Word::WorkerLost], &[]),
    stays(ENDED, &[Word::WorkerLost, Word::Gone], &[AwaitingRetry]),
    // What workers report.
    row(&[Pending], &[Word::Taken], &[Submitting]),
    row(
        &[Submitting, InfrastructurePending],
        &[Word::Submitted],
        &[InfrastructurePending],
    ),
    row(&[Running], &[Word::Submitted], &[Running]),
    row(HELD, &[Word::Started], &[Running]),
    stays(HELD, &[Word::Waiting], &[]),
    stays(
        &[Cancelling],
        &[Word::Taken, Word::Submitted, Word::Started, Word::Waiting],
        &[],
    ),
    row(&[Submitting, Cancelling], &[Word::HandedBack], WAITS),
    stays(
        HELD,
        &[Word::Finished],
        &[AwaitingRetry, WorkerLost, WorkerStopped],
    ),
    row(HELD, &[Word::Finished, Word::Gone], BY_ITSELF),
    row(
        HELD,
        &[Word::Gone],
        &[
            AwaitingRetry,
            WorkerLost,
            WorkerStopped,
            Cancelled,
            ChildFailed,
        ],
    ),
    row(&[Cancelling], &[Word::Finished, Word::Gone], BY_ITSELF),
    row(
        &[Cancelling],
        &[Word::Finished, Word::Gone],
        &[Cancelled, ChildFailed, Lapsed],
    ),
    row(&[Revoking], &[Word::Gone], BY_ITSELF),
    row(
        &[Revoking],
        &[Word::Gone],
        &[AwaitingRetry, WorkerLost, WorkerStopped],
    ),
    // The end of its queue.
    row(WAITS, &[Word::Closed], &[Rejected]),
    row(
        &[Pending, Cancelling, Revoking],
        &[Word::Closed],
        &[Rejected],
    ),
    row(HELD, &[Word::Closed], &[Rejected]),
    stays(ENDED, &[Word::Closed], &[]),
];

const STATES: usize = StateName::ALL.len();
const WORDS: usize = Word::ALL.len();

#[expect(
    clippy::indexing_slicing,
    reason = "it is computed by the compiler, which refuses an index out of bounds"
)]
/// The table by state and word: a bit for each state that it may lead to.
const LEADS: [[u32; WORDS]; STATES] = {
    let mut leads = [[0; WORDS]; STATES];
    let mut at = 0;
    while at < TABLE.len() {
        let row = TABLE[at];
        let mut to = 0;
        let mut n = 0;
        while n < row.to.len() {
            to |= bit(row.to[n]);
            n += 1;
        }
        let mut from = 0;
        while from < row.from.len() {
            let stays = if row.stays { bit(row.from[from]) } else { 0 };
            let mut by = 0;
            while by < row.by.len() {
                leads[row.from[from] as usize][row.by[by] as usize] |= to | stays;
                by += 1;
            }
            from += 1;
        }
        at += 1;
    }
    leads
};

const fn bit(name: StateName) -> u32 {
    1 << name as u32
}

fn cell(from: StateName, word: Word) -> u32 {
    let states = LEADS.get(from as usize);
    let words = states.and_then(|words| words.get(word as usize));
    words.copied().unwrap_or(0)
}

/// Whether a word about a run in this state can count at all.
pub fn counts(from: StateName, word: Word) -> bool {
    cell(from, word) != 0
}

/// Whether a word may lead from one state to another, or leave a run where it is.
pub fn leads(from: StateName, word: Word, to: StateName) -> bool {
    cell(from, word) & bit(to) != 0
}
