//! How an attempt is said to have ended that was stopped because one of its times was up.

use std::sync::Arc;

use super::*;

const WITHIN: Duration = Duration::from_secs(4);

fn live(overdue: Overdue, waiting: Option<(&str, &str)>) -> Live {
    let owned = |(reason, message): (&str, &str)| (reason.to_owned(), message.to_owned());
    Live {
        attempt: Attempt(1),
        claim_seq: Seq(2),
        fence: Seq(2),
        claimed_at: Timestamp(0),
        take_by: Timestamp(1),
        slots: Arc::from([]),
        deployment_revision: None,
        retries: 0,
        retry_delay: Duration::ZERO,
        retry_policy: None,
        submit_within: Some(WITHIN),
        start_within: Some(WITHIN),
        timeout: Some(WITHIN),
        outlives_worker: true,
        holder: None,
        last_n: 1,
        submitted_at: None,
        started_at: None,
        infrastructure: String::new(),
        waiting: waiting.map(owned),
        finished: None,
        awaits: None,
        last_k: 0,
        stop: Some(Stop::Revoked),
        overdue: Some(overdue),
    }
}

fn stopped(class: OutcomeClass) -> Outcome {
    Outcome {
        exit_code: Some(143),
        signal: Some(15),
        reason: "Stopped".to_owned(),
        ..Outcome::of(class)
    }
}

#[test]
fn what_did_not_start_in_time_says_what_kept_it_or_how_far_it_came_and_has_no_exit_code() {
    let start = OutcomeClass::StartFailed;
    let no_image = Some(("ImagePullBackOff", "no such image"));
    let placed = Some((Reported::SCHEDULED, "pod p on node n"));
    for (overdue, waiting, class, reason, message, code) in [
        (
            Overdue::Start,
            None,
            start,
            "StartTimeout",
            "it did not start within 4s",
            None,
        ),
        (
            Overdue::Start,
            placed,
            start,
            "StartTimeout",
            "it did not start within 4s: it came as far as pod p on node n",
            None,
        ),
        (
            Overdue::Start,
            no_image,
            start,
            "ImagePullBackOff",
            "it did not start in time: no such image",
            None,
        ),
        (
            Overdue::Submit,
            Some(("QuotaExceeded", "full")),
            start,
            "QuotaExceeded",
            "it did not start in time: full",
            None,
        ),
        (
            Overdue::Submit,
            None,
            start,
            "SubmitTimeout",
            "its worker did not start it within 4s",
            None,
        ),
        (
            Overdue::Run,
            placed,
            OutcomeClass::TimedOut,
            "TimedOut",
            "it ran for longer than 4s",
            Some(143),
        ),
    ] {
        for ended in [OutcomeClass::Stopped, OutcomeClass::Lost] {
            let outcome = live(overdue, waiting).judged(stopped(ended));
            assert_eq!(
                (
                    outcome.class,
                    outcome.reason.as_str(),
                    outcome.message.as_str(),
                    outcome.exit_code,
                    outcome.signal
                ),
                (class, reason, message, code, code.map(|_| 15)),
                "{overdue:?} while {waiting:?}"
            );
        }
    }
}

#[test]
fn what_ended_by_itself_before_it_was_stopped_ended_as_it_did() {
    for class in [
        OutcomeClass::Completed,
        OutcomeClass::Failed,
        OutcomeClass::Crashed,
        OutcomeClass::StartFailed,
    ] {
        let outcome = stopped(class);
        assert_eq!(live(Overdue::Start, None).judged(outcome.clone()), outcome);
    }
    let outcome = stopped(OutcomeClass::Stopped);
    let in_time = Live {
        overdue: None,
        ..live(Overdue::Start, None)
    };
    assert_eq!(in_time.judged(outcome.clone()), outcome);
}
