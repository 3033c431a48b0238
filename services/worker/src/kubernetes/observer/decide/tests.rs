//! What is done about an attempt: by how it stands in the log, what is seen of it, and what has been done already.

mod made;
mod stops;

use weir_core::event::OutcomeClass;

use super::*;
use crate::{
    executor::StopCause,
    kubernetes::reading::{PodSeen, Told},
};
use made::*;

#[test]
fn what_the_log_does_not_know_or_a_worker_is_about_is_left_alone() {
    for standing in [Standing::Unknown, Standing::Taken] {
        for seen in [
            Seen::default(),
            seen(suspended(), vec![]),
            seen(job(), vec![pod()]),
            seen(failed_job(), vec![failed_pod()]),
        ] {
            assert_eq!(step(&standing, &seen, s(3_600)), Step::default());
        }
    }
    let gone = suspect(seen(job(), vec![]));
    assert_eq!(step(&Standing::Unknown, &gone, s(1)), Step::settled());
    assert_eq!(step(&Standing::Taken, &gone, s(1)), Step::default());
}

#[test]
fn what_is_over_is_deleted_unless_it_has_ended_or_is_going() {
    let over = |seen: &Seen| step(&Standing::Over, seen, s(5));
    // What was seen may be old, so it is asked for first.
    for job in [suspended(), job()] {
        let mut seen = seen(job, vec![]);
        assert_eq!(only_calls(over(&seen)), Some(Call::Confirm));
        seen.listed = true;
        assert_eq!(only_calls(over(&seen)), Some(delete_job()));
    }
    let deleting = JobSeen {
        deleting: true,
        ..suspended()
    };
    assert_eq!(over(&seen(deleting, vec![])), Step::default());
    let ended = [
        Seen::default(),
        seen(marked(failed_job()), vec![failed_pod()]),
        gone(Some(job()), vec![]),
        // A list shows it again, should it be there.
        suspect(seen(suspended(), vec![])),
    ];
    for seen in ended {
        assert_eq!(over(&seen), Step::settled());
    }
}

#[test]
fn the_mark_and_the_time_to_live_come_in_when_the_end_is_in_the_log() {
    for ttl_s in [Some(60), None] {
        let mut seen = seen(failed_job(), vec![failed_pod()]);
        seen.ttl_s = ttl_s;
        assert_eq!(
            only_calls(step(&Standing::Over, &seen, s(0))),
            Some(mark_stored(ttl_s))
        );
        let told = step(&submitted(running()), &seen, s(0));
        assert_eq!(told.call, None);
        seen.see_job(JobSeen {
            resource_version: "9".to_owned(),
            ..marked(failed_job())
        });
        assert_eq!(step(&Standing::Over, &seen, s(0)), Step::settled());
    }
}

/// The cluster removes the output with the Job.
#[test]
fn the_mark_waits_for_the_output_also_where_another_has_left_it() {
    let due = |pods| {
        let mut seen = seen(failed_job(), pods);
        seen.ttl_s = Some(60);
        seen
    };
    let patch = mark_stored(Some(60));
    let reading = |done| {
        let (ended, _) = tokio::sync::watch::channel(true);
        let output = crate::kubernetes::observer::doing::Reading {
            ended,
            ended_at: Some(s(0)),
            done,
        };
        let mut doing = Doing::default();
        doing.output.insert("p".to_owned(), output);
        doing
    };
    let over = |seen: &Seen, doing: &Doing| step_with(&Standing::Over, seen, doing, s(60));
    let known = due(vec![failed_pod()]);
    assert_eq!(over(&known, &reading(false)), Step::default());
    let patched = over(&known, &reading(true));
    assert_eq!(only_calls(patched), Some(patch.clone()));
    let mut found = due(vec![]);
    let asked = over(&found, &Doing::default());
    assert_eq!(only_calls(asked), Some(Call::Confirm));
    found.listed = true;
    let patched = over(&found, &Doing::default());
    assert_eq!(only_calls(patched), Some(patch));
}

#[test]
fn a_submitted_job_is_let_start_when_its_worker_has_not_done_it_in_time() {
    let seen = seen(suspended(), vec![]);
    let early = step(&submitted(stand()), &seen, s(2));
    assert_eq!(early, Step::wake(SINCE + s(3)));
    let unsuspend = Call::Unsuspend {
        uid: "j".to_owned(),
        resource_version: "5".to_owned(),
    };
    let late = step(&submitted(stand()), &seen, s(5));
    assert_eq!(only_calls(late), Some(unsuspend));
}

#[test]
fn what_somebody_has_suspended_or_deletes_is_not_let_start() {
    let started = step(&submitted(running()), &seen(suspended(), vec![]), s(60));
    assert_eq!(only_calls(started), None);
    let deleting = JobSeen {
        deleting: true,
        ..suspended()
    };
    let step = step(&submitted(stand()), &seen(deleting, vec![]), s(60));
    assert!(!matches!(step.call, Some(Call::Unsuspend { .. })));
}

#[test]
fn a_job_that_no_event_has_shown_is_asked_for_after_a_while() {
    let unseen = Seen::default();
    let early = step(&submitted(stand()), &unseen, s(1));
    assert_eq!(early, Step::wake(SINCE + s(2)));
    let unlisted = Doing {
        unlisted: true,
        ..doing()
    };
    let waits = step_with(&submitted(stand()), &unseen, &unlisted, s(60));
    assert_eq!(waits, Step::default());
    let late = step(&submitted(stand()), &unseen, s(2));
    assert_eq!(only_calls(late), Some(Call::Confirm));
    let asked = Doing {
        asked_at: Some(SINCE + s(2)),
        ..doing()
    };
    let again = step_with(&submitted(stand()), &unseen, &asked, s(3));
    assert_eq!(again, Step::wake(SINCE + s(4)));
}

/// A Job that has lost its label looks like one that is gone.
#[test]
fn an_event_that_a_job_is_gone_is_asked_about_and_not_believed() {
    let seen = suspect(seen(job(), vec![pod()]));
    let step = step(&submitted(running()), &seen, s(1));
    assert_eq!(only_calls(step), Some(Call::Confirm));
}

#[test]
fn a_job_that_is_gone_ends_its_attempt_when_its_pods_are_gone_too() {
    let left = gone(Some(job()), vec![pod()]);
    let step_left = step(&submitted(running()), &left, s(9));
    assert_eq!(step_left.tell, None, "its pod runs on");
    let nothing = gone(Some(suspended()), vec![]);
    let told = tells(step(&submitted(stand()), &nothing, s(9)));
    let Reported::Finished {
        outcome,
        gone: true,
    } = told
    else {
        panic!("{told:?}");
    };
    assert_eq!(
        (outcome.class, outcome.reason.as_str()),
        (OutcomeClass::Crashed, "JobDeleted")
    );
}

/// A controller that has not heard of the deletion yet may still make a pod.
#[test]
fn that_a_started_job_left_no_pod_must_be_said_twice() {
    let seen = gone(Some(job()), vec![]);
    let once = Doing {
        absent: 1,
        ..doing()
    };
    let step_once = step_with(&submitted(running()), &seen, &once, s(9));
    assert_eq!(step_once.call, Some(Call::Confirm));
    assert!(!matches!(
        step_once.tell,
        Some(Reported::Finished { gone: true, .. } | Reported::Gone { .. })
    ));
    let twice = Doing {
        absent: 2,
        ..doing()
    };
    let told = tells(step_with(&submitted(running()), &seen, &twice, s(9)));
    assert!(
        matches!(told, Reported::Finished { gone: true, .. }),
        "{told:?}"
    );
}

#[test]
fn what_is_told_of_an_attempt_that_goes_on_is_told_once() {
    let waiting = |reason: &str| PodSeen {
        waiting: Some(Told::new(reason, "because")),
        ..pending()
    };
    let stand_waiting = |reason: &str| Stand {
        waiting: Some((reason.to_owned(), "before".to_owned())),
        ..stand()
    };
    let told =
        |stand: Stand, pod: PodSeen| step(&submitted(stand), &seen(job(), vec![pod]), s(1)).tell;
    let reported = |reason: &str, message: &str| {
        Some(Reported::Waiting {
            reason: reason.to_owned(),
            message: message.to_owned(),
        })
    };
    let scheduled = reported("Scheduled", "pod weir-a-x on node node-0");
    assert_eq!(told(stand(), pending()), scheduled);
    assert_eq!(told(stand_waiting("Scheduled"), pending()), None);
    let backoff = reported("ImagePullBackOff", "because");
    assert_eq!(
        told(stand_waiting("Scheduled"), waiting("ImagePullBackOff")),
        backoff
    );
    assert_eq!(
        told(
            stand_waiting("ImagePullBackOff"),
            waiting("ImagePullBackOff")
        ),
        None
    );
    let started = Some(Reported::Started {
        infrastructure: "pod weir-a-x on node node-0".to_owned(),
    });
    assert_eq!(told(stand_waiting("ImagePullBackOff"), pod()), started);
    assert_eq!(told(stand(), pod()), started);
    assert_eq!(told(running(), pod()), None);
}

#[test]
fn a_job_without_a_pod_has_its_events_looked_at() {
    let seen = seen(job(), vec![]);
    assert_eq!(
        step(&submitted(stand()), &seen, s(1)),
        Step::wake(SINCE + s(4))
    );
    let events = Call::Events {
        uid: "j".to_owned(),
    };
    assert_eq!(
        only_calls(step(&submitted(stand()), &seen, s(4))),
        Some(events)
    );
    let looked = Doing {
        events_at: Some(SINCE + s(4)),
        no_pod: Some(Told::new("FailedCreate", "exceeded quota")),
        ..doing()
    };
    let step = step_with(&submitted(stand()), &seen, &looked, s(5));
    assert_eq!(step.wake, Some(SINCE + s(8)));
    assert!(matches!(tells(step), Reported::Waiting { reason, .. } if reason == "FailedCreate"));
}

#[test]
fn an_end_is_told_once_and_then_that_nothing_is_left() {
    let told = tells(step(
        &submitted(running()),
        &seen(failed_job(), vec![failed_pod()]),
        s(1),
    ));
    let Reported::Finished { outcome, gone } = told else {
        panic!("{told:?}");
    };
    assert_eq!((outcome.exit_code, gone), (Some(3), true));
    let finished = Stand {
        finished: true,
        ..running()
    };
    let told = tells(step(
        &submitted(finished),
        &seen(failed_job(), vec![failed_pod()]),
        s(1),
    ));
    assert_eq!(told, Reported::Gone { outcome: None });
    let revoked = Stand {
        revoked: true,
        stop: Some((StopCause::Revoked, s(1))),
        ..running()
    };
    let told = tells(step(
        &submitted(revoked),
        &seen(failed_job(), vec![failed_pod()]),
        s(1),
    ));
    assert!(
        matches!(&told, Reported::Gone { outcome: Some(outcome) } if outcome.exit_code == Some(3)),
        "{told:?}"
    );
}
