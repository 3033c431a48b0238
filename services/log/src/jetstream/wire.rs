//! What JetStream writes into headers and reply subjects.

use async_nats::{HeaderMap, HeaderValue, Message, header};
use weir_core::{ids::Seq, time::Timestamp};

use crate::codec::Stored;

/// The header that hands a trace on (W3C Trace Context).
pub(super) const TRACEPARENT: &str = "traceparent";
/// Names the subject that a fence compares.
pub(super) const EXPECTED_SUBJECT: &str = "Nats-Expected-Last-Subject-Sequence-Subject";
/// On a status: what a pull has not received.
pub(super) const PENDING_MESSAGES: &str = "Nats-Pending-Messages";

/// What a delivered message's reply subject says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delivery {
    pub(super) delivered: u64,
    pub(super) stream_seq: Seq,
    pub(super) consumer_seq: u64,
    pub(super) at: Timestamp,
    /// How many more messages the consumer had for us at that moment.
    pub(super) pending: u64,
}

/// Reads `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<delivered>.<seq>.<consumer seq>.<nanoseconds>.<pending>`.
pub(super) fn parse_delivery(reply: &str) -> Option<Delivery> {
    let rest = reply.strip_prefix("$JS.ACK.")?;
    // Counted from `$JS`: 9 tokens, or 11 and more in the longer form.
    let skip = if rest.bytes().filter(|byte| *byte == b'.').count() >= 8 {
        4
    } else {
        2
    };
    let mut tokens = rest.split('.').skip(skip);
    Some(Delivery {
        delivered: tokens.next()?.parse().ok()?,
        stream_seq: Seq(tokens.next()?.parse().ok()?),
        consumer_seq: tokens.next()?.parse().ok()?,
        at: Timestamp(tokens.next()?.parse().ok()?),
        pending: tokens.next()?.parse().ok()?,
    })
}

/// A message that a consumer has delivered.
pub(super) fn delivered<'a>(message: &'a Message, delivery: &Delivery) -> Stored<'a> {
    Stored {
        seq: delivery.stream_seq,
        at: delivery.at,
        subject: &message.subject,
        payload: &message.payload,
        traceparent: message.headers.as_ref().and_then(traceparent),
    }
}

/// A message that the stream has republished, or that it has answered a direct get with.
pub(super) fn copied(message: &Message) -> Option<Stored<'_>> {
    let headers = message.headers.as_ref()?;
    let text = |name: header::HeaderName| headers.get_last(name).map(HeaderValue::as_str);
    Some(Stored {
        seq: Seq(text(header::NATS_SEQUENCE)?.parse().ok()?),
        at: parse_time(text(header::NATS_TIME_STAMP)?)?,
        subject: text(header::NATS_SUBJECT)?,
        payload: &message.payload,
        traceparent: traceparent(headers),
    })
}

fn traceparent(headers: &HeaderMap) -> Option<&str> {
    headers.get(TRACEPARENT).map(HeaderValue::as_str)
}

/// A number in a header.
pub(super) fn number(message: &Message, name: &str) -> Option<u64> {
    message.headers.as_ref()?.get(name)?.as_str().parse().ok()
}

/// Reads `2026-11-23T14:05:06.123456789Z`, which is how the broker writes times (always UTC, 0 to 9 decimals).
pub(super) fn parse_time(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut time = time.splitn(3, ':').map(str::parse::<i64>);
    let (hour, minute, second) = (time.next()?.ok()?, time.next()?.ok()?, time.next()?.ok()?);
    if !(1..=12).contains(&month) || fraction.len() > 9 {
        return None;
    }
    let nanos: i64 = format!("{fraction:0<9}").parse().ok()?;
    // Days since 1970-01-01 in years that begin in March, so that the leap day is the last (H. Hinnant's method).
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
    seconds
        .checked_mul(1_000_000_000)?
        .checked_add(nanos)
        .map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_reply_subject_are_read() {
        let wanted = Delivery {
            delivered: 2,
            stream_seq: Seq(17),
            consumer_seq: 5,
            at: Timestamp(1_795_442_706_123_456_789),
            pending: 3,
        };
        for reply in [
            "$JS.ACK.weir_p_q.workers.2.17.5.1795442706123456789.3",
            "$JS.ACK.hub.A1B2.weir_p_q.workers.2.17.5.1795442706123456789.3",
            "$JS.ACK._.A1B2.weir_p_q.workers.2.17.5.1795442706123456789.3.rnd",
        ] {
            assert_eq!(parse_delivery(reply), Some(wanted), "{reply}");
        }
        for reply in ["$JS.ACK.a.b.c", "_INBOX.x", "$JS.ACK.s.c.1.2.3.4.x"] {
            assert_eq!(parse_delivery(reply), None, "{reply}");
        }
    }

    #[test]
    fn the_brokers_times_are_read_to_the_nanosecond() {
        for (text, nanos) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:01.5Z", 1_500_000_000),
            ("2000-02-29T12:00:00Z", 951_825_600_000_000_000),
            ("2000-03-01T00:00:00.000000001Z", 951_868_800_000_000_001),
            ("2026-11-23T14:05:06.123456789Z", 1_795_442_706_123_456_789),
        ] {
            assert_eq!(parse_time(text), Some(Timestamp(nanos)), "{text}");
        }
        for text in [
            "",
            "2026-11-23",
            "2026-13-23T00:00:00Z",
            "2026-11-23T14:05:06+01:00",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
