//! One append: its headers, and what its answer means.

use std::error::Error as _;

use async_nats::{
    HeaderMap, HeaderValue, header,
    jetstream::{
        Error as ServerError,
        context::{PublishError, PublishErrorKind},
        message::PublishMessage,
    },
};
use bytes::Bytes;
use weir_core::ids::Seq;

use super::{JetStream, connect::PUBLISH_TIMEOUT, wire};
use crate::{codec::Expect, error::AppendError, types::Appended};

/// A message to be stored in a stream.
#[derive(Debug)]
pub(super) struct Publish {
    pub(super) stream: String,
    pub(super) subject: String,
    pub(super) payload: Bytes,
    pub(super) traceparent: Option<String>,
    pub(super) msg_id: Option<String>,
    pub(super) expect: Option<Expect>,
    /// In seconds.
    pub(super) ttl: Option<u64>,
}

impl Publish {
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(id) = &self.msg_id {
            insert(&mut headers, header::NATS_MESSAGE_ID, id);
        }
        if let Some(Expect { subject, seq }) = &self.expect {
            insert(
                &mut headers,
                header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE,
                &seq.to_string(),
            );
            if let Some(subject) = subject {
                insert(&mut headers, EXPECTED_SUBJECT, subject);
            }
        }
        // A queue's next life has the same subjects: its positions could be equal by chance, and a request is for the
        // life that its publisher has seen. Output needs no such care, and it is the bulk.
        if self.expect.is_some() || self.msg_id.is_some() {
            insert(&mut headers, header::NATS_EXPECTED_STREAM, &self.stream);
        }
        if let Some(ttl) = self.ttl {
            insert(&mut headers, header::NATS_MESSAGE_TTL, &ttl.to_string());
        }
        if let Some(traceparent) = &self.traceparent {
            insert(&mut headers, TRACEPARENT, traceparent);
        }
        headers
    }
}

const EXPECTED_SUBJECT: header::HeaderName =
    header::HeaderName::from_static(wire::EXPECTED_SUBJECT);
const TRACEPARENT: header::HeaderName = header::HeaderName::from_static(wire::TRACEPARENT);

/// A value that cannot be a header's (a line break in it) is left out.
fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = value.parse::<HeaderValue>() {
        headers.insert(name, value);
    }
}

impl JetStream {
    /// Publishes once and waits for the answer. Nothing is ever sent a second time from here: what follows from an
    /// unknown outcome is the caller's decision. When the future is dropped the message may still be stored.
    // Of interest as a part of something: an append, an answer.
    #[tracing::instrument(
        level = "trace",
        skip_all,
        fields(
            otel.kind = "producer",
            messaging.system = "nats",
            messaging.destination.name = publish.subject,
            weir.stream = publish.stream,
        )
    )]
    pub(super) async fn publish(&self, publish: Publish) -> Result<Appended, AppendError> {
        let headers = publish.headers();
        let mut message = PublishMessage::build().payload(publish.payload);
        if !headers.is_empty() {
            message = message.headers(headers);
        }
        let expected = publish.expect.map_or(Seq(0), |expect| expect.seq);
        let sent = self
            .inner
            .context
            .send_publish(publish.subject.clone(), message)
            .await;
        let answered = match sent {
            Ok(acknowledgement) => acknowledgement.await,
            Err(error) => Err(error),
        };
        match answered {
            Ok(ack) => Ok(Appended {
                seq: Seq(ack.sequence),
                duplicate: ack.duplicate,
            }),
            Err(error) => {
                let error = append_error(&publish.stream, expected, &error);
                if matches!(error, AppendError::Unacknowledged { .. })
                    && self.inner.denied.take(&publish.subject)
                {
                    let detail = format!("no permission to publish to {}", publish.subject);
                    return Err(AppendError::Refused {
                        stream: publish.stream,
                        detail,
                    });
                }
                Err(error)
            }
        }
    }
}

fn append_error(stream: &str, expected: Seq, error: &PublishError) -> AppendError {
    let stream = stream.to_owned();
    let fault = error
        .source()
        .and_then(|source| source.downcast_ref::<ServerError>());
    match (error.kind(), fault) {
        (_, Some(fault)) => fault_error(stream, expected, fault),
        (PublishErrorKind::MaxPayloadExceeded, None) => AppendError::TooLarge { stream },
        // The broker answers with it in an election; whether there is a stream at all, `usage` can tell.
        (PublishErrorKind::StreamNotFound, None) => AppendError::Busy {
            detail: "503 no responders".to_owned(),
        },
        (PublishErrorKind::MaxAckPending, None) => AppendError::Busy {
            detail: error.to_string(),
        },
        (
            PublishErrorKind::TimedOut
            | PublishErrorKind::BrokenPipe
            | PublishErrorKind::WrongLastMessageId
            | PublishErrorKind::WrongLastSequence
            | PublishErrorKind::Other,
            None,
        ) => AppendError::Unacknowledged {
            waited: PUBLISH_TIMEOUT,
        },
    }
}

fn fault_error(stream: String, expected: Seq, fault: &ServerError) -> AppendError {
    let text = fault.to_string();
    match fault.error_code().0 {
        10_071 => AppendError::Fenced {
            expected,
            found: found(&text),
        },
        10_054 => AppendError::TooLarge { stream },
        // Sealed; or the subject belongs to the queue's next life, which is made only when this one is sealed.
        10_109 | 10_060 => AppendError::Sealed { stream },
        // Resources of the account, of the server, storage, memory.
        10_002 | 10_023 | 10_028 | 10_047 => AppendError::Full { stream },
        // The store's own words: bytes, messages; anything else of it is its trouble of the moment.
        10_077
            if text.contains("maximum")
                || text.contains("insufficient")
                || text.contains("no space") =>
        {
            AppendError::Full { stream }
        }
        // 10164: the check subject is in flight; 10158: the id is; 10008: electing; 10167 and its like: overloaded.
        10_077 | 10_164 | 10_158 | 10_008 | 10_167 => AppendError::Busy { detail: text },
        _ if fault.code() == 503 || fault.code() == 429 => AppendError::Busy { detail: text },
        _ => AppendError::Refused {
            stream,
            detail: text,
        },
    }
}

/// The number in `wrong last sequence: 17 (code 400, error code 10071)`.
fn found(text: &str) -> Option<Seq> {
    let (_, rest) = text.split_once("wrong last sequence: ")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok().map(Seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(code: u16, err_code: u64, description: &str) -> AppendError {
        let json =
            serde_json::json!({ "code": code, "err_code": err_code, "description": description });
        let fault: ServerError = serde_json::from_value(json).unwrap();
        let error = PublishError::with_source(PublishErrorKind::Other, fault);
        append_error("weir_p_q", Seq(3), &error)
    }

    #[test]
    fn every_answer_says_what_to_do() {
        let stream = || "weir_p_q".to_owned();
        assert_eq!(
            answered(400, 10_071, "wrong last sequence: 17"),
            AppendError::Fenced {
                expected: Seq(3),
                found: Some(Seq(17))
            }
        );
        assert_eq!(
            answered(400, 10_071, "wrong last sequence"),
            AppendError::Fenced {
                expected: Seq(3),
                found: None
            }
        );
        assert_eq!(
            answered(400, 10_054, "message size exceeds maximum allowed"),
            AppendError::TooLarge { stream: stream() }
        );
        for (err_code, text) in [
            (10_109, "invalid operation on sealed stream"),
            (10_060, "expected stream does not match"),
        ] {
            assert_eq!(
                answered(400, err_code, text),
                AppendError::Sealed { stream: stream() }
            );
        }
        for (code, err_code, text) in [
            (503, 10_077, "maximum bytes exceeded"),
            (503, 10_077, "maximum messages exceeded"),
            (500, 10_047, "insufficient storage resources available"),
            (503, 10_023, "insufficient resources"),
        ] {
            assert_eq!(
                answered(code, err_code, text),
                AppendError::Full { stream: stream() },
                "{text}"
            );
        }
        for (code, err_code) in [
            (400, 10_164),
            (409, 10_158),
            (503, 10_008),
            (429, 10_210),
            (503, 10_077),
        ] {
            assert!(
                matches!(answered(code, err_code, "x"), AppendError::Busy { .. }),
                "{err_code}"
            );
        }
        assert!(matches!(
            answered(400, 10_056, "stream name is required"),
            AppendError::Refused { .. }
        ));
    }

    #[test]
    fn what_the_broker_did_not_answer_is_unknown() {
        for kind in [
            PublishErrorKind::TimedOut,
            PublishErrorKind::BrokenPipe,
            PublishErrorKind::Other,
        ] {
            let error = append_error("s", Seq(1), &PublishError::new(kind));
            assert_eq!(error.written(), crate::Written::Unknown);
        }
        let gone = append_error(
            "s",
            Seq(1),
            &PublishError::new(PublishErrorKind::StreamNotFound),
        );
        assert!(matches!(gone, AppendError::Busy { .. }));
    }
}
