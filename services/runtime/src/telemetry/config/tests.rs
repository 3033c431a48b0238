//! Settings of telemetry are read in each form in which people give them, and refused where they could not be meant.

use super::*;
use crate::config::{Error, load_with};

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Whole {
    telemetry: TelemetryConfig,
}

fn load(variables: &[(&str, &str)]) -> Result<TelemetryConfig, Error> {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()));
    load_with::<Whole>(None, VARIABLES, variables).map(|whole| whole.telemetry)
}

#[test]
fn without_anything_nothing_is_sent() {
    assert_eq!(load(&[]).unwrap(), TelemetryConfig::default());
    assert_eq!(TelemetryConfig::default().endpoint, None);
}

#[test]
fn the_variables_of_opentelemetry_are_heeded() {
    let read = load(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "authorization=Basic%20a%3Db, x-scope = etl",
        ),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "2500"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "30000"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
        ("WEIR_CONFIG__TELEMETRY__SAMPLE_RATE", "5/m"),
        ("OTEL_SERVICE_NAME", "weir-etl"),
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "deployment.environment.name=prod",
        ),
    ])
    .unwrap();
    let endpoint = read.endpoint.as_ref().map(ToString::to_string);
    assert_eq!(endpoint.as_deref(), Some("http://collector:4318"));
    let headers: Vec<_> = read.headers.all().collect();
    assert_eq!(
        headers,
        [("authorization", "Basic a=b"), ("x-scope", "etl")]
    );
    assert_eq!(read.timeout, Duration::from_millis(2_500));
    assert_eq!(read.metrics_interval, Duration::from_secs(30));
    assert!((read.sample_ratio.get() - 0.25).abs() < 1e-9);
    assert_eq!(read.sample_rate.to_string(), "5/m");
    assert_eq!(read.service_name.as_deref(), Some("weir-etl"));
    let more: Vec<_> = read.resource_attributes.all().collect();
    assert_eq!(more, [("deployment.environment.name", "prod")]);
}

#[test]
fn a_signal_may_go_elsewhere_and_its_url_is_taken_as_it_is() {
    let read = load(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4318/otlp"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-scope=all"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/etc/ssl/collector.pem"),
        (
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "http://tempo:4318/own",
        ),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-scope=traces"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "500"),
    ])
    .unwrap();
    let certificate = Some(PathBuf::from("/etc/ssl/collector.pem"));
    let target = |url: &str, scope: &str, timeout| Target {
        url: url.parse().unwrap(),
        headers: Pairs::parse(&format!("x-scope={scope}")).unwrap(),
        timeout,
        certificate: certificate.clone(),
    };
    let traces = target(
        "http://tempo:4318/own",
        "traces",
        Duration::from_millis(500),
    );
    assert_eq!(read.traces_target(), Some(traces));
    let metrics = target(
        "https://collector:4318/otlp/v1/metrics",
        "all",
        Duration::from_secs(10),
    );
    assert_eq!(read.metrics_target(), Some(metrics));
    // Without an endpoint for all there is only what is named.
    let read = load(&[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://m:9090/otlp")]).unwrap();
    let url = |target: Option<Target>| target.map(|target| target.url.to_string());
    assert_eq!(
        url(read.metrics_target()).as_deref(),
        Some("http://m:9090/otlp")
    );
    assert_eq!(url(read.traces_target()), None);
    // Ours outrank those that all programs are given.
    let ours = load(&[
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://tempo:4318"),
        (
            "WEIR_CONFIG__TELEMETRY__TRACES__ENDPOINT",
            "http://ours:4318/t",
        ),
    ]);
    assert_eq!(
        url(ours.unwrap().traces_target()).as_deref(),
        Some("http://ours:4318/t")
    );
}

#[test]
fn what_cannot_be_meant_is_refused_under_its_name_and_without_credentials() {
    for (name, value, told) in [
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "collector:4318",
            "http://HOST:4318",
        ),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "ftp://collector",
            "http://HOST:4318",
        ),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://collector?x=1",
            "http://HOST:4318",
        ),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5", "from 0 to 1"),
        (
            "WEIR_CONFIG__TELEMETRY__SAMPLE_RATE",
            "20",
            "COUNT/PERIOD such as",
        ),
        (
            "WEIR_CONFIG__TELEMETRY__SAMPLE_RATE",
            "0/s",
            "COUNT/PERIOD such as",
        ),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization", "NAME=VALUE"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=%zz", "NAME=VALUE"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "=secret", "NAME=VALUE"),
        (
            "OTEL_METRIC_EXPORT_INTERVAL",
            "15s",
            "OTEL_METRIC_EXPORT_INTERVAL",
        ),
    ] {
        let error = load(&[(name, value)]).expect_err(value).to_string();
        assert!(
            error.contains(told) && error.contains(name),
            "{value}: {error}"
        );
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn a_signal_has_its_own_path_behind_the_endpoint() {
    for (endpoint, url) in [
        ("http://collector:4318", "http://collector:4318/v1/traces"),
        (
            "https://otel.example.org/etl/",
            "https://otel.example.org/etl/v1/traces",
        ),
    ] {
        let config = TelemetryConfig {
            endpoint: Some(endpoint.parse().unwrap()),
            ..TelemetryConfig::default()
        };
        let target = config.traces_target().unwrap();
        assert_eq!(target.url.to_string(), url);
    }
}

#[test]
fn values_of_headers_are_not_shown_to_those_who_debug() {
    let headers = Pairs::parse("authorization=secret").unwrap();
    assert_eq!(format!("{headers:?}"), r#"{"authorization"}"#);
}
