//! Numbers come out as they went in, in the form that Prometheus reads.

use std::time::Duration;

use super::*;

crate::metrics! {
    /// For these tests.
    ALL by "each test";
    ORDERS: Counter = "weir_orders_total" ["table", "dish"], "Orders that were \\taken.";
    GUESTS: Gauge = "weir_guests" ["table"], "Guests that sit.";
    WAIT: Histogram = "weir_wait_seconds" [], "How long guests waited.";
    AGE: Gauge = "weir_age_seconds" [], "How old the fish is.";
}

fn lines(meter: &Meter) -> Vec<String> {
    meter.to_text().lines().map(str::to_owned).collect()
}

#[test]
fn the_text_is_what_prometheus_reads() {
    let meter = Meter::new();
    let orders = meter.family(&ORDERS);
    orders.with(&["1", "a \"dish\"\nwith \\"]).add(2);
    orders.with(&["1", "soup"]).increment();
    meter.family(&GUESTS).with(&["1"]).set(4);
    meter.single(&AGE).set_span(Duration::from_millis(1_050));
    let wait = meter.single(&WAIT);
    for span in [0, 1, 2, 7_200_000, 7_200_001] {
        wait.record(Duration::from_millis(span));
    }
    insta::assert_snapshot!(meter.to_text());
}

#[test]
fn what_has_no_series_is_not_shown() {
    let meter = Meter::new();
    let guests = meter.family(&GUESTS);
    assert_eq!(meter.to_text(), "");
    guests.with(&["1"]).set(1);
    assert!(meter.to_text().contains("weir_guests{table=\"1\"} 1\n"));
    guests.clear();
    assert_eq!(meter.to_text(), "");
}

#[test]
fn a_bucket_holds_what_is_not_longer_than_its_bound() {
    let meter = Meter::new();
    let wait = meter.single(&WAIT);
    wait.record(Duration::from_millis(1));
    wait.record(Duration::from_nanos(1_000_001));
    let told = lines(&meter);
    let bucket = |le: &str| {
        let start = format!("weir_wait_seconds_bucket{{le=\"{le}\"}} ");
        told.iter()
            .find_map(|line| line.strip_prefix(&start))
            .map(str::to_owned)
    };
    assert_eq!(bucket("0.001").as_deref(), Some("1"));
    assert_eq!(bucket("0.0025").as_deref(), Some("2"));
    assert_eq!(bucket("+Inf").as_deref(), Some("2"));
    assert_eq!(wait.count(), 2);
}

#[test]
fn all_handles_of_a_series_are_one_and_meters_are_apart() {
    let (one, other) = (Meter::new(), Meter::new());
    one.family(&GUESTS).with(&["1"]).add(2);
    one.clone().family(&GUESTS).with(&["1"]).subtract(1);
    assert_eq!(one.family(&GUESTS).with(&["1"]).get(), 1);
    assert_eq!(other.family(&GUESTS).with(&["1"]).get(), 0);
}

#[test]
fn what_replaces_the_values_of_a_gauge_leaves_no_old_series_and_keeps_handles_that_stay() {
    let meter = Meter::new();
    let guests = meter.family(&GUESTS);
    let first = guests.with(&["1"]);
    let table = |name: &str| vec![name.to_owned()];
    guests.replace([(table("1"), 5), (table("2"), 6)]);
    assert_eq!(first.get(), 5);
    guests.replace([(table("2"), 7)]);
    let shown = lines(&meter);
    assert_eq!(shown[2..], ["weir_guests{table=\"2\"} 7"], "{shown:?}");
}

#[test]
fn what_is_read_before_a_reading_is_of_that_reading() {
    let meter = Meter::new();
    let orders = meter.family(&ORDERS).with(&["1", "tea"]);
    let again = orders.clone();
    meter.before_reading(move || again.increment());
    assert!(meter.to_text().contains("} 1\n"));
    assert!(meter.to_text().contains("} 2\n"));
}

#[test]
fn names_follow_the_rules_and_what_breaks_them_is_told() {
    for metric in ALL.iter().chain(process::PROCESS) {
        assert_eq!(metric.violation(), None);
    }
    let of = |name, labels, help, kind| {
        let described = Description {
            name,
            help,
            labels,
            kind,
            by: "nobody",
        };
        described.violation()
    };
    let spans = Kind::Histogram(&[]);
    for (name, labels, help, kind) in [
        ("orders_total", &[][..], "Orders.", Kind::Counter),
        ("weir_orders", &[], "Orders.", Kind::Counter),
        ("weir_guests_total", &[], "Guests.", Kind::Gauge),
        ("weir_wait", &[], "Waits.", spans),
        ("weir_guests_count", &[], "Guests.", Kind::Gauge),
        ("weir_Guests", &[], "Guests.", Kind::Gauge),
        ("weir_guests", &["le"], "Guests.", Kind::Gauge),
        ("weir_guests", &["Table"], "Guests.", Kind::Gauge),
        ("weir_guests", &[], "Guests", Kind::Gauge),
    ] {
        assert!(
            of(name, labels, help, kind).is_some(),
            "{name} {labels:?} {help}"
        );
    }
}

#[test]
fn a_program_shows_its_memory_its_files_and_its_version() {
    let meter = Meter::new();
    process::observe(&meter, &crate::Clock::system());
    let told = meter.to_text();
    let value = |name: &str| -> Option<f64> {
        let line = told.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().parse().ok()
    };
    assert!(
        value("process_resident_memory_bytes ") > Some(1e5),
        "{told}"
    );
    assert!(value("process_open_fds ") > Some(2.0), "{told}");
    assert!(value("process_max_fds ") > Some(2.0), "{told}");
    assert!(value("process_cpu_seconds_total ") > Some(0.0), "{told}");
    assert!(value("process_start_time_seconds ") > Some(1.6e9), "{told}");
    let version = format!(
        "weir_build_info{{version=\"{}\"}} 1",
        env!("CARGO_PKG_VERSION")
    );
    assert!(told.contains(&version), "{told}");
}
