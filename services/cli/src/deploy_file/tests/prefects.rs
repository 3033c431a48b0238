//! What is Prefect's own: placeholders, anchors, steps, schedules, and all that has no effect here.

use weir_client::CollisionStrategy;

use super::*;

#[test]
fn a_limit_says_what_becomes_of_one_more() {
    let limit = |written: &str| {
        let (deployment, remarks) = one(&format!(
            "name: a/b\npool: p\nconcurrency_limit: {written}\n"
        ));
        let strategy = deployment.collision_strategy;
        (deployment.concurrency_limit, strategy, remarks.len())
    };
    let enqueue = CollisionStrategy::Enqueue;
    assert_eq!(limit("3"), (Some(3), enqueue, 0));
    assert_eq!(limit("'{{ $LIMIT }}'"), (Some(7), enqueue, 0));
    assert_eq!(limit("{limit: 0}"), (Some(0), enqueue, 0));
    assert_eq!(
        limit("{limit: 2, collision_strategy: cancel_new, grace_period_seconds: 60}"),
        (Some(2), CollisionStrategy::CancelNew, 1)
    );
    let refused = |written: &str, words: &[&str]| {
        refused(
            &format!("name: a/b\npool: p\nconcurrency_limit: {written}\n"),
            words,
        );
    };
    refused(
        "-1",
        &[
            "concurrency_limit: it is -1, not a whole number",
            "{limit: N",
        ],
    );
    refused(
        "{limit: many}",
        &["concurrency_limit: limit: it is \"many\""],
    );
    refused("{limt: 3}", &["\"limt\": did you mean \"limit\"?"]);
    refused(
        "{limit: 1, collision_strategy: DROP}",
        &["collision_strategy", "CANCEL_NEW"],
    );
    refused("{collision_strategy: ENQUEUE}", &["write `limit:`"]);
}

#[test]
fn texts_are_filled_from_the_environment() {
    let (deployment, remarks) = one("
name: a/{{ $ENV }}
pool: '{{$ENV}}-pool'
tags: ['{{ $ENV }}', 'env:{{ $ENV }}', '{{ $NOT_SET }}']
description: '{{ not a placeholder }}'
parameters: {limit: '{{ $LIMIT }}', deep: [{x: '{{ $NOT_SET }}/{{ $ENV }}'}], '{{ $ENV }}': 1}
");
    assert_eq!(deployment.name.as_str(), "a/prod");
    assert_eq!(deployment.queue.to_string(), "prod-pool/default");
    let tags: Vec<_> = deployment
        .tags
        .iter()
        .map(weir_client::Tag::as_str)
        .collect();
    assert_eq!(tags, ["prod", "env:prod"]);
    assert_eq!(deployment.description, "{{ not a placeholder }}");
    assert_eq!(
        deployment.parameters.as_str(),
        r#"{"deep":[{"x":"/prod"}],"limit":"7","{{ $ENV }}":1}"#,
        "as in Prefect, what a variable gives is text, and keys are not filled"
    );
    assert_eq!(warned(&remarks), ["parameters.deep[0].x", "tags[2]"]);
    assert!(
        remarks[0].message.contains("NOT_SET is not set"),
        "{remarks:?}"
    );
    refused(
        "name: a/b\npool: '{{ $NOT_SET }}'\n",
        &[
            "deployment a/b",
            "pool name \"\"",
            "pool: the variable NOT_SET",
        ],
    );
}

#[test]
fn what_only_prefect_can_fill_is_left_out_and_named() {
    let (deployment, remarks) = one("
name: a/b
work_pool:
  name: p
  job_variables:
    image: '{{ build-image.image }}'
    label: v{{ build.tag }}!
    cluster: '{{ prefect.blocks.kubernetes-cluster-config.mine }}'
    size: ['{{ prefect.variables.size }}', 3]
    old: {$ref: {block_document_id: 1f0c}}
    left: 1
");
    assert_eq!(
        deployment.job_variables.as_str(),
        r#"{"label":"v!","left":1,"size":[3]}"#
    );
    let below = "work_pool.job_variables";
    assert_eq!(
        warned(&remarks),
        ["cluster", "image", "label", "old", "size[0]"].map(|key| format!("{below}.{key}"))
    );
    let said = |n: usize, words: &str| {
        assert!(remarks[n].message.contains(words), "{:?}", remarks[n]);
    };
    said(
        0,
        "{{ prefect.blocks.kubernetes-cluster-config.mine }} names a block",
    );
    said(1, "result of a build step");
    said(1, "is left out");
    said(2, "stays empty");
}

#[test]
fn definitions_are_shared_by_anchors_and_merged() {
    let read = all("
definitions:
  pools:
    base: &base {name: p, work_queue_name: low, job_variables: {command: a, env: {A: '1'}}}
    high: &high {<<: *base, work_queue_name: high}
  tags: &tags [x, y]
deployments:
  - {name: a/one, work_pool: *base, tags: *tags}
  - {name: a/two, work_pool: {<<: *high, job_variables: {command: b}}, tags: *tags}
")
    .expect("it is legal");
    let shape = |(one, _): &Ready| {
        (
            one.queue.to_string(),
            one.job_variables.to_map(),
            one.tags.len(),
        )
    };
    assert_eq!(shape(&read[0]).0, "p/low");
    assert_eq!(shape(&read[0]).1["env"]["A"], "1");
    assert_eq!(shape(&read[1]).0, "p/high");
    assert_eq!(shape(&read[1]).1.len(), 1);
    assert_eq!((shape(&read[0]).2, shape(&read[1]).2), (2, 2));
}

#[test]
fn steps_are_named_where_they_would_have_been_run() {
    let read = all("
build:
  - prefect_docker.deployments.steps.build_docker_image: {id: build, image_name: '{{ $NOT_SET }}'}
pull:
  - prefect.deployments.steps.git_clone: {repository: x}
  - prefect.deployments.steps.pip_install_requirements: {directory: '{{ clone.directory }}'}
deployments:
  - {name: a/inherits, pool: p}
  - {name: a/has-none, pool: p, build: null, pull: []}
  - {name: a/has-its-own, pool: p, build: [], pull: {own.step: {x: '{{ $NOT_SET }}'}}, push: [{x.push: {}}]}
")
    .expect("it is legal");
    assert_eq!(warned(&read[0].1), ["build", "pull"]);
    assert!(
        read[0].1[1].message.contains(
            "(prefect.deployments.steps.git_clone, prefect.deployments.steps.pip_install_requirements)"
        ),
        "{:?}",
        read[0].1
    );
    assert_eq!(warned(&read[1].1), Vec::<&str>::new());
    assert_eq!(warned(&read[2].1), ["push", "pull"]);
}

#[test]
fn schedules_are_taken_as_they_are() {
    let kept = |written: &str| {
        let (deployment, remarks) = one(&format!("{{name: a/b, pool: p, {written}}}"));
        assert_eq!(warned(&remarks), Vec::<&str>::new());
        let schedules = deployment.schedules.iter();
        let schedules: Vec<_> = schedules.map(|one| one.as_str().to_owned()).collect();
        assert_eq!(remarks, []);
        schedules
    };
    assert_eq!(
        kept(
            "schedules: [{cron: '0 6 * * *', timezone: Europe/Berlin, active: off, parameters: {env: '{{ $ENV }}'}}]"
        ),
        [
            r#"{"active":false,"cron":"0 6 * * *","parameters":{"env":"prod"},"timezone":"Europe/Berlin"}"#
        ]
    );
    assert_eq!(
        kept(
            "schedules: [{interval: 600, anchor_date: 2026-01-01, slug: x}, {}, {rrule: FREQ=DAILY}]"
        ),
        [
            r#"{"anchor_date":"2026-01-01","interval":600,"slug":"x"}"#,
            r#"{"rrule":"FREQ=DAILY"}"#
        ]
    );
    assert_eq!(
        kept("schedule: {interval: PT10M}"),
        [r#"{"interval":"PT10M"}"#]
    );
    assert_eq!(kept("schedule: {}, schedules: []"), Vec::<String>::new());
    let refused = |written: &str, words: &[&str]| {
        refused(&format!("{{name: a/b, pool: p, {written}}}"), words);
    };
    refused(
        "schedules: [{cron: x, interval: 3}]",
        &["schedules[0]", "not several"],
    );
    refused(
        "schedules: [{cron: '@daily'}, {slug: x}]",
        &["schedules[1]", "does not say when"],
    );
    refused(
        "schedule: {cron: x}, schedules: [{cron: x}]",
        &["both schedule and schedules"],
    );
    refused(
        "schedules: [{cron: '@daily'}, {cron: '61 * * * *'}]",
        &["schedules[1].cron", "no cron expression"],
    );
    refused(
        "schedule: {interval: 5m, timezone: Berlin}",
        &["timezone", "Europe/Berlin"],
    );
    refused(
        "schedules: [{corn: x}]",
        &["schedules: [0]: unknown key \"corn\": did you mean \"cron\"?"],
    );
}

#[test]
fn a_paused_deployment_has_schedules_that_make_no_runs() {
    let (deployment, remarks) =
        one("{name: a/b, pool: p, paused: true, schedules: [{cron: '@daily', active: true}]}");
    let schedules = deployment.schedules.iter();
    let schedules: Vec<_> = schedules.map(weir_client::JsonObject::as_str).collect();
    assert_eq!(schedules, [r#"{"active":false,"cron":"@daily"}"#]);
    assert!(!deployment.paused, "other runs start");
    assert_eq!(remarks.len(), 1, "{remarks:?}");
}

#[test]
fn everything_that_has_no_effect_is_named() {
    let (_, remarks) = one("
name: a/b
pool: p
version: '1'
version_type: prefect:simple
triggers: [{type: event}]
sla: [{name: x}]
paused: yes
storage: {type: s3}
path: /opt
infrastructure: {type: process}
");
    let mut keys = warned(&remarks);
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "infrastructure",
            "path",
            "sla",
            "storage",
            "triggers",
            "version",
            "version_type"
        ]
    );
    let (_, remarks) =
        one("{name: a/b, pool: p, version: '', triggers: [], sla: {}, paused: false}");
    assert_eq!(remarks, []);
}
