//! One stream, as much of JetStream's behaviour as weir leans on: sequences, compare-and-set, duplicates, bounds.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Bound,
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::watch;
use weir_core::{
    event::Record,
    ids::{RunKey, Seq},
    time::Timestamp,
};

use super::work::Work;
use crate::{
    codec::{Expect, Stored, decode_record},
    subject::{QueueSubject, QueueSubjects},
    types::Appended,
};

/// As in JetStream.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);

/// What distinguishes the kinds of streams.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) name: String,
    pub(super) bytes_max: u64,
    pub(super) message_max: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A queue's stream: refuses what does not fit.
    Queue(QueueSubjects),
    /// The cell log: likewise.
    Cell,
    /// One message per subject.
    Lease,
    /// Drops its oldest.
    Logs { age_max: Duration },
}

/// A message that somebody publishes.
#[derive(Clone, Debug)]
pub(super) struct Publish {
    pub(super) subject: String,
    pub(super) payload: Bytes,
    pub(super) traceparent: Option<String>,
    pub(super) msg_id: Option<String>,
    pub(super) expect: Option<Expect>,
    pub(super) ttl: Option<Duration>,
}

/// Why it was not stored.
#[derive(Debug)]
pub(super) enum Refusal {
    Moved {
        found: Seq,
    },
    Full,
    TooLarge,
    /// No stream has the subject.
    Shut,
    Sealed,
}

/// Who may still speak in a queue's stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Door {
    #[default]
    Open,
    /// All but requests.
    Shut,
    /// Nobody.
    Sealed,
    /// Nobody, and its subjects are those of the queue's next life.
    HandedOn,
}

#[derive(Debug)]
struct Message {
    at: Timestamp,
    subject: String,
    payload: Bytes,
    traceparent: Option<String>,
    size: u64,
    expires: Option<Timestamp>,
}

#[derive(Debug)]
pub(super) struct Model {
    config: Config,
    messages: BTreeMap<Seq, Message>,
    last: Seq,
    last_of: BTreeMap<String, Seq>,
    bytes: u64,
    ids: BTreeMap<String, Seq>,
    ids_by_age: VecDeque<(Timestamp, String)>,
    version: watch::Sender<u64>,
    pub(super) work: Work,
    pub(super) door: Door,
}

impl Model {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            messages: BTreeMap::new(),
            last: Seq(0),
            last_of: BTreeMap::new(),
            bytes: 0,
            ids: BTreeMap::new(),
            ids_by_age: VecDeque::new(),
            version: watch::Sender::new(0),
            work: Work::default(),
            door: Door::Open,
        }
    }

    pub(super) fn publish(&mut self, publish: Publish, at: Timestamp) -> Result<Appended, Refusal> {
        self.expire(at);
        self.admits(&publish.subject)?;
        if publish.payload.len() > self.config.message_max {
            return Err(Refusal::TooLarge);
        }
        if let Some(expect) = &publish.expect {
            let subject = expect.subject.as_deref().unwrap_or(&publish.subject);
            let found = self.last_of.get(subject).copied().unwrap_or(Seq(0));
            if found != expect.seq {
                return Err(Refusal::Moved { found });
            }
        }
        if let Some(seq) = publish.msg_id.as_ref().and_then(|id| self.ids.get(id)) {
            return Ok(Appended {
                seq: *seq,
                duplicate: true,
            });
        }
        let size = size(&publish);
        match self.config.kind {
            Kind::Queue(_) | Kind::Cell if self.bytes + size > self.config.bytes_max => {
                return Err(Refusal::Full);
            }
            Kind::Queue(_) | Kind::Cell | Kind::Lease | Kind::Logs { .. } => {}
        }
        self.last = Seq(self.last.0 + 1);
        let previous = self.last_of.insert(publish.subject.clone(), self.last);
        if let (Kind::Lease, Some(previous)) = (&self.config.kind, previous) {
            self.forget(previous);
        }
        if let Some(id) = publish.msg_id {
            self.ids.insert(id.clone(), self.last);
            self.ids_by_age.push_back((at, id));
        }
        let Publish {
            subject,
            payload,
            traceparent,
            msg_id: _,
            expect: _,
            ttl,
        } = publish;
        let expires = ttl.map(|ttl| at.after(ttl));
        self.bytes += size;
        self.messages.insert(
            self.last,
            Message {
                at,
                subject,
                payload,
                traceparent,
                size,
                expires,
            },
        );
        self.drop_oldest(at);
        self.touch();
        Ok(Appended {
            seq: self.last,
            duplicate: false,
        })
    }

    fn admits(&self, subject: &str) -> Result<(), Refusal> {
        match self.door {
            Door::Shut if subject.ends_with(".request") => Err(Refusal::Shut),
            Door::Open | Door::Shut => Ok(()),
            Door::Sealed | Door::HandedOn => Err(Refusal::Sealed),
        }
    }

    fn drop_oldest(&mut self, now: Timestamp) {
        let Kind::Logs { age_max } = self.config.kind else {
            return;
        };
        while let Some((seq, message)) = self.messages.first_key_value() {
            if self.bytes <= self.config.bytes_max && now.since(message.at) <= age_max {
                break;
            }
            let seq = *seq;
            self.remove(seq);
        }
    }

    /// Forgets what has had its time.
    pub(super) fn expire(&mut self, now: Timestamp) {
        while let Some((at, _)) = self.ids_by_age.front()
            && now.since(*at) > DUPLICATE_WINDOW
        {
            if let Some((_, id)) = self.ids_by_age.pop_front() {
                self.ids.remove(&id);
            }
        }
        if matches!(self.config.kind, Kind::Lease) {
            let over = |message: &Message| message.expires.is_some_and(|at| at <= now);
            let expired: Vec<Seq> = self
                .messages
                .iter()
                .filter(|(_, m)| over(m))
                .map(|(seq, _)| *seq)
                .collect();
            for seq in expired {
                self.remove(seq);
            }
        }
    }

    /// Takes a message out as if it had never been there, but for the hole.
    pub(super) fn remove(&mut self, seq: Seq) -> bool {
        let Some(subject) = self.forget(seq) else {
            return false;
        };
        if self.last_of.get(&subject) == Some(&seq) {
            // What stood on the subject before shows again.
            let before = self
                .messages
                .iter()
                .rev()
                .find(|(_, m)| m.subject == subject)
                .map(|(seq, _)| *seq);
            match before {
                Some(before) => self.last_of.insert(subject, before),
                None => self.last_of.remove(&subject),
            };
        }
        true
    }

    fn forget(&mut self, seq: Seq) -> Option<String> {
        let message = self.messages.remove(&seq)?;
        self.bytes -= message.size;
        Some(message.subject)
    }

    /// Cuts away everything below `seq`.
    pub(super) fn purge_below(&mut self, seq: Seq) {
        let cut: Vec<Seq> = self.messages.range(..seq).map(|(seq, _)| *seq).collect();
        for seq in cut {
            self.remove(seq);
        }
        self.touch();
    }

    pub(super) fn get(&self, seq: Seq) -> Option<Stored<'_>> {
        self.messages.get(&seq).map(|message| stored(seq, message))
    }
    pub(super) fn last_on(&self, subject: &str) -> Option<Stored<'_>> {
        self.get(*self.last_of.get(subject)?)
    }
    /// The messages behind `after`, in order.
    pub(super) fn behind(&self, after: Seq) -> impl Iterator<Item = Stored<'_>> {
        let range = (Bound::Excluded(after), Bound::Unbounded);
        self.messages
            .range(range)
            .map(|(seq, message)| stored(*seq, message))
    }
    /// What a queue's stream republishes of the message at `seq`.
    pub(super) fn republished(&self, seq: Seq) -> Option<(RunKey, Record)> {
        let Kind::Queue(subjects) = &self.config.kind else {
            return None;
        };
        let stored = self.get(seq)?;
        let QueueSubject::Run(run_id, _) = subjects.parse(stored.subject) else {
            return None;
        };
        Some((
            RunKey {
                queue: subjects.key().clone(),
                run_id,
            },
            decode_record(subjects, &stored),
        ))
    }

    pub(super) fn first(&self) -> Seq {
        self.messages
            .first_key_value()
            .map_or(Seq(self.last.0 + 1), |(seq, _)| *seq)
    }
    pub(super) fn last(&self) -> Seq {
        self.last
    }
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
    pub(super) fn bytes_max(&self) -> u64 {
        self.config.bytes_max
    }
    pub(super) fn resize(&mut self, bytes_max: u64) {
        self.config.bytes_max = bytes_max;
    }
    pub(super) fn len(&self) -> u64 {
        self.messages.len() as u64
    }
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }
    /// Wakes whoever waits for this stream.
    pub(super) fn touch(&self) {
        self.version.send_modify(|version| *version += 1);
    }
}

fn stored(seq: Seq, message: &Message) -> Stored<'_> {
    Stored {
        seq,
        at: message.at,
        subject: &message.subject,
        payload: &message.payload,
        traceparent: message.traceparent.as_deref(),
    }
}

/// About what JetStream's file store counts: a fixed part, the subject, the headers, the payload.
fn size(publish: &Publish) -> u64 {
    const FIXED: usize = 30;
    let header = |name: &str, value: usize| name.len() + value + 4;
    let id = publish
        .msg_id
        .as_ref()
        .map_or(0, |id| header("Nats-Msg-Id", id.len()));
    let trace = publish
        .traceparent
        .as_ref()
        .map_or(0, |trace| header("traceparent", trace.len()));
    let expect = publish.expect.as_ref().map_or(0, |expect| {
        let subject = expect.subject.as_ref();
        header("Nats-Expected-Last-Subject-Sequence", 6)
            + subject.map_or(0, |subject| {
                header("Nats-Expected-Last-Subject-Sequence-Subject", subject.len())
            })
    });
    (FIXED + publish.subject.len() + id + trace + expect + publish.payload.len()) as u64
}
