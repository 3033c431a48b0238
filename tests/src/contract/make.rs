//! Records to say: as small as they can be, with what a case looks at as an argument.

use std::time::Duration;

use weir_core::{
    event::{
        Basis, Claim, Claimed, Decided, Decision, EpochRecord, Outcome, OutcomeClass, Report,
        Reported, RevokeCause, Revoked,
    },
    ids::{Attempt, DecisionId, Epoch, Lane, QueueKey, QueueStream, Revision, RunId, Seq},
    limit::{LimitKey, Slot},
    time::Timestamp,
};
use weir_log::{Append, Entry, Fence, MsgId};

fn legal<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("the suite's own names are legal")
}

/// A queue that belongs to one case: the pool has its name.
pub fn queue(name: &str) -> QueueStream {
    QueueStream {
        key: QueueKey::new(legal(name), legal("q")),
        incarnation: 1,
    }
}
pub fn run(name: &str) -> RunId {
    legal(name)
}
pub fn session(name: &str) -> weir_core::ids::SessionId {
    legal(name)
}
pub fn worker(name: &str) -> weir_core::ids::WorkerName {
    legal(name)
}

fn append(entry: Entry, fence: Option<Fence>) -> Append {
    Append {
        entry,
        fence,
        msg_id: None,
    }
}

/// Gives an append an id.
pub fn with_id(append: Append, id: &str) -> Append {
    Append {
        msg_id: Some(MsgId(id.to_owned())),
        ..append
    }
}

/// A request with this payload.
pub fn request(run_id: &RunId, payload: &str) -> Append {
    let payload = payload.to_owned().into();
    append(
        Entry::Request {
            run_id: run_id.clone(),
            payload,
            traceparent: None,
        },
        None,
    )
}

/// A leader's epoch on a lane, over what was seen there.
pub fn epoch(epoch: u64, lane: u8, last: Seq) -> Append {
    let leader = legal(&format!("leader-{epoch}"));
    append(
        Entry::Epoch(EpochRecord {
            lane: Lane(lane),
            epoch: Epoch(epoch),
            leader,
        }),
        Some(Fence::Own(last)),
    )
}

fn decided<T>(epoch: u64, n: u64, what: T) -> Decided<T> {
    let basis = Basis {
        since: None,
        cell: Some(Seq(7)),
        queues: vec![(Seq(3), Seq(11))],
    };
    Decided {
        id: DecisionId {
            epoch: Epoch(epoch),
            n,
        },
        at: Timestamp(1_795_442_706_123_456_789),
        basis,
        what,
    }
}

/// A grant of an attempt.
pub fn claim(queue: &QueueStream, run_id: &RunId, attempt: u32, fence: Fence) -> Append {
    let slot = |limit| Slot {
        limit,
        weight: 1,
        value: Some(4),
        pace: None,
    };
    let claimed = Claimed {
        slots: vec![
            slot(LimitKey::Pool(queue.key.pool.clone())),
            slot(LimitKey::Queue(queue.key.clone())),
        ],
        pool_revision: Revision(1),
        queue_revision: Revision(2),
        retries: 1,
        retry_delay: Duration::from_secs(1),
        timeout: Some(Duration::from_mins(1)),
        ..Claimed::bare(Attempt(attempt), Seq(1))
    };
    let decided = decided(1, u64::from(attempt), Claim::Claimed(claimed));
    append(
        Entry::Claim {
            run_id: run_id.clone(),
            decided,
        },
        Some(fence),
    )
}

/// The taking back of an attempt.
pub fn revoke(run_id: &RunId, attempt: u32, fence: Fence) -> Append {
    let revoked = Revoked {
        attempt: Attempt(attempt),
        cause: RevokeCause::NotTaken,
        grace: Duration::from_secs(1),
    };
    let decided = decided(1, 100 + u64::from(attempt), Claim::Revoked(revoked));
    append(
        Entry::Claim {
            run_id: run_id.clone(),
            decided,
        },
        Some(fence),
    )
}

/// A decision that says little.
pub fn decision(run_id: &RunId, n: u64, fence: Fence) -> Append {
    let decided = decided(
        1,
        n,
        Decision::Cancelled {
            reason: format!("decision {n}"),
            cause: weir_core::event::CancelCause::Asked,
            waits: Vec::new(),
        },
    );
    append(
        Entry::Decision {
            run_id: run_id.clone(),
            decided,
        },
        Some(fence),
    )
}

fn report(run_id: &RunId, attempt: u32, by: &str, n: u32, what: Reported, claim: Seq) -> Append {
    let report = Report {
        attempt: Attempt(attempt),
        session: session(by),
        n,
        what,
    };
    append(
        Entry::Report {
            run_id: run_id.clone(),
            report,
        },
        Some(Fence::Claim(claim)),
    )
}

pub fn taken(run_id: &RunId, attempt: u32, by: &str, claim: Seq) -> Append {
    let what = Reported::Taken {
        worker: worker(by),
        lease: Duration::from_secs(10),
    };
    report(run_id, attempt, by, 1, what, claim)
}

pub fn finished(run_id: &RunId, attempt: u32, by: &str, claim: Seq) -> Append {
    let outcome = Outcome::of(OutcomeClass::Completed);
    report(
        run_id,
        attempt,
        by,
        2,
        Reported::Finished {
            outcome,
            gone: false,
        },
        claim,
    )
}

pub fn gone(run_id: &RunId, attempt: u32, by: &str, claim: Seq) -> Append {
    report(
        run_id,
        attempt,
        by,
        3,
        Reported::Gone { outcome: None },
        claim,
    )
}
