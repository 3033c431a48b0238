//! Our own voices are refused where they do not say all that they must, and the error names the field.

#![expect(
    clippy::unwrap_used,
    reason = "what is made here is legal, or the test is wrong"
)]

use weir_core::ids::QueueKey;
use weir_proto::{
    DecodeError, decode_cell, decode_claim, decode_decision, decode_epoch, decode_lease,
    decode_output, decode_report, decode_session,
};

fn queue() -> QueueKey {
    QueueKey::new("local".parse().unwrap(), "high".parse().unwrap())
}

#[track_caller]
fn names<T: std::fmt::Debug>(result: Result<T, DecodeError>, field: &str, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.field, field, "{error}");
    assert!(error.detail.contains(words), "{words:?} is not in: {error}");
}

/// Joins fields: (number, payload) as length-delimited, or (number, value) as varint, all below 128.
fn bytes(number: u8, payload: &[u8]) -> Vec<u8> {
    [
        &[(number << 3) | 2, u8::try_from(payload.len()).unwrap()],
        payload,
    ]
    .concat()
}
fn varint(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}
/// epoch 3, n 42.
fn by() -> Vec<u8> {
    bytes(1, &[varint(1, 3), varint(2, 42)].concat())
}

#[test]
fn nothing_at_all_is_no_record() {
    names(decode_claim(b"", &queue()), "what", "missing");
    names(decode_decision(b""), "what", "missing");
    names(decode_report(b""), "attempt", "counts from 1");
    names(decode_epoch(b""), "epoch", "counts from 1");
    names(decode_cell(b""), "body", "missing");
    names(decode_session(b""), "worker", "worker name");
    names(decode_lease(b""), "leader", "scheduler name");
}

#[test]
fn a_decision_without_its_author_is_refused() {
    let cancelled = bytes(5, b"");
    names(decode_decision(&cancelled), "by", "missing");
    names(
        decode_decision(&[bytes(1, &varint(2, 42)), cancelled.clone()].concat()),
        "by.epoch",
        "counts from 1",
    );
    names(
        decode_decision(&[bytes(1, &varint(1, 3)), cancelled.clone()].concat()),
        "by.n",
        "counts from 1",
    );
    decode_decision(&[by(), cancelled].concat()).unwrap();
}

#[test]
fn an_enum_without_a_value_or_with_a_new_one_is_refused() {
    let rejected = |fault: Vec<u8>| decode_decision(&[by(), bytes(2, &fault)].concat());
    names(rejected(vec![]), "rejected.code", "missing");
    names(rejected(varint(1, 0)), "rejected.code", "missing");
    names(
        rejected(varint(1, 99)),
        "rejected.code",
        "99 is a value that only a newer weir knows",
    );
    rejected(varint(1, 1)).unwrap();
    let report = |what: Vec<u8>| {
        decode_report(&[varint(1, 1), bytes(2, b"s-1"), varint(3, 1), what].concat())
    };
    names(report(bytes(8, b"")), "finished.outcome", "missing");
    names(
        report(bytes(8, &bytes(1, b""))),
        "finished.outcome.class",
        "missing",
    );
    names(
        report(bytes(9, &bytes(1, &varint(1, 77)))),
        "gone.outcome.class",
        "newer",
    );
    report(bytes(8, &bytes(1, &varint(1, 1)))).unwrap();
    names(decode_output(&bytes(1, b"")), "lines[0].stream", "missing");
    let pool = |kind: u8| {
        bytes(
            1,
            &bytes(2, &[bytes(1, b"local"), varint(2, kind)].concat()),
        )
    };
    names(decode_cell(&pool(0)), "config.pool.type", "missing");
    names(decode_cell(&pool(9)), "config.pool.type", "newer");
    decode_cell(&pool(1)).unwrap();
}

#[test]
fn a_kind_of_record_that_only_a_newer_weir_knows_is_refused() {
    // Field 6 of a decision is kept for a kind to come.
    names(
        decode_decision(&[by(), bytes(6, b"")].concat()),
        "what",
        "newer weir",
    );
    names(
        decode_report(&[varint(1, 1), bytes(2, b"s-1"), varint(3, 1), bytes(10, b"")].concat()),
        "what",
        "newer weir",
    );
}

#[test]
fn numbers_and_names_are_checked_with_their_path() {
    let claimed = |body: Vec<u8>| decode_claim(&[by(), bytes(2, &body)].concat(), &queue());
    let ids = [varint(1, 1), varint(2, 7)].concat();
    claimed(ids.clone()).unwrap();
    names(claimed(varint(2, 7)), "claimed.attempt", "counts from 1");
    names(claimed(varint(1, 1)), "claimed.request", "counts from 1");
    names(
        claimed([ids.clone(), bytes(3, b"")].concat()),
        "claimed.slots[0].limit",
        "missing",
    );
    let pool = bytes(3, &bytes(3, b"Not A Pool"));
    names(
        claimed([ids.clone(), pool].concat()),
        "claimed.slots[0].pool",
        "pool name",
    );
    // A take_within of minus one second.
    let negative = bytes(
        10,
        &[8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
    );
    names(
        claimed([ids, negative].concat()),
        "claimed.takeWithin",
        "negative",
    );
    let epoch = |lane| decode_epoch(&[varint(1, lane), varint(2, 3), bytes(3, b"me")].concat());
    epoch(31).unwrap();
    names(epoch(32), "lane", "use 0 to 31");
    names(
        decode_report(&[varint(1, 1), varint(3, 1)].concat()),
        "session",
        "session id",
    );
    names(
        decode_report(&[varint(1, 1), bytes(2, b"s-1")].concat()),
        "n",
        "counts from 1",
    );
}

#[test]
fn bytes_that_are_no_protobuf_say_so() {
    names(decode_claim(b"{\"what\":1}", &queue()), "", "not protobuf");
    let error = decode_claim(b"{\"what\":1}", &queue()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("claim is not to be understood: not protobuf"),
        "{error}"
    );
}
