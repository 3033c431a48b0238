//! Which failure an outcome is, and which patterns mean it.

use super::*;

fn outcome(
    class: OutcomeClass,
    exit_code: Option<i32>,
    signal: Option<i32>,
    reason: &str,
) -> Outcome {
    Outcome {
        exit_code,
        signal,
        reason: reason.to_owned(),
        ..Outcome::of(class)
    }
}

#[test]
fn the_word_of_the_infrastructure_tells_more_than_an_exit_code() {
    let of = |class, exit, signal, reason| FailureClass::of(&outcome(class, exit, signal, reason));
    assert_eq!(of(OutcomeClass::Completed, Some(0), None, ""), None);
    assert_eq!(
        of(OutcomeClass::Failed, Some(3), None, ""),
        Some(FailureClass::Exit(3))
    );
    assert_eq!(
        of(OutcomeClass::Failed, Some(137), None, "OOMKilled"),
        Some(FailureClass::OomKilled)
    );
    assert_eq!(
        of(OutcomeClass::Crashed, None, None, "Evicted"),
        Some(FailureClass::Evicted)
    );
    assert_eq!(
        of(OutcomeClass::Crashed, None, None, "NodeLost"),
        Some(FailureClass::Crashed)
    );
    assert_eq!(
        of(OutcomeClass::StartFailed, None, None, "ImagePullBackOff"),
        Some(FailureClass::ImagePull)
    );
    assert_eq!(
        of(OutcomeClass::StartFailed, None, None, "CommandNotFound"),
        Some(FailureClass::SubmissionError)
    );
    assert_eq!(
        of(OutcomeClass::TimedOut, None, Some(9), "OOMKilled"),
        Some(FailureClass::Timeout)
    );
    assert_eq!(
        of(OutcomeClass::Lost, None, None, ""),
        Some(FailureClass::WorkerLost)
    );
}

#[test]
fn a_pattern_is_printed_as_it_is_read() {
    for text in [
        "exit",
        "exit:3",
        "exit:10-19",
        "signal",
        "signal:9",
        "OOMKilled",
        "WorkerLost",
    ] {
        assert_eq!(text.parse::<FailurePattern>().unwrap().to_string(), text);
    }
    assert_eq!(
        "oomkilled".parse::<FailurePattern>().unwrap().to_string(),
        "OOMKilled"
    );
}

#[test]
fn what_no_failure_can_be_is_refused_with_what_can() {
    for text in [
        "",
        "exit:0",
        "exit:256",
        "exit:9-3",
        "signal:65",
        "signal:SIGKILL",
        "exit:",
        "oom",
        "OOMKilled:1",
    ] {
        let error = text.parse::<FailurePattern>().unwrap_err().to_string();
        assert!(
            error.contains("exit:FROM-TO") && error.contains("OOMKilled"),
            "{error}"
        );
    }
}
