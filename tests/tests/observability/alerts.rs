//! The alert rules, by Prometheus' own tool: their unit tests pass, and each rule has one that fires it and one that does
//! not.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;
use weir_tests::{
    debian,
    deploy::{rules, top, yaml},
    harness::kept,
};

/// Runs `promtool …` in `deploy/prometheus`; `None` where it is not to be had.
#[track_caller]
fn promtool(test: &str, arguments: &[&str]) -> Option<String> {
    let unpacked = match debian::package("prometheus") {
        Ok(unpacked) => unpacked,
        Err(why) => {
            kept::skipped(test, why);
            return None;
        }
    };
    let output = Command::new(unpacked.join("usr/bin/promtool"))
        .args(arguments)
        .current_dir(top().join("deploy/prometheus"))
        .output()
        .expect("promtool can be run");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "promtool {arguments:?}: {said}");
    Some(said)
}

#[test]
fn rules_pass_their_unit_tests() {
    if let Some(said) = promtool(
        "the unit tests of the alert rules",
        &["test", "rules", "rules/weir.test.yml"],
    ) {
        assert!(said.contains("SUCCESS"), "{said}");
    }
}

#[test]
fn prometheus_takes_its_configuration() {
    if let Some(said) = promtool(
        "the check of Prometheus' configuration",
        &["check", "config", "prometheus.yml"],
    ) {
        let rules = rules();
        let count = format!("{} rules found", rules.alerts.len() + rules.records.len());
        assert!(said.contains(&count), "{said}");
    }
}

#[test]
fn each_alert_has_a_test_that_fires_it_and_one_that_does_not() {
    let tests = yaml("deploy/prometheus/rules/weir.test.yml");
    let cases = tests["tests"].as_array().expect("a list").iter();
    let cases = cases.flat_map(|test| test["alert_rule_test"].as_array().into_iter().flatten());
    let mut seen: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for case in cases {
        let name = case["alertname"].as_str().expect("a name").to_owned();
        let fires = case["exp_alerts"]
            .as_array()
            .is_some_and(|alerts| !alerts.is_empty());
        let (loud, quiet) = seen.entry(name).or_default();
        *loud |= fires;
        *quiet |= !fires;
    }
    let names: Vec<String> = rules().alerts.into_iter().map(|alert| alert.name).collect();
    for name in &names {
        assert_eq!(
            seen.remove(name),
            Some((true, true)),
            "{name}: fired, and kept quiet"
        );
    }
    assert!(
        seen.is_empty(),
        "tests of rules that there are not: {seen:?}"
    );
}

#[test]
fn alerts_say_how_bad_it_is_and_what_to_do() {
    for alert in rules().alerts {
        let severity = &alert.json["labels"]["severity"];
        let severities = ["critical", "warning", "info"].map(Value::from);
        assert!(severities.contains(severity), "{}: {severity}", alert.name);
        for annotation in ["summary", "description"] {
            let said = alert.json["annotations"][annotation]
                .as_str()
                .unwrap_or_default();
            assert!(
                said.ends_with(['.', '?', '`']),
                "{}: {annotation} {said:?}",
                alert.name
            );
        }
        assert!(
            alert.name.starts_with("Weir"),
            "{}: the board's list goes by it",
            alert.name
        );
    }
}
