//! Every subject of weir, in both directions. Nobody else builds or takes apart a subject.
//!
//! ```text
//! weir.run.<pool>.<queue>.<run_id>.<request|claim|decision|report>     stream weir_<pool>_<queue>
//! weir.epoch.<pool>.<queue>.<lane>                                     stream weir_<pool>_<queue>
//! weir.closed.<pool>.<queue>.<incarnation>                             a sealed stream that has handed its subjects on
//! weir.live.<pool>.<queue>.<run_id>.<voice>                            republished from there, as stored
//! weir.cell.config.<kind>.<name>   weir.cell.epoch   weir.cell.queue   weir.cell.barrier
//! weir.cell.worker.<pool>.<worker>                                     stream weir_cell
//! weir.lease.leader   weir.lease.observer=<pool>                       stream weir_lease
//! weir.lease.tracer   weir.lease.traced=<pool>=<queue>=<incarnation>   stream weir_lease
//! weir.worker.<pool>.<worker>                                          stream weir_lease
//! weir.log.<pool>.<queue>.<run_id>.<attempt>                           stream weir_logs
//! weir.api.v1.<noun>.<verb>                                            request/reply, service `weir`
//! ```
//!
//! The names of deployments and tags may hold what a subject may not (dots, blanks, any script): in its subject each byte other
//! than a letter, a digit, `-`, `_` and `/` is written as `=` and two hexadecimal digits.

mod cell;
mod closing;
mod escape;

use std::{fmt, str::FromStr};

use weir_core::{
    event::Voice,
    ids::{Attempt, LANES, Lane, PoolName, QueueKey, QueueStream, RunId, RunKey, WorkerName},
};

pub use self::cell::CellSubject;
pub(crate) use self::closing::closed;

/// The stream of the cell log.
pub const CELL_STREAM: &str = "weir_cell";
/// The stream of the leader's lease and the workers' sessions.
pub const LEASE_STREAM: &str = "weir_lease";
/// The stream of the runs' output.
pub const LOGS_STREAM: &str = "weir_logs";
/// The durable consumer of each queue's stream: the workers' work list.
pub const WORKERS_CONSUMER: &str = "workers";
/// All subjects of the cell log.
pub const CELL_SUBJECTS: &str = "weir.cell.>";
/// All subjects of the workers' sessions.
pub const SESSION_SUBJECTS: &str = "weir.worker.*.*";
/// All subjects of the leader's lease.
pub const LEASE_SUBJECTS: &str = "weir.lease.*";
/// All subjects of the runs' output.
pub const LOGS_SUBJECTS: &str = "weir.log.*.*.*.*";
/// What stands before `<noun>.<verb>` in the control API's subjects.
pub const API_PREFIX: &str = "weir.api.v1";

/// The voices about a run, each of which has a subject of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunVoice {
    /// Users.
    Request,
    /// The scheduler's grants.
    Claim,
    /// The scheduler's other decisions.
    Decision,
    /// Workers.
    Report,
}

impl RunVoice {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Request, Self::Claim, Self::Decision, Self::Report];
    /// The last token of the subject.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Claim => "claim",
            Self::Decision => "decision",
            Self::Report => "report",
        }
    }
    fn parse(token: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|voice| voice.as_str() == token)
    }
}
impl From<RunVoice> for Voice {
    fn from(voice: RunVoice) -> Self {
        match voice {
            RunVoice::Request => Self::Request,
            RunVoice::Claim => Self::Claim,
            RunVoice::Decision => Self::Decision,
            RunVoice::Report => Self::Report,
        }
    }
}

/// A subject of weir.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Somebody speaks about a run.
    Run(RunKey, RunVoice),
    /// A leader speaks from here on, on one lane of a queue.
    Epoch(QueueKey, Lane),
    /// What has been stored about a run, republished.
    Live(RunKey, RunVoice),
    /// A record of the cell log.
    Cell(CellSubject),
    /// The leader's lease.
    Lease,
    /// The lease of the worker that follows a pool's Kubernetes Jobs.
    Observer(PoolName),
    /// The lease of the scheduler that makes the runs' traces.
    Tracer,
    /// How far the traces of one life of a queue have been handed over.
    Traced(QueueStream),
    /// A worker's session.
    Session(PoolName, WorkerName),
    /// Output of one attempt.
    Output(RunKey, Attempt),
    /// An endpoint of the control API, `<noun>.<verb>`.
    Api(String),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(run, voice) => {
                let QueueKey { pool, queue } = &run.queue;
                write!(
                    f,
                    "weir.run.{pool}.{queue}.{}.{}",
                    run.run_id,
                    voice.as_str()
                )
            }
            Self::Epoch(QueueKey { pool, queue }, lane) => {
                write!(f, "weir.epoch.{pool}.{queue}.{lane}")
            }
            Self::Live(run, voice) => {
                let QueueKey { pool, queue } = &run.queue;
                write!(
                    f,
                    "weir.live.{pool}.{queue}.{}.{}",
                    run.run_id,
                    voice.as_str()
                )
            }
            Self::Cell(cell) => write!(f, "weir.cell.{cell}"),
            Self::Lease => f.write_str("weir.lease.leader"),
            // One token, so that the lease stream's subjects are what they always were.
            Self::Observer(pool) => write!(f, "weir.lease.observer={pool}"),
            Self::Tracer => f.write_str("weir.lease.tracer"),
            Self::Traced(QueueStream { key, incarnation }) => {
                let QueueKey { pool, queue } = key;
                write!(f, "weir.lease.traced={pool}={queue}={incarnation}")
            }
            Self::Session(pool, worker) => write!(f, "weir.worker.{pool}.{worker}"),
            Self::Output(run, attempt) => {
                let QueueKey { pool, queue } = &run.queue;
                write!(f, "weir.log.{pool}.{queue}.{}.{attempt}", run.run_id)
            }
            Self::Api(endpoint) => write!(f, "{API_PREFIX}.{endpoint}"),
        }
    }
}

/// A subject that is none of weir's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject:?} is no subject of weir: {detail}")]
pub struct SubjectError {
    /// The subject, cut to 200 characters.
    pub subject: String,
    /// What is wrong with it.
    pub detail: String,
}

impl FromStr for Subject {
    type Err = SubjectError;
    fn from_str(text: &str) -> Result<Self, SubjectError> {
        parse(text).map_err(|detail| SubjectError {
            subject: text.chars().take(200).collect(),
            detail: detail.to_string(),
        })
    }
}

fn parse(text: &str) -> Result<Subject, Box<dyn std::error::Error>> {
    let tokens: Vec<&str> = text.split('.').collect();
    let subject = match tokens.as_slice() {
        ["weir", "run", pool, queue, run_id, voice] => Subject::Run(
            run(pool, queue, run_id)?,
            RunVoice::parse(voice).ok_or(NO_VOICE)?,
        ),
        ["weir", "live", pool, queue, run_id, voice] => Subject::Live(
            run(pool, queue, run_id)?,
            RunVoice::parse(voice).ok_or(NO_VOICE)?,
        ),
        ["weir", "epoch", pool, queue, lane] => {
            Subject::Epoch(key(pool, queue)?, parse_lane(lane).ok_or(NO_LANE)?)
        }
        ["weir", "cell", rest @ ..] => Subject::Cell(cell::parse(rest)?),
        ["weir", "lease", "leader"] => Subject::Lease,
        ["weir", "lease", lease] if lease.starts_with("observer=") => {
            Subject::Observer(lease.trim_start_matches("observer=").parse()?)
        }
        ["weir", "lease", "tracer"] => Subject::Tracer,
        ["weir", "lease", lease] => Subject::Traced(traced(lease)?),
        ["weir", "worker", pool, worker] => Subject::Session(pool.parse()?, worker.parse()?),
        ["weir", "log", pool, queue, run_id, attempt] => Subject::Output(
            run(pool, queue, run_id)?,
            Attempt(number(attempt).ok_or("no attempt number")?),
        ),
        ["weir", "api", "v1", noun, verb] if !noun.is_empty() && !verb.is_empty() => {
            Subject::Api(format!("{noun}.{verb}"))
        }
        _ => return Err("there is no such form".into()),
    };
    Ok(subject)
}

const NO_VOICE: &str = "the last token is none of request, claim, decision, report";
const NO_LANE: &str = "the last token is no lane";

fn key(pool: &str, queue: &str) -> Result<QueueKey, weir_core::ids::NameError> {
    Ok(QueueKey::new(pool.parse()?, queue.parse()?))
}

fn run(pool: &str, queue: &str, run_id: &str) -> Result<RunKey, weir_core::ids::NameError> {
    Ok(RunKey {
        queue: key(pool, queue)?,
        run_id: run_id.parse()?,
    })
}

/// What stands behind `weir.lease.` where the position of a queue's traces is kept.
fn traced(token: &str) -> Result<QueueStream, Box<dyn std::error::Error>> {
    match token.split('=').collect::<Vec<_>>().as_slice() {
        ["traced", pool, queue, incarnation] => Ok(QueueStream {
            key: key(pool, queue)?,
            incarnation: number(incarnation)
                .filter(|incarnation| *incarnation > 0)
                .ok_or("no number of a life")?,
        }),
        _ => Err("there is no such form".into()),
    }
}

/// Only the canonical form: `7`, never `07` or `+7`, so that each thing has one subject.
fn number(token: &str) -> Option<u32> {
    let number: u32 = token.parse().ok()?;
    (number.to_string() == token).then_some(number)
}

fn parse_lane(token: &str) -> Option<Lane> {
    let lane = u8::try_from(number(token)?).ok()?;
    (lane < LANES).then_some(Lane(lane))
}

/// A subject within a queue's stream, taken apart with as little work as a tail can afford.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum QueueSubject {
    /// Somebody speaks about a run.
    Run(RunId, RunVoice),
    /// A leader's epoch.
    Epoch(Lane),
    /// The stream stores it, but its grammar forbids it: whose voice, and what is wrong.
    Illegal(Voice, String),
}

/// The subjects of one queue.
#[derive(Clone, Debug)]
pub(crate) struct QueueSubjects {
    key: QueueKey,
    run: String,
    live: String,
    epoch: String,
}

impl QueueSubjects {
    pub(crate) fn new(key: &QueueKey) -> Self {
        let QueueKey { pool, queue } = key;
        Self {
            key: key.clone(),
            run: format!("weir.run.{pool}.{queue}."),
            live: format!("weir.live.{pool}.{queue}."),
            epoch: format!("weir.epoch.{pool}.{queue}."),
        }
    }
    pub(crate) fn key(&self) -> &QueueKey {
        &self.key
    }
    /// The literal shapes that the stream stores; not `>`, which would let anything in.
    pub(crate) fn stored(&self) -> Vec<String> {
        let mut all: Vec<String> = RunVoice::ALL.map(|voice| self.all(voice)).into();
        all.push(format!("{}*", self.epoch));
        all
    }
    /// All runs' subjects of one voice.
    pub(crate) fn all(&self, voice: RunVoice) -> String {
        format!("{}*.{}", self.run, voice.as_str())
    }
    /// All subjects of one run.
    pub(crate) fn of_run(&self, run_id: &RunId) -> String {
        format!("{}{run_id}.*", self.run)
    }
    /// One run's subject of one voice.
    pub(crate) fn run(&self, run_id: &RunId, voice: RunVoice) -> String {
        format!("{}{run_id}.{}", self.run, voice.as_str())
    }
    pub(crate) fn epoch(&self, lane: Lane) -> String {
        format!("{}{lane}", self.epoch)
    }
    /// Source and destination of the republished records.
    pub(crate) fn republish(&self) -> (String, String) {
        (format!("{}>", self.run), format!("{}>", self.live))
    }
    /// Where they are watched: one run's, or all.
    pub(crate) fn live(&self, run_id: Option<&RunId>) -> String {
        match run_id {
            Some(run_id) => format!("{}{run_id}.*", self.live),
            None => format!("{}*.*", self.live),
        }
    }
    /// Takes apart a subject of the queue's stream or of its republished records.
    pub(crate) fn parse(&self, subject: &str) -> QueueSubject {
        let run = subject
            .strip_prefix(&self.run)
            .or_else(|| subject.strip_prefix(&self.live));
        if let Some((run_id, voice)) = run.and_then(|rest| rest.split_once('.'))
            && let Some(voice) = RunVoice::parse(voice)
        {
            return match run_id.parse() {
                Ok(run_id) => QueueSubject::Run(run_id, voice),
                Err(error) => QueueSubject::Illegal(voice.into(), format!("illegal {error}")),
            };
        }
        match subject
            .strip_prefix(&self.epoch)
            .map(|lane| (lane, parse_lane(lane)))
        {
            Some((_, Some(lane))) => QueueSubject::Epoch(lane),
            Some((lane, None)) => {
                QueueSubject::Illegal(Voice::Epoch, format!("there is no lane {lane}"))
            }
            None => QueueSubject::Illegal(
                Voice::Request,
                format!("{subject} does not belong to {}", self.key),
            ),
        }
    }
}

/// The queue stream of this name, if it is one of a queue.
pub(crate) fn parse_stream_name(name: &str) -> Option<QueueStream> {
    let mut parts = name.strip_prefix("weir_")?.split('_');
    let key = key(parts.next()?, parts.next()?).ok()?;
    let incarnation = match parts.next() {
        None => 1,
        Some(token) => number(token).filter(|incarnation| *incarnation > 1)?,
    };
    parts
        .next()
        .is_none()
        .then_some(QueueStream { key, incarnation })
}

#[cfg(test)]
mod tests;
