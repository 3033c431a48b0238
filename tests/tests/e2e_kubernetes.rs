//! Runs that become Kubernetes Jobs, from a request to their end, as users see them.

use weir_kube_standin::Resource;
use weir_tests::harness::{Cluster, Stack};

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
