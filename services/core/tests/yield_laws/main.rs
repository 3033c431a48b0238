//! Laws of slots that are given back and taken again: no limit is ever passed, whoever is to have his slots again comes
//! before all that wait to be claimed, nothing is left idle for it, and all comes to an end.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod checks;
mod knots;
mod model;
mod steps;

use model::Model;
use proptest::{collection::vec, prelude::*};
use steps::{Step, step};

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_limit_is_passed_whoever_gives_his_slots_back(steps in vec(step(), 0..150)) {
        let mut model = Model::new();
        for step in steps {
            model.step(&step);
            for (limit, used, value) in model.use_of_limits() {
                prop_assert!(used <= value, "{used} of {value} of {limit} after {step:?}");
            }
            for queue in model.state.queues.values() {
                prop_assert_eq!(queue.violation(), None);
            }
        }
    }

    #[test]
    fn nobody_is_claimed_on_what_is_to_be_given_back(steps in vec(step(), 0..150)) {
        let mut model = Model::new();
        for step in steps {
            model.step(&step);
            if matches!(step, Step::Plan) {
                prop_assert_eq!(model.taken_from_those_who_wait(), None);
            }
        }
    }

    /// Lines that were kept along find what lines find that are made anew, whatever was kept for whom in between.
    #[test]
    fn nothing_is_left_idle_for_it(steps in vec(step(), 0..150)) {
        let mut model = Model::new();
        for step in steps {
            model.step(&step);
            if matches!(step, Step::Plan) {
                prop_assert_eq!(model.left_idle(), Vec::<String>::new());
            }
        }
    }

    /// With limits above 0 and programs that go on, all ends: nobody waits for what is kept for another for ever.
    #[test]
    fn all_comes_to_an_end(steps in vec(step(), 0..150)) {
        let mut model = Model::new();
        for step in steps {
            model.step(&step);
        }
        model.finish(true);
        prop_assert_eq!(model.unended(), Vec::<String>::new());
    }

    /// A program that waits may be killed, and another of its run go on: nobody says that its wait is over.
    #[test]
    fn nobody_is_left_with_nothing_whose_wait_is_over_though_nobody_says_so(steps in vec(step(), 0..150)) {
        let mut model = Model::new();
        for step in steps {
            model.step(&step);
            prop_assert_eq!(model.state.violation(), None);
        }
        model.finish(false);
        prop_assert_eq!(model.left_with_nothing(), Vec::<String>::new());
    }

    /// Read by a state that starts from nothing, the same records say the same.
    #[test]
    fn what_is_held_is_what_the_log_says(steps in vec(step(), 0..150)) {
        let mut model = Model::new();
        for step in steps {
            model.step(&step);
        }
        prop_assert_eq!(model.replayed(), model.state.queues.clone());
    }
}

/// Who has said the first wait may have been killed, and nobody says that it is over.
#[test]
fn of_two_waits_the_later_one_counts_unless_the_first_gives_slots_back() {
    let mut model = Model::new();
    let (queue, tagged) = (0, false);
    for _ in 0..5 {
        model.step(&Step::Submit { queue, tagged });
    }
    for step in [Step::Plan, Step::Store(0)] {
        model.step(&step);
    }
    let run = 0;
    let mut waits = |child, yields| {
        model.step(&Step::Waits { run, child, yields });
        model.awaited()
    };
    assert_eq!(waits(1, false), ["run-2"]);
    assert_eq!(waits(2, false), ["run-3"]);
    assert_eq!(waits(3, true), ["run-4"]);
    // It is to give them back: whoever goes on then must be the one who has said so.
    assert_eq!(waits(4, false), ["run-4"]);
    model.step(&Step::Owed);
    let (child, yields) = (4, true);
    model.step(&Step::Waits { run, child, yields });
    assert_eq!(model.awaited(), ["run-4"]);
}
