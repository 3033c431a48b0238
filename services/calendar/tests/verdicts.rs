//! Overlap policies and the catch-up window, against a model that walks through the times one by one.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use std::time::Duration;

use proptest::prelude::*;
use weir_calendar::{Passed, Schedule, Standing, Verdict, verdict};
use weir_core::{
    json::JsonObject,
    schedule::{Overlap, PassedOver, PassedReason, ScheduleCursor},
    time::Timestamp,
};

const SECOND: i64 = 1_000_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp(seconds * SECOND)
}

fn every(seconds: i64, policy: &str, window: i64) -> Schedule {
    let text = format!(
        r#"{{"interval":{seconds},"overlap_policy":"{policy}","catchup_window":{window}}}"#
    );
    Schedule::parse(&JsonObject::parse(&text).unwrap()).unwrap()
}

/// A schedule whose runs last as long as they are told to, looked at whenever the script says.
struct Bench {
    schedule: Schedule,
    cursor: Option<ScheduleCursor>,
    /// Runs that have not ended: when each does.
    running: Vec<i64>,
    /// For what and when runs were made.
    made: Vec<(i64, i64)>,
    passed: Passed,
    told: Timestamp,
    /// How late its runs may start, in seconds.
    lateness: Option<u64>,
}

impl Bench {
    fn of(schedule: Schedule) -> Self {
        Self {
            schedule,
            cursor: None,
            running: Vec::new(),
            made: Vec::new(),
            passed: Passed::default(),
            told: Timestamp::MIN,
            lateness: None,
        }
    }

    fn at_most_late(self, seconds: u64) -> Self {
        Self {
            lateness: Some(seconds),
            ..self
        }
    }

    fn standing(&self) -> Standing {
        Standing {
            since: at(0),
            cursor: self.cursor,
            running: !self.running.is_empty(),
            max_lateness: self.lateness.map(Duration::from_secs),
        }
    }

    /// Everything that is to be done at this time; runs that it makes last so long.
    fn look(&mut self, now: i64, lasts: i64) {
        for _ in 0..2_000 {
            self.end(now);
            let standing = self.standing();
            let (verdict, passed) = verdict(&self.schedule, &standing, at(now), self.told);
            if passed != Passed::default() {
                self.told = self.told.max(verdict.told(at(now)));
            }
            self.passed.overlapping += passed.overlapping;
            self.passed.missed += passed.missed;
            self.passed.late += passed.late;
            match verdict {
                Verdict::Make { due, settled } => {
                    assert!(due <= at(now) && settled >= due && settled <= at(now));
                    self.made.push((due.as_nanos() / SECOND, now));
                    let cursor = self.cursor.unwrap_or(ScheduleCursor::START);
                    self.cursor = Some(cursor.further(ScheduleCursor {
                        last: due,
                        settled,
                        ..ScheduleCursor::START
                    }));
                    self.running.push(now + lasts);
                }
                Verdict::Cancels(_) => {
                    let cancelled = std::mem::take(&mut self.running);
                    self.note_ends(&cancelled, now);
                }
                Verdict::Waits(due) => {
                    assert!(due <= at(now));
                    return;
                }
                Verdict::Until(next) => {
                    assert!(next.is_none_or(|next| next > at(now)));
                    return;
                }
            }
        }
        panic!("it does not come to rest");
    }

    /// Times up to now for which no run has come yet: they wait in the buffer.
    fn waiting(&self, now: i64) -> usize {
        let standing = self.standing();
        let waits = !matches!(self.schedule.overlap, Overlap::Skip | Overlap::AllowAll);
        if standing.running && self.lateness.is_some() && waits {
            // Which of them come too late is known when the run ends.
            return self.due_within(standing.settled().max(self.told), now);
        }
        match verdict(&self.schedule, &standing, at(now), self.told).0 {
            Verdict::Waits(_) if self.schedule.overlap == Overlap::BufferOne => 1,
            Verdict::Waits(_) => self.due_within(standing.settled(), now),
            Verdict::Until(_) | Verdict::Cancels(_) | Verdict::Make { .. } => 0,
        }
    }

    fn due_within(&self, after: Timestamp, until: i64) -> usize {
        let dues = self.schedule.dues(after);
        dues.take_while(|due| *due <= at(until)).count()
    }

    fn end(&mut self, now: i64) {
        let (ended, running) = self.running.iter().partition(|end| **end <= now);
        self.running = running;
        let ended: Vec<i64> = ended;
        for end in ended {
            self.note_ends(&[end], end);
        }
    }

    fn note_ends(&mut self, runs: &[i64], now: i64) {
        if let Some(cursor) = self.cursor.as_mut().filter(|_| !runs.is_empty()) {
            cursor.ended_at = cursor.ended_at.max(at(now));
        }
    }

    /// Looks at it each second of a span.
    fn watch(&mut self, seconds: std::ops::RangeInclusive<i64>, lasts: i64) {
        for now in seconds {
            self.look(now, lasts);
        }
    }

    fn dues(&self) -> Vec<i64> {
        self.made.iter().map(|(due, _)| *due).collect()
    }
}

#[test]
fn what_is_due_while_a_run_has_not_ended_is_passed_over() {
    let mut bench = Bench::of(every(10, "skip", 3_600));
    bench.watch(1..=100, 25);
    assert_eq!(bench.made, [(10, 10), (40, 40), (70, 70), (100, 100)]);
    assert_eq!(bench.passed.overlapping, 6);
}

#[test]
fn one_waits_and_the_others_are_passed_over() {
    let mut bench = Bench::of(every(10, "buffer_one", 3_600));
    bench.watch(1..=100, 25);
    // While the run of 10 lasts, until 35, 20 waits and 30 is passed over; while that of 20 lasts, until 60, 40 waits.
    assert_eq!(bench.made, [(10, 10), (20, 35), (40, 60), (70, 85)]);
}

#[test]
fn all_wait_and_come_one_after_another() {
    let mut bench = Bench::of(every(10, "buffer_all", 3_600));
    bench.watch(1..=100, 25);
    assert_eq!(bench.made, [(10, 10), (20, 35), (30, 60), (40, 85)]);
    bench.watch(101..=200, 1);
    assert_eq!(bench.dues(), (1..=20).map(|n| n * 10).collect::<Vec<_>>());
}

#[test]
fn earlier_runs_are_cancelled_for_the_next() {
    let mut bench = Bench::of(every(10, "cancel_other", 3_600));
    bench.watch(1..=50, 25);
    assert_eq!(
        bench.made,
        [(10, 10), (20, 20), (30, 30), (40, 40), (50, 50)]
    );
    assert_eq!(bench.running.len(), 1);
}

#[test]
fn runs_may_overlap_where_that_is_allowed() {
    let mut bench = Bench::of(every(10, "allow_all", 3_600));
    bench.watch(1..=50, 1_000);
    assert_eq!(bench.dues(), [10, 20, 30, 40, 50]);
    assert_eq!(bench.running.len(), 5);
}

#[test]
fn after_a_downtime_what_lies_within_the_window_is_made_up_for() {
    for (policy, dues) in [
        ("allow_all", vec![10, 950, 960, 970, 980, 990, 1_000]),
        // All of them were due before the run of the first had ended.
        ("skip", vec![10, 950]),
        ("buffer_one", vec![10, 950, 960]),
        ("buffer_all", vec![10, 950, 960, 970, 980, 990, 1_000]),
        ("cancel_other", vec![10, 1_000]),
    ] {
        let mut bench = Bench::of(every(10, policy, 50));
        bench.watch(1..=12, 1);
        bench.watch(1_000..=1_007, 1);
        assert_eq!(bench.dues(), dues, "{policy}");
        assert_eq!(bench.passed.missed, 93, "{policy}");
    }
}

#[test]
fn what_waited_for_a_long_run_was_not_missed() {
    let mut bench = Bench::of(every(10, "buffer_all", 30));
    bench.watch(1..=10, 500);
    bench.watch(11..=515, 1);
    assert_eq!(bench.dues()[..4], [10, 20, 30, 40]);
    assert_eq!(bench.passed.missed, 0);
}

#[test]
fn the_last_of_very_many_that_were_missed_is_told() {
    let mut bench = Bench::of(every(1, "allow_all", 10));
    bench.watch(1..=1, 1);
    let standing = Standing {
        since: at(0),
        cursor: bench.cursor,
        running: false,
        max_lateness: None,
    };
    let (_, passed) = verdict(&bench.schedule, &standing, at(9_000), Timestamp::MIN);
    assert_eq!(passed.missed, 1_000, "more are not counted");
    let last = PassedOver {
        at: at(8_989),
        reason: PassedReason::Missed,
    };
    assert_eq!(passed.last(), Some(last));
}

/// Otherwise they would be made to lapse, one after another.
#[test]
fn what_would_be_too_late_to_start_is_not_made_up_for() {
    for (policy, dues, overlapping) in [
        ("allow_all", vec![10, 980, 990, 1_000], 0),
        ("skip", vec![10, 980], 2),
        ("buffer_one", vec![10, 980, 990], 1),
        ("buffer_all", vec![10, 980, 990, 1_000], 0),
        ("cancel_other", vec![10, 1_000], 2),
    ] {
        let mut bench = Bench::of(every(10, policy, 36_000)).at_most_late(25);
        bench.watch(1..=12, 1);
        bench.watch(1_000..=1_007, 1);
        assert_eq!(bench.dues(), dues, "{policy}");
        let Passed { late, missed, .. } = bench.passed;
        // 975 s is late by exactly as much as a run must not be.
        assert_eq!((late, missed), (96, 0), "{policy}");
        assert_eq!(bench.passed.overlapping, overlapping, "{policy}");
    }
}

#[test]
fn what_is_missed_by_more_than_the_window_was_missed_and_the_rest_is_late() {
    let mut bench = Bench::of(every(10, "allow_all", 50)).at_most_late(25);
    bench.watch(1..=12, 1);
    bench.look(1_000, 1);
    assert_eq!(bench.dues(), [10, 980, 990, 1_000]);
    assert_eq!((bench.passed.missed, bench.passed.late), (93, 3));
}

#[test]
fn what_waits_for_a_run_until_it_is_too_late_makes_room_for_what_comes_behind_it() {
    for (policy, dues, overlapping) in [
        ("buffer_all", vec![10, 490, 500, 510, 520], 0),
        ("buffer_one", vec![10, 490, 520], 2),
    ] {
        let mut bench = Bench::of(every(10, policy, 36_000)).at_most_late(25);
        bench.watch(1..=10, 500);
        bench.watch(11..=522, 1);
        assert_eq!(bench.dues(), dues, "{policy}");
        assert_eq!(bench.passed.late, 47, "{policy}");
        assert_eq!(bench.passed.overlapping, overlapping, "{policy}");
    }
}

#[test]
fn nothing_is_cancelled_for_what_would_be_too_late() {
    let mut bench = Bench::of(every(10, "cancel_other", 36_000)).at_most_late(5);
    bench.watch(1..=10, 500);
    bench.watch(27..=29, 1);
    assert_eq!((bench.dues(), bench.running.len()), (vec![10], 1));
    bench.look(33, 1);
    assert_eq!(bench.dues(), [10, 30], "not too late yet");
}

#[test]
fn nothing_is_due_before_it_was_made_so() {
    let schedule = every(10, "allow_all", 3_600);
    let standing = Standing {
        since: at(95),
        cursor: None,
        running: false,
        max_lateness: None,
    };
    let (verdict, passed) = verdict(&schedule, &standing, at(120), Timestamp::MIN);
    let due = at(100);
    assert_eq!(verdict, Verdict::Make { due, settled: due });
    assert_eq!(passed, Passed::default());
}

proptest! {
    /// Looked at seldom or often, by one leader or by another that knows the log alone: nothing comes twice, and each
    /// time comes in order.
    #[test]
    fn nothing_comes_twice_whoever_looks(
        policy in prop::sample::select(vec!["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"]),
        every_s in 1..40_i64,
        steps in prop::collection::vec((1..60_i64, 0..90_i64, any::<bool>()), 1..40),
    ) {
        let mut bench = Bench::of(every(every_s, policy, 600));
        let mut now = 0;
        for (wait, lasts, another) in steps {
            now += wait;
            if another {
                bench.told = Timestamp::MIN;
            }
            bench.look(now, lasts.max(1));
        }
        let dues = bench.dues();
        prop_assert!(dues.is_sorted_by(|a, b| a < b), "{dues:?}");
        for (due, made) in &bench.made {
            prop_assert!(due <= made && due % every_s == (1_577_836_800 % every_s));
        }
    }

    /// Each time makes a run, or waits for one to end, or is told to have been passed over: none is lost without a word, and
    /// none is told twice. And no run is made that would lapse at once.
    #[test]
    fn each_time_is_made_or_waits_or_is_told(
        policy in prop::sample::select(vec!["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"]),
        every_s in 5..40_i64,
        lateness in prop::option::of(prop_oneof![1..30_u64, 1..900_u64]),
        steps in prop::collection::vec((prop_oneof![1..60_i64, 1..1_200_i64], 0..90_i64), 1..40),
    ) {
        let mut bench = Bench { lateness, ..Bench::of(every(every_s, policy, 600)) };
        let mut now = 0;
        for (wait, lasts) in steps {
            now += wait;
            bench.look(now, lasts.max(1));
            let Passed { overlapping, missed, late, .. } = bench.passed;
            let told = usize::try_from(overlapping + missed + late).unwrap();
            let (made, waiting) = (bench.made.len(), bench.waiting(now));
            prop_assert_eq!(
                made + told + waiting, bench.due_within(at(0), now),
                "at {}: {} made, {:?}, {} wait", now, made, bench.passed, waiting
            );
        }
        for (due, made) in &bench.made {
            prop_assert!(lateness.is_none_or(|late| made - due < i64::try_from(late).unwrap()));
        }
    }

    /// Who looks at each second makes what is due when it is due, where nothing is in the way.
    #[test]
    fn nothing_is_left_out(every_s in 2..40_i64, lasts in 0..2_i64) {
        for policy in ["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"] {
            let mut bench = Bench::of(every(every_s, policy, 600));
            bench.watch(1..=300, lasts.max(1));
            let due: Vec<(i64, i64)> = (1..=300_i64)
                .filter(|now| (now - 1_577_836_800).rem_euclid(every_s) == 0)
                .map(|due| (due, due))
                .collect();
            prop_assert_eq!(&bench.made, &due, "{}", policy);
        }
    }
}
