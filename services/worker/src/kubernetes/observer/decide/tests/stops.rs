//! The rows of attempts that are to be stopped.

use super::*;

#[test]
fn a_job_is_deleted_first_and_its_pods_follow_with_the_grace_that_was_ordered() {
    let standing = submitted(cancelled(s(10)));
    let first = step(&standing, &seen(job(), vec![pod()]), s(0));
    assert_eq!(only_calls(first), Some(delete_job()));
    let deleting = JobSeen {
        deleting: true,
        ..job()
    };
    let next = step(&standing, &seen(deleting, vec![pod()]), s(0));
    assert_eq!(only_calls(next), Some(delete_pod(s(10))));
}

/// Without a grace the server would forget a container that may still run.
#[test]
fn the_grace_of_a_pod_is_never_nothing() {
    let deleting = JobSeen {
        deleting: true,
        ..job()
    };
    let step = step(
        &submitted(cancelled(Duration::ZERO)),
        &seen(deleting, vec![pod()]),
        s(0),
    );
    assert_eq!(only_calls(step), Some(delete_pod(s(1))));
}

#[test]
fn a_pod_that_outlives_its_grace_is_killed_and_a_shorter_grace_holds_at_once() {
    let deleting = JobSeen {
        deleting: true,
        ..job()
    };
    let seen = seen(deleting, vec![pod()]);
    let mut doing = doing();
    let named = [("weir-a-x".to_owned(), "p".to_owned())];
    doing.stopping.ordered(&named, s(10), SINCE);
    let waits = step_with(&submitted(cancelled(s(10))), &seen, &doing, s(12));
    assert_eq!(waits, Step::wake(SINCE + s(13)));
    let killed = step_with(&submitted(cancelled(s(10))), &seen, &doing, s(13));
    assert_eq!(only_calls(killed), Some(delete_pod(s(1))));
    let shorter = step_with(&submitted(cancelled(s(2))), &seen, &doing, s(1));
    assert_eq!(only_calls(shorter), Some(delete_pod(s(2))));
}

#[test]
fn a_job_that_was_not_let_start_is_deleted_and_never_started() {
    let standing = submitted(Stand {
        started_at: None,
        ..cancelled(s(10))
    });
    let step_suspended = step(&standing, &seen(suspended(), vec![]), s(60));
    assert_eq!(only_calls(step_suspended), Some(delete_job()));
    let told = tells(step(&standing, &gone(Some(suspended()), vec![]), s(60)));
    assert!(
        matches!(&told, Reported::Finished { outcome, gone: true } if outcome.class == OutcomeClass::Stopped),
        "{told:?}"
    );
}

/// Its node is lost: the pod is asked to go and stays. So does the slot.
#[test]
fn what_may_still_run_is_not_told_to_be_over() {
    let deleting = JobSeen {
        deleting: true,
        ..job()
    };
    let lost = PodSeen {
        deletion: Some(Timestamp(5)),
        ..pod()
    };
    let seen = seen(deleting, vec![lost]);
    let mut doing = doing();
    let named = [("weir-a-x".to_owned(), "p".to_owned())];
    doing.stopping.ordered(&named, s(1), SINCE + s(3_599));
    let step = step_with(&submitted(cancelled(s(1))), &seen, &doing, s(3_600));
    assert_eq!(step.tell, None);
}

#[test]
fn what_ended_by_itself_before_it_was_stopped_ended_by_itself() {
    let standing = submitted(cancelled(s(10)));
    let told = tells(step(
        &standing,
        &seen(failed_job(), vec![failed_pod()]),
        s(1),
    ));
    assert!(
        matches!(&told, Reported::Finished { outcome, .. } if outcome.class == OutcomeClass::Failed),
        "{told:?}"
    );
}

#[test]
fn a_run_that_takes_too_long_is_stopped_when_its_time_is_over() {
    let timeout = |timeout: Duration| {
        submitted(Stand {
            timeout: Some(timeout),
            ..running()
        })
    };
    let seen = seen(job(), vec![pod()]);
    // The wall stands at one second after the start.
    let early = step(&timeout(s(3)), &seen, s(1));
    assert_eq!(early, Step::wake(SINCE + s(3)));
    let late = step(&timeout(s(1)), &seen, s(1));
    assert_eq!(only_calls(late), Some(delete_job()));
}
