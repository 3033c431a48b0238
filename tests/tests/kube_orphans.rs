//! Jobs that are labelled as an installation's and that its log does not know: workers leave them alone, `weir worker
//! orphans` names them, and only `--delete` removes them.

use std::time::Duration;

use serde_json::{Value, json};
use weir_kube_standin::{Client, Options, Resource, Script, Scripts};
use weir_tests::harness::{Cluster, block_on, shared, until};

const SOON: Duration = Duration::from_secs(30);

/// The same Job under another name, and as it would be written: of another run, or of a queue that is not there.
fn like(job: &Value, name: &str, changed: &[(&str, &str)]) -> Value {
    let mut annotations = job["metadata"]["annotations"].clone();
    let mut labels = job["metadata"]["labels"].clone();
    for (key, value) in changed {
        for marks in [&mut annotations, &mut labels] {
            if marks.get(*key).is_some() {
                marks[*key] = (*value).into();
            }
        }
    }
    let containers = json!([{"name": "c", "image": "busybox", "command": ["true"]}]);
    json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": name, "labels": labels, "annotations": annotations},
        "spec": {"suspend": true, "template": {"spec": {"restartPolicy": "Never", "containers": containers}}},
    })
}

fn names(said: &Value) -> Vec<(&str, &str)> {
    let orphans = said["orphans"].as_array().expect("a list");
    let mut names: Vec<_> = orphans
        .iter()
        .map(|it| {
            (
                it["name"].as_str().unwrap_or_default(),
                it["why"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    assert!(
        orphans
            .iter()
            .all(|it| it["namespace"] == "runs" && it["createdAt"].is_string())
    );
    names.sort_unstable();
    names
}

#[test]
fn jobs_that_the_log_does_not_know_are_named_and_deleted_only_on_demand() {
    let stack = shared();
    let cluster = Cluster::start_with(Options {
        scripts: Scripts::by(|pod| {
            let run = pod["metadata"]["labels"]["weir.dev/run-id"].as_str()?;
            (run == "lives").then(Script::holds)
        }),
        ..Options::default()
    });
    stack.weir("work-pool create lost --type kubernetes").ok();
    let worker = stack.worker("lost", &format!("--pool lost {}", cluster.arguments()));
    let submit = "run submit --pool lost -j image=busybox -j namespace=runs -j command=echo";
    stack.weir(&format!("{submit} --id over --wait")).ok();
    stack.weir(&format!("{submit} --id lives")).ok();
    stack.run_is("lives", "Running", SOON);
    let orphans = format!("worker orphans --pool lost {}", cluster.arguments());
    stack
        .weir(&orphans)
        .ok()
        .saying(&["every Job of this pool is known"]);

    let jobs = cluster.list(Resource::Jobs, "runs");
    assert_eq!(jobs.len(), 2);
    let no_marks = json!({"weir.dev/pool": "lost"});
    let mut bare = like(&jobs[0], "bare", &[]);
    bare["metadata"]["annotations"] = no_marks;
    let admin = Client::new(cluster.address(), Some("admin"));
    for job in [
        like(
            &jobs[0],
            "foreign",
            &[("weir.dev/run-id", "of-somebody-else")],
        ),
        like(&jobs[0], "later", &[("weir.dev/attempt", "7")]),
        like(&jobs[0], "queueless", &[("weir.dev/incarnation", "9")]),
        bare,
    ] {
        let made = block_on(admin.post("/apis/batch/v1/namespaces/runs/jobs", &job));
        let made = made.expect("the stand-in answers");
        assert_eq!(made.status, 201, "{}", made.body);
    }
    let all = [
        ("bare", "no-attempt"),
        ("foreign", "unheard"),
        ("later", "unheard"),
        ("queueless", "no-queue"),
    ];
    let said = stack.weir(&format!("{orphans} -o json")).ok().json();
    assert_eq!(names(&said), all);
    stack.weir(&orphans).ok().saying(&[
        "of-somebody-else attempt 1",
        "its queue is gone",
        "its annotations name no attempt",
    ]);
    worker.says("the log does not know it; it is left alone", SOON);
    assert_eq!(cluster.list(Resource::Jobs, "runs").len(), 6);

    stack
        .weir(&format!("{orphans} --delete"))
        .ok()
        .saying(&["Job runs/foreign is deleted"]);
    until("only those that the log knows are left", SOON, || {
        (cluster.list(Resource::Jobs, "runs").len() == 2).then_some(())
    });
    assert_eq!(stack.inspect("lives")["state"], "RUNNING");
    stack.weir("worker orphans --pool no-such-pool").exits(7);
    stack.weir("run cancel lives --grace 1s").ok();
    stack.run_is("lives", "Cancelled", SOON);
}
