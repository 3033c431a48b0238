//! The configuration of the broker, the collector, Tempo, Prometheus and Grafana: known keys, and each names the others as
//! they are.

use std::{collections::BTreeSet, process::Command};

use serde_json::Value;
use weir_broker::{Sources, Want};
use weir_tests::deploy::{text, top, yaml};

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .collect()
}

fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn compose() -> Value {
    yaml("docker-compose.yml")
}

/// Whether `HOST:PORT` names a service, and its port.
#[track_caller]
fn port_of_service(address: &str) -> (String, u16) {
    let (host, port) = address.rsplit_once(':').expect("HOST:PORT");
    let compose = compose();
    assert!(
        compose["services"].get(host).is_some(),
        "there is no service {host}"
    );
    (host.to_owned(), port.parse().expect("a port"))
}

#[test]
fn the_broker_takes_its_configuration_and_keeps_streams_on_the_volume() {
    let server = Sources::from_environment()
        .find(&Want::pinned())
        .expect("there is a nats-server")
        .path;
    let file = top().join("deploy/nats/nats.conf");
    let output = Command::new(server)
        .arg("-t")
        .arg("-c")
        .arg(&file)
        .output()
        .expect("it can be run");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let conf = text("deploy/nats/nats.conf");
    let volumes = compose()["services"]["nats"]["volumes"].clone();
    assert!(
        conf.contains("store_dir: /data\n") && strings(&volumes).contains(&"nats-data:/data"),
        "{volumes}"
    );
    let check = compose()["services"]["nats"]["healthcheck"]["test"].clone();
    assert!(
        conf.contains(":8222\"")
            && strings(&check)
                .iter()
                .any(|word| word.contains(":8222/healthz"))
    );
}

#[test]
fn the_collector_hands_on_what_weir_sends_and_queues_nothing() {
    let config = yaml("deploy/otel-collector/config.yaml");
    assert_eq!(
        keys(&config),
        BTreeSet::from(["receivers", "processors", "exporters", "service"])
    );
    let mut used = BTreeSet::new();
    for (signal, pipeline) in config["service"]["pipelines"]
        .as_object()
        .expect("pipelines")
    {
        assert!(["traces", "metrics"].contains(&signal.as_str()), "{signal}");
        for kind in ["receivers", "processors", "exporters"] {
            for component in strings(&pipeline[kind]) {
                assert!(
                    config[kind].get(component).is_some(),
                    "{signal}: there is no {component} in {kind}"
                );
                used.insert((kind, component.to_owned()));
            }
        }
    }
    for kind in ["receivers", "processors", "exporters"] {
        for component in keys(&config[kind]) {
            assert!(
                used.contains(&(kind, component.to_owned())),
                "{component} of {kind} is in no pipeline"
            );
        }
    }
    // What is acknowledged to weir must be Tempo's: an emitter moves on with it.
    let exporter = &config["exporters"]["otlp_grpc/tempo"];
    assert_eq!(exporter["sending_queue"]["enabled"], false);
    assert_eq!(
        config["service"]["pipelines"]["traces"]["exporters"],
        Value::from(vec!["otlp_grpc/tempo"])
    );
    assert_eq!(
        config["service"]["pipelines"]["traces"]["processors"],
        Value::from(vec!["memory_limiter"])
    );
    let (host, port) = port_of_service(exporter["endpoint"].as_str().expect("an endpoint"));
    let tempo = yaml("deploy/tempo/tempo.yaml");
    let listens = &tempo["distributor"]["receivers"]["otlp"]["protocols"]["grpc"]["endpoint"];
    assert_eq!(
        (host.as_str(), listens),
        ("tempo", &Value::from(format!("0.0.0.0:{port}")))
    );
    // weir speaks to the port that the collector listens on.
    let env = text(".env");
    let endpoint = env
        .lines()
        .find_map(|line| line.strip_prefix("WEIR_OTLP_ENDPOINT=http://"));
    let (host, port) = port_of_service(endpoint.expect("it is said"));
    let listens: Vec<&Value> = ["grpc", "http"]
        .iter()
        .map(|protocol| &config["receivers"]["otlp"]["protocols"][protocol]["endpoint"])
        .collect();
    assert_eq!(host, "otel-collector");
    assert!(
        listens.contains(&&Value::from(format!("0.0.0.0:{port}"))),
        "{listens:?}"
    );
}

#[test]
fn tempo_has_known_sections_and_keeps_blocks_on_the_volume() {
    let config = yaml("deploy/tempo/tempo.yaml");
    let known = BTreeSet::from([
        "stream_over_http_enabled",
        "server",
        "distributor",
        "ingester",
        "compactor",
        "storage",
        "usage_report",
        "query_frontend",
        "metrics_generator",
        "overrides",
        "memberlist",
        "querier",
    ]);
    let unknown: Vec<&str> = keys(&config).difference(&known).copied().collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let trace = &config["storage"]["trace"];
    assert_eq!(trace["backend"], "local");
    let volumes = compose()["services"]["tempo"]["volumes"].clone();
    let mount = strings(&volumes)
        .into_iter()
        .find_map(|mount| mount.strip_prefix("tempo-data:"));
    for path in [&trace["wal"]["path"], &trace["local"]["path"]] {
        assert!(
            path.as_str()
                .expect("a path")
                .starts_with(mount.expect("a volume")),
            "{path}"
        );
    }
}

#[test]
fn prometheus_asks_services_where_they_answer() {
    let config = yaml("deploy/prometheus/prometheus.yml");
    let services = compose()["services"].clone();
    let mut asked = BTreeSet::new();
    for job in config["scrape_configs"].as_array().expect("jobs") {
        let name = job["job_name"].as_str().expect("a name");
        let fixed = job["static_configs"].as_array().into_iter().flatten();
        let mut targets: Vec<String> = fixed
            .flat_map(|group| strings(&group["targets"]).into_iter().map(str::to_owned))
            .collect();
        for found in job["dns_sd_configs"].as_array().into_iter().flatten() {
            let port = &found["port"];
            targets.extend(
                strings(&found["names"])
                    .into_iter()
                    .map(|host| format!("{host}:{port}")),
            );
        }
        assert!(!targets.is_empty(), "{name}");
        for target in targets
            .iter()
            .filter(|target| !target.starts_with("127.0.0.1:"))
        {
            let (host, port) = port_of_service(target);
            let command = strings(&services[&host]["command"]).join(" ");
            if name.starts_with("weir-") {
                assert!(
                    command.contains(&format!("--health-addr 0.0.0.0:{port}")),
                    "{host}: {command}"
                );
            }
            asked.insert(host);
        }
    }
    let all = [
        "otel-collector",
        "scheduler-1",
        "scheduler-2",
        "tempo",
        "worker",
    ];
    assert_eq!(asked, all.map(str::to_owned).into());
    let collector = yaml("deploy/otel-collector/config.yaml");
    let reader = &collector["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"];
    assert_eq!(
        (&reader["host"], &reader["port"]),
        (&Value::from("0.0.0.0"), &Value::from(8888))
    );
    for file in strings(&config["rule_files"]) {
        text(&format!("deploy/prometheus/{file}"));
    }
}

#[test]
fn grafana_asks_services_where_they_answer() {
    let sources = yaml("deploy/grafana/provisioning/datasources/weir.yaml");
    let sources = sources["datasources"].as_array().expect("sources").clone();
    let urls: Vec<&str> = sources
        .iter()
        .filter_map(|source| source["url"].as_str())
        .collect();
    assert_eq!(urls, ["http://prometheus:9090", "http://tempo:3200"]);
    for url in urls {
        port_of_service(url.trim_start_matches("http://"));
    }
    let tempo = yaml("deploy/tempo/tempo.yaml");
    assert_eq!(tempo["server"]["http_listen_port"], 3200);
    let services = compose()["services"].clone();
    let image = services["prometheus"]["image"]
        .as_str()
        .expect("an image")
        .to_owned();
    let version = sources[0]["jsonData"]["prometheusVersion"]
        .as_str()
        .expect("a version");
    assert!(
        image.ends_with(&format!(":v{version}")),
        "{image}: Grafana offers what that version knows"
    );
    let uids: BTreeSet<&str> = sources
        .iter()
        .filter_map(|source| source["uid"].as_str())
        .collect();
    let to_metrics = &sources[1]["jsonData"]["tracesToMetrics"]["datasourceUid"];
    assert!(
        uids.contains(to_metrics.as_str().expect("a uid")),
        "{to_metrics}"
    );
    for source in &sources {
        assert_eq!(source["editable"], false, "the files are the truth");
    }
    assert_eq!(
        sources
            .iter()
            .filter(|source| source["isDefault"] == true)
            .count(),
        1
    );
}

#[test]
fn the_seed_applies_what_is_beside_it() {
    let mount = compose()["services"]["seed"]["volumes"].clone();
    assert_eq!(strings(&mount), ["./deploy/demo:/demo:ro"]);
    let entry = compose()["services"]["seed"]["entrypoint"].clone();
    assert_eq!(strings(&entry), ["/bin/sh", "/demo/seed.sh"]);
    let wanted = yaml("deploy/demo/weir.yaml");
    let names = wanted["deployments"]
        .as_array()
        .expect("deployments")
        .iter();
    let names: Vec<&str> = names.filter_map(|one| one["name"].as_str()).collect();
    let script = text("deploy/demo/seed.sh");
    for name in names {
        let (flow, name) = name.split_once('/').expect("FLOW/NAME");
        assert_eq!(flow, "demo");
        assert!(
            script.contains(&format!("run {name}")),
            "nothing runs demo/{name}"
        );
    }
    let worker = compose()["services"]["worker"]["command"].clone();
    let command = strings(&worker).join(" ");
    assert!(command.contains(&format!(
        "--pool {}",
        wanted["work_pools"][0]["name"].as_str().expect("a name")
    )));
}
