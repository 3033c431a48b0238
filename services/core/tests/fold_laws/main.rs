//! Laws of the fold, on random histories: whoever managed to store whatever, in whatever order.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod said;
mod traced;

use proptest::{collection::vec, prelude::*};
use weir_core::{
    event::{Body, Claim, EpochRecord, Record, Reported},
    ids::{Epoch, LANES, Lane, Seq},
    limit::LimitKey,
    state::{QueueState, Stage},
    time::Timestamp,
};

use crate::said::{Said, body, run_id, said};

/// A queue with our epoch on every lane, then what is said.
fn history(said: &[(u8, bool, Said)]) -> Vec<Record> {
    let leader: weir_core::ids::SchedulerName = "leader".parse().unwrap();
    let mut records: Vec<Record> = (0..LANES)
        .map(|lane| {
            let epoch = EpochRecord {
                lane: Lane(lane),
                epoch: Epoch(1),
                leader: leader.clone(),
            };
            Record {
                seq: Seq(u64::from(lane) + 1),
                at: Timestamp(0),
                body: Body::Epoch(epoch),
            }
        })
        .collect();
    let mut requested = std::collections::BTreeMap::new();
    for (run, honest, said) in said {
        let seq = records.len() as u64 + 1;
        if matches!(said, Said::Request(_) | Said::Bad) {
            requested.entry(*run).or_insert(Seq(seq));
        }
        let epoch = if *honest { 1 } else { 7 };
        let body = body(seq, *run, epoch, said, requested.get(run).copied());
        records.push(Record {
            seq: Seq(seq),
            at: Timestamp(i64::try_from(seq).unwrap()),
            body,
        });
    }
    records
}

fn fold(records: &[Record]) -> QueueState {
    let mut state = QueueState::default();
    for record in records {
        state.apply(record.clone());
    }
    state
}

fn histories() -> impl Strategy<Value = Vec<Record>> {
    vec((0..3u8, prop::bool::weighted(0.95), said()), 0..60).prop_map(|said| history(&said))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_history_breaks_an_invariant_at_any_position(records in histories()) {
        let mut state = QueueState::default();
        for record in records {
            let seq = record.seq;
            state.apply(record);
            prop_assert_eq!(state.violation(), None, "after {:?}", seq);
        }
    }

    #[test]
    fn a_replay_gives_what_was_lived_through(records in histories(), wakes in vec((0..100usize, 0..200i64), 0..8)) {
        let mut live = QueueState::default();
        for (at, record) in records.iter().enumerate() {
            live.apply(record.clone());
            for (_, now) in wakes.iter().filter(|(when, _)| *when == at) {
                live.wake(Timestamp(*now));
                prop_assert_eq!(live.violation(), None);
            }
        }
        let mut replayed = fold(&records);
        live.wake(Timestamp(1_000));
        replayed.wake(Timestamp(1_000));
        prop_assert_eq!(live, replayed);
    }

    #[test]
    fn a_record_seen_twice_changes_nothing(records in histories(), again in vec(0..100usize, 0..20)) {
        let mut state = QueueState::default();
        for (at, record) in records.iter().enumerate() {
            state.apply(record.clone());
            for earlier in again.iter().filter(|earlier| **earlier <= at) {
                let before = state.clone();
                state.apply(records[*earlier].clone());
                prop_assert_eq!(&before, &state);
            }
        }
    }

    #[test]
    fn what_is_said_about_one_run_does_not_touch_another(records in histories()) {
        let whole = fold(&records);
        for run in 0..3u8 {
            let id = run_id(run);
            let own: Vec<Record> = records.iter().filter(|record| match &record.body {
                Body::Request { run_id, .. } | Body::Claim { run_id, .. } | Body::Decision { run_id, .. }
                | Body::Report { run_id, .. } => *run_id == id,
                Body::Epoch(_) | Body::Malformed { .. } => true,
            }).cloned().collect();
            let alone = fold(&own);
            prop_assert_eq!(whole.run(&id), alone.run(&id));
        }
    }

    #[test]
    fn a_run_that_has_ended_keeps_its_end(records in histories()) {
        let mut state = QueueState::default();
        let mut ends = std::collections::BTreeMap::new();
        for record in records {
            state.apply(record);
            for (id, run) in state.runs() {
                if let Stage::Ended(end) = &run.stage {
                    let first = ends.entry(id.clone()).or_insert_with(|| end.clone());
                    prop_assert_eq!(&*first, end);
                }
            }
        }
    }

    #[test]
    fn only_a_claim_takes_slots_and_only_an_end_or_what_never_began_frees_them(records in histories()) {
        let mut state = QueueState::default();
        let pool = LimitKey::Pool("pool".parse().unwrap());
        for record in records {
            let before = state.clone();
            let body = record.body.clone();
            state.apply(record);
            let (was, is) = (before.used(&pool), state.used(&pool));
            match &body {
                Body::Claim { decided, .. } => match &decided.what {
                    Claim::Claimed(_) => prop_assert!(is == was || is == was + 1),
                    Claim::Revoked(_) => prop_assert!(is == was || is + 1 == was),
                },
                Body::Report { report, .. } => {
                    let frees = matches!(report.what, Reported::Gone { .. } | Reported::Finished { gone: true, .. } | Reported::HandedBack);
                    prop_assert!(is == was || (frees && is + 1 == was), "{:?}", report);
                }
                Body::Request { .. } | Body::Decision { .. } | Body::Epoch(_) | Body::Malformed { .. } => {
                    prop_assert_eq!(is, was);
                }
            }
        }
    }
}
