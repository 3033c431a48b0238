//! A year over the changes of the clocks: nothing twice, nothing left out.

use std::collections::BTreeSet;

use weir_calendar::{Schedule, instant};
use weir_core::{json::JsonObject, time::Timestamp};

#[test]
fn a_year_has_each_of_its_times_once() {
    let days = 365;
    for zone in [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
    ] {
        for (said, times) in [
            (r#""cron":"30 2 * * *""#, days),
            (r#""cron":"0 0 * * *""#, days),
            (r#""cron":"0 2,14 * * *""#, 2 * days),
            (r#""cron":"0 * * * *""#, 24 * days),
            (r#""cron":"*/15 * * * *""#, 96 * days),
            (
                r#""interval":86400,"anchor_date":"2020-01-01T02:30:00""#,
                days,
            ),
            (r#""interval":3600"#, 24 * days),
            (r#""rrule":"FREQ=DAILY;BYHOUR=2;BYMINUTE=30""#, days),
            (r#""rrule":"FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=15""#, 52),
        ] {
            let text = format!(r#"{{{said},"timezone":"{zone}"}}"#);
            let schedule = Schedule::parse(&JsonObject::parse(&text).unwrap()).unwrap();
            let new_year = |year: &str| {
                instant(&format!("{year}-01-01"), Some(zone)).map(|at| Timestamp(at.as_nanos() - 1))
            };
            let (from, until) = (new_year("2026").unwrap(), new_year("2027").unwrap());
            let dues: Vec<Timestamp> = schedule
                .dues(from)
                .take_while(|due| *due <= until)
                .collect();
            let distinct: BTreeSet<_> = dues.iter().collect();
            assert_eq!(distinct.len(), dues.len(), "{text}");
            assert!(dues.is_sorted(), "{text}");
            let told = dues.len();
            // Lord Howe moves its clocks by half an hour: one quarter of an hour more or less, half past or the hour.
            let slack = usize::from(zone == "Australia/Lord_Howe" && said.contains("* * * *"));
            assert!(told.abs_diff(times) <= slack, "{text}: {told}, not {times}");
        }
    }
}

#[test]
fn what_would_never_end_is_refused_or_bounded() {
    for said in [
        r#""cron":"0 0 30 2 *""#,
        r#""cron":"0 0 31 4,6,9,11 *""#,
        r#""rrule":"FREQ=SECONDLY;COUNT=1000000000""#,
        r#""rrule":"FREQ=SECONDLY;BYMONTH=2""#,
        r#""rrule":"FREQ=MINUTELY;BYYEARDAY=1""#,
        r#""rrule":"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30""#,
        r#""rrule":"DTSTART:19000101T000000\nFREQ=DAILY""#,
        r#""rrule":"FREQ=DAILY\nEXRULE:FREQ=WEEKLY""#,
        r#""interval":0"#,
        r#""interval":0.5"#,
        r#""interval":-60"#,
        r#""cron":"H * * * *""#,
        r#""cron":"R R * * *""#,
        r#""cron":"* * * *""#,
        r#""cron":"@reboot""#,
        r#""cron":"0 6 * * *","timezone":"local""#,
        r#""cron":"0 6 * * *","timezone":"Mars/Phobos""#,
        r#""cron":"0 6 * * *","interval":60"#,
        r#""cron":"0 6 * * *","overlap_policy":"perhaps""#,
        r#""cron":"0 6 * * *","catchup_window":5"#,
        r#""cron":"0 6 * * *","corn":1"#,
        r#""slug":"x""#,
    ] {
        let text = format!("{{{said}}}");
        let fault = Schedule::parse(&JsonObject::parse(&text).unwrap());
        let fault = fault.map(|_| ()).expect_err(&text);
        assert!(
            !fault.field.is_empty() && fault.message.len() > 10,
            "{text}: {fault}"
        );
    }
    // These are legal, and every answer is quick however far it lies from the start.
    for said in [
        r#""rrule":"FREQ=SECONDLY""#,
        r#""rrule":"FREQ=SECONDLY;BYHOUR=5;BYMINUTE=0;BYSECOND=0""#,
        r#""rrule":"FREQ=MINUTELY;INTERVAL=7""#,
        r#""rrule":"FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=1""#,
        r#""cron":"0 0 29 2 1","day_or":false"#,
        r#""interval":1"#,
    ] {
        let text = format!("{{{said}}}");
        let schedule = Schedule::parse(&JsonObject::parse(&text).unwrap()).unwrap();
        let late = instant("2090-03-01", None).unwrap();
        assert!(
            schedule.next_after(late).is_some_and(|due| due > late),
            "{text}"
        );
    }
}
