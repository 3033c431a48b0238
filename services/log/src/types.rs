//! What goes over the border of the log crate: entries to append, fences, tails' events, usage.

use bytes::Bytes;
use weir_core::{
    cell::CellBody,
    event::{Claim, Decided, Decision, EpochRecord, Record, Report},
    ids::{Attempt, Lane, QueueStream, RunId, RunKey, Seq},
};

/// The most records in one [`TailEvent::Records`].
pub const TAIL_BATCH_MAX: usize = 1_024;
/// How long a delivered claim may stay unanswered before it is offered again.
pub const ACK_WAIT: std::time::Duration = std::time::Duration::from_secs(30);
/// Room for headers beside a payload at its bound, in bytes.
pub const MESSAGE_ROOM: usize = 16 * 1024;

/// A TTL as the broker takes it: whole seconds, at least one. A fraction counts as a second: a lease never ends early.
pub(crate) fn ttl_secs(ttl: std::time::Duration) -> u64 {
    (ttl.as_secs() + u64::from(ttl.subsec_nanos() > 0)).max(1)
}

/// The broker drops a second message of the same id within the duplicate window (2 minutes).
///
/// Ids of our own begin with 128 random bits of the session that writes, so that nobody else can squat them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MsgId(pub String);

/// Something to say in a queue's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A user's request, already encoded (JSON or protobuf).
    Request {
        /// Which run.
        run_id: RunId,
        /// The payload.
        payload: Bytes,
        /// A W3C `traceparent` to hand on.
        traceparent: Option<String>,
    },
    /// The scheduler's grants.
    Claim {
        /// Which run.
        run_id: RunId,
        /// What was decided.
        decided: Decided<Claim>,
    },
    /// The scheduler's other decisions.
    Decision {
        /// Which run.
        run_id: RunId,
        /// What was decided.
        decided: Decided<Decision>,
    },
    /// A worker's report.
    Report {
        /// Which run.
        run_id: RunId,
        /// What it says.
        report: Report,
    },
    /// A leader's epoch on a lane.
    Epoch(EpochRecord),
}

/// The condition under which the broker stores an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fence {
    /// The last record on this lane of the queue's epoch is the leader's own, at this position.
    Lane {
        /// Which lane. One append in flight per lane.
        lane: Lane,
        /// Its epoch record's position.
        seq: Seq,
    },
    /// The last record on the same run's `.claim` stands at this position.
    Claim(Seq),
    /// The last record on the entry's own subject stands at this position ([`Seq`] 0: there is none).
    Own(Seq),
}

/// An append to a queue's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// What to say.
    pub entry: Entry,
    /// Under which condition; requests have none.
    pub fence: Option<Fence>,
    /// Its identity within the duplicate window.
    pub msg_id: Option<MsgId>,
}

/// An append that the broker has acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Where it stands.
    pub seq: Seq,
    /// The broker had seen the id before. For our own decisions this counts as unknown until read back.
    pub duplicate: bool,
}

/// An append to the cell log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellAppend {
    /// What to say.
    pub body: CellBody,
    /// Under which condition.
    pub fence: CellFence,
    /// Its identity within the duplicate window.
    pub msg_id: Option<MsgId>,
}

/// The condition under which the broker stores a record in the cell log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFence {
    /// The last record on the same subject stands here (0: there is none): configuration and the epoch itself.
    Own(Seq),
    /// The last epoch record of the cell log stands here: the leader's facts.
    Epoch(Seq),
}

/// What a tail brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TailEvent<R> {
    /// Records in order, without a hole since the last batch; never empty, at most 1,024.
    Records(Vec<R>),
    /// Everything that was stored when the tail began to read has been brought. Once per tail.
    CaughtUp,
}

/// How full a queue's stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes as the broker counts them.
    pub bytes: u64,
    /// Its present hard bound.
    pub bytes_max: u64,
    /// Messages.
    pub messages: u64,
    /// First and last position.
    pub first: Seq,
    /// The last position.
    pub last: Seq,
}

/// A claim as a worker pulls it. Dropped without an answer it is offered again after the ack wait.
#[derive(Debug)]
pub struct ClaimItem<A> {
    /// Which run.
    pub run: RunKey,
    /// The life of its queue.
    pub stream: QueueStream,
    /// The record: its `seq` is the fence of the reports.
    pub record: Record,
    /// How often it has been delivered, this time included.
    pub delivered: u64,
    /// To answer with.
    pub ack: A,
}

/// Which of the two output streams of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutputStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// weir's own word within the output, such as how many lines were dropped.
    Weir,
}

/// One line of a run's output, without its line end. Not necessarily UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputLine {
    /// Where it came from.
    pub stream: OutputStream,
    /// When the worker read it, by the worker's clock: for people. Nanoseconds since 1970-01-01 UTC.
    pub at: weir_core::time::Timestamp,
    /// The line.
    pub bytes: Bytes,
}

/// A batch of output lines of one attempt: one message on `weir.log.<pool>.<queue>.<run_id>.<attempt>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputChunk {
    /// Which run.
    pub run: RunKey,
    /// Which attempt.
    pub attempt: Attempt,
    /// Its lines in order.
    pub lines: Vec<OutputLine>,
    /// It is the last of its attempt.
    pub last: bool,
}

/// A request to the control API.
#[derive(Debug)]
pub struct ApiRequest<R> {
    /// Which endpoint: `<noun>.<verb>`.
    pub endpoint: String,
    /// The request's payload.
    pub payload: Bytes,
    /// To answer with.
    pub reply: R,
}
