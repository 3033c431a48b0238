//! Bytes that were once written stay readable, and what is written today is what was written then.
//!
//! `golden/v1.txt` is never changed, only appended to: one line per message, its name and its bytes in hexadecimal. A
//! new field gets a new sample under a new name; the old one stays and moves to the samples that are only read.

#![expect(
    clippy::unwrap_used,
    reason = "samples are legal, or the test is wrong"
)]

#[path = "golden/awaits.rs"]
mod awaits;
#[path = "golden/kubernetes.rs"]
mod kubernetes;
#[path = "golden/later.rs"]
mod later;
#[path = "golden/queue.rs"]
mod queue;
#[path = "golden/rest.rs"]
mod rest;
#[path = "golden/schedules.rs"]
mod schedules;
#[path = "golden/traces.rs"]
mod traces;

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use awaits::awaits;
use bytes::Bytes;
use kubernetes::kubernetes;
use queue::{claimed, claims, decided, decisions, reports};
use rest::{api_messages, cell_records, others, requests};
use schedules::schedules;
use traces::traces;
use weir_core::{
    event::{Claim, Claimed},
    ids::QueueKey,
    time::Timestamp,
};
use weir_proto::encode_claim;

/// Whether bytes still say what the sample says.
type Reads = Box<dyn Fn(&[u8]) -> bool>;

/// A message, its bytes as they are written today, and whether such bytes still say the same.
struct Sample {
    name: &'static str,
    bytes: Bytes,
    reads: Reads,
}

fn sample(
    name: &'static str,
    bytes: impl Into<Bytes>,
    reads: impl Fn(&[u8]) -> bool + 'static,
) -> Sample {
    Sample {
        name,
        bytes: bytes.into(),
        reads: Box::new(reads),
    }
}

const AT: Timestamp = Timestamp(1_795_442_820_123_456_789);

fn queue_key() -> QueueKey {
    QueueKey::new("local".parse().unwrap(), "high".parse().unwrap())
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16);
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(digit)
        .collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |c: u8| u8::try_from(char::from(c).to_digit(16).unwrap()).unwrap();
    text.as_bytes()
        .chunks(2)
        .map(|pair| digit(pair[0]) * 16 + digit(pair[1]))
        .collect()
}

#[test]
fn bytes_that_were_once_written_are_read_and_written_as_they_were() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1.txt");
    let text = fs::read_to_string(&file).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut golden: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for (name, bytes) in lines.map(|line| line.split_once(' ').unwrap()) {
        assert!(
            golden.insert(name, unhex(bytes)).is_none(),
            "{name} is there twice"
        );
    }
    let all = [
        claims(),
        decisions(),
        reports(),
        cell_records(),
        requests(),
        others(),
        kubernetes(),
        api_messages(),
        traces(),
        schedules(),
        awaits(),
    ];
    let mut missing: Vec<String> = Vec::new();
    for Sample { name, bytes, reads } in all.into_iter().flatten() {
        let Some(golden) = golden.remove(name) else {
            missing.push(format!("{name} {}", hex(&bytes)));
            continue;
        };
        assert!(
            reads(&golden),
            "{name}: the golden bytes do not say the same any more"
        );
        assert_eq!(
            hex(&bytes),
            hex(&golden),
            "{name}: other bytes are written today"
        );
    }
    assert!(
        missing.is_empty(),
        "append to {}:\n{}",
        file.display(),
        missing.join("\n")
    );
    assert!(
        golden.is_empty(),
        "golden bytes that no sample reads: {:?}",
        golden.keys()
    );
}

#[test]
fn a_claim_is_small() {
    let plain = Claimed {
        deployment_revision: None,
        retries: 0,
        retry_delay: Duration::ZERO,
        timeout: None,
        ..claimed()
    };
    let bytes = encode_claim(&decided(Claim::Claimed(plain)), &queue_key());
    assert!(bytes.len() <= 64, "{} bytes", bytes.len());
}
