//! Each call is counted under what it is, whatever comes of it.

use super::*;

fn request(method: Method, target: &str) -> Request<()> {
    Request::builder()
        .method(method)
        .uri(target)
        .body(())
        .unwrap()
}

#[test]
fn calls_are_told_apart_by_verb_and_resource_and_never_by_name() {
    let cases = [
        (
            Method::POST,
            "/apis/batch/v1/namespaces/etl/jobs?fieldManager=weir",
            ("create", "jobs"),
        ),
        (
            Method::GET,
            "/apis/batch/v1/namespaces/etl/jobs/weir-a-1-x",
            ("get", "jobs"),
        ),
        (
            Method::GET,
            "/apis/batch/v1/namespaces/etl/jobs?&limit=500",
            ("list", "jobs"),
        ),
        (
            Method::GET,
            "/apis/batch/v1/namespaces/etl/jobs?&watch=true&x=1",
            ("watch", "jobs"),
        ),
        (
            Method::PATCH,
            "/apis/batch/v1/namespaces/etl/jobs/weir-a-1-x?",
            ("patch", "jobs"),
        ),
        (
            Method::DELETE,
            "/apis/batch/v1/namespaces/etl/jobs/weir-a-1-x",
            ("delete", "jobs"),
        ),
        (Method::GET, "/api/v1/namespaces/etl/pods", ("list", "pods")),
        (
            Method::DELETE,
            "/api/v1/namespaces/etl/pods/p",
            ("delete", "pods"),
        ),
        (
            Method::GET,
            "/api/v1/namespaces/etl/pods/p/log?follow=true",
            ("get", "pods/log"),
        ),
        (
            Method::GET,
            "/api/v1/namespaces/etl/events?fieldSelector=a",
            ("list", "events"),
        ),
        (
            Method::GET,
            "/api/v1/namespaces/kube-system",
            ("get", "namespaces"),
        ),
        (Method::GET, "/api/v1/pods", ("list", "pods")),
        (
            Method::GET,
            "/api/v1/namespaces/etl/secrets/s",
            ("get", "other"),
        ),
        (Method::GET, "/version", ("get", "other")),
    ];
    for (method, target, told) in cases {
        assert_eq!(what(&request(method, target)), told, "{target}");
    }
}

#[test]
fn an_answer_is_counted_by_its_status_and_what_had_none_as_such() {
    let (meter, clock) = (Meter::new(), Clock::system());
    let measures = Measures::of(&meter, &Pace::new(std::num::NonZeroU32::MIN));
    let list = request(Method::GET, "/api/v1/namespaces/etl/pods");
    measures.begin(&list, &clock).answered(200);
    measures.begin(&list, &clock).answered(429);
    drop(measures.begin(&list, &clock));
    let told = meter.to_text();
    for (code, count) in [("200", 1), ("429", 1), ("none", 1)] {
        let line = format!(
            "weir_kubernetes_requests_total{{verb=\"list\",resource=\"pods\",code=\"{code}\"}} {count}\n"
        );
        assert!(told.contains(&line), "{told}");
    }
    assert!(
        told.contains("weir_kubernetes_throttled_total 1\n"),
        "{told}"
    );
    assert!(
        told.contains("weir_kubernetes_request_seconds_count{verb=\"list\",resource=\"pods\"} 2\n"),
        "{told}"
    );
    assert!(told.contains("weir_kubernetes_requests_max 1\n"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn the_silence_is_that_of_whoever_has_heard_nothing_for_longest() {
    let meter = Meter::new();
    let clock = Clock::virtual_from(weir_core::time::Timestamp(0));
    let hearing = Hearing::show(&meter, "etl", &clock);
    let shown = |seconds: &str| {
        let line = format!("weir_kubernetes_observer_silence_seconds{{pool=\"etl\"}} {seconds}\n");
        let told = meter.to_text();
        assert!(told.contains(&line), "{told}");
    };
    shown("0");
    let (jobs, pods) = (
        hearing.ear(clock.monotonic()),
        hearing.ear(clock.monotonic()),
    );
    tokio::time::advance(Duration::from_secs(3)).await;
    jobs.heard(clock.monotonic());
    shown("3");
    pods.heard(clock.monotonic());
    shown("0");
    tokio::time::advance(Duration::from_secs(2)).await;
    shown("2");
    drop((jobs, pods));
    shown("0");
}
