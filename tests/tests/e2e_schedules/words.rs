//! The words of `prefect deployment schedule`, what comes next, and what cannot be used.

use std::fs;

use serde_json::{Value, json};
use weir_tests::harness::{Pool, Shared, until};

use super::{SOON, deploy, listed};

#[test]
fn prefects_words_change_schedules_and_what_comes_next_is_shown() {
    let pool = Pool::new("worded");
    let stack = &pool.stack;
    let weir = |line: &str| stack.weir(&format!("deployment schedule {line}"));
    let job = json!({"command": "true"});
    deploy(
        stack,
        "worded.yaml",
        &json!({"name": "etl/worded", "pool": "worded", "job_variables": job, "schedules": [
            {"cron": "0 6 * * *", "timezone": "Europe/Berlin", "slug": "nightly"},
        ]}),
    );
    weir("create etl/worded --interval 3600.0 --anchor-date 2026-01-01 --slug hourly -p a=2").ok();
    weir("create etl/worded --rrule FREQ=WEEKLY;BYDAY=MO --timezone Asia/Tokyo --no-active").ok();
    let names = || -> Vec<String> {
        let all = listed(stack, "etl/worded").into_iter();
        all.map(|one| one["key"].as_str().unwrap().to_owned())
            .collect()
    };
    let keys = names();
    assert_eq!(&keys[..2], ["nightly", "hourly"]);
    let weekly = &keys[2];
    assert!(weekly.starts_with('~'), "{weekly}");
    let active = |key: &str| {
        let all = listed(stack, "etl/worded");
        let one = all.iter().find(|one| one["key"] == key).unwrap();
        (
            one["active"] != false,
            !one["next"].as_array().unwrap().is_empty(),
        )
    };
    assert_eq!(active(weekly), (false, false));
    weir(&format!("resume etl/worded {weekly}")).ok();
    weir("pause etl/worded nightly").ok();
    assert_eq!(
        (active(weekly), active("nightly")),
        ((true, true), (false, false))
    );
    let shown = stack.weir("deployment inspect etl/worded").ok();
    shown.saying(&[
        "rrule FREQ=WEEKLY;BYDAY=MO (Asia/Tokyo)",
        "paused",
        "PASSED OVER",
    ]);
    weir(&format!("delete etl/worded {weekly} -y")).ok();
    assert_eq!(names(), ["nightly", "hourly"]);
    comes_next(stack);
    weir("create etl/worded --cron @daily --slug only --replace -y").ok();
    assert_eq!(names(), ["only"]);
    weir("clear etl/worded -y").ok();
    weir("ls etl/worded").ok().saying(&["has no schedules"]);
    refused(stack);
}

/// The next runs of schedules, under the ids that they will have, and a run that waits for its time.
#[track_caller]
fn comes_next(stack: &Shared) {
    stack
        .weir("run submit --pool worded --in 30m --id worded-later --command true --no-check")
        .ok();
    let preview = || {
        let said = stack.weir("work-queue preview default --pool worded --hours 2 -o json");
        said.ok().json().as_array().expect("a list").clone()
    };
    let rows = until("the scheduler knows the run", SOON, || {
        let rows = preview();
        (rows.iter().any(|row| row["run"] == "worded-later")).then_some(rows)
    });
    let hourly: Vec<&Value> = rows
        .iter()
        .filter(|row| row["schedule"] == "hourly")
        .collect();
    assert_eq!(hourly.len(), 2, "{rows:?}");
    let id = hourly[0]["run"].as_str().expect("an id");
    assert!(id.starts_with("worded-hourly-20"), "{id}");
    assert_eq!(rows.len(), 3, "{rows:?}");
    let due = |row: &Value| row["due"].as_str().expect("a time").to_owned();
    assert!(rows.is_sorted_by_key(due), "{rows:?}");
}

/// What cannot be used is refused, with the field and what would be right.
#[track_caller]
fn refused(stack: &Shared) {
    for (line, code, words) in [
        (
            "create etl/worded --cron '0 6 * *'",
            1,
            &["cron", "has 4 fields", "0 6 * * *"][..],
        ),
        (
            "create etl/worded --cron '0 0 30 2 *'",
            1,
            &["cron", "is never due"],
        ),
        (
            "create etl/worded --interval 0",
            1,
            &["interval", "at least 1 s"],
        ),
        (
            "create etl/worded --interval 60 --timezone Mars/Phobos",
            1,
            &["timezone", "Europe/Berlin"],
        ),
        ("create etl/worded --rrule FREQ=SOMETIMES", 1, &["rrule"]),
        (
            "create etl/worded --cron @daily --overlap-policy maybe",
            1,
            &["overlap_policy", "buffer_one"],
        ),
        (
            "create etl/worded --cron @daily --catchup-window 1s",
            1,
            &["catchup_window", "at least 10 s"],
        ),
        (
            "create etl/worded --cron @daily --interval 60",
            2,
            &["--cron", "--interval"],
        ),
        ("create etl/worded --timezone UTC", 2, &["--cron"]),
        ("create etl/other --cron @daily", 7, &["etl/other"]),
        (
            "pause etl/worded nobody",
            7,
            &["no schedule nobody", "deployment schedule ls etl/worded"],
        ),
        ("pause etl/worded", 2, &["SCHEDULE"]),
    ] {
        let said = stack.weir(&format!("deployment schedule {line}"));
        said.exits(code).saying(words);
    }
    let file = stack.path("worded-bad.yaml");
    let bad = json!({"name": "etl/bad", "pool": "worded", "schedules": [{"cron": "0 6 * * *"}, {"interval": 60, "timezone": "Nowhere"}], "job_variables": {"command": "true"}});
    fs::write(&file, bad.to_string()).expect("the stack's folder");
    let said = stack.weir(&format!("deploy -f {}", file.display()));
    said.exits(1)
        .saying(&["etl/bad", "schedules[1].timezone", "Nowhere"]);
}
