//! Runs that wait for each other: found where there are any, and nowhere else.

use std::sync::Arc;

use weir_core::{
    awaits::{CycleLink, WaitsFor},
    family::{After, AfterOutcome},
    ids::RunKey,
    knot::Knot,
    request::{Request, RunRequest},
};

use crate::{
    model::{Model, queues},
    steps::Step,
};

/// A pool of so many slots that are all held by parents, each waiting for a child of its own.
fn parents(slots: u32, yields: bool) -> Model {
    let mut model = Model::new();
    model.step(&Step::PoolLimit(slots));
    let submit = Step::Submit {
        queue: 0,
        tagged: false,
    };
    for _ in 0..slots {
        model.step(&submit);
    }
    land(&mut model);
    for run in 0..slots as usize {
        model.step(&submit);
        let child = slots as usize + run;
        model.step(&Step::Waits { run, child, yields });
    }
    model
}

fn land(model: &mut Model) {
    model.step(&Step::Plan);
    for _ in 0..16 {
        model.step(&Step::Store(0));
    }
}

fn run(n: usize) -> RunKey {
    RunKey {
        queue: queues()[0].clone(),
        run_id: format!("run-{n}").parse().unwrap(),
    }
}

#[test]
fn parents_that_hold_what_their_children_need_are_named_with_the_way_round() {
    let mut model = parents(3, false);
    let knot = Knot::of(&model.state);
    assert_eq!(knot.len(), 6);
    let links = knot.links(&model.state, &run(1));
    let [first, second] = links.as_slice() else {
        panic!("{links:?}");
    };
    assert_eq!(
        *first,
        CycleLink {
            run: run(1),
            waits_for: WaitsFor::Run(run(4))
        }
    );
    let WaitsFor::Slots { limit, held_by } = &second.waits_for else {
        panic!("{second:?}");
    };
    assert_eq!(second.run, run(4));
    assert_eq!(limit.to_string(), "pool pool");
    assert_eq!(*held_by, [run(1), run(2), run(3)]);

    // One slot more, and one after another goes on.
    model.step(&Step::PoolLimit(4));
    assert!(Knot::of(&model.state).is_empty());
}

#[test]
fn parents_that_give_their_slots_back_wait_for_nobody() {
    let mut model = parents(3, true);
    assert!(Knot::of(&model.state).is_empty(), "before it is decided");
    model.step(&Step::Owed);
    assert!(Knot::of(&model.state).is_empty());
    land(&mut model);
    assert!(Knot::of(&model.state).is_empty());
}

#[test]
fn one_parent_that_can_go_on_frees_all_that_wait_for_its_slot() {
    let mut model = parents(3, false);
    assert!(!Knot::of(&model.state).is_empty());
    // Its program does something else, or has ended its wait: it ends some day.
    model.step(&Step::GoesOn(1));
    assert!(Knot::of(&model.state).is_empty());
}

#[test]
fn a_run_that_waits_for_itself_is_stuck() {
    let mut model = Model::new();
    model.step(&Step::Submit {
        queue: 0,
        tagged: false,
    });
    land(&mut model);
    model.step(&Step::Waits {
        run: 0,
        child: 0,
        yields: false,
    });
    let knot = Knot::of(&model.state);
    assert_eq!(knot.links(&model.state, &run(1)).len(), 1);
}

#[test]
fn a_child_that_comes_after_the_parent_that_waits_for_it_is_stuck_with_it_whatever_is_given_back() {
    let mut model = Model::new();
    model.step(&Step::Submit {
        queue: 0,
        tagged: false,
    });
    land(&mut model);
    let after = After {
        runs: vec!["run-1".parse().unwrap()],
        outcome: AfterOutcome::Any,
    };
    let child = RunRequest {
        after: Some(after),
        ..RunRequest::default()
    };
    model.request(&run(2), Request::Run(Arc::new(child)));
    model.runs += 1;
    model.step(&Step::Waits {
        run: 0,
        child: 1,
        yields: true,
    });
    let knot = Knot::of(&model.state);
    let link = |from, to| CycleLink {
        run: run(from),
        waits_for: WaitsFor::Run(run(to)),
    };
    assert_eq!(knot.links(&model.state, &run(1)), [link(1, 2), link(2, 1)]);
    let under_way: Vec<_> = knot.under_way().collect();
    assert_eq!(under_way, [&run(1)]);
    // It waits for nobody any more, and ends some day.
    model.step(&Step::GoesOn(0));
    assert!(Knot::of(&model.state).is_empty());
}

/// Of a chain of any length nothing is stuck that has an end, and all of it is where its end waits for its beginning. It is
/// looked through several times a second, so this must be a matter of milliseconds.
#[test]
fn a_long_chain_that_a_program_waits_for_is_stuck_only_where_it_ends_in_itself() {
    let mut model = Model::new();
    let submit = Step::Submit {
        queue: 0,
        tagged: false,
    };
    model.step(&submit);
    land(&mut model);
    let links = 3_000;
    for n in 2..=links {
        // The second is after nobody that there is.
        let after = After {
            runs: vec![
                format!("run-{}", if n == 2 { 0 } else { n - 1 })
                    .parse()
                    .unwrap(),
            ],
            outcome: AfterOutcome::Any,
        };
        let request = RunRequest {
            after: Some(after),
            ..RunRequest::default()
        };
        model.request(&run(n), Request::Run(Arc::new(request)));
        model.runs += 1;
    }
    model.step(&Step::Waits {
        run: 0,
        child: links - 1,
        yields: true,
    });
    assert!(Knot::of(&model.state).is_empty());
    let after = After {
        runs: vec!["run-1".parse().unwrap()],
        outcome: AfterOutcome::Any,
    };
    let request = RunRequest {
        after: Some(after),
        ..RunRequest::default()
    };
    model.request(&run(0), Request::Run(Arc::new(request)));
    assert_eq!(Knot::of(&model.state).len(), links + 1);
}
