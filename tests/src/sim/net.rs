//! What lies between the programs and the log: every append passes here, in one order, and is shown to the checker in
//! the moment in which it is stored.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures::FutureExt as _;
use tokio::sync::Notify;
use weir_core::{
    cell::CellRecord,
    event::Record,
    ids::{QueueStream, Seq},
    session::{LeaseRecord, Session, SessionRecord},
    time::Timestamp,
};
use weir_log::{
    Append, AppendError, Appended, CellAppend, CellLog as _, Fence, Leases as _, LogError, Memory,
    QueueLog as _, Tail, TailEvent, memory::MemoryTail,
};

use super::{
    check::Checker,
    procs::Procs,
    trace::{BEGINNING, Trace},
};

/// The bell of the cell log.
pub(super) const CELL: &str = "cell";
/// The bell of the leases and sessions.
pub(super) const LEASE: &str = "lease";

/// An append on its way.
#[derive(Clone, Debug)]
pub(super) enum Packet {
    Queue(QueueStream, Append),
    Cell(CellAppend),
    Lease(LeaseRecord, Duration, Seq),
    Session(Box<Session>, Seq),
}

/// What the broker says to an append: where it stands and its stamp.
pub(super) type Answer = Result<(Appended, Timestamp), AppendError>;

/// The broker with all that hangs on it. Cheap to clone.
#[derive(Clone)]
pub(super) struct Net(Arc<Inner>);

struct Inner {
    memory: Memory,
    now: Arc<AtomicI64>,
    state: Mutex<State>,
}

/// All that is known about the whole.
#[derive(Debug)]
pub(super) struct State {
    pub(super) now: Timestamp,
    pub(super) trace: Trace,
    pub(super) check: Checker,
    pub(super) procs: Procs,
    /// Streams that take nothing at the moment.
    pub(super) full: BTreeSet<String>,
    /// Appends whose authors have given up on them, by when they arrive all the same.
    pub(super) late: BTreeMap<(Timestamp, u64), Packet>,
    lates: u64,
    bells: BTreeMap<String, Arc<Notify>>,
    cell: Option<MemoryTail<CellRecord>>,
    sessions: Option<MemoryTail<SessionRecord>>,
    queues: BTreeMap<QueueStream, MemoryTail<Record>>,
}

impl fmt::Debug for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Net").finish_non_exhaustive()
    }
}

/// The log in memory answers at once, always.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> T {
    future
        .now_or_never()
        .expect("the log in memory answers at once")
}

impl Net {
    pub(super) fn new() -> Self {
        let now = Arc::new(AtomicI64::new(BEGINNING.0));
        let shown = now.clone();
        let memory = Memory::new(move || Timestamp(shown.load(Ordering::Relaxed)));
        let state = State {
            now: BEGINNING,
            trace: Trace::default(),
            check: Checker::default(),
            procs: Procs::default(),
            full: BTreeSet::new(),
            late: BTreeMap::new(),
            lates: 0,
            bells: BTreeMap::new(),
            cell: None,
            sessions: None,
            queues: BTreeMap::new(),
        };
        let net = Self(Arc::new(Inner {
            memory,
            now,
            state: Mutex::new(state),
        }));
        at_once(net.memory().create_cell()).expect("an empty log takes a cell");
        let cell = at_once(net.memory().tail_cell(Seq(0))).expect("the cell log is there");
        let sessions = at_once(net.memory().sessions()).expect("the sessions are there");
        let mut state = net.state();
        (state.cell, state.sessions) = (Some(cell), Some(sessions));
        drop(state);
        net
    }

    pub(super) fn memory(&self) -> &Memory {
        &self.0.memory
    }
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A poisoned lock means a panic elsewhere, and that one is the news.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(super) fn now(&self) -> Timestamp {
        Timestamp(self.0.now.load(Ordering::Relaxed))
    }
    pub(super) fn set_now(&self, now: Timestamp) {
        self.0.now.store(now.0, Ordering::Relaxed);
        self.state().now = now;
    }
    pub(super) fn bell(&self, stream: &str) -> Arc<Notify> {
        self.state()
            .bells
            .entry(stream.to_owned())
            .or_default()
            .clone()
    }
    pub(super) fn ring(&self, stream: &str) {
        self.bell(stream).notify_waiters();
    }

    /// Makes a queue's stream, and follows it for the checker.
    pub(super) fn create_queue(&self, queue: &QueueStream, bytes_max: u64) -> Result<(), LogError> {
        at_once(self.memory().create_queue(queue, bytes_max))?;
        let mut state = self.state();
        if !state.queues.contains_key(queue) {
            let tail = at_once(self.memory().tail(queue, Seq(0)))?;
            state.queues.insert(queue.clone(), tail);
            state.say(format_args!("stream {} made", queue.stream_name()));
        }
        Ok(())
    }

    /// An append arrives at the broker now.
    pub(super) fn deliver(&self, packet: &Packet) -> Answer {
        match packet {
            Packet::Queue(queue, append) => {
                let stream = queue.stream_name();
                if self.state().full.contains(&stream) {
                    return Err(AppendError::Full { stream });
                }
                let appended = at_once(self.memory().append(queue, append.clone()));
                self.state().observe_queue(queue, append.fence);
                self.ring(&stream);
                appended.map(|appended| (appended, self.now()))
            }
            Packet::Cell(append) => {
                let appended = at_once(self.memory().append_cell(append.clone()));
                self.state().observe_cell();
                self.ring(CELL);
                appended.map(|appended| (appended, self.now()))
            }
            Packet::Lease(lease, ttl, last) => {
                let (seq, at) = at_once(self.memory().put_lease(lease, *ttl, *last))?;
                self.state()
                    .say(format_args!("lease {} {:?}", lease.leader, lease.epoch));
                Ok((
                    Appended {
                        seq,
                        duplicate: false,
                    },
                    at,
                ))
            }
            Packet::Session(session, last) => {
                let seq = at_once(self.memory().put_session(session, *last))?;
                self.state().observe_sessions();
                self.ring(LEASE);
                Ok((
                    Appended {
                        seq,
                        duplicate: false,
                    },
                    self.now(),
                ))
            }
        }
    }

    /// An append whose author hears nothing of it arrives after `span`.
    pub(super) fn deliver_after(&self, span: Duration, packet: Packet) {
        let mut state = self.state();
        state.lates += 1;
        let key = (state.now.after(span), state.lates);
        state.late.insert(key, packet);
    }

    /// Late appends that are due arrive.
    pub(super) fn deliver_late(&self) {
        loop {
            let mut state = self.state();
            let now = state.now;
            let Some(packet) = state
                .late
                .first_entry()
                .filter(|first| first.key().0 <= now)
                .map(std::collections::btree_map::OccupiedEntry::remove)
            else {
                return;
            };
            state.say(format_args!("a late append arrives: {}", packet.words()));
            drop(state);
            let answer = self.deliver(&packet);
            self.state().say(format_args!(
                "late: {}",
                if answer.is_ok() { "stored" } else { "refused" }
            ));
        }
    }
}

impl Packet {
    pub(super) fn words(&self) -> &'static str {
        match self {
            Self::Queue(_, append) => match append.entry {
                weir_log::Entry::Request { .. } => "request",
                weir_log::Entry::Claim { .. } => "claim",
                weir_log::Entry::Decision { .. } => "decision",
                weir_log::Entry::Report { .. } => "report",
                weir_log::Entry::Epoch(_) => "epoch",
            },
            Self::Cell(_) => "cell record",
            Self::Lease(..) => "lease",
            Self::Session(..) => "session",
        }
    }
}

/// What a tail has at the moment.
pub(super) fn drain<R, T: Tail<R>>(tail: &mut T) -> Vec<R> {
    let mut all = Vec::new();
    while let Some(event) = tail.next().now_or_never() {
        match event {
            Ok(TailEvent::Records(records)) => all.extend(records),
            Ok(TailEvent::CaughtUp) => {}
            Err(_gone) => break,
        }
    }
    all
}

impl State {
    pub(super) fn say(&mut self, what: fmt::Arguments<'_>) {
        self.trace.line(self.now, what);
    }

    /// A broken invariant.
    pub(super) fn broken(&mut self, what: String) {
        self.say(format_args!("BROKEN {what}"));
        self.check.broken.push(what);
    }

    fn observe_queue(&mut self, queue: &QueueStream, fence: Option<Fence>) {
        let Some(tail) = self.queues.get_mut(queue) else {
            return;
        };
        for record in drain(tail) {
            let line = super::words::record(queue, &record);
            self.trace.line(self.now, format_args!("{line}"));
            self.check.on_record(queue, &record, fence, &self.procs);
        }
        self.tell_broken();
    }

    fn observe_cell(&mut self) {
        let Some(tail) = &mut self.cell else { return };
        for record in drain(tail) {
            self.trace.line(
                self.now,
                format_args!("cell {:?} {}", record.seq, super::words::cell(&record.body)),
            );
            self.check.on_cell(&record);
        }
        self.tell_broken();
    }

    fn observe_sessions(&mut self) {
        let Some(tail) = &mut self.sessions else {
            return;
        };
        for SessionRecord {
            seq: _,
            at,
            session,
        } in drain(tail)
        {
            if self.check.on_session(&session, at) {
                let Session {
                    worker,
                    session,
                    ended,
                    draining,
                    ..
                } = &session;
                let (now, id) = (self.now, super::words::short(session));
                self.trace.line(
                    now,
                    format_args!("session {worker} {id} draining={draining} ended={ended}"),
                );
            }
        }
    }

    fn tell_broken(&mut self) {
        let told = self.check.told;
        for what in self.check.broken.iter().skip(told) {
            self.trace.line(self.now, format_args!("BROKEN {what}"));
        }
        self.check.told = self.check.broken.len();
    }
}
