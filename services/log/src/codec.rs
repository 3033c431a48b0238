//! Records to bytes and back: the one place where this crate meets the wire format.
//!
//! Both logs store the same bytes, so a fault in the wire format shows in the in-memory log as well.

use bytes::Bytes;
use weir_core::{
    cell::{CellBody, CellRecord},
    event::{Body, Record, Voice},
    ids::{Attempt, QueueKey, RunKey, Seq},
    session::{LeaseRecord, ObserverRecord, Session, SessionRecord, TracedRecord, TracerRecord},
    time::Timestamp,
};

use crate::{
    error::{AppendError, LogError},
    subject::{CELL_STREAM, CellSubject, QueueSubject, QueueSubjects, RunVoice, Subject},
    types::{CellFence, Entry, Fence, OutputChunk, OutputLine, OutputStream},
};

/// A message as a stream holds it.
#[derive(Clone, Debug)]
pub(crate) struct Stored<'a> {
    pub(crate) seq: Seq,
    pub(crate) at: Timestamp,
    pub(crate) subject: &'a str,
    pub(crate) payload: &'a Bytes,
    pub(crate) traceparent: Option<&'a str>,
}

/// The condition of an append in the broker's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expect {
    /// The subject whose last sequence is compared; `None` is the message's own.
    pub(crate) subject: Option<String>,
    pub(crate) seq: Seq,
}

/// An entry's subject, payload and `traceparent`.
pub(crate) fn encode_entry(
    subjects: &QueueSubjects,
    entry: &Entry,
) -> (String, Bytes, Option<String>) {
    match entry {
        Entry::Request {
            run_id,
            payload,
            traceparent,
        } => (
            subjects.run(run_id, RunVoice::Request),
            payload.clone(),
            traceparent.clone(),
        ),
        Entry::Claim { run_id, decided } => (
            subjects.run(run_id, RunVoice::Claim),
            weir_proto::encode_claim(decided, subjects.key()),
            None,
        ),
        Entry::Decision { run_id, decided } => (
            subjects.run(run_id, RunVoice::Decision),
            weir_proto::encode_decision(decided),
            None,
        ),
        Entry::Report { run_id, report } => (
            subjects.run(run_id, RunVoice::Report),
            weir_proto::encode_report(report),
            None,
        ),
        Entry::Epoch(epoch) => (
            subjects.epoch(epoch.lane),
            weir_proto::encode_epoch(epoch),
            None,
        ),
    }
}

/// The condition of a queue append, in the broker's terms. A claim's fence on an epoch has no meaning and compares the
/// entry's own subject, which refuses it.
pub(crate) fn expect_entry(subjects: &QueueSubjects, entry: &Entry, fence: Fence) -> Expect {
    match fence {
        Fence::Lane { lane, seq } => Expect {
            subject: Some(subjects.epoch(lane)),
            seq,
        },
        Fence::Own(seq) => Expect { subject: None, seq },
        Fence::Claim(seq) => {
            let subject = match entry {
                Entry::Request { run_id, .. }
                | Entry::Claim { run_id, .. }
                | Entry::Decision { run_id, .. }
                | Entry::Report { run_id, .. } => Some(subjects.run(run_id, RunVoice::Claim)),
                Entry::Epoch(_) => None,
            };
            Expect { subject, seq }
        }
    }
}

/// A message of a queue's stream. What cannot be understood is a [`Body::Malformed`] at its position: every reader must
/// see that something stands there.
pub(crate) fn decode_record(subjects: &QueueSubjects, stored: &Stored<'_>) -> Record {
    let payload = stored.payload;
    let malformed = |voice, error: weir_proto::DecodeError| Body::Malformed {
        voice,
        detail: error.to_string(),
    };
    let body = match subjects.parse(stored.subject) {
        QueueSubject::Run(run_id, RunVoice::Request) => Body::Request {
            run_id,
            request: weir_proto::decode_request(payload),
            digest: weir_proto::digest(payload),
            traceparent: stored.traceparent.map(str::to_owned),
        },
        QueueSubject::Run(run_id, RunVoice::Claim) => {
            match weir_proto::decode_claim(payload, subjects.key()) {
                Ok(decided) => Body::Claim { run_id, decided },
                Err(error) => malformed(Voice::Claim, error),
            }
        }
        QueueSubject::Run(run_id, RunVoice::Decision) => match weir_proto::decode_decision(payload)
        {
            Ok(decided) => Body::Decision { run_id, decided },
            Err(error) => malformed(Voice::Decision, error),
        },
        QueueSubject::Run(run_id, RunVoice::Report) => match weir_proto::decode_report(payload) {
            Ok(report) => Body::Report { run_id, report },
            Err(error) => malformed(Voice::Report, error),
        },
        QueueSubject::Epoch(lane) => match weir_proto::decode_epoch(payload) {
            Ok(epoch) if epoch.lane == lane => Body::Epoch(epoch),
            Ok(epoch) => Body::Malformed {
                voice: Voice::Epoch,
                detail: format!("it names lane {} and stands on lane {lane}", epoch.lane),
            },
            Err(error) => malformed(Voice::Epoch, error),
        },
        QueueSubject::Illegal(voice, detail) => Body::Malformed { voice, detail },
    };
    Record {
        seq: stored.seq,
        at: stored.at,
        body,
    }
}

/// The subject of a record of the cell log. `None`: there is nothing to say.
pub(crate) fn cell_subject(body: &CellBody) -> Option<Subject> {
    let subject = match body {
        CellBody::Config { author: _, object } => CellSubject::of(object),
        CellBody::Epoch { .. } => CellSubject::Epoch,
        CellBody::QueueOpened { .. } | CellBody::QueueClosed { .. } => CellSubject::Queues,
        CellBody::Barrier { .. } => CellSubject::Barrier,
        CellBody::WorkerForgotten { pool, worker, .. } => {
            CellSubject::Worker(pool.clone(), worker.clone())
        }
        CellBody::Malformed { .. } => return None,
    };
    Some(Subject::Cell(subject))
}

/// What an append of [`CellBody::Malformed`] is answered with: it says nothing and belongs nowhere.
pub(crate) fn no_cell_record() -> AppendError {
    AppendError::Refused {
        stream: CELL_STREAM.to_owned(),
        detail: "a malformed record cannot be appended".to_owned(),
    }
}

/// The condition of a cell append, in the broker's terms.
pub(crate) fn expect_cell(fence: CellFence) -> Expect {
    match fence {
        CellFence::Own(seq) => Expect { subject: None, seq },
        CellFence::Epoch(seq) => Expect {
            subject: Some(Subject::Cell(CellSubject::Epoch).to_string()),
            seq,
        },
    }
}

/// A message of the cell log. Its subject must be the one that its content belongs to: otherwise somebody who may write
/// one object could overwrite another.
pub(crate) fn decode_cell(stored: &Stored<'_>) -> CellRecord {
    let body = match weir_proto::decode_cell(stored.payload) {
        Ok(body) => match cell_subject(&body).map(|subject| subject.to_string()) {
            Some(subject) if subject == stored.subject => body,
            Some(subject) => CellBody::Malformed {
                detail: format!("it stands on {} and belongs on {subject}", stored.subject),
            },
            None => body,
        },
        Err(error) => CellBody::Malformed {
            detail: format!("{}: {error}", stored.subject),
        },
    };
    CellRecord {
        seq: stored.seq,
        at: stored.at,
        body,
    }
}

/// A session's record; `None` (with a warning) for what is none: a stranger's bytes must not stop the others' tail.
pub(crate) fn decode_session(stored: &Stored<'_>) -> Option<SessionRecord> {
    match weir_proto::decode_session(stored.payload) {
        Ok(session) if session_subject(&session) == stored.subject => Some(SessionRecord {
            seq: stored.seq,
            at: stored.at,
            session,
        }),
        Ok(session) => {
            let belongs = session_subject(&session);
            tracing::warn!(
                subject = stored.subject,
                belongs,
                "a worker's session stands on a foreign subject"
            );
            None
        }
        Err(error) => {
            tracing::warn!(subject = stored.subject, %error, "a worker's session cannot be decoded");
            None
        }
    }
}

pub(crate) fn session_subject(session: &Session) -> String {
    Subject::Session(session.pool.clone(), session.worker.clone()).to_string()
}

pub(crate) fn decode_lease(stored: &Stored<'_>) -> Result<(Seq, Timestamp, LeaseRecord), LogError> {
    let lease = weir_proto::decode_lease(stored.payload).map_err(|error| LogError::Decode {
        what: "the leader's lease".to_owned(),
        detail: error.to_string(),
    })?;
    Ok((stored.seq, stored.at, lease))
}

pub(crate) fn decode_observer(stored: &Stored<'_>) -> Result<(Seq, ObserverRecord), LogError> {
    let observer =
        weir_proto::decode_observer(stored.payload).map_err(|error| LogError::Decode {
            what: "the observer's lease".to_owned(),
            detail: error.to_string(),
        })?;
    Ok((stored.seq, observer))
}

pub(crate) fn decode_tracer(stored: &Stored<'_>) -> Result<(Seq, TracerRecord), LogError> {
    let tracer = weir_proto::decode_tracer(stored.payload).map_err(|error| LogError::Decode {
        what: "the tracer's lease".to_owned(),
        detail: error.to_string(),
    })?;
    Ok((stored.seq, tracer))
}

pub(crate) fn decode_traced(stored: &Stored<'_>) -> Result<(Seq, TracedRecord), LogError> {
    let traced = weir_proto::decode_traced(stored.payload).map_err(|error| LogError::Decode {
        what: "the position of a queue's traces".to_owned(),
        detail: error.to_string(),
    })?;
    Ok((stored.seq, traced))
}

pub(crate) fn encode_output(chunk: &OutputChunk) -> (String, Bytes) {
    let lines: Vec<_> = chunk
        .lines
        .iter()
        .map(|line| {
            let kind = match line.stream {
                OutputStream::Stdout => weir_proto::OutputStreamKind::Stdout,
                OutputStream::Stderr => weir_proto::OutputStreamKind::Stderr,
                OutputStream::Weir => weir_proto::OutputStreamKind::Weir,
            };
            weir_proto::OutputLine {
                stream: kind,
                at: line.at,
                bytes: line.bytes.clone(),
            }
        })
        .collect();
    let subject = Subject::Output(chunk.run.clone(), chunk.attempt).to_string();
    (subject, weir_proto::encode_output(&lines, chunk.last))
}

/// A chunk of output; `None` (with a warning) for what is none.
pub(crate) fn decode_output(stored: &Stored<'_>) -> Option<OutputChunk> {
    let Ok(Subject::Output(run, attempt)) = stored.subject.parse() else {
        tracing::warn!(
            subject = stored.subject,
            "output stands on a subject that is not legal"
        );
        return None;
    };
    match weir_proto::decode_output(stored.payload) {
        Ok(weir_proto::OutputLines { lines, last }) => {
            let lines = lines
                .into_iter()
                .map(|weir_proto::OutputLine { stream, at, bytes }| {
                    let stream = match stream {
                        weir_proto::OutputStreamKind::Stdout => OutputStream::Stdout,
                        weir_proto::OutputStreamKind::Stderr => OutputStream::Stderr,
                        weir_proto::OutputStreamKind::Weir => OutputStream::Weir,
                    };
                    OutputLine { stream, at, bytes }
                })
                .collect();
            Some(OutputChunk {
                run,
                attempt,
                lines,
                last,
            })
        }
        Err(error) => {
            tracing::warn!(subject = stored.subject, %error, "output cannot be decoded");
            None
        }
    }
}

/// The subjects of a run's output, of one attempt or of all.
pub(crate) fn output_filter(run: &RunKey, attempt: Option<Attempt>) -> String {
    if let Some(attempt) = attempt {
        return Subject::Output(run.clone(), attempt).to_string();
    }
    let QueueKey { pool, queue } = &run.queue;
    format!("weir.log.{pool}.{queue}.{}.*", run.run_id)
}
