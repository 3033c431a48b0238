//! The command line as its users type it: lines of Prefect's with the first word changed, and what each says.

use std::time::Duration;

use serde_json::{Value, json};
use weir_tests::harness::{shared, until};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn a_pool_is_created_once_and_changed_by_its_update_verbs() {
    let stack = shared();
    let create = "work-pool create made --type process --concurrency-limit 4";
    stack.weir(create).ok().saying(&["created work pool made"]);
    stack
        .weir(create)
        .ok()
        .saying(&["work pool made is so already"]);
    stack
        .weir("work-pool create made --type process")
        .ok()
        .saying(&["is so already"]);
    let said = stack
        .weir("work-pool create made --type process --concurrency-limit 5")
        .exits(1);
    said.saying(&[
        "exists already",
        "concurrency limit is 4, not 5",
        "weir work-pool",
    ]);
    stack
        .weir("work-pool create made --type kubernetes")
        .exits(1)
        .saying(&["type is process, not kubernetes"]);
    stack
        .weir("work-pool set-concurrency-limit made 5")
        .ok()
        .saying(&["changed work pool made"]);
    let pool = stack.weir("work-pool inspect made -o json").ok().json();
    assert_eq!(pool["concurrencyLimit"], 5, "{pool}");
    stack.weir("work-pool inspect made").ok().saying(&[
        "made",
        "process",
        "5",
        "job_configuration",
    ]);
    stack.weir("work-pool ls").ok().saying(&["made"]);
    assert!(
        stack
            .weir("work-pool ls -o json")
            .ok()
            .json()
            .as_array()
            .is_some_and(|pools| !pools.is_empty())
    );
    stack
        .weir("work-pool inspect no-such")
        .exits(7)
        .saying(&["no work pool no-such", "work-pool ls"]);
}

#[test]
fn a_queue_is_created_once_and_changed_by_its_update_verbs() {
    let stack = shared();
    stack.weir("work-pool create lined --type process").ok();
    stack.weir("work-queue inspect default --pool lined").ok();
    let create = "work-queue create high --pool lined --limit 2 --priority 1";
    stack
        .weir(create)
        .ok()
        .saying(&["created work queue lined/high"]);
    stack.weir(create).ok().saying(&["is so already"]);
    let said = stack
        .weir("work-queue create high --pool lined --limit 3")
        .exits(1);
    said.saying(&["exists already", "weir work-queue"]);
    stack
        .weir("work-queue set-concurrency-limit --pool lined high 3")
        .ok();
    assert_eq!(
        stack
            .weir("work-queue inspect high --pool lined -o json")
            .ok()
            .json()["concurrencyLimit"],
        3
    );
    let queues = stack.weir("work-queue ls --pool lined -o json").ok().json();
    assert_eq!(queues.as_array().map(Vec::len), Some(2), "{queues}");
    stack
        .weir("work-queue ls --pool lined")
        .ok()
        .saying(&["high", "default"]);

    stack
        .weir("work-queue create q --pool no-such")
        .exits(7)
        .saying(&["work-pool create no-such"]);
    stack.weir("work-queue ls --pool no-such").exits(7);
}

#[test]
fn a_template_is_taken_from_the_default_changed_and_put_back() {
    let stack = shared();
    let file = stack.path("template.json");
    let shown = file.display();
    stack.weir("work-pool create shaped --type process").ok();
    stack
        .weir(&format!(
            "work-pool get-default-base-job-template --type process --file {shown}"
        ))
        .ok();
    let mut template: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    template["variables"]["properties"]["colour"] =
        json!({"type": "string", "enum": ["red", "blue"]});
    template["variables"]["required"] = json!(["colour"]);
    template["job_configuration"]["command"] = json!(["echo", "{{ colour }}"]);
    std::fs::write(&file, template.to_string()).unwrap();
    stack
        .weir(&format!(
            "work-pool update shaped --base-job-template {shown}"
        ))
        .ok()
        .saying(&["changed"]);
    stack
        .weir("run submit --pool shaped")
        .exits(6)
        .saying(&["colour"]);
    stack
        .weir("run submit --pool shaped -jv colour=green")
        .exits(6)
        .saying(&["colour", "red"]);
    stack
        .weir("run submit --pool shaped -jv color=red")
        .exits(6)
        .saying(&["\"color\"", "colour"]);
    let _worker = stack.worker("shaped", "--pool shaped");
    let said = stack
        .weir("run submit --pool shaped -jv colour=red --logs")
        .ok();
    assert_eq!(said.out(), "red\n");
    std::fs::write(
        &file,
        r#"{"job_configuration":{"command":"{{ nope }}"},"variables":{}}"#,
    )
    .unwrap();
    stack
        .weir(&format!(
            "work-pool update shaped --base-job-template {shown}"
        ))
        .exits(1)
        .saying(&["nope"]);
    stack
        .weir("work-pool get-default-base-job-template --type kubernetes")
        .ok()
        .json();
}

#[test]
fn a_deployment_is_deployed_and_run() {
    let stack = shared();
    stack.weir("work-pool create etl --type process").ok();
    let _worker = stack.worker("etl", "--pool etl");
    let file = stack.path("etl.yaml");
    let yaml = r#"
deployments:
  - name: etl/nightly
    pool: etl
    job_variables:
      command: sh -c 'echo "$WEIR_DEPLOYMENT $WEIR_PARAMETERS"'
    parameters: {day: "2026-11-23", n: 3}
    tags: [db]
  - name: etl/other
    pool: etl
    job_variables: {command: "true"}
"#;
    std::fs::write(&file, yaml).unwrap();
    let deploy = format!("deploy --all -f {}", file.display());
    stack.weir(&deploy).ok().saying(&["etl/nightly"]);
    stack.weir(&deploy).ok();
    stack
        .weir("deployment ls")
        .ok()
        .saying(&["etl/nightly", "etl/other"]);
    stack.weir("deployment ls -o json").ok().json();
    let deployment = stack
        .weir("deployment inspect etl/nightly -o json")
        .ok()
        .json();
    assert_eq!(
        (&deployment["name"], &deployment["tags"]),
        (&json!("etl/nightly"), &json!(["db"])),
        "{deployment}"
    );
    stack
        .weir("deployment inspect etl/no-such")
        .exits(7)
        .saying(&["etl/no-such"]);

    let said = stack
        .weir("deployment run etl/nightly -p day=2026-11-24 --logs")
        .ok();
    let (name, parameters) = said
        .out()
        .trim()
        .split_once(' ')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert_eq!(name, "etl/nightly");
    let parameters: Value = serde_json::from_str(&parameters).unwrap();
    assert_eq!(parameters, json!({"day": "2026-11-24", "n": 3}));
    stack
        .weir("deployment run etl/no-such")
        .exits(7)
        .saying(&["etl/no-such"]);
}

#[test]
fn a_watched_run_that_fails_fails_the_command_and_shows_its_last_lines() {
    let stack = shared();
    stack.weir("work-pool create sad --type process").ok();
    let _worker = stack.worker("sad", "--pool sad");
    let file = stack.path("sad.yaml");
    let yaml = r#"
name: etl/failing
pool: sad
job_variables: {command: "sh -c 'echo line one; echo line two >&2; exit 7'"}
"#;
    std::fs::write(&file, yaml).unwrap();
    stack.weir(&format!("deploy -f {}", file.display())).ok();
    let said = stack
        .weir("deployment run etl/failing --id fails-1 --watch")
        .exits(3);
    said.saying(&["Failed", "exit code 7", "run inspect fails-1"]);
    stack.weir("run inspect fails-1").ok().saying(&[
        "line one",
        "line two",
        "exit code",
        "7",
        "etl/failing",
    ]);
    let inspected = stack.weir("run inspect fails-1 -o json").ok().json();
    assert_eq!(inspected["run"]["exitCode"], 7);
    let trace = inspected["traceId"].as_str().unwrap_or_default();
    assert_eq!(trace.len(), 32, "{inspected}");
    assert_eq!(
        inspected["lastOutput"].as_array().map(Vec::len),
        Some(2),
        "{inspected}"
    );
    let listed = stack
        .weir("run ls --deployment etl/failing -o json")
        .ok()
        .json();
    assert_eq!(listed["runs"][0]["runId"], "fails-1");
}

#[test]
fn runs_are_submitted_listed_watched_and_logged() {
    let stack = shared();
    stack.weir("work-pool create users --type process").ok();
    let mut worker = stack.worker("users", "--pool users --work-queue default --limit 4");
    let said = stack
        .weir("run submit --pool users --command 'echo hi' --id hi --tag a --tag b --name greeting")
        .ok();
    assert_eq!(said.out(), "hi\n", "the id alone, for scripts");
    stack.weir("run watch hi").ok().saying(&["Completed"]);
    assert_eq!(stack.weir("run logs hi").ok().out(), "hi\n");
    let states = stack.weir("run watch hi -o json").ok().json_lines();
    assert_eq!(
        states.last().map(|run| run["stateName"].clone()),
        Some(json!("Completed"))
    );
    let listed = stack
        .weir("run ls --pool users --tag a -o json")
        .ok()
        .json();
    let run = &listed["runs"][0];
    assert_eq!(
        (&run["runId"], &run["name"], &run["tags"]),
        (&json!("hi"), &json!("greeting"), &json!(["a", "b"]))
    );
    stack
        .weir("flow-run ls --pool users --state Completed")
        .ok()
        .saying(&["hi", "greeting", "Completed"]);
    stack
        .weir("run ls --pool users --state Nonsense")
        .exits(2)
        .saying(&["Completed"]);
    stack.weir("worker ls --pool users").ok().saying(&["users"]);
    worker.signal(rustix::process::Signal::TERM);
    assert!(worker.end_within(SOON).success());
    stack
        .weir("run watch no-such-run")
        .exits(7)
        .saying(&["no-such-run"]);
    stack
        .weir("run inspect no-such-run")
        .exits(7)
        .saying(&["weir run ls"]);
    stack.weir("run frobnicate").exits(2);
}

#[test]
fn a_run_that_waits_says_for_what_and_is_cancelled_where_it_stands() {
    let stack = shared();
    stack
        .weir("work-pool create narrow --type process --concurrency-limit 1")
        .ok();
    let _worker = stack.worker("narrow", "--pool narrow --limit 4");
    stack
        .weir("run submit --pool narrow --command 'sleep 300' --id holds")
        .ok();
    stack.run_is("holds", "Running", SOON);
    stack
        .weir("run submit --pool narrow --command 'sleep 300' --id waits --no-check")
        .ok();
    until("why names the limit and its holder", SOON, || {
        let why = stack.weir("why waits");
        (why.code == 0 && why.out().contains("pool narrow") && why.out().contains("holds"))
            .then_some(())
    });
    stack.weir("why waits -o json").ok().json();
    stack
        .weir("work-queue ls --pool narrow")
        .ok()
        .saying(&["1"]);
    stack.weir("run cancel waits --reason 'no longer'").ok();
    let run = stack.run_is("waits", "Cancelled", SOON);
    assert_eq!(run["attempt"], 0, "it never started: {run}");
    let mut follower = stack.begin("follower", "run watch holds");
    follower.says("Running", SOON);
    stack.weir("run cancel holds --grace 5s").ok();
    assert_eq!(
        follower.end_within(SOON).code(),
        Some(4),
        "{}",
        follower.output()
    );
    stack
        .weir("run cancel holds")
        .ok()
        .saying(&["ended already"]);
}

#[test]
fn an_id_in_two_queues_asks_for_the_queue() {
    let stack = shared();
    stack.weir("work-pool create amb --type process").ok();
    stack.weir("work-queue create other --pool amb").ok();
    for queue in ["default", "other"] {
        stack
            .weir(&format!(
                "run submit --pool amb --queue {queue} --command true --id double --no-check"
            ))
            .ok();
    }
    stack
        .weir("run inspect double")
        .exits(1)
        .saying(&["amb/default", "amb/other", "--queue"]);
    let run = stack
        .weir("run inspect double --pool amb --queue other -o json")
        .ok()
        .json();
    assert_eq!(run["run"]["queue"], "other");
    assert_eq!(stack.inspect("amb/default/double")["queue"], "default");
}

#[test]
fn requests_for_kubernetes_wait_for_a_worker_and_one_without_a_cluster_says_what_it_lacks() {
    let stack = shared();
    stack.weir("work-pool create k8s --type kubernetes").ok();
    stack
        .weir("run submit --pool k8s -jv image=python:3.13 --id pod-1")
        .ok();
    assert_eq!(stack.inspect("pod-1")["stateName"], "Scheduled");
    stack
        .weir("worker start --pool k8s")
        .exits(1)
        .saying(&["no cluster is configured", "kubeconfig"]);
    stack.weir("why pod-1").ok().saying(&["worker"]);
}
