//! OTLP and the text of Prometheus show the same numbers.

use super::*;

crate::metrics! {
    /// For these tests.
    ALL by "each test";
    ORDERS: Counter = "weir_orders_total" ["dish"], "Orders.";
    STORE: Gauge = "weir_store_bytes" [], "What the store takes.";
    WAIT: Histogram = "weir_wait_seconds" [], "How long guests waited.";
    AGE: Gauge = "weir_age_seconds" [], "How old the fish is.";
}

#[test]
fn a_reading_becomes_metrics_with_units_and_without_the_suffix_of_counters() {
    let meter = Meter::new();
    meter.family(&ORDERS).with(&["soup"]).add(3);
    meter.single(&STORE).set(10);
    meter.single(&AGE).set_span(Duration::from_millis(1_500));
    let wait = meter.single(&WAIT);
    wait.record(Duration::from_millis(3));
    wait.record(Duration::from_hours(3));
    let (metrics, points) = metrics(&meter.read(), 7, 9);
    assert_eq!((points, metrics.len(), ALL.len()), (4, 4, 4));
    insta::assert_debug_snapshot!(metrics);
}
