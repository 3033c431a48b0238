//! Laws of fairness: nobody starves, and how long is the longest that anybody is passed over.

use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc, time::Duration};

use proptest::{collection::vec, prelude::*};
use weir_core::{
    cell::{ConfigObject, FairShare, NamedLimitConfig, PoolConfig, PoolType, QueueConfig},
    event::Body,
    ids::{QueueKey, RunId, RunKey},
    plan::PATIENCE,
    request::{Request, RunRequest},
    state::Stage,
};

use crate::{
    bug::Bug,
    laws::counted,
    model::Model,
    steps::{Step, named, queues, tags},
};

type Law = Result<(), TestCaseError>;

/// How much age one step of priority counts for, in these tests.
const AGING: Duration = Duration::from_micros(1);

fn fair_model(weights: &[u32], limit: u32, bug: Option<Bug>) -> Model {
    let mut model = Model::new(100);
    model.bug = bug;
    model.object(ConfigObject::Pool(PoolConfig {
        concurrency_limit: Some(limit),
        fair_share: Some(FairShare {
            aging: AGING,
            weights: [("heavy".parse().unwrap(), NonZeroU32::new(3).unwrap())].into(),
        }),
        ..PoolConfig::new("pool".parse().unwrap(), PoolType::Null)
    }));
    for (key, weight) in queues().into_iter().zip(weights) {
        model.object(ConfigObject::Queue(QueueConfig {
            weight: NonZeroU32::new(*weight).unwrap(),
            ..QueueConfig::new(key)
        }));
    }
    model
}

fn request(model: &mut Model, queue: &QueueKey, request: RunRequest) -> RunId {
    model.runs += 1;
    let run_id: RunId = format!("run-{}", model.runs).parse().unwrap();
    model.append(
        queue,
        Body::Request {
            run_id: run_id.clone(),
            request: Request::Run(Arc::new(request)),
            digest: 0,
            traceparent: None,
        },
    );
    run_id
}

/// Plans, stores what was planned, and tells it in order.
fn starts(model: &mut Model) -> Vec<RunKey> {
    model.step(&Step::Plan);
    let planned: Vec<RunKey> = model
        .flights
        .iter()
        .map(|(_, claim)| claim.run.clone())
        .collect();
    while !model.flights.is_empty() {
        model.step(&Step::Store(0));
    }
    for run in model.live(Some(false)) {
        let at = model
            .live(Some(false))
            .iter()
            .position(|other| *other == run);
        model.step(&Step::Take(at.unwrap()));
    }
    planned
}

/// Each queue has its share. Between two starts of a queue of weight `w` that always has somebody waiting, a queue of weight `v` has at most
/// `v / w + 1`, rounded up.
pub(crate) fn nobody_starves(weights: &[u32], rounds: usize, bug: Option<Bug>) -> Law {
    let mut model = fair_model(weights, 1, bug);
    let mut since: BTreeMap<QueueKey, Vec<QueueKey>> = BTreeMap::new();
    let mut all = Vec::new();
    for round in 0..rounds {
        for queue in queues() {
            if model.state.queues[&queue].ready_len() < 2 {
                request(&mut model, &queue, RunRequest::default());
            }
        }
        for run in starts(&mut model) {
            since.remove(&run.queue);
            all.push(run.queue.clone());
            for queue in queues().into_iter().filter(|queue| *queue != run.queue) {
                since.entry(queue).or_default().push(run.queue.clone());
            }
        }
        for (queue, others) in &since {
            let weight = |key: &QueueKey| weights[queues().iter().position(|q| q == key).unwrap()];
            for (other, count) in counted(others) {
                let most = weight(other).div_ceil(weight(queue)) + 1;
                prop_assert!(
                    count <= most as usize,
                    "{other} had {count} starts while {queue} waited, at most {most}"
                );
            }
        }
        model.step(&Step::End(round));
    }
    // The shares are as the weights are, give or take a turn of each.
    let had = counted(all);
    let of = |at: usize| had.get(&queues()[at]).map_or(0, |count| *count as u64);
    for (a, v) in weights.iter().enumerate() {
        for (b, w) in weights.iter().enumerate() {
            let (mine, theirs) = (of(a) * u64::from(*w), of(b) * u64::from(*v));
            let turns = u64::from(v + w);
            prop_assert!(mine <= theirs + turns, "{had:?} by {weights:?}");
        }
    }
    Ok(())
}

/// A run that needs several slots is passed over at most [`PATIENCE`] times by later ones once it is first in line, and a
/// run that needs slots of two limits likewise.
pub(crate) fn several_are_got(rounds: usize, bug: Option<Bug>) -> Law {
    let mut model = Model::new(100);
    model.bug = bug;
    model.pool_limit(None);
    let limit = NamedLimitConfig {
        name: named(),
        concurrency_limit: Some(3),
    };
    model.object(ConfigObject::NamedLimit(limit));
    let needs = |slots: u32| RunRequest {
        limits: [(named(), slots)].into(),
        ..RunRequest::default()
    };
    let queue = &queues()[0];
    for _ in 0..3 {
        request(&mut model, queue, needs(1));
    }
    starts(&mut model);
    let large = request(&mut model, queue, needs(3));
    let mut passed = 0;
    for round in 0..rounds {
        request(&mut model, queue, needs(1));
        model.step(&Step::End(round));
        let started = starts(&mut model);
        if started.iter().any(|run| run.run_id == large) {
            return Ok(());
        }
        passed += started.len();
        prop_assert!(passed <= PATIENCE as usize, "passed over {passed} times");
    }
    Err(TestCaseError::fail("it never started"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn turns_are_taken_by_weight(weights in vec(1..8u32, 3)) {
        nobody_starves(&weights, 120, None)?;
    }

    /// The same between the fairness keys of a queue: over many turns each has its share.
    #[test]
    fn keys_share_their_queue_by_weight(rounds in 40..120usize) {
        let mut model = fair_model(&[1, 1, 1], 1, None);
        let queue = &queues()[0];
        let mut had = Vec::new();
        for round in 0..rounds {
            for key in ["heavy", "light"] {
                let request_of = RunRequest { fairness_key: Some(key.parse().unwrap()), ..RunRequest::default() };
                request(&mut model, queue, request_of);
            }
            for run in starts(&mut model) {
                let run = model.state.queues[queue].run(&run.run_id).unwrap();
                had.push(run.class.fairness_key.as_ref().unwrap().to_string());
            }
            model.step(&Step::End(round));
        }
        let counts = counted(had);
        let (heavy, light) = (counts["heavy"], counts["light"]);
        // Three to one, give or take a turn.
        prop_assert!(heavy <= light * 3 + 3 && light * 3 <= heavy + 3, "{heavy} to {light}");
    }

    /// Within a key a run is passed only by runs that were requested at most one step of aging later for each step that
    /// their priority is higher.
    #[test]
    fn priority_passes_age_only_as_far_as_aging_allows(requests in vec((-3..4i32, 0..3_000u64), 1..40)) {
        let mut model = fair_model(&[1, 1, 1], 1, None);
        let queue = &queues()[0];
        let mut order = Vec::new();
        for (priority, pause) in requests {
            model.now = model.now.after(Duration::from_nanos(pause));
            let run_id = request(&mut model, queue, RunRequest { priority, ..RunRequest::default() });
            order.push((run_id, priority, model.now));
        }
        let mut started: Vec<RunId> = Vec::new();
        while started.len() < order.len() {
            started.extend(starts(&mut model).into_iter().map(|run| run.run_id));
            model.step(&Step::End(0));
        }
        let of = |id: &RunId| order.iter().find(|(known, ..)| known == id).unwrap();
        for (at, first) in started.iter().enumerate() {
            for second in started.iter().skip(at + 1) {
                let ((_, p, a), (_, q, b)) = (of(first), of(second));
                let most = AGING * u32::try_from((p - q).max(0)).unwrap();
                prop_assert!(*a <= b.after(most), "{first} ({p}) passed {second} ({q})");
            }
        }
    }

    /// Two limits of one slot each, with an endless stream of runs for either: who needs both starts.
    #[test]
    fn who_needs_two_limits_is_not_starved_by_those_who_need_one(ends in vec(any::<usize>(), 200)) {
        let mut model = Model::new(100);
        model.pool_limit(None);
        for tag in 0..2 {
            model.step(&Step::TagLimit { tag, limit: Some(1) });
        }
        let queue = &queues()[0];
        let tagged = |bits: u8| RunRequest { tags: tags(bits), ..RunRequest::default() };
        for bits in [1, 2] {
            request(&mut model, queue, tagged(bits));
        }
        starts(&mut model);
        let both = request(&mut model, queue, tagged(3));
        for end in ends {
            for bits in [1, 2] {
                request(&mut model, queue, tagged(bits));
            }
            model.step(&Step::End(end));
            starts(&mut model);
            let run = model.state.queues[queue].run(&both).unwrap();
            if !matches!(run.stage, Stage::Waiting { .. }) {
                return Ok(());
            }
        }
        prop_assert!(false, "it never started");
    }
}
