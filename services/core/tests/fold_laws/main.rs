//! Laws of the fold, on random histories: whoever managed to store whatever, in whatever order.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod said;
mod traced;

use std::time::Duration;

use proptest::{collection::vec, prelude::*};
use weir_core::{
    event::{Body, CancelCause, Claim, EpochRecord, Record, Reported},
    ids::{Epoch, LANES, Lane, Seq},
    limit::LimitKey,
    state::{QueueState, Stage, StateName},
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

/// The life of a run that is late as it starts, with anything said in between.
fn lives() -> impl Strategy<Value = Vec<Record>> {
    let (attempt, session) = (1, 0);
    let between = vec((0..2u8, prop::bool::weighted(0.95), said()), 0..4);
    (vec(between, 6), any::<bool>()).prop_map(move |(between, late_first)| {
        let started = Said::Started {
            attempt,
            session,
            n: 4,
        };
        let mut ends = [started, Said::OrderedLate(attempt)];
        if late_first {
            ends.reverse();
        }
        let claimed = Said::Claimed {
            attempt,
            request: None,
            retries: 1,
            outlives_worker: false,
        };
        let taken = Said::Taken {
            attempt,
            session,
            n: 1,
        };
        let life = [Said::Request(0), claimed, taken].into_iter().chain(ends);
        let life = life.map(Some).chain([None]);
        let all = between.into_iter().zip(life).flat_map(|(between, said)| {
            let said = said.map(|said| (0, true, said));
            between.into_iter().chain(said)
        });
        history(&all.collect::<Vec<_>>())
    })
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
                live.call_late(Timestamp(*now - 20));
                prop_assert_eq!(live.violation(), None);
            }
        }
        let mut replayed = fold(&records);
        for state in [&mut live, &mut replayed] {
            state.wake(Timestamp(1_000));
            state.call_late(Timestamp(1_000));
        }
        prop_assert_eq!(live.violation(), None);
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

    /// Whoever may lapse is found, when his time has come and not before; and nobody lapses who has ever started.
    #[test]
    fn what_has_not_started_in_time_is_found_and_nothing_that_has(records in histories(), now in 0..200i64, lateness in 0..100u64) {
        let deployment: weir_core::ids::DeploymentName = "etl/nightly".parse().unwrap();
        let lateness = Duration::from_nanos(lateness);
        let by_deployment = [(deployment, lateness)].into();
        let mut state = QueueState::default();
        let mut started = std::collections::BTreeSet::new();
        for record in records {
            state.apply(record);
            started.extend(state.runs().filter(|(_, run)| {
                run.live.as_deref().is_some_and(|live| live.started_at.is_some())
            }).map(|(id, _)| id.clone()));
        }
        let found: std::collections::BTreeMap<_, _> =
            state.lapsed(Timestamp(now), &by_deployment).map(|(id, _, by)| (id.clone(), by)).collect();
        let mut next = None;
        for (id, run) in state.runs() {
            let request = run.request.as_deref();
            let by = request.and_then(|request| {
                let late = request.max_lateness.or_else(|| request.deployment.is_some().then_some(lateness))?;
                Some(request.scheduled_time.unwrap_or(run.requested_at).after(late))
            });
            let open = !run.is_ended() && !started.contains(id) && run.cancel.is_none() && run.again == 0
                && run.live.as_deref().is_none_or(|live| live.finished.is_none());
            // What ended without a word of its start may have started all the same.
            let open = open && (run.tries == 0 || found.contains_key(id));
            let late = by.filter(|by| open && *by <= Timestamp(now));
            if run.tries == 0 {
                prop_assert_eq!(found.get(id).copied(), late, "{}", id);
                next = next.into_iter().chain(by.filter(|by| open && *by > Timestamp(now))).min();
            } else if found.contains_key(id) {
                prop_assert!(late.is_some(), "{} has started", id);
            }
        }
        if state.runs().all(|(_, run)| run.tries == 0) {
            prop_assert_eq!(state.next_lapse(Timestamp(now), &by_deployment), next);
        }
    }

    /// Whatever is said before or after it is called so: who is late is counted as late, and nobody else.
    #[test]
    fn late_is_what_waits_for_its_first_attempt_past_its_time(
        records in histories(),
        reached in vec((0..3u8, 0..100usize, prop::option::of(0..120i64)), 0..4),
        calls in vec((0..100usize, 0..120i64), 1..8),
    ) {
        let mut state = QueueState::default();
        let mut late = Timestamp::MIN;
        for (at, record) in records.into_iter().enumerate() {
            state.apply(record);
            for (run, _, reached) in reached.iter().filter(|(_, when, _)| *when == at) {
                state.reach(&run_id(*run), reached.map(Timestamp));
            }
            for (_, before) in calls.iter().filter(|(when, _)| *when == at) {
                state.call_late(Timestamp(*before));
                late = late.max(Timestamp(*before));
            }
            let mut named = 0;
            for (_, run) in state.runs() {
                let waits = match run.stage {
                    Stage::Waiting { .. } => run.again == 0 && (run.attempt.0 == 0 || run.tries == 0),
                    Stage::Unreadable(_) => true,
                    Stage::Live | Stage::RetryOwed | Stage::Ended(_) => false,
                };
                let request = run.request.as_deref();
                let due = request.and_then(|request| request.scheduled_time);
                let from = due.unwrap_or(run.requested_at);
                let follows = run.attempt.0 == 0 && request.is_some_and(|request| request.after.is_some());
                let from = if follows { run.reached.map(|at| at.max(from)) } else { Some(from) };
                let is_late = waits && from.is_some_and(|from| from < late);
                prop_assert_eq!(state.name_of(run) == StateName::Late, is_late, "{:?}", run);
                named += u64::from(is_late);
            }
            let counted = state.states().find(|(name, _)| *name == StateName::Late);
            prop_assert_eq!(counted.map_or(0, |(_, count)| count), named);
            prop_assert_eq!(state.violation(), None);
        }
    }

    /// Whichever order the two come in: what has started before it was ordered to stop for being late never lapses.
    #[test]
    fn what_has_started_in_time_never_lapses(records in lives()) {
        let mut state = QueueState::default();
        let mut started = std::collections::BTreeSet::new();
        for record in records {
            state.apply(record);
            for (id, run) in state.runs().filter(|(_, run)| run.again == 0) {
                if started.contains(id) {
                    prop_assert_ne!(run.cancel_cause, CancelCause::Lapsed);
                    prop_assert_ne!(run.state_name(), StateName::Lapsed);
                }
                let runs = run.live.as_deref().is_some_and(|live| live.started_at.is_some());
                if runs && run.cancel_cause != CancelCause::Lapsed {
                    started.insert(id.clone());
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
