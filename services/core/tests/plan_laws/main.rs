//! Laws of the plan: a leader that decides by it never passes a limit, whatever becomes of its appends, its workers and
//! the configuration; and it leaves nothing idle that could start.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod bug;
mod count;
mod fair;
mod hunted;
mod laws;
mod model;
mod planted;
mod steps;
mod time;
mod told;
mod worker;

use proptest::{collection::vec, prelude::*};
use weir_core::limit::LimitKey;

use crate::{
    model::Model,
    steps::{Step, queues, step},
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_limit_is_passed_in_any_prefix_whatever_becomes_of_the_appends(steps in vec(step(), 0..120)) {
        laws::no_limit_is_passed(&steps, None)?;
    }

    #[test]
    fn a_claim_holds_a_slot_of_all_that_its_run_needs(steps in vec(step(), 0..80)) {
        laws::all_or_nothing(&steps, None)?;
    }

    #[test]
    fn every_wait_is_explained(steps in vec(step(), 0..80)) {
        laws::every_wait_is_explained(&steps, None)?;
    }

    #[test]
    fn a_start_rate_is_kept_in_every_window(steps in vec(step(), 0..80), starts in 1..5u32, burst in 1..4u32) {
        laws::rates_are_kept(&steps, starts, burst, None)?;
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
        laws::order_is_kept(&steps, None)?;
    }

    #[test]
    fn what_could_start_is_planned_and_what_is_blocked_holds_nobody_back(steps in vec(step(), 0..80)) {
        laws::nothing_is_left_idle(&steps, None)?;
    }

    /// Lines that were kept along a history say what lines say that are made from its end.
    #[test]
    fn kept_lines_plan_as_fresh_ones_do(steps in vec(step(), 0..120)) {
        let mut model = Model::new(100);
        for step in steps {
            if matches!(step, Step::Plan) && !model.lines.keeps() {
                model.wake();
                let fresh: Vec<_> = model.plan().into_iter().map(|p| (p.run, p.slots)).collect();
                let planned = model.plan_on();
                let kept: Vec<_> = planned.iter().map(|p| (p.run.clone(), p.slots.clone())).collect();
                // For whom something is kept only in the course of this plan, who comes later in it may find less.
                if !model.lines.keeps() {
                    prop_assert_eq!(kept, fresh);
                }
                for proposal in planned {
                    model.overlay.reserve(&proposal.run, &proposal.slots);
                    model.flights.push((model.cell, proposal));
                }
            } else {
                model.step(&step);
            }
        }
    }

    #[test]
    fn a_tag_with_a_limit_starts_nothing_while_any_queue_is_unreadable(steps in vec(step(), 0..60), closed in 0..3usize) {
        let mut model = Model::new(100);
        for step in steps {
            model.step(&step);
        }
        model.step(&Step::PoolLimit(None));
        model.step(&Step::Deploy { limit: None, tags: 0, paused: false });
        for tag in 0..3 {
            model.step(&Step::TagLimit { tag, limit: Some(50) });
        }
        model.known.remove(&queues()[closed]);
        model.lanes.remove(&queues()[closed]);
        prop_assert!(model.plan().iter().all(|p| p.slots.iter().all(|slot| !matches!(slot.limit, LimitKey::Tag(_)))));
    }

    /// What it may still store is reserved; what it holds already is known.
    #[test]
    fn a_queue_with_an_unknown_append_keeps_back_only_its_own_runs(steps in vec(step(), 0..80), unsettled in 0..3usize) {
        let mut model = Model::new(100);
        for step in steps {
            model.step(&step);
        }
        let all = model.plan();
        let key = queues()[unsettled].clone();
        model.lanes.remove(&key);
        let others = model.plan();
        prop_assert!(others.iter().all(|p| p.run.queue != key));
        prop_assert!(!others.is_empty() || all.iter().all(|p| p.run.queue == key), "{all:?}");
    }

    #[test]
    fn nothing_starts_of_what_is_paused(steps in vec(step(), 0..80)) {
        let mut model = Model::new(100);
        for step in steps {
            model.step(&step);
        }
        for p in model.plan() {
            let cell = &model.state.cell;
            prop_assert!(!cell.queue(&p.run.queue).unwrap().value.paused);
            let deployed = p.slots.iter().any(|slot| matches!(&slot.limit, LimitKey::Deployment(name)
                if cell.deployment(name).is_some_and(|held| held.value.paused)));
            prop_assert!(!deployed, "{p:?}");
        }
    }

    #[test]
    fn a_limited_pool_with_an_unreadable_queue_starts_nothing(steps in vec(step(), 0..60), closed in 0..3usize) {
        let mut model = Model::new(100);
        for step in steps {
            model.step(&step);
        }
        model.step(&Step::PoolLimit(Some(50)));
        model.known.remove(&queues()[closed]);
        model.lanes.remove(&queues()[closed]);
        prop_assert!(model.plan().is_empty());
        model.step(&Step::PoolLimit(None));
        prop_assert!(model.plan().iter().all(|p| p.run.queue != queues()[closed]));
    }
}
