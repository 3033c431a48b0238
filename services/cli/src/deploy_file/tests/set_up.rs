//! Work pools, queues and limits of a file, for `weir apply`.

use weir_client::{
    DeploymentName, JobPolicy, NamedLimitConfig, OnLostWorker, PoolConfig, PoolType, QueueConfig,
    TagLimitConfig, default_base_job_template,
};

use super::*;

/// What a file sets up.
#[derive(Debug, Default)]
struct SetUp {
    pools: Vec<(PoolConfig, Option<bool>)>,
    queues: Vec<(QueueConfig, Option<bool>)>,
    tag_limits: Vec<TagLimitConfig>,
    named_limits: Vec<NamedLimitConfig>,
    remarks: Vec<Remark>,
}

fn set_up_in(folder: &Path, text: &str) -> Result<SetUp, String> {
    let read = || -> anyhow::Result<SetUp> {
        let contents = contents(text, &variable)?;
        let mut all = SetUp {
            remarks: contents.remarks,
            ..SetUp::default()
        };
        for pool in contents.pools {
            let (pool, queues) = pool.into_configs(folder)?;
            all.pools.push(pool);
            all.queues.extend(queues);
        }
        for limit in contents.tag_limits {
            all.tag_limits.push(limit.into_config()?);
        }
        for limit in contents.named_limits {
            all.named_limits.push(limit.into_config()?);
        }
        Ok(all)
    };
    let all = read();
    assert!(
        all.is_err() || editors_take(text),
        "the schema refuses what is taken: {text}"
    );
    all.map_err(|error| format!("{error:#}"))
}

fn set_up(text: &str) -> Result<SetUp, String> {
    set_up_in(Path::new("/nowhere"), text)
}

#[test]
fn what_is_not_said_is_the_default() {
    let all = set_up("work_pools: [{name: local, type: process, work_queues: [{name: high}]}]");
    let all = all.expect("it is legal");
    let pool: weir_client::PoolName = "local".parse().unwrap();
    let template = default_base_job_template(PoolType::Process);
    let wanted = PoolConfig {
        base_job_template: template.parse_object(),
        ..PoolConfig::new(pool.clone(), PoolType::Process)
    };
    assert_eq!(all.pools, [(wanted, None)]);
    let key = weir_client::QueueKey::new(pool, "high".parse().unwrap());
    assert_eq!(all.queues, [(QueueConfig::new(key), None)]);
}

/// JSON text as an object.
trait ParseObject {
    fn parse_object(&self) -> weir_client::JsonObject;
}
impl ParseObject for str {
    fn parse_object(&self) -> weir_client::JsonObject {
        weir_client::JsonObject::parse(self).unwrap()
    }
}

#[test]
fn everything_can_be_said() {
    let all = set_up(
        r#"
work_pools:
  - name: k8s
    type: process
    description: the {{ $ENV }} one
    concurrency_limit: "{{ $LIMIT }}"
    paused: false
    base_job_template:
      job_configuration: {command: "echo {{ word }} {{ $ENV }}"}
      variables: {type: object, properties: {word: {type: string}}}
    start_rate: 10/m
    start_burst: 20
    fair_share: {aging: 1m, weights: {acme: 3}}
    on_lost_worker: hold
    submit_timeout: 60s
    start_timeout: 10m
    work_queues:
      - {name: high, description: first, priority: 2, limit: 2, start_rate: 1/s, weight: 3, max_bytes: 64MiB, paused: yes}
concurrency_limits:
  - {tag: "customer:*", limit: 5, start_rate: 100/m}
global_concurrency_limits:
  - {name: db-connections, limit: 20}
"#,
    );
    let all = all.expect("it is legal");
    let (pool, paused) = &all.pools[0];
    assert_eq!(*paused, Some(false));
    assert_eq!(pool.description, "the prod one");
    assert_eq!(pool.concurrency_limit, Some(7));
    assert_eq!(pool.start_rate.unwrap().to_string(), "10/m burst 20");
    let share = pool.fair_share.as_ref().unwrap();
    assert_eq!(
        (share.aging, share.weights.len()),
        (Duration::from_mins(1), 1)
    );
    assert_eq!(pool.on_lost_worker, OnLostWorker::Hold);
    assert_eq!(pool.submit_timeout, Some(Duration::from_mins(1)));
    assert_eq!(pool.start_timeout, Some(Duration::from_mins(10)));
    let template = pool.base_job_template.to_map();
    let command = &template["job_configuration"]["command"];
    assert_eq!(
        command, "echo {{ word }} prod",
        "only variables of the environment are filled"
    );
    let (queue, paused) = &all.queues[0];
    assert_eq!(*paused, Some(true));
    assert_eq!((queue.priority.get(), queue.weight.get()), (2, 3));
    assert_eq!(
        (queue.concurrency_limit, queue.max_bytes),
        (Some(2), 64 << 20)
    );
    assert_eq!(queue.start_rate.unwrap().to_string(), "1/s");
    let tag = &all.tag_limits[0];
    assert_eq!(
        (tag.tag.as_str(), tag.concurrency_limit),
        ("customer:*", Some(5))
    );
    assert_eq!(all.named_limits[0].concurrency_limit, Some(20));
    assert_eq!(all.remarks, []);
}

#[test]
fn a_template_may_stand_in_a_file_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        r#"{"job_configuration":{"command":"true"},"variables":{"type":"object","properties":{}}}"#;
    std::fs::write(folder.path().join("template.json"), text).unwrap();
    let file = "work_pools: [{name: p, type: process, base_job_template: template.json}]";
    let all = set_up_in(folder.path(), file).expect("it is legal");
    assert_eq!(
        all.pools[0].0.base_job_template.to_map(),
        text.parse_object().to_map()
    );
    let missing = set_up(file).expect_err("there is none");
    for words in ["base_job_template", "/nowhere/template.json"] {
        assert!(missing.contains(words), "{missing}");
    }
}

#[test]
fn a_policy_says_what_jobs_may_hold() {
    let all = set_up(
        "work_pools: [{name: p, type: kubernetes, policy: {images: ['r/*'], namespaces: [batch], service_accounts: [runner], host_paths: [/data], privileged: yes}}]",
    );
    let (pool, _) = &all.expect("it is legal").pools[0];
    let words = |word: &str| vec![word.to_owned()];
    let policy = JobPolicy {
        images: words("r/*"),
        namespaces: words("batch"),
        service_accounts: words("runner"),
        host_paths: words("/data"),
        privileged: true,
    };
    assert_eq!(pool.policy.as_deref(), Some(&policy));
}

#[test]
fn a_pool_of_type_null_needs_no_quotes() {
    for text in ["{name: p, type: null}", "{name: p, type: 'null'}"] {
        let all = set_up(&format!("work_pools: [{text}]")).expect(text);
        assert_eq!(all.pools[0].0.kind, PoolType::Null);
    }
}

#[test]
fn a_variable_that_is_not_set_is_remarked_on_with_its_place() {
    let all = set_up(
        "{work_pools: [{name: p, type: process, description: 'a {{ $NONE }}'}], concurrency_limits: [{tag: db, limit: 1, start_rate: '{{ x }}'}]}",
    );
    let all = all.expect("it is legal");
    assert_eq!(
        warned(&all.remarks),
        [
            "work_pools[0].description",
            "concurrency_limits[0].start_rate"
        ]
    );
    assert_eq!(all.pools[0].0.description, "a ");
}

#[track_caller]
fn is_wrong(cases: &[(&str, [&str; 2])]) {
    for (text, words) in cases {
        let error = set_up(text).expect_err(text);
        for word in words {
            assert!(error.contains(word), "{text}\n{word}\n{error}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_pool_is_told_with_its_place() {
    is_wrong(&[
        ("work_pools: [{name: p}]", ["[0] (p)", "type"]),
        (
            "work_pools: [{name: P, type: process}]",
            ["name", "lower-case"],
        ),
        (
            "work_pools: [{name: p, type: proces}]",
            ["type", "process, kubernetes or null"],
        ),
        (
            "work_pools: [{name: p, type: process, on_lost_worker: keep}]",
            ["on_lost_worker", "release or hold"],
        ),
        (
            "work_pools: [{name: p, type: process, start_rate: 10}]",
            ["start_rate", "10/s"],
        ),
        (
            "work_pools: [{name: p, type: process, start_rate: fast}]",
            ["start_rate", "10/s"],
        ),
        (
            "work_pools: [{name: p, type: process, start_burst: 3}]",
            ["start_burst", "start_rate too"],
        ),
        (
            "work_pools: [{name: p, type: kubernetes, policy: {image: [x]}}]",
            ["policy", "did you mean \"images\"?"],
        ),
        (
            "work_pools: [{name: p, type: kubernetes, policy: {images: x}}]",
            ["policy: images", "sequence"],
        ),
        (
            "work_pools: [{name: p, type: process, submit_timeout: soon}]",
            ["submit_timeout", "30s"],
        ),
        (
            "work_pools: [{name: p, type: process, base_job_template: [1]}]",
            ["base_job_template", "mapping"],
        ),
    ]);
}

#[test]
fn what_is_wrong_with_turns_queues_and_limits_is_told_with_its_place() {
    is_wrong(&[
        (
            "work_pools: [{name: p, type: process, fair_share: {weights: {a: 1}}}]",
            ["fair_share", "aging"],
        ),
        (
            "work_pools: [{name: p, type: process, fair_share: {aging: 1m, weights: {a: 0}}}]",
            ["fair_share.weights.a", "1 or more"],
        ),
        (
            "work_pools: [{name: p, type: process, concurency_limit: 1}]",
            ["concurency_limit", "\"concurrency_limit\"?"],
        ),
        (
            "work_pools: [{name: p, type: process, work_queues: [{name: q, priority: 0}]}]",
            ["work_queues[0] (q)", "priority"],
        ),
        (
            "work_pools: [{name: p, type: process, work_queues: [{name: q, max_bytes: lots}]}]",
            ["max_bytes", "64KiB"],
        ),
        (
            "work_pools: {name: p, type: process}",
            ["work_pools", "sequence"],
        ),
        (
            "concurrency_limits: [{limit: 1}]",
            ["concurrency_limits", "tag"],
        ),
        ("concurrency_limits: [{tag: '', limit: 1}]", ["tag", ""]),
        (
            "global_concurrency_limits: [{name: db}]",
            ["global_concurrency_limits", "limit"],
        ),
        (
            "work_pool: [{name: p, type: process}]",
            ["work_pool", "pool"],
        ),
    ]);
}

#[test]
fn one_file_has_all_and_deploy_takes_its_deployments() {
    let text = "{work_pools: [{name: p, type: null}], deployments: [{name: a/b, pool: p}]}";
    assert_eq!(set_up(text).expect("it is legal").pools.len(), 1);
    let name: DeploymentName = "a/b".parse().unwrap();
    assert_eq!(one(text).0.name, name);
    refused("work_pools: [{name: p, type: null}]", &["no deployments"]);
}
