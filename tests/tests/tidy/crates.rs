//! The arrows between our crates, and who may name which foreign crate.

use super::workspace::{Edge, Finding};

const CORE: &str = "weir-core";
const CALENDAR: &str = "weir-calendar";
const PROTO: &str = "weir-proto";
const LOG: &str = "weir-log";
const RUNTIME: &str = "weir-runtime";
const SCHEDULER: &str = "weir-scheduler";
const WORKER: &str = "weir-worker";
const CLIENT: &str = "weir-client";
const BROKER: &str = "weir-broker";
const CLI: &str = "weir";
const TESTS: &str = "weir-tests";
const KUBE_STANDIN: &str = "weir-kube-standin";
const OTLP_STANDIN: &str = "weir-otlp-standin";

/// Which of our crates each of our crates may name. Siblings never see each other.
const ARROWS: &[(&str, &[&str])] = &[
    (CORE, &[]),
    (CALENDAR, &[CORE]),
    (PROTO, &[CORE]),
    (LOG, &[PROTO, CORE]),
    (RUNTIME, &[CORE]),
    (SCHEDULER, &[LOG, PROTO, RUNTIME, CALENDAR, CORE]),
    (WORKER, &[LOG, PROTO, RUNTIME, CORE]),
    (CLIENT, &[LOG, PROTO, CALENDAR, CORE]),
    (BROKER, &[]),
    (KUBE_STANDIN, &[]),
    (OTLP_STANDIN, &[]),
    (
        CLI,
        &[
            SCHEDULER, WORKER, CLIENT, LOG, PROTO, RUNTIME, BROKER, CALENDAR, CORE,
        ],
    ),
    (
        TESTS,
        &[
            CLI,
            SCHEDULER,
            WORKER,
            CLIENT,
            LOG,
            PROTO,
            RUNTIME,
            BROKER,
            CALENDAR,
            CORE,
            KUBE_STANDIN,
            OTLP_STANDIN,
        ],
    ),
];

/// What a crate may name for its tests only.
const FOR_TESTS: &[(&str, &[&str])] = &[(WORKER, &[KUBE_STANDIN]), (RUNTIME, &[OTLP_STANDIN])];

/// Foreign crates that belong to one of ours; a star stands for any end of the name.
const OWNERS: &[(&str, &[&str])] = &[
    ("async-nats", &[LOG]),
    ("chrono*", &[CALENDAR]),
    ("croner", &[CALENDAR]),
    ("rrule", &[CALENDAR]),
    ("kube*", &[WORKER]),
    ("k8s-openapi", &[WORKER]),
    ("opentelemetry-proto", &[RUNTIME, OTLP_STANDIN]),
    ("opentelemetry", &[RUNTIME]),
    ("opentelemetry_*", &[RUNTIME]),
    ("tracing-opentelemetry", &[RUNTIME]),
    ("tracing-subscriber", &[RUNTIME]),
    ("figment", &[RUNTIME]),
    ("clap*", &[CLI]),
    ("schemars*", &[CLI]),
    // The tests read the manifests that users apply.
    ("yaml_serde", &[CLI, TESTS]),
    // OTLP's messages are encoded where they are sent and decoded where tests receive them.
    ("prost", &[PROTO, RUNTIME, OTLP_STANDIN]),
    ("prost-*", &[PROTO]),
    ("pbjson*", &[PROTO]),
    ("protox", &[PROTO]),
    ("ureq", &[BROKER]),
    ("anyhow", &[RUNTIME, SCHEDULER, WORKER, CLI, TESTS]),
];

/// Errors that callers branch on are enums; this is for the roots of tasks and programs, and for any test.
const FREE_IN_TESTS: &str = "anyhow";

/// What the pure crates must do without, so that they stay free of IO, clocks and chance.
const PURE: &[(&str, &[&str])] = &[
    (
        CORE,
        &[
            "tokio*",
            "futures*",
            "async-*",
            "tracing*",
            "rand*",
            "fastrand",
            "getrandom",
            "chrono",
            "jiff",
            "bytes",
        ],
    ),
    (
        CALENDAR,
        &[
            "tokio*",
            "futures*",
            "async-*",
            "tracing*",
            "rand*",
            "fastrand",
            "getrandom",
            "jiff",
        ],
    ),
    (
        PROTO,
        &[
            "tokio*",
            "futures*",
            "async-*",
            "tracing*",
            "rand*",
            "fastrand",
            "getrandom",
        ],
    ),
];

/// Arrows that are not in the table.
pub(crate) fn arrows(edges: &[Edge]) -> Vec<Finding> {
    let ours = |name: &str| name == CLI || name.starts_with("weir-");
    let wrong = edges.iter().filter(|edge| ours(&edge.to)).filter_map(|edge| {
        let Some(allowed) = row(ARROWS, &edge.from) else {
            return Some((edge, format!("{} has no row in ARROWS of tests/tests/tidy/crates.rs: add it", edge.from)));
        };
        let for_tests = edge.dev && row(FOR_TESTS, &edge.from).is_some_and(|names| names.contains(&edge.to.as_str()));
        // A crate may name itself among its dev-dependencies, to turn on a feature for its tests.
        (edge.to != edge.from && !allowed.contains(&edge.to.as_str()) && !for_tests).then(|| {
            let what = format!(
                "{} must not see {} (it may see: {}); move what is shared down, or give it as an argument from above",
                edge.from,
                edge.to,
                list(allowed)
            );
            (edge, what)
        })
    });
    wrong
        .map(|(edge, what)| Finding::new(&edge.manifest, edge.line, what))
        .collect()
}

/// Foreign crates in the wrong hands.
pub(crate) fn owners(edges: &[Edge]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for edge in edges {
        for (name, owners) in OWNERS.iter().filter(|(name, _)| matches(name, &edge.to)) {
            let free = edge.dev && *name == FREE_IN_TESTS;
            if !free && !owners.contains(&edge.from.as_str()) {
                let what = format!(
                    "{} belongs to {}: use what that crate exports ({name})",
                    edge.to,
                    list(owners)
                );
                findings.push(Finding::new(&edge.manifest, edge.line, what));
            }
        }
        for name in row(PURE, &edge.from)
            .unwrap_or_default()
            .iter()
            .filter(|name| matches(name, &edge.to))
        {
            let what = format!(
                "{} is pure and does without {} ({name}): take the result as an argument",
                edge.from, edge.to
            );
            findings.push(Finding::new(&edge.manifest, edge.line, what));
        }
    }
    findings
}

fn row<'a>(table: &[(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    table
        .iter()
        .find(|(first, _)| *first == name)
        .map(|(_, rest)| *rest)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        "none of ours".to_owned()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: &str, to: &str) -> Edge {
        Edge {
            manifest: format!("services/{from}/Cargo.toml"),
            line: 14,
            from: from.into(),
            to: to.into(),
            dev: false,
        }
    }

    fn arrow(from: &str, to: &str) -> usize {
        arrows(&[edge(from, to)]).len()
    }

    fn owned(from: &str, to: &str) -> usize {
        owners(&[edge(from, to)]).len()
    }

    #[test]
    fn an_arrow_up_or_sideways_is_caught() {
        for (from, to) in [
            (CORE, PROTO),
            (PROTO, LOG),
            (LOG, RUNTIME),
            (RUNTIME, LOG),
            (SCHEDULER, WORKER),
            (WORKER, CLIENT),
            (CLIENT, RUNTIME),
            (CLIENT, BROKER),
            (BROKER, CORE),
            (SCHEDULER, BROKER),
            (CLI, TESTS),
        ] {
            assert_eq!(arrow(from, to), 1, "{from} → {to}");
        }
    }

    #[test]
    fn an_arrow_down_is_free() {
        for (from, to) in [
            (CLI, WORKER),
            (SCHEDULER, LOG),
            (LOG, PROTO),
            (PROTO, CORE),
            (TESTS, BROKER),
            (LOG, LOG),
        ] {
            assert_eq!(arrow(from, to), 0, "{from} → {to}");
        }
        assert_eq!(arrow(CORE, "serde"), 0);
    }

    #[test]
    fn a_crate_that_is_not_in_the_table_is_caught() {
        assert_eq!(arrow("weir-new", CORE), 1);
        assert_eq!(arrow(SCHEDULER, "weir-new"), 1);
    }

    #[test]
    fn the_message_says_where_and_what_to_do() {
        let found = arrows(&[edge(CORE, LOG)]);
        assert_eq!(
            found[0].to_string(),
            "services/weir-core/Cargo.toml:14: weir-core must not see weir-log (it may see: none of ours); \
             move what is shared down, or give it as an argument from above"
        );
    }

    #[test]
    fn a_foreign_crate_in_other_hands_is_caught() {
        for (from, to) in [
            (SCHEDULER, "async-nats"),
            (TESTS, "async-nats"),
            (SCHEDULER, "kube"),
            (CLI, "kube-runtime"),
            (CLI, "opentelemetry_sdk"),
            (WORKER, "clap"),
            (LOG, "prost"),
            (CLIENT, "pbjson-types"),
            (CLI, "figment"),
            (LOG, "anyhow"),
            (CORE, "tokio"),
            (PROTO, "tokio-util"),
            (CORE, "rand"),
        ] {
            assert_eq!(owned(from, to), 1, "{from} → {to}");
        }
    }

    #[test]
    fn tests_may_name_errors_as_they_like_and_nothing_else() {
        let of_tests = |to| {
            owners(&[Edge {
                dev: true,
                ..edge(LOG, to)
            }])
            .len()
        };
        assert_eq!((of_tests("anyhow"), of_tests("figment")), (0, 1));
    }

    #[test]
    fn a_foreign_crate_in_its_owners_hands_is_free() {
        for (from, to) in [
            (LOG, "async-nats"),
            (WORKER, "kube"),
            (RUNTIME, "opentelemetry"),
            (CLI, "clap"),
            (PROTO, "prost-build"),
            (RUNTIME, "figment"),
            (LOG, "tokio"),
            (CORE, "serde"),
        ] {
            assert_eq!(owned(from, to), 0, "{from} → {to}");
        }
    }
}
