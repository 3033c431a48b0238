//! What is published for editors says the same as what is read.

use std::collections::BTreeSet;

use super::{
    super::{
        form::{Rule, Schedule, WorkPool},
        pools::{Queue, Turns},
        section::{Section, keys},
    },
    *,
};

/// The keys that a section is published with are those that it is read with.
#[track_caller]
fn is_published<T: Section>(name: &str) {
    let schema = Value::from(crate::deploy_file::schema::weir_yaml());
    let published = schema["$defs"][name]["properties"].as_object();
    let published: BTreeSet<&str> = published.expect(name).keys().map(String::as_str).collect();
    let aliases = T::ALIASES.iter().map(|(alias, _)| *alias);
    let read: BTreeSet<&str> = keys::<T>().iter().copied().chain(aliases).collect();
    assert_eq!(published, read);
    for (alias, meant) in T::ALIASES {
        assert!(keys::<T>().contains(meant), "{alias} means {meant}");
    }
}

#[test]
fn every_key_that_is_read_is_published_and_no_other() {
    is_published::<File>("File");
    is_published::<Entry>("Entry");
    is_published::<WorkPool>("WorkPool");
    is_published::<Rule>("Rule");
    is_published::<Pool>("Pool");
    is_published::<Turns>("Turns");
    is_published::<Queue>("Queue");
    is_published::<TagLimit>("TagLimit");
    is_published::<NamedLimit>("NamedLimit");
    is_published::<Schedule>("Schedule");
}

#[test]
fn editors_are_told_of_what_would_be_refused() {
    for text in [
        "{name: a/b, pool: p, priorty: 3}",
        "{name: a/b, pool: p, retries: -1}",
        "{name: a/b, pool: p, retries: many}",
        "{name: a/b, pool: p, paused: perhaps}",
        "{name: a/b, pool: p, retry_delay: -3}",
        "{name: a/b, pool: p, retry_delay: [1, -3]}",
        "{name: a/b, pool: p, retry_jitter: 1.5}",
        "{name: a/b, pool: p, parameter_schema: true}",
        "{name: a/b, pool: p, tags: [{a: 1}]}",
        "{name: a/b, pool: p, work_pool: {nmae: x}}",
        "{name: a/b, pool: p, work_pool: p}",
        "{name: a/b, pool: p, concurrency_limit: {limt: 3}}",
        "{name: a/b, pool: p, parameters: [1]}",
        "{name: a/b, pool: p, schedules: [{corn: '* * * * *'}]}",
        "{pool: p}",
        "{deployments: [{pool: p}]}",
        "{deployments: [{name: a/b, pool: p, retrys: 1}]}",
        "{deployments: [{name: a/b, pool: p}], pul: []}",
        "{deployments: {name: a/b}}",
        "[]",
    ] {
        assert!(!editors_take(text), "{text}");
        assert!(all(text).is_err(), "{text}");
    }
}

/// The YAML of a text in Markdown.
fn blocks(markdown: &str) -> Vec<&str> {
    let starts = markdown.split("```yaml\n").skip(1);
    starts
        .filter_map(|rest| Some(rest.split_once("```")?.0))
        .collect()
}

#[test]
fn every_example_is_one_that_editors_take() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let read = |path: &str| {
        std::fs::read_to_string(format!("{root}/{path}"))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let readme = read("README.md");
    let blocks = blocks(&readme);
    assert!(!blocks.is_empty(), "the README has an example");
    for text in blocks {
        assert!(editors_take(text), "{text}");
        assert!(all(text).is_ok(), "{:?}: {text}", all(text));
    }
    assert!(editors_take(&read("tests/tests/e2e_deploy/prefect.yaml")));
}
