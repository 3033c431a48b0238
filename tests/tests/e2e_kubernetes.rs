//! Runs that become Kubernetes Jobs, from a request to their end, as users see them.

use std::{process::Command, time::Duration};

use serde_json::json;
use weir_kube_standin::{Effect, Fault, Options, Resource};
use weir_tests::harness::{Cluster, Kubernetes, Stack, kept};

#[test]
fn a_run_becomes_a_job_and_its_end_is_the_runs() {
    let (stack, cluster) = (Stack::start(), Cluster::start());
    let _scheduler = stack.scheduler("s");
    stack.weir("work-pool create k --type kubernetes").ok();
    let _worker = stack.worker("w", &format!("--pool k {}", cluster.arguments()));
    let good = "run submit --pool k --job-variable image=busybox --job-variable namespace=runs --job-variable command=\"sh -c 'echo hello; exit 0'\" --wait --logs --id good";
    stack.weir(good).ok().saying(&["hello"]);
    let jobs = cluster.list(Resource::Jobs, "runs");
    assert_eq!(jobs.len(), 1, "{jobs:#?}");
}

/// What a worker has taken and cannot submit in time because others of its own are before it has not failed.
#[test]
fn a_slow_cluster_fails_no_run_that_has_not_come_to_its_turn() {
    let one_call = ("WEIR_CONFIG__WORKER__KUBERNETES__CALLS_MAX", "1");
    let kubernetes = Kubernetes::new(Stack::start_with(&[one_call]), Cluster::start());
    let (stack, cluster) = (&kubernetes.stack, &kubernetes.cluster);
    let slow = Effect::DelayBefore(Duration::from_millis(300));
    let creations = Fault::new(slow).verb("create").resource("jobs");
    cluster.fault(creations.times(u64::MAX));
    let _scheduler = stack.scheduler("s");
    // Time for some twenty of them one after the other.
    kubernetes.pool("k", "--submit-timeout 8s");
    let _worker = kubernetes.worker("w", "k");
    let ids: Vec<String> = (0..40).map(|of| format!("r{of}")).collect();
    for id in &ids {
        kubernetes.publish(
            "k",
            id,
            &Kubernetes::job(&json!({"runMs": 10}), json!({}), json!({})),
        );
    }
    for id in &ids {
        let run = stack.run_is(id, "Completed", Duration::from_mins(1));
        assert_eq!(run["state"], "COMPLETED", "{run:#}");
        assert_eq!(kubernetes.ran(id).len(), 1, "{id} has run once");
        kubernetes.nothing_left(id);
    }
    let handed_back = ids.iter().filter(|id| {
        let run = stack.inspect(id);
        run["attempts"].as_array().is_some_and(|all| all.len() > 1)
            || run["attempt"].as_u64() > Some(1)
    });
    assert!(
        handed_back.count() > 0,
        "no run had to wait for a second claim"
    );
}

/// Where a pod finds its service account.
/// <https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/>
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// In a pod the address is in the environment, and token, authority and namespace are files at a place that is fixed: a
/// worker gets a view of the files of its own in which they are there.
#[test]
fn a_worker_in_a_pod_goes_by_its_service_account_and_a_kubeconfig_leads_over_tls_too() {
    let mounts = Command::new("unshare")
        .args(["--mount", "mount", "-t", "tmpfs", "none", "/var/run"])
        .output();
    if !mounts.is_ok_and(|output| output.status.success()) {
        let why = "this machine lets nobody mount anything: run it as root, with unshare and mount";
        return kept::skipped("a worker in a pod", why);
    }
    let https = Options {
        https: true,
        ..Options::default()
    };
    let (stack, cluster) = (Stack::start(), Cluster::start_with(https));
    let _scheduler = stack.scheduler("s");
    for pool in ["inside", "outside"] {
        stack
            .weir(&format!("work-pool create {pool} --type kubernetes"))
            .ok();
    }
    let files = stack.path("account");
    cluster.write_service_account(&files);
    let files = files.display();
    let inside = format!(
        "mount -t tmpfs none /var/run && mkdir -p {ACCOUNT} && cp {files}/* {ACCOUNT} && exec \"$0\" \"$@\""
    );
    let port = cluster.address().port().to_string();
    let variables = [
        ("KUBERNETES_SERVICE_HOST", "127.0.0.1"),
        ("KUBERNETES_SERVICE_PORT", port.as_str()),
    ];
    let starter = ["unshare", "--mount", "sh", "-c", inside.as_str()];
    let _inside = stack.begin_through(
        &starter,
        "in",
        "worker start --name in --pool inside",
        &variables,
    );
    let _outside = stack.worker("out", &format!("--pool outside {}", cluster.arguments()));
    for pool in ["inside", "outside"] {
        let line = format!(
            "run submit --pool {pool} --job-variable image=busybox --job-variable command=\"sh -c 'echo {pool}; exit 0'\" --wait --logs"
        );
        stack.weir(&line).ok().saying(&[pool]);
    }
    let jobs = cluster.list(Resource::Jobs, "runs");
    assert_eq!(
        jobs.len(),
        2,
        "both in the namespace that they were told: {jobs:#?}"
    );
}
