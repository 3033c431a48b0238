//! Laws of the plan: a leader that decides by it never passes a limit, whatever becomes of its appends, its workers and
//! the configuration; and it leaves nothing idle that could start.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod model;

use proptest::{collection::vec, prelude::*};
use weir_core::{
    ids::{LANES, RunId},
    limit::LimitKey,
};

use crate::model::{Model, Step, queues, step};

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_limit_is_passed_in_any_prefix_whatever_becomes_of_the_appends(steps in vec(step(), 0..120)) {
        let mut model = Model::new(100);
        for step in steps {
            let before = model.uses();
            model.step(&step);
            model.check(&before)?;
        }
    }

    #[test]
    fn no_more_is_claimed_than_workers_have_room_for(capacity in 0..6u32, steps in vec(step(), 0..120)) {
        let mut model = Model::new(capacity);
        for step in steps {
            if matches!(step, Step::PoolLimit(_)) {
                model.step(&Step::PoolLimit(None));
            } else {
                model.step(&step);
            }
            let promised = model.live(None).len() + model.flights.len();
            prop_assert!(promised <= capacity as usize, "{promised} of {capacity}");
        }
    }

    #[test]
    fn a_higher_queue_goes_first_and_within_a_queue_priority_then_the_log(steps in vec(step(), 0..80)) {
        let mut model = Model::new(100);
        for step in steps {
            model.step(&step);
        }
        let planned = model.plan();
        for (key, queue) in &model.state.queues {
            let rank = |id: &RunId| {
                let run = queue.run(id).unwrap();
                (-run.priority, run.request_seq)
            };
            let mine: Vec<_> = planned.iter().filter(|p| p.run.queue == *key).map(|p| rank(&p.run.run_id)).collect();
            prop_assert!(mine.is_sorted());
            let waiting = queue.ready().filter(|(_, id)| !model.overlay.has(key, id));
            let left: Vec<_> = waiting.map(|(_, id)| rank(id)).filter(|rank| !mine.contains(rank)).collect();
            prop_assert!(left.iter().all(|left| mine.iter().all(|mine| mine < left)));
        }
        let order: Vec<usize> = planned.iter().map(|p| queues().iter().position(|q| *q == p.run.queue).unwrap()).collect();
        prop_assert!(order.is_sorted());
    }

    #[test]
    fn what_could_start_is_planned(steps in vec(step(), 0..80)) {
        let mut model = Model::new(100);
        for step in steps {
            model.step(&step);
        }
        // With nothing in flight, whatever is left waiting after the plan is left by a limit that is used up.
        while !model.flights.is_empty() {
            model.step(&Step::Store(0));
        }
        model.step(&Step::Plan);
        while !model.flights.is_empty() {
            model.step(&Step::Store(0));
        }
        let pool = LimitKey::Pool("pool".parse().unwrap());
        let full = |limit: &LimitKey| model.state.value(limit).is_some_and(|value| model.state.used(limit) >= u64::from(value));
        for (key, queue) in &model.state.queues {
            // A queue takes as many claims at once as it has lanes.
            if queue.ready_len() > 0 && !full(&pool) && !full(&LimitKey::Queue(key.clone())) {
                prop_assert!(queue.untaken_len() >= usize::from(LANES), "{key} has {} waiting", queue.ready_len());
            }
        }
    }

    #[test]
    fn a_limited_pool_with_an_unreadable_queue_starts_nothing(steps in vec(step(), 0..60), closed in 0..3usize) {
        let mut model = Model::new(100);
        for step in steps {
            model.step(&step);
        }
        model.step(&Step::PoolLimit(Some(50)));
        model.lanes.remove(&queues()[closed]);
        prop_assert!(model.plan().is_empty());
        model.step(&Step::PoolLimit(None));
        prop_assert!(model.plan().iter().all(|p| p.run.queue != queues()[closed]));
    }
}
