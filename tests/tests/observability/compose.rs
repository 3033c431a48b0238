//! `docker-compose.yml` by its text: what it promises holds for every service. Whether it runs is `e2e_compose`'s.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use weir_tests::deploy::{text, top, yaml};

/// What does without a health check, and why it has none.
const UNASKED: [(&str, &str); 3] = [
    ("otel-collector", "its image has nothing that could ask"),
    ("tempo", "its image has nothing that could ask"),
    ("seed", "it ends"),
];

fn services() -> BTreeMap<String, Value> {
    let compose = yaml("docker-compose.yml");
    let services = compose["services"].as_object().expect("there are services");
    services
        .iter()
        .map(|(name, service)| (name.clone(), service.clone()))
        .collect()
}

fn list(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

#[test]
fn the_services_are_those_that_the_page_names() {
    let names: Vec<String> = services().into_keys().collect();
    assert_eq!(
        names,
        [
            "grafana",
            "nats",
            "otel-collector",
            "prometheus",
            "scheduler-1",
            "scheduler-2",
            "seed",
            "tempo",
            "worker"
        ]
    );
}

#[test]
fn images_are_pinned_by_version() {
    for (name, service) in services() {
        let image = service["image"].as_str().expect("an image");
        let image = image
            .strip_prefix("${WEIR_IMAGE:-")
            .map_or(image, |own| own.trim_end_matches('}'));
        let (_, tag) = image.rsplit_once(':').expect("a tag");
        assert!(
            tag.matches('.').count() >= 2,
            "{name}: {image} names no patch version"
        );
    }
}

#[test]
fn our_own_image_has_the_version_of_the_workspace() {
    let manifest: toml::Table = text("Cargo.toml").parse().expect("TOML");
    let version = manifest["workspace"]["package"]["version"]
        .as_str()
        .expect("a version");
    for name in ["scheduler-1", "scheduler-2", "worker", "seed"] {
        assert_eq!(
            services()[name]["image"],
            format!("${{WEIR_IMAGE:-weir:{version}}}")
        );
    }
}

#[test]
fn the_broker_is_the_version_that_everything_is_tested_with() {
    let image = services()["nats"]["image"].clone();
    assert_eq!(image, format!("nats:{}-alpine", weir_broker::PINNED));
}

#[test]
fn nothing_listens_beyond_loopback() {
    for (name, service) in services() {
        for port in list(&service["ports"]) {
            assert!(port.starts_with("127.0.0.1:"), "{name}: {port}");
        }
        assert!(service.get("network_mode").is_none(), "{name}");
    }
}

#[test]
fn every_service_has_as_little_as_it_can_do_with() {
    for (name, service) in services() {
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(list(&service["cap_drop"]), ["ALL"], "{name}");
        assert_eq!(
            list(&service["security_opt"]),
            ["no-new-privileges:true"],
            "{name}"
        );
        assert!(service.get("privileged").is_none(), "{name}");
        let logging = &service["logging"]["options"]["max-size"];
        assert_eq!(logging, "10m", "{name}: its log is bounded");
        for mount in list(&service["volumes"]) {
            assert!(!mount.contains("docker.sock"), "{name}: {mount}");
            if let Some((from, _)) = mount
                .strip_prefix("./")
                .and_then(|mount| mount.split_once(':'))
            {
                assert!(mount.ends_with(":ro"), "{name}: {mount}");
                assert!(top().join(from).exists(), "{name}: there is no {from}");
            }
        }
    }
}

#[test]
fn services_wait_until_what_they_need_is_well_and_never_for_a_job_that_has_ended() {
    let services = services();
    for (name, service) in &services {
        let needed = service["depends_on"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        for (other, how) in needed {
            let asked = services[&other]["healthcheck"]["test"].is_array();
            let expected = if asked {
                "service_healthy"
            } else {
                "service_started"
            };
            assert_eq!(how["condition"], expected, "{name} on {other}");
            let profiles = list(&services[&other]["profiles"]);
            assert!(
                profiles.is_empty() || profiles == list(&service["profiles"]),
                "{name} needs {other} of a profile"
            );
        }
        let unasked = UNASKED.iter().any(|(unasked, _)| unasked == name);
        assert_eq!(
            service["healthcheck"]["test"].is_array(),
            !unasked,
            "{name}: a health check"
        );
    }
    assert!(!text("docker-compose.yml").contains("service_completed_successfully"));
}

#[test]
fn what_looks_on_is_one_profile_and_the_rest_has_none() {
    let profiles: BTreeSet<(String, bool)> = services()
        .into_iter()
        .map(|(name, service)| (name, list(&service["profiles"]) == ["observability"]))
        .collect();
    let on: Vec<&str> = profiles
        .iter()
        .filter(|(_, on)| *on)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(on, ["grafana", "otel-collector", "prometheus", "tempo"]);
    let setting = |file: &str, key: &str| {
        let read = text(file);
        let line = read
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('=').map(str::to_owned));
        line.unwrap_or_else(|| panic!("{file} says {key}"))
    };
    assert_eq!(setting(".env", "COMPOSE_PROFILES"), "observability");
    assert_eq!(setting("deploy/core.env", "COMPOSE_PROFILES"), "core");
    // What exports must know whether anybody listens.
    assert_eq!(
        setting(".env", "WEIR_OTLP_ENDPOINT"),
        "http://otel-collector:4318"
    );
    assert_eq!(setting("deploy/core.env", "WEIR_OTLP_ENDPOINT"), "");
}

#[test]
fn schedulers_are_alike() {
    let services = services();
    assert_eq!(services["scheduler-1"], services["scheduler-2"]);
}

#[test]
fn volumes_are_declared_and_used() {
    let compose = yaml("docker-compose.yml");
    let declared: BTreeSet<String> = compose["volumes"]
        .as_object()
        .expect("volumes")
        .keys()
        .cloned()
        .collect();
    let mounts = services()
        .into_values()
        .flat_map(|service| list(&service["volumes"]));
    let named = mounts.filter(|mount| !mount.starts_with('.'));
    let used: BTreeSet<String> = named
        .filter_map(|mount| Some(mount.split_once(':')?.0.to_owned()))
        .collect();
    assert_eq!(declared, used);
}
