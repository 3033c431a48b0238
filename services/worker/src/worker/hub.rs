//! The one task that knows which attempts are held here. Claims, orders and ends come to it as messages; it decides
//! nothing about an attempt but passes on what concerns it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::OwnedSemaphorePermit,
    task::{Id, JoinError, JoinSet},
};
use weir_core::{
    event::{Body, Claim, Claimed, Decision, Record},
    ids::{Attempt as AttemptNumber, QueueStream, RunKey, Seq, SessionId},
};
use weir_log::{ClaimItem, Log, traits::ClaimAck};

use super::{Shared, attempt::Attempt, lease::Live, orders::Orders, report::note_claim};
use crate::executor::{Executor, StopCause};

/// Claims of each queue that this worker is done with, so that one that is delivered again is not begun again.
const DONE_MAX: usize = 65_536;
/// Orders for attempts that are not held here: a claim may still be on its way behind its order.
const EARLY_MAX: usize = 4_096;
/// A claim that is delivered again while it is held: its ack was lost or is on its way.
const HELD_AGAIN: Duration = Duration::from_secs(1);

/// What the hub hears.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all messages are claims, the large ones"
)]
pub(super) enum Message<A> {
    /// A queue's orders are followed; `from` is its last position before.
    Following { stream: QueueStream, from: Seq },
    /// A claim with a place for it.
    Claim {
        item: ClaimItem<A>,
        room: OwnedSemaphorePermit,
        session: Arc<Live>,
    },
    /// Orders of a queue, in order.
    Orders {
        stream: QueueStream,
        records: Vec<Record>,
    },
}

type Key = (RunKey, AttemptNumber);

#[derive(Debug)]
struct Held {
    orders: Arc<Orders>,
    session: SessionId,
    stream: QueueStream,
    claim_seq: Seq,
}

/// The table of held attempts, and their tasks.
#[derive(Debug)]
pub(super) struct Hub<L, E> {
    shared: Arc<Shared<L, E>>,
    held: BTreeMap<Key, Held>,
    tasks: JoinSet<()>,
    keys: BTreeMap<Id, Key>,
    done: BTreeMap<QueueStream, BTreeSet<Seq>>,
    /// Orders for attempts that are not held here. A run of the queue's next life may have the same id.
    early: VecDeque<(QueueStream, RunKey, Record)>,
    /// Up to where each queue's orders may have been missed.
    unheard: BTreeMap<QueueStream, Seq>,
    flows: u64,
    /// Nothing is begun any more.
    draining: bool,
}

impl<L: Log, E: Executor> Hub<L, E> {
    pub(super) fn new(shared: Arc<Shared<L, E>>) -> Self {
        Self {
            shared,
            held: BTreeMap::new(),
            tasks: JoinSet::new(),
            keys: BTreeMap::new(),
            done: BTreeMap::new(),
            early: VecDeque::new(),
            unheard: BTreeMap::new(),
            flows: 0,
            draining: false,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.tasks.is_empty()
    }

    pub(super) fn held(&self) -> usize {
        self.tasks.len()
    }

    /// Waits for the next attempt to end; for ever while there is none. Cancel safe.
    pub(super) async fn next_end(&mut self) {
        let Some(ended) = self.tasks.join_next_with_id().await else {
            return std::future::pending().await;
        };
        self.shared.measures.attempts.subtract(1);
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => self.on_panic(&error),
        };
        let Some(key) = self.keys.remove(&id) else {
            return;
        };
        let Some(Held {
            stream, claim_seq, ..
        }) = self.held.remove(&key)
        else {
            return;
        };
        let done = self.done.entry(stream).or_default();
        done.insert(claim_seq);
        if done.len() > DONE_MAX {
            done.pop_first();
        }
    }

    fn on_panic(&self, error: &JoinError) -> Id {
        let key = self
            .keys
            .get(&error.id())
            .map(|(run, attempt)| format!("{run} attempt {attempt}"));
        tracing::error!(attempt = key.unwrap_or_default(), %error, "an attempt's task has failed: a bug in weir");
        error.id()
    }

    /// The queue's orders are heard from here on; what was said up to `from` may have been missed.
    pub(super) fn on_following(&mut self, stream: QueueStream, from: Seq) {
        self.unheard.insert(stream, from);
    }

    /// A claim that there is room for.
    pub(super) async fn on_claim<A: ClaimAck>(
        &mut self,
        item: ClaimItem<A>,
        room: OwnedSemaphorePermit,
        session: Arc<Live>,
    ) {
        let ClaimItem {
            run,
            stream,
            record,
            ack,
            ..
        } = item;
        let Some(claimed) = claimed(record.body) else {
            ack.done().await; // a revocation, or nothing that a worker could do
            return;
        };
        if self
            .done
            .get(&stream)
            .is_some_and(|done| done.contains(&record.seq))
        {
            ack.done().await;
            return;
        }
        let key = (run.clone(), claimed.attempt);
        if self.held.contains_key(&key) {
            ack.back(HELD_AGAIN).await;
            return;
        }
        if self.draining {
            ack.back(Duration::ZERO).await; // another worker may have room
            return;
        }
        self.flows += 1;
        let orders = Arc::new(Orders::new());
        let held = Held {
            orders: orders.clone(),
            session: session.id.clone(),
            stream: stream.clone(),
            claim_seq: record.seq,
        };
        self.held.insert(key.clone(), held);
        self.apply_early(&stream, &run);
        let attempt = Attempt {
            run,
            look_for_orders: self
                .unheard
                .get(&stream)
                .is_none_or(|from| record.seq <= *from),
            stream,
            claim_seq: record.seq,
            claimed,
            session,
            orders,
            flow: self.flows,
            room,
        };
        self.shared.measures.attempts.add(1);
        let task = self.tasks.spawn(attempt.run(self.shared.clone(), ack));
        self.keys.insert(task.id(), key);
    }

    /// Orders, for attempts that are held here or not.
    pub(super) fn on_orders(&mut self, stream: &QueueStream, records: Vec<Record>) {
        for record in records {
            let run_id = match &record.body {
                Body::Claim { run_id, .. } | Body::Decision { run_id, .. } => run_id.clone(),
                Body::Request { .. }
                | Body::Report { .. }
                | Body::Epoch(_)
                | Body::Malformed { .. } => continue,
            };
            let run = RunKey {
                queue: stream.key.clone(),
                run_id,
            };
            self.on_order(stream, &run, &record);
            if is_order(&record) {
                self.early.push_back((stream.clone(), run, record));
                if self.early.len() > EARLY_MAX {
                    self.early.pop_front();
                }
            }
        }
    }

    fn apply_early(&mut self, stream: &QueueStream, run: &RunKey) {
        let early = std::mem::take(&mut self.early);
        for (life, of, record) in &early {
            if life == stream && of == run {
                self.on_order(stream, run, record);
            }
        }
        self.early = early;
    }

    fn on_order(&self, stream: &QueueStream, run: &RunKey, record: &Record) {
        let attempts = (run.clone(), AttemptNumber(0))..=(run.clone(), AttemptNumber(u32::MAX));
        for ((_, attempt), held) in self.held.range(attempts) {
            if held.stream != *stream {
                continue;
            }
            match &record.body {
                Body::Claim { decided, .. } if record.seq > held.claim_seq => {
                    note_claim(
                        &held.orders,
                        *attempt,
                        &held.session,
                        record.seq,
                        &decided.what,
                    );
                }
                Body::Decision { decided, .. } => {
                    held.orders.obey(record.seq, *attempt, &decided.what);
                }
                Body::Claim { .. }
                | Body::Request { .. }
                | Body::Report { .. }
                | Body::Epoch(_)
                | Body::Malformed { .. } => {}
            }
        }
    }

    /// Stops every attempt of another session than this one.
    pub(super) fn stop_other_sessions(&self, now: Option<&Live>, grace: Duration) {
        for held in self
            .held
            .values()
            .filter(|held| now.is_none_or(|now| now.id != held.session))
        {
            held.orders.stop(StopCause::SessionLost, grace);
        }
    }

    /// Begins nothing any more: claims that come now, and attempts that have not started, are handed back.
    pub(super) fn drain(&mut self) {
        self.draining = true;
        for held in self.held.values() {
            held.orders.hand_back();
        }
    }

    /// Stops everything.
    pub(super) fn stop_all(&self, cause: StopCause, grace: Duration) {
        for held in self.held.values() {
            held.orders.stop(cause, grace);
        }
    }
}

fn claimed(body: Body) -> Option<Claimed> {
    match body {
        Body::Claim { decided, .. } => match decided.what {
            Claim::Claimed(claimed) => Some(claimed),
            Claim::Revoked(_) => None,
        },
        Body::Request { .. }
        | Body::Decision { .. }
        | Body::Report { .. }
        | Body::Epoch(_)
        | Body::Malformed { .. } => None,
    }
}

/// Whether a record is an order to stop, as opposed to the many grants.
fn is_order(record: &Record) -> bool {
    match &record.body {
        Body::Claim { decided, .. } => matches!(decided.what, Claim::Revoked(_)),
        Body::Decision { decided, .. } => matches!(decided.what, Decision::CancelOrdered { .. }),
        Body::Request { .. } | Body::Report { .. } | Body::Epoch(_) | Body::Malformed { .. } => {
            false
        }
    }
}
