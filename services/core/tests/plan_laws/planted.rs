//! Each law catches the mistake that it is there for.

use proptest::{
    collection::vec,
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};

use crate::{
    bug::Bug,
    fair, laws,
    steps::{Step, step},
};

fn is_caught(law: impl Fn(&[Step]) -> Result<(), TestCaseError>) {
    let config = Config {
        cases: 2_000,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..Config::default()
    };
    let found = TestRunner::new(config).run(&vec(step(), 0..120), |steps| law(&steps));
    assert!(matches!(found, Err(TestError::Fail(..))), "{found:?}");
}

#[test]
fn a_leader_that_forgets_what_is_in_flight_passes_limits() {
    is_caught(|steps| laws::no_limit_is_passed(steps, Some(Bug::ForgetsFlights)));
}

#[test]
fn a_claim_without_one_of_its_slots_is_not_all() {
    is_caught(|steps| laws::all_or_nothing(steps, Some(Bug::ClaimsInPart)));
}

#[test]
fn claims_that_are_sent_backwards_are_out_of_order() {
    is_caught(|steps| laws::order_is_kept(steps, Some(Bug::SendsBackwards)));
}

#[test]
fn a_leader_that_does_not_look_at_freed_slots_leaves_them_idle() {
    is_caught(|steps| laws::nothing_is_left_idle(steps, Some(Bug::ForgetsTheWoken)));
}

#[test]
fn a_wait_with_wrong_times_does_not_add_up() {
    is_caught(|steps| laws::every_wait_is_explained(steps, Some(Bug::ForgetsTime)));
}

#[test]
fn starts_that_are_not_counted_pass_the_rate() {
    is_caught(|steps| laws::rates_are_kept(steps, 1, 1, Some(Bug::ForgetsStarts)));
}

#[test]
fn a_leader_that_forgets_whose_turn_it_was_starves_somebody() {
    let weights = [1, 5, 1];
    assert!(fair::nobody_starves(&weights, 200, None).is_ok());
    assert!(fair::nobody_starves(&weights, 200, Some(Bug::ForgetsTurns)).is_err());
}

#[test]
fn a_leader_that_forgets_who_was_passed_over_starves_who_needs_several() {
    assert!(fair::several_are_got(200, None).is_ok());
    assert!(fair::several_are_got(200, Some(Bug::ForgetsTurns)).is_err());
}
