//! The output of a Job while the workers that follow it are killed one after the other: it is complete, in order, and no
//! line of it shows twice, for those who have watched all the time as for those who look afterwards.

use std::{thread, time::Duration};

use serde_json::json;
use weir_kube_standin::{Effect, Fault, Request};
use weir_tests::harness::{Cluster, Kubernetes, Program, Stack, WORKER, for_a_while, until};

const SOON: Duration = Duration::from_secs(30);
const POOL: &str = "talk";
/// Lines, and how many of them are said at a time.
const LINES: usize = 3_600;
const AT_ONCE: usize = 4;

fn line(number: usize) -> String {
    format!("line {number:05}")
}

fn said(output: &str) -> Vec<&str> {
    let lines = output.lines();
    lines.filter(|line| line.starts_with("line ")).collect()
}

#[track_caller]
fn is_all(lines: &[&str]) {
    let odd = lines.iter().zip(0..).find(|(found, n)| **found != line(*n));
    assert!(
        odd.is_none() && lines.len() == LINES,
        "{} of {LINES} lines, the first that is not in its place: {odd:?}",
        lines.len()
    );
}

/// Another worker takes over.
fn takes_over(kubernetes: &Kubernetes, before: Program, name: &str) -> Program {
    before.kill_9();
    let next = kubernetes.worker(name, POOL);
    next.says("following the pool's Jobs", SOON);
    next
}

#[test]
fn output_is_whole_in_order_and_shows_once_over_the_deaths_of_two_observers() {
    let kubernetes = Kubernetes::new(Stack::start(), Cluster::start());
    let (stack, cluster) = (&kubernetes.stack, &kubernetes.cluster);
    let _scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, "");
    let first = kubernetes.worker("first", POOL);
    kubernetes.publish(
        POOL,
        "talks",
        &Kubernetes::job(&json!({"hold": true}), json!({}), json!({})),
    );
    let pod = kubernetes.is_up("talks");
    let mut follows = stack.begin("follow", &format!("run logs -f talks --pool {POOL}"));
    let last = thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..LINES {
                assert!(cluster.say("runs", &pod, &line(number)), "{pod} runs");
                if number % AT_ONCE == 0 {
                    for_a_while(Duration::from_millis(1));
                }
            }
        });
        follows.says(&line(200), SOON);
        // Whoever takes over waits for its first list, and does not ask for each attempt by itself.
        let late = Fault::new(Effect::DelayBefore(Duration::from_secs(3))).account(WORKER);
        cluster.fault(late.verb("list").resource("jobs"));
        let before = cluster.requests().len();
        let second = takes_over(&kubernetes, first, "second");
        follows.says(&line(LINES / 2), SOON);
        let requests = cluster.requests().split_off(before);
        let one_by_one = |it: &&Request| it.verb == "get" && it.resource == "jobs";
        assert_eq!(requests.iter().find(one_by_one).map(|it| &it.path), None);
        takes_over(&kubernetes, second, "third")
    });
    kubernetes.finish("talks", 0);
    stack.run_is("talks", "Completed", SOON);
    follows.end_within(SOON);
    is_all(&said(&follows.output()));
    let kept = stack.weir(&format!("run logs talks --pool {POOL}")).ok();
    is_all(&said(&kept.out()));
    drop(last);
}

/// Its end is told before its last output is stored, where the cluster is slow to hand that out.
#[test]
fn output_that_was_left_behind_is_brought_by_whoever_takes_over_with_a_time_to_live_and_without() {
    let kubernetes = Kubernetes::new(Stack::start(), Cluster::start());
    let (stack, cluster) = (&kubernetes.stack, &kubernetes.cluster);
    let _scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, "");
    let first = kubernetes.worker("first", POOL);
    let slow = Fault::new(Effect::DelayBefore(Duration::from_mins(10))).account(WORKER);
    cluster.fault(slow.verb("get").resource("pods/log").times(1_000));
    let runs = [
        ("removed", json!({"ttlSecondsAfterFinished": 600_000})),
        ("kept", json!({})),
    ];
    for (run, spec) in &runs {
        let script = json!({"runMs": 200, "lines": ["one", "two"]});
        kubernetes.publish(
            POOL,
            run,
            &Kubernetes::job(&script, spec.clone(), json!({})),
        );
    }
    for (run, _) in &runs {
        stack.run_is(run, "Completed", SOON);
        assert_eq!(output_of(stack, run), "", "{run} has left nothing behind");
        assert!(!is_marked(&kubernetes, run), "{run}");
    }
    cluster.clear_faults();
    let second = takes_over(&kubernetes, first, "second");
    for (run, _) in &runs {
        let brought = until(&format!("the output of {run} is whole"), SOON, || {
            let output = output_of(stack, run);
            (is_marked(&kubernetes, run) && !output.is_empty()).then_some(output)
        });
        assert_eq!(brought, "one\ntwo\n", "{run}");
    }
    // From then on nobody looks for it any more.
    let before = cluster.requests().len();
    let _third = takes_over(&kubernetes, second, "third");
    let another = Kubernetes::job(&json!({"runMs": 10, "lines": ["x"]}), json!({}), json!({}));
    kubernetes.publish(POOL, "another", &another);
    until("the next run is marked", SOON, || {
        is_marked(&kubernetes, "another").then_some(())
    });
    let read = cluster.requests().split_off(before);
    let mut read: Vec<_> = read
        .iter()
        .filter(|it| it.resource == "pods/log")
        .map(|it| &it.path)
        .collect();
    read.retain(|path| !path.contains("another"));
    assert_eq!(read, Vec::<&String>::new());
}

fn output_of(stack: &Stack, run: &str) -> String {
    let output = stack.weir(&format!("run logs {run} --pool {POOL}"));
    output.ok().out().clone()
}

fn is_marked(kubernetes: &Kubernetes, run: &str) -> bool {
    let jobs = kubernetes.jobs_of(run);
    let mark =
        |job: &serde_json::Value| job["metadata"]["annotations"]["weir.dev/output"] == "stored";
    !jobs.is_empty() && jobs.iter().all(mark)
}
