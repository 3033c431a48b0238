//! Names that follow from the attempt alone, labels that are legal, and annotations that are read back.

use proptest::prelude::*;

use super::*;
use crate::kubernetes::legal::LABEL_CHARS_MAX;

fn nightly() -> Identity {
    Identity {
        installation: "k3v9".parse().unwrap(),
        run: RunKey {
            queue: QueueKey::new("batch".parse().unwrap(), "default".parse().unwrap()),
            run_id: "Order_17".parse().unwrap(),
        },
        incarnation: 1,
        attempt: Attempt(2),
        claim_seq: Seq(40),
        deployment: Some("etl/nightly".parse().unwrap()),
        name: Some("Nightly of März 3".to_owned()),
    }
}

fn is_dns_label(text: &str) -> bool {
    let edge = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let inner = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
    let bytes = text.as_bytes();
    bytes.len() <= 63 && bytes.iter().all(inner) && edge(bytes.first()) && edge(bytes.last())
}

fn is_label_value(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let edge = |b: Option<&u8>| b.is_none_or(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    text.len() <= LABEL_CHARS_MAX
        && text.bytes().all(inner)
        && edge(bytes.first())
        && edge(bytes.last())
}

#[test]
fn a_job_is_named_for_people_and_by_a_hash() {
    insta::assert_snapshot!(nightly().job_name(), @"weir-nightly-of-marz-3-2-3frcsgopae3ocaoo");
    let nameless = Identity {
        name: None,
        ..nightly()
    };
    assert!(nameless.job_name().starts_with("weir-etl-nightly-2-"));
    let bare = Identity {
        name: Some("…".to_owned()),
        deployment: None,
        ..nightly()
    };
    assert!(bare.job_name().starts_with("weir-order-17-2-"));
}

/// The name decides what `AlreadyExists` is about, so each part of the attempt counts and nothing else does.
#[test]
fn the_hash_is_over_each_part_of_the_attempt_and_nothing_else() {
    let hash = |identity: &Identity| identity.job_name().rsplit_once('-').unwrap().1.to_owned();
    let queue = |pool: &str, queue: &str| RunKey {
        queue: QueueKey::new(pool.parse().unwrap(), queue.parse().unwrap()),
        ..nightly().run
    };
    let run_id = |id: &str| RunKey {
        run_id: id.parse().unwrap(),
        ..nightly().run
    };
    let others = [
        Identity {
            installation: "k3v8".parse().unwrap(),
            ..nightly()
        },
        Identity {
            run: queue("batch2", "default"),
            ..nightly()
        },
        Identity {
            run: queue("batch", "default2"),
            ..nightly()
        },
        Identity {
            run: run_id("order_17"),
            ..nightly()
        },
        Identity {
            incarnation: 2,
            ..nightly()
        },
        Identity {
            attempt: Attempt(3),
            ..nightly()
        },
    ];
    for other in &others {
        assert_ne!(hash(other), hash(&nightly()), "{other:?}");
        assert_ne!(other.owner(), nightly().owner());
    }
    let same = Identity {
        deployment: None,
        name: None,
        claim_seq: Seq(41),
        ..nightly()
    };
    assert_eq!(hash(&same), hash(&nightly()));
    assert_ne!(
        same.owner(),
        nightly().owner(),
        "another claim is another owner"
    );
}

#[test]
fn labels_select_and_annotations_are_exact() {
    let text = |map: BTreeMap<String, String>| {
        let lines: Vec<_> = map
            .iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        lines.join("\n")
    };
    insta::assert_snapshot!(text(nightly().labels()), @r"
    app.kubernetes.io/managed-by: weir
    weir.dev/attempt: 2
    weir.dev/deployment: etl-nightly
    weir.dev/installation: k3v9
    weir.dev/pool: batch
    weir.dev/queue: default
    weir.dev/run-id: Order_17
    ");
    insta::assert_snapshot!(text(nightly().annotations()), @r"
    weir.dev/attempt: 2
    weir.dev/claim-seq: 40
    weir.dev/deployment: etl/nightly
    weir.dev/incarnation: 1
    weir.dev/installation: k3v9
    weir.dev/pool: batch
    weir.dev/queue: default
    weir.dev/run-id: Order_17
    weir.dev/run-name: Nightly of März 3
    ");
    assert_eq!(
        selector(&nightly().installation, Some(&nightly().run.queue.pool)),
        "weir.dev/installation=k3v9,weir.dev/pool=batch"
    );
    assert_eq!(
        selector(&nightly().installation, None),
        "weir.dev/installation=k3v9"
    );
}

#[test]
fn an_object_without_one_of_the_annotations_is_none_of_ours() {
    let whole = nightly().annotations();
    assert_eq!(Owner::of(&whole), Some(nightly().owner()));
    for key in [
        INSTALLATION,
        RUN_ID,
        ATTEMPT,
        POOL,
        QUEUE,
        INCARNATION,
        CLAIM_SEQ,
    ] {
        let mut part = whole.clone();
        part.remove(key);
        assert_eq!(Owner::of(&part), None, "without {key}");
        part.insert(key.to_owned(), "…".to_owned());
        assert_eq!(Owner::of(&part), None, "with a bad {key}");
    }
}

proptest! {
    #[test]
    fn whatever_people_write_the_names_and_labels_are_legal(
        run_id in "[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?",
        name in proptest::option::of(".{0,200}"),
        flow in "[^/\\s\\p{C}]{1,100}",
        attempt in any::<u32>(),
    ) {
        let identity = Identity {
            run: RunKey { run_id: run_id.parse().unwrap(), ..nightly().run },
            deployment: format!("{flow}/{flow}").parse().ok(),
            attempt: Attempt(attempt),
            name,
            ..nightly()
        };
        prop_assert!(is_dns_label(&identity.job_name()), "{}", identity.job_name());
        for (key, value) in identity.labels() {
            prop_assert!(is_label_value(&value), "{key}: {value}");
        }
        prop_assert_eq!(Owner::of(&identity.annotations()), Some(identity.owner()));
    }
}
