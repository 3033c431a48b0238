//! What people read of schedules.

use weir_client::{JsonObject, Revision};
use weir_core::schedule::PassedOver;

use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp(1_800_000_000_000_000_000 + minutes * 60_000_000_000)
}

fn standing(overlap: Overlap, waits: Option<Timestamp>, unended: &[&str]) -> ScheduleView {
    ScheduleView {
        deployment: "etl/load".parse().expect("a legal name"),
        key: "s".parse().expect("a legal key"),
        queue: weir_client::QueueKey::new(
            "local".parse().expect("a legal name"),
            "default".parse().expect("a legal name"),
        ),
        active: true,
        fault: String::new(),
        overlap,
        next: Some(at(10)),
        waits,
        unended: unended
            .iter()
            .map(|run| run.parse().expect("a legal id"))
            .collect(),
        last: Some(at(-10)),
        passed_over: Some(PassedOver {
            at: at(-5),
            reason: PassedReason::Overlap,
        }),
    }
}

#[test]
fn why_nothing_comes_names_the_policy_and_the_runs() {
    let why = |overlap, waits, unended| why(&standing(overlap, waits, unended));
    let said = [
        why(Overlap::Skip, None, &["r1"]),
        why(Overlap::BufferOne, Some(at(-1)), &["r1"]),
        why(Overlap::BufferAll, Some(at(-1)), &["r1", "r2", "r3"]),
        why(Overlap::CancelOther, Some(at(-1)), &["r1"]),
        why(Overlap::AllowAll, Some(at(-1)), &["r1"]),
        why(Overlap::Skip, Some(at(-1)), &[]),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    insta::assert_snapshot!(said.join("\n"));
    for overlap in Overlap::ALL {
        assert_eq!(why(overlap, None, &[]), None, "nothing is in the way");
    }
}

#[test]
fn what_is_not_known_of_a_schedule_stays_empty() {
    let schedules = [
        r#"{"cron":"0 6 * * *","timezone":"Europe/Berlin","slug":"s"}"#,
        r#"{"interval":600,"slug":"off","active":false}"#,
        r#"{"cron":"0 6 * *","slug":"bad"}"#,
    ];
    let mut config = DeploymentConfig::new(
        "etl/load".parse().expect("a legal name"),
        standing(Overlap::Skip, None, &[]).queue,
    );
    let read = schedules.iter().map(|text| JsonObject::parse(text));
    config.schedules = read.collect::<Result<_, _>>().expect("objects");
    let held = Held {
        value: config,
        revision: Revision(7),
        at: at(-100),
        author: "ada".to_owned(),
    };
    let views = [standing(Overlap::Skip, None, &["r1"])];
    insta::assert_snapshot!(table(&held, &views, at(0)).render(false));
}
