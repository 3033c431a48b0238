//! Against a collector over real HTTP: what arrives is what was given, and a collector that is down, slow or refuses
//! holds nothing up.

use weir_core::{
    time::Timestamp,
    trace::{Span, SpanId, SpanKind, SpanStatus, TraceId, Value},
};
use weir_otlp_standin::{Answer, Collector, Reading};

use super::*;
use crate::metrics::process;

const DEADLINE: Duration = Duration::from_secs(20);

fn config(endpoint: &str) -> TelemetryConfig {
    TelemetryConfig {
        endpoint: Some(endpoint.parse().expect("a legal endpoint")),
        metrics_interval: Duration::from_secs(1),
        timeout: Duration::from_millis(500),
        ..TelemetryConfig::default()
    }
}

fn telemetry(config: &TelemetryConfig) -> Telemetry {
    Telemetry::new(config, "weir-test", "here-1", Clock::system()).expect("the settings are good")
}

fn span(id: u8) -> Span {
    Span {
        trace_id: TraceId([id; 16]),
        span_id: SpanId([id; 8]),
        parent: None,
        parent_is_remote: false,
        sampled: true,
        kind: SpanKind::Internal,
        name: "flow_run",
        start: Timestamp(1),
        end: Timestamp(2),
        of_run: Arc::default(),
        attributes: Vec::new(),
        events: Vec::new(),
        links: Vec::new(),
        status: SpanStatus::Unset,
    }
}

fn counted(
    telemetry: &Telemetry,
    metric: &'static crate::metrics::Metric<crate::metrics::Counter>,
    signal: &str,
) -> u64 {
    telemetry.meter().family(metric).with(&[signal]).get()
}

#[tokio::test]
async fn spans_of_runs_arrive_as_they_are_and_say_nothing_of_who_has_sent_them() {
    let collector = Collector::start();
    let mut config = config(&collector.endpoint());
    config.headers = serde_json::from_str(r#"{"authorization": "Basic abc"}"#).unwrap();
    config.resource_attributes = serde_json::from_str(r#"{"env": "test"}"#).unwrap();
    let telemetry = telemetry(&config);
    let spans = telemetry.run_spans().expect("there is a collector");
    spans.export(&[1, 2, 3].map(span)).await.unwrap();
    let arrived = collector.spans();
    let ids: Vec<&str> = arrived.iter().map(|span| &span.span_id[..2]).collect();
    assert_eq!(ids, ["01", "02", "03"]);
    let resource: Vec<_> = arrived[0].resource.iter().collect();
    let (env, name) = (
        ("env".to_owned(), "test".to_owned()),
        ("service.name".to_owned(), "weir".to_owned()),
    );
    assert_eq!(resource, [(&env.0, &env.1), (&name.0, &name.1)]);
    assert_eq!(collector.headers()["authorization"], "Basic abc");
    assert_eq!(counted(&telemetry, &process::SENT, "run"), 3);
    assert_eq!(collector.wrong(), Vec::<String>::new());
}

#[tokio::test]
async fn spans_that_were_not_accepted_are_said_not_to_be_and_can_be_sent_again() {
    let collector = Collector::start();
    let telemetry = telemetry(&config(&collector.endpoint()));
    let spans = telemetry.run_spans().unwrap();
    let one = [span(1)];
    let export = || spans.export(&one);

    collector.answer(Answer::RetryAfter(503, 7));
    let told = export().await.unwrap_err();
    let ExportError::Unavailable { after, .. } = told else {
        panic!("{told}");
    };
    assert_eq!(after, Some(Duration::from_secs(7)));
    collector.answer(Answer::Status(400));
    let told = export().await.unwrap_err();
    assert!(matches!(told, ExportError::Refused { .. }), "{told}");
    collector.answer(Answer::Never);
    let told = export().await.unwrap_err();
    assert!(
        matches!(told, ExportError::Unavailable { after: None, .. }),
        "{told}"
    );
    collector.go_down();
    let told = export().await.unwrap_err();
    assert!(matches!(told, ExportError::Unavailable { .. }), "{told}");
    // Who has refused was asked once more, without anything.
    assert_eq!(counted(&telemetry, &process::FAILED, "run"), 5);
    assert_eq!(collector.spans().len(), 0);

    collector.come_up();
    collector.answer(Answer::Taken);
    export().await.unwrap();
    assert_eq!(collector.spans().len(), 1);
}

/// A 400 is of what was sent only where a request without anything is taken: else it is no collector that answers.
#[tokio::test]
async fn what_is_refused_for_what_is_in_it_is_told_from_what_is_refused_by_somebody_else() {
    let collector = Collector::start();
    let telemetry = telemetry(&config(&collector.endpoint()));
    let spans = telemetry.run_spans().unwrap();
    let mut bad = span(1);
    bad.attributes = vec![("weir.run.id", Value::Text("bad".to_owned()))];
    collector.answer(Answer::Invalid {
        attribute: "weir.run.id".to_owned(),
        value: "bad".to_owned(),
    });
    let told = spans.export(&[span(2), bad]).await.unwrap_err();
    assert!(matches!(told, ExportError::Invalid { .. }), "{told}");
    spans.export(&[span(2)]).await.unwrap();
    collector.answer(Answer::AtMost(1));
    let told = spans.export(&[span(3), span(4)]).await.unwrap_err();
    assert!(matches!(told, ExportError::TooLarge { .. }), "{told}");
    for status in [400, 401, 403, 404, 415, 500] {
        collector.answer(Answer::Status(status));
        let told = spans.export(&[span(3)]).await.unwrap_err();
        assert!(matches!(told, ExportError::Refused { .. }), "{told}");
    }
    assert_eq!(collector.spans().len(), 1);
}

#[tokio::test]
async fn what_a_collector_throws_away_is_counted_and_not_sent_again() {
    let collector = Collector::start();
    let telemetry = telemetry(&config(&collector.endpoint()));
    collector.answer(Answer::Partly {
        rejected: 2,
        message: "too old".to_owned(),
    });
    let spans = telemetry.run_spans().unwrap();
    spans.export(&[1, 2, 3, 4, 5].map(span)).await.unwrap();
    assert_eq!(counted(&telemetry, &process::SENT, "run"), 3);
    assert_eq!(counted(&telemetry, &process::REJECTED, "run"), 2);
    assert_eq!(collector.requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_are_sent_at_a_pace_and_once_more_at_the_end() {
    let collector = Collector::start();
    let telemetry = telemetry(&config(&collector.endpoint()));
    let files = telemetry.meter().family(&process::APPENDS_REFUSED);
    files.with(&["claim", "full"]).add(4);
    let mut tasks = Tasks::new();
    telemetry.start(&mut tasks);
    let arrived = |value: f64| {
        collector.points_until(DEADLINE, |point| {
            point.name == "weir_appends_refused" && point.reading == Reading::Sum(value)
        })
    };
    assert!(arrived(4.0), "{:#?}", collector.points());
    files.with(&["claim", "full"]).add(1);
    tasks.stop_token().cancel();
    tasks.join(DEADLINE).await.unwrap();
    assert!(arrived(5.0), "{:#?}", collector.points());
    let points = collector.points();
    let of_this = points.iter().all(|point| {
        point.resource["service.name"] == "weir-test"
            && point.resource["service.instance.id"] == "here-1"
    });
    assert!(of_this, "{points:#?}");
}

/// Has spans of OpenTelemetry made of so many spans of ours, beside a log without lines. How many were made, for anybody.
fn work(telemetry: &Telemetry, spans: u32) -> usize {
    work_beside(LevelFilter::WARN, telemetry, spans)
}

/// The same beside a log with lines down to this level.
fn work_beside(lines: LevelFilter, telemetry: &Telemetry, spans: u32) -> usize {
    use tracing_subscriber::{Layer as _, fmt};
    let lines = fmt::layer().with_filter(lines).boxed();
    let subscriber = crate::logging::subscriber(lines, Some(telemetry));
    let mut made = 0;
    let mut count = |span: tracing::Span| {
        made += usize::from(!span.is_disabled());
        span
    };
    tracing::dispatcher::with_default(&subscriber, || {
        // It lives as long as the program, and is for the log.
        let _task = tracing::info_span!(target: "weir_runtime", "task").entered();
        for number in 0..spans {
            let outer = tracing::debug_span!(target: "weir_scheduler::plan", "plan", number);
            count(outer).in_scope(|| {
                count(tracing::debug_span!(target: "weir_log", "append")).in_scope(|| {});
                count(tracing::debug_span!(target: "h2", "foreign")).in_scope(|| {});
                count(tracing::trace_span!(target: "weir_log", "small")).in_scope(|| {});
            });
            count(tracing::trace_span!(target: "weir_log", "alone")).in_scope(|| {});
        }
    });
    made
}

/// What has come there once all that was made has been sent.
async fn sent(telemetry: &Telemetry, collector: &Collector) -> Vec<weir_otlp_standin::Span> {
    let mut tasks = Tasks::new();
    telemetry.start(&mut tasks);
    tasks.stop_token().cancel();
    tasks.join(DEADLINE).await.unwrap();
    collector.spans()
}

#[tokio::test]
async fn spans_of_our_own_work_are_sent_with_those_below_them() {
    let collector = Collector::start();
    let mut config = config(&collector.endpoint());
    config.sample_rate = serde_json::from_str("\"1000000/s\"").unwrap();
    let telemetry = telemetry(&config);
    work(&telemetry, 2);
    let spans = sent(&telemetry, &collector).await;
    let mut names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["append", "append", "plan", "plan", "small", "small"]
    );
    let append = spans.iter().find(|span| span.name == "append").unwrap();
    let plan = spans.iter().find(|span| span.span_id == append.parent);
    assert_eq!(plan.map(|span| span.name.as_str()), Some("plan"));
    assert_eq!(append.resource["service.name"], "weir-test");
}

#[tokio::test]
async fn of_our_own_spans_a_share_is_made_with_all_that_is_below_them() {
    let collector = Collector::start();
    let mut config = config(&collector.endpoint());
    config.sample_ratio = serde_json::from_str("0.5").unwrap();
    config.sample_rate = serde_json::from_str("\"1000000/s\"").unwrap();
    let telemetry = telemetry(&config);
    work(&telemetry, 2_000);
    let spans = sent(&telemetry, &collector).await;
    let plans: Vec<_> = spans.iter().filter(|span| span.name == "plan").collect();
    assert!((800..1_200).contains(&plans.len()), "{}", plans.len());
    for plan in plans {
        let below = spans.iter().any(|span| span.parent == plan.span_id);
        assert!(below, "what is below a span that is kept is kept");
    }
}

#[tokio::test]
async fn of_our_own_spans_no_more_are_made_than_the_rate_allows() {
    let collector = Collector::start();
    let mut config = config(&collector.endpoint());
    config.sample_rate = serde_json::from_str("\"5/d\"").unwrap();
    let telemetry = telemetry(&config);
    assert_eq!(
        work(&telemetry, 2_000),
        15,
        "the others are not made for anybody"
    );
    let spans = sent(&telemetry, &collector).await;
    let named = |name: &str| spans.iter().filter(|span| span.name == name).count();
    assert_eq!([named("plan"), named("append"), named("small")], [5, 5, 5]);
    assert_eq!(spans.len(), 15, "{spans:#?}");
}

#[tokio::test]
async fn what_lines_of_the_log_want_is_made_for_them_and_not_sent() {
    for lines in [LevelFilter::INFO, LevelFilter::DEBUG, LevelFilter::TRACE] {
        let collector = Collector::start();
        let mut config = config(&collector.endpoint());
        config.sample_rate = serde_json::from_str("\"5/d\"").unwrap();
        let telemetry = telemetry(&config);
        let made = work_beside(lines, &telemetry, 100);
        let wanted = if lines == LevelFilter::INFO { 15 } else { 200 };
        assert!(made >= wanted, "{lines}: {made}");
        let spans = sent(&telemetry, &collector).await;
        let named = |name: &str| spans.iter().filter(|span| span.name == name).count();
        let sent = [named("plan"), named("append"), named("small")];
        assert_eq!((sent, spans.len()), ([5, 5, 5], 15), "{lines}");
    }
}

#[tokio::test]
async fn of_our_own_spans_none_is_made_where_none_is_wanted() {
    let collector = Collector::start();
    let mut config = config(&collector.endpoint());
    config.sample_ratio = serde_json::from_str("0.0").unwrap();
    let telemetry = telemetry(&config);
    assert_eq!(work(&telemetry, 50), 0);
    let mut tasks = Tasks::new();
    telemetry.start(&mut tasks);
    tasks.stop_token().cancel();
    tasks.join(DEADLINE).await.unwrap();
    assert_eq!(collector.spans().len(), 0);
}

#[tokio::test]
async fn a_collector_that_never_answers_holds_nobody_up_and_what_waits_for_it_is_bounded() {
    let collector = Collector::start();
    collector.answer(Answer::Never);
    let mut config = config(&collector.endpoint());
    config.sample_rate = serde_json::from_str("\"1000000/s\"").unwrap();
    let telemetry = telemetry(&config);
    let mut tasks = Tasks::new();
    telemetry.start(&mut tasks);
    // More than may wait; nothing of it blocks.
    work(&telemetry, 5_000);
    let dropped = telemetry.meter().single(&process::DROPPED).get();
    assert!(
        (10_900..=10_904).contains(&dropped),
        "{dropped} of 15,000, where 4,096 may wait"
    );
    tasks.stop_token().cancel();
    // Not for longer than its last word may take.
    tasks.join(DEADLINE).await.unwrap();
}

#[tokio::test]
async fn without_an_endpoint_nothing_is_made_or_sent() {
    let telemetry = telemetry(&TelemetryConfig::default());
    assert!(telemetry.run_spans().is_none());
    let layers = telemetry.layers::<tracing_subscriber::Registry>(LevelFilter::OFF);
    assert!(layers.is_none());
    let mut tasks = Tasks::new();
    telemetry.start(&mut tasks);
    tasks.join(DEADLINE).await.unwrap();
}

#[tokio::test]
async fn a_collector_behind_tls_is_trusted_by_its_own_certificate_and_by_no_other() {
    let (collector, certificate) = Collector::start_with_tls();
    let (_other, of_other) = Collector::start_with_tls();
    let folder = tempfile::tempdir().unwrap();
    let trusting = |certificate: &str| {
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, certificate).unwrap();
        let config = TelemetryConfig {
            certificate: Some(path),
            ..config(&collector.endpoint())
        };
        Telemetry::new(&config, "weir-test", "here-1", Clock::system())
    };
    let spans = |certificate| trusting(certificate).unwrap().run_spans().unwrap();
    spans(&certificate).export(&[span(1)]).await.unwrap();
    assert_eq!(collector.spans().len(), 1);
    let told = spans(&of_other).export(&[span(2)]).await.unwrap_err();
    assert!(matches!(told, ExportError::Unavailable { .. }), "{told}");
    assert!(told.to_string().contains("certificate"), "{told}");
    assert_eq!(collector.spans().len(), 1);
    for nothing in ["", "no PEM", &certificate.replace('M', "!")] {
        let error = trusting(nothing).unwrap_err().to_string();
        assert!(error.contains("telemetry.certificate"), "{error}");
    }
}

#[test]
fn a_collector_behind_tls_is_set_up_or_it_is_said_that_nothing_is_trusted() {
    let config = config("https://collector.example.org");
    let made = Telemetry::new(&config, "weir-test", "here-1", Clock::system());
    match made {
        Ok(telemetry) => assert!(telemetry.run_spans().is_some()),
        // A machine without certificates.
        Err(error) => assert!(
            error.to_string().contains("https://collector.example.org"),
            "{error}"
        ),
    }
}

#[test]
fn a_header_that_cannot_be_sent_is_named() {
    let mut config = config("http://127.0.0.1:4318");
    config.headers = serde_json::from_str(r#"{"a b": "c"}"#).unwrap();
    let error = Telemetry::new(&config, "weir-test", "here-1", Clock::system()).unwrap_err();
    assert!(error.to_string().contains("\"a b\""), "{error}");
}
