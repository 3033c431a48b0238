//! Schedules as files and logs have them: forms, names, days of the calendar, and the ids of their runs.

use super::*;
use crate::json::JsonObject;

fn at(seconds: i64) -> Timestamp {
    Timestamp(seconds * 1_000_000_000)
}

fn form(text: &str) -> Form {
    Form::of(&JsonObject::parse(text).unwrap())
}

#[test]
fn dates_are_those_of_the_calendar() {
    for (seconds, told) in [
        (0, "19700101T000000Z"),
        (-1, "19691231T235959Z"),
        (951_782_400, "20000229T000000Z"),
        (1_709_251_199, "20240229T235959Z"),
        (1_709_251_200, "20240301T000000Z"),
        (4_107_542_399, "21000228T235959Z"),
        (4_107_542_400, "21000301T000000Z"),
    ] {
        assert_eq!(Civil::of(at(seconds)).compact(), told);
    }
}

#[test]
fn a_runs_id_follows_from_deployment_schedule_and_time() {
    let deployment: DeploymentName = "etl/Nächtlich laden".parse().unwrap();
    let key: ScheduleKey = "six o'clock".parse().unwrap();
    let id = run_id(&deployment, &key, at(951_782_400));
    assert_eq!(
        id.as_str(),
        "nachtlich-laden-six-o-clock-20000229T000000Z-9a324e51"
    );
    assert_ne!(id, run_id(&deployment, &key, at(951_782_401)));
    let other: ScheduleKey = "six o clock".parse().unwrap();
    assert_ne!(id, run_id(&deployment, &other, at(951_782_400)));
    let elsewhere: DeploymentName = "elt/Nächtlich laden".parse().unwrap();
    assert_ne!(id, run_id(&elsewhere, &key, at(951_782_400)));
}

#[test]
fn any_names_give_a_legal_id() {
    let long = format!("{}/{}", "f".repeat(100), "ü".repeat(100));
    for deployment in [long.as_str(), "-/-", "a/漢字", "a/💡", "a/_"] {
        for key in ["-", "~0123456789abcdef", "☃", &"k".repeat(100)] {
            let id = run_id(&deployment.parse().unwrap(), &key.parse().unwrap(), at(1));
            assert!(id.as_str().contains("19700101T000001Z"), "{id}");
        }
    }
}

#[test]
fn the_form_is_what_decides_when_and_whether() {
    let plain = form(r#"{"cron":"0 6 * * *"}"#);
    assert!(plain.active && plain.key.as_str().starts_with('~'));
    for same in [
        r#"{"parameters":{"a":1},"cron":"0 6 * * *","overlap_policy":"skip"}"#,
        r#"{"cron":"0 6 * * *","active":true,"timezone":null}"#,
    ] {
        assert_eq!(form(same), plain);
    }
    let paused = form(r#"{"cron":"0 6 * * *","active":false}"#);
    assert!(!paused.active && paused.key == plain.key);
    let moved = form(r#"{"cron":"0 6 * * *","timezone":"Europe/Berlin"}"#);
    assert_ne!(moved.key, plain.key);
    let named = form(r#"{"cron":"0 6 * * *","slug":"six"}"#);
    assert_eq!((named.key.as_str(), &named.timing), ("six", &plain.timing));
}

#[test]
fn overlap_policies_are_read_as_both_spell_them() {
    for (text, policy) in [
        ("skip", Overlap::Skip),
        ("BUFFER_ONE", Overlap::BufferOne),
        ("BufferAll", Overlap::BufferAll),
        ("SCHEDULE_OVERLAP_POLICY_CANCEL_OTHER", Overlap::CancelOther),
        ("allow-all", Overlap::AllowAll),
    ] {
        assert_eq!(text.parse(), Ok(policy));
        assert_eq!(policy.as_str().parse(), Ok(policy));
    }
    assert!("TERMINATE_OTHER".parse::<Overlap>().is_err());
}
