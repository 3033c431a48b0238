//! The laws, as functions of a history and of a mistake that the leader makes: without one each holds, and each has one
//! that it catches.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use proptest::prelude::*;
use weir_core::{
    cell::{ConfigObject, PoolConfig},
    ids::{LANES, RunId},
    limit::LimitKey,
    plan::Proposal,
    rate::StartRate,
    wait::{LogName, WaitCause, spent},
};

use crate::{
    bug::Bug,
    model::Model,
    steps::{Step, queues},
};

type Law = Result<(), TestCaseError>;

fn model(bug: Option<Bug>) -> Model {
    let mut model = Model::new(100);
    model.bug = bug;
    model
}

pub(crate) fn no_limit_is_passed(steps: &[Step], bug: Option<Bug>) -> Law {
    let mut model = model(bug);
    for step in steps {
        let before = model.uses();
        model.step(step);
        model.check(&before)?;
    }
    Ok(())
}

/// All or nothing: a claim holds each slot that its run needs, and no other.
pub(crate) fn all_or_nothing(steps: &[Step], bug: Option<Bug>) -> Law {
    let mut model = model(bug);
    for step in steps {
        let known = model.flights.len();
        model.step(step);
        for (_, claim) in model.flights.iter().skip(known) {
            let (needs, _) = model.needs(&claim.run.queue, &claim.run.run_id);
            let slots = claim.slots.iter();
            let mut held: Vec<_> = slots
                .map(|slot| (slot.limit.clone(), slot.value, slot.weight))
                .collect();
            held.sort();
            prop_assert_eq!(held, needs);
        }
    }
    Ok(())
}

/// Whoever goes first is claimed first, and whoever is left behind one that goes needs a limit that the other does not.
pub(crate) fn order_is_kept(steps: &[Step], bug: Option<Bug>) -> Law {
    let mut model = model(bug);
    for step in steps {
        model.step(step);
    }
    let planned = model.plan_on();
    for (key, queue) in &model.state.queues {
        let of = |id: &RunId| queue.run(id).unwrap();
        let scheduled = |id: &RunId| of(id).request.as_deref().unwrap().scheduled_time;
        let since = |id: &RunId| scheduled(id).max(Some(of(id).requested_at));
        let rank = |id: &RunId| (-of(id).priority, since(id), of(id).request_seq);
        let mine = planned.iter().filter(|p| p.run.queue == *key);
        let mine: Vec<&RunId> = mine.map(|p| &p.run.run_id).collect();
        prop_assert!(mine.iter().map(|id| rank(id)).is_sorted());
        let left = queue.ready().map(|(_, id)| id);
        for left in left.filter(|id| !model.overlay.has(key, id) && !mine.contains(id)) {
            let all = mine.iter();
            let fair = |mine: &&RunId| rank(mine) < rank(left) || of(mine).class != of(left).class;
            prop_assert!(all.copied().all(|mine| fair(&mine)));
        }
    }
    let at = |p: &Proposal| queues().iter().position(|q| *q == p.run.queue);
    prop_assert!(planned.iter().map(at).is_sorted());
    Ok(())
}

/// With nothing in flight, whatever is left waiting after a plan is left by a limit that is used up.
pub(crate) fn nothing_is_left_idle(steps: &[Step], bug: Option<Bug>) -> Law {
    let mut model = model(bug);
    for step in steps {
        model.step(step);
    }
    prop_assume!(!model.lines.keeps());
    while !model.flights.is_empty() {
        model.step(&Step::Store(0));
    }
    model.step(&Step::Plan);
    while !model.flights.is_empty() {
        model.step(&Step::Store(0));
    }
    for (key, queue) in &model.state.queues {
        // A queue takes as many claims at once as it has lanes.
        if queue.untaken_len() < usize::from(LANES) {
            for (_, id) in queue.ready() {
                prop_assert!(!model.finds_room(key, id), "{key} {id} could start");
            }
        }
    }
    Ok(())
}

/// What a waiting run is said to wait for is true, counted from the runs; and what a claim tells of the wait begins with
/// the request and adds up.
pub(crate) fn every_wait_is_explained(steps: &[Step], bug: Option<Bug>) -> Law {
    let mut model = model(bug);
    for step in steps {
        model.now = model.now.after(Duration::from_nanos(7));
        let known = model.flights.len();
        model.step(step);
        if !matches!(step, Step::Plan) {
            continue;
        }
        for (_, claim) in model.flights.iter().skip(known) {
            let run = model.state.queues[&claim.run.queue].run(&claim.run.run_id);
            let run = run.unwrap();
            let scheduled = run.request.as_deref().unwrap().scheduled_time;
            prop_assert!(
                scheduled <= Some(model.now),
                "claimed before {:?}",
                scheduled
            );
            let first = &claim.waits.first().unwrap().from;
            prop_assert_eq!(&first.log, &LogName::Queue(claim.run.queue.clone()));
            prop_assert!(
                run.attempt.0 > 0 || (first.seq, first.at) == (run.request_seq, run.requested_at)
            );
            let rising = claim.waits.iter().map(|wait| wait.from.at);
            prop_assert!(rising.is_sorted(), "{:?}", claim.waits);
            let parts = spent(&claim.waits, model.now);
            let sum: Duration = parts.iter().map(|part| part.lasted).sum();
            prop_assert_eq!(sum, model.now.since(first.at));
        }
        for (key, queue) in &model.state.queues {
            for (_, id) in queue.ready().filter(|(_, id)| !model.overlay.has(key, id)) {
                let ready = queue.run(id).unwrap().ready(queue.woken()).unwrap();
                let run = weir_core::ids::RunKey {
                    queue: key.clone(),
                    run_id: id.clone(),
                };
                let Some((cause, ..)) = model.lines.standing(&run, &ready) else {
                    return Err(TestCaseError::fail(format!("{run} stands nowhere")));
                };
                prop_assert!(is_true(&model, &run, cause), "{run}: {cause:?}");
            }
        }
    }
    Ok(())
}

fn is_true(model: &Model, run: &weir_core::ids::RunKey, cause: &WaitCause) -> bool {
    let (needs, deployed) = model.needs(&run.queue, &run.run_id);
    let cell = &model.state.cell;
    match cause {
        WaitCause::Limit(limit, value) => needs.iter().any(|(need, held, weight)| {
            let used =
                model.uses().get(limit).copied().unwrap_or(0) + model.overlay.reserved(limit);
            need == limit && *held == Some(*value) && used + u64::from(*weight) > u64::from(*value)
        }),
        WaitCause::Paused(LimitKey::Queue(key)) => cell.queue(key).unwrap().value.paused,
        WaitCause::Paused(_) => deployed.is_some_and(|held| held.value.paused),
        WaitCause::Kept(_) => model.lines.keeps(),
        WaitCause::NoWorkers => model.live(None).len() + model.flights.len() >= 100,
        WaitCause::Rate(_)
        | WaitCause::NotDue
        | WaitCause::QueueNotReady
        | WaitCause::Deciding
        | WaitCause::BeforeLeader
        | WaitCause::After => false,
    }
}

/// Whatever becomes of the claims, no window has more of them than the pool's start rate allows.
pub(crate) fn rates_are_kept(steps: &[Step], starts: u32, burst: u32, bug: Option<Bug>) -> Law {
    let rate = StartRate {
        starts: NonZeroU32::new(starts).unwrap(),
        per: Duration::from_millis(1),
        burst: NonZeroU32::new(burst).unwrap(),
    };
    let mut model = model(bug);
    let pool = PoolConfig {
        start_rate: Some(rate),
        ..model.state.cell.pools().next().unwrap().value.clone()
    };
    model.object(ConfigObject::Pool(pool));
    // When each claim was decided that is stored; a lost one has started nothing.
    let (mut decided, mut at) = (Vec::new(), BTreeMap::new());
    let mut act = |model: &mut Model, step: &Step| {
        let flying = |model: &Model| -> Vec<_> {
            let flights = model.flights.iter();
            flights.map(|(_, claim)| claim.run.clone()).collect()
        };
        let before = flying(model);
        model.step(step);
        let after = flying(model);
        for run in after.iter().filter(|run| !before.contains(run)) {
            at.insert(run.clone(), model.now);
        }
        let gone = before.iter().filter(|run| !after.contains(run));
        if matches!(step, Step::Store(_)) {
            decided.extend(gone.filter_map(|run| at.get(run).copied()));
        }
    };
    for step in steps {
        model.now = model.now.after(Duration::from_micros(80));
        if matches!(step, Step::PoolLimit(_)) {
            // A leader that takes over knows what the log tells, once nothing is in flight.
            while !model.flights.is_empty() {
                act(&mut model, &Step::Store(0));
            }
            model.overlay = weir_core::plan::Overlay::default();
        } else {
            act(&mut model, step);
        }
    }
    decided.sort_unstable();
    for (from, begin) in decided.iter().enumerate() {
        for (to, end) in decided.iter().enumerate().skip(from) {
            let most =
                u128::from(burst) + end.since(*begin).as_nanos() / rate.interval().as_nanos();
            prop_assert!(
                (to - from + 1) as u128 <= most,
                "{} in {:?}",
                to - from + 1,
                end.since(*begin)
            );
        }
    }
    Ok(())
}

/// Counts of starts, for the laws of fairness.
pub(crate) fn counted<K: Ord>(keys: impl IntoIterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}
