//! A run is cancelled wherever its Job stands: it is told to be cancelled when nothing of it runs any more, and what was
//! never let start never starts.

use std::time::Duration;

use serde_json::{Value, json};
use weir_kube_standin::{Effect, Fault};
use weir_tests::harness::{Cluster, History, Kubernetes, Stack};

const SOON: Duration = Duration::from_mins(1);
const POOL: &str = "stops";

fn job(script: &Value) -> Value {
    Kubernetes::job(script, json!({}), json!({}))
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, a row for each case")]
fn a_run_is_cancelled_wherever_its_job_stands() {
    let kubernetes = Kubernetes::new(Stack::start(), Cluster::start());
    let (stack, cluster) = (&kubernetes.stack, &kubernetes.cluster);
    let _scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, "");
    let _worker = kubernetes.worker("w", POOL);
    let slow = Duration::from_secs(8);
    for (id, effect, verb) in [
        ("before", Effect::DelayBefore(slow), "create"),
        ("answer", Effect::DelayAfter(slow), "create"),
        ("suspended", Effect::DelayBefore(slow), "patch"),
        ("patched", Effect::DelayAfter(slow), "patch"),
    ] {
        let fault = Fault::new(effect).verb(verb).resource("jobs");
        cluster.fault(fault.name(&format!("weir-{id}-")));
    }
    let hold = json!({"hold": true});
    let deaf = json!({"hold": true, "ignoreSigterm": true});
    let image = Kubernetes::job(
        &hold,
        json!({}),
        json!({"containers": [{"name": "main", "image": "nosuch/image:1"}]}),
    );
    for (id, request) in [
        ("polite", job(&hold)),
        ("deaf", job(&deaf)),
        ("forced", job(&deaf)),
        ("image", image),
        ("pending", job(&json!({"startMs": 1_000_000}))),
        ("before", job(&hold)),
        ("answer", job(&hold)),
        ("suspended", job(&hold)),
        ("patched", job(&hold)),
    ] {
        kubernetes.publish(POOL, id, &request);
    }
    stack.run_is("before", "Submitting", SOON);
    for id in ["polite", "deaf", "forced", "patched"] {
        kubernetes.is_up(id);
    }
    for id in ["image", "pending", "answer", "suspended"] {
        kubernetes.has_job(id);
    }
    // How it is stopped, how many containers had started, and their exit code.
    let cases = [
        ("before", "", 0, None),
        ("answer", "", 0, None),
        ("suspended", "", 0, None),
        ("patched", "--grace 5s", 1, Some(143)),
        ("polite", "--grace 5s", 1, Some(143)),
        ("deaf", "--grace 5s", 1, Some(137)),
        ("forced", "--force", 1, Some(137)),
        ("image", "", 0, None),
        ("pending", "", 0, None),
    ];
    for (id, how, ..) in cases {
        stack
            .weir(&format!("run cancel {id} --pool {POOL} {how}"))
            .ok();
    }
    for (id, _, _, code) in cases {
        let run = stack.run_is(id, "Cancelled", SOON);
        // What never ran has no exit code, whatever the kubelet writes there.
        let ran = id == "suspended" && !kubernetes.ran(id).is_empty();
        let code = if ran { run["exitCode"].as_i64() } else { code };
        assert_eq!(
            (id, &run["state"], run["exitCode"].as_i64()),
            (id, &json!("CANCELLED"), code),
            "{run:#}"
        );
    }
    let history = History::read(stack.url(), POOL);
    for (id, _, starts, _) in cases {
        // The observer lets it start when its worker takes too long.
        let starts = match id {
            "suspended" => kubernetes.ran(id).len(),
            _ => starts,
        };
        kubernetes.held_its_slot(&history, id, starts);
        kubernetes.nothing_left(id);
    }
}

/// Whoever was first, has it: both words may be said at any time.
#[test]
fn a_cancel_that_crosses_an_end_leaves_one_of_the_two() {
    let kubernetes = Kubernetes::new(Stack::start(), Cluster::start());
    let stack = &kubernetes.stack;
    let _scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, "");
    let _worker = kubernetes.worker("w", POOL);
    let ids: Vec<String> = (0..6).map(|number| format!("x{number}")).collect();
    for id in &ids {
        kubernetes.publish(POOL, id, &job(&json!({"hold": true})));
    }
    for (number, id) in ids.iter().enumerate() {
        let pod = kubernetes.is_up(id);
        let cancel = || stack.weir(&format!("run cancel {id} --pool {POOL} --grace 1s"));
        if number % 2 == 0 {
            kubernetes.cluster.finish("runs", &pod, 0);
            cancel();
        } else {
            cancel().ok();
            kubernetes.cluster.finish("runs", &pod, 0);
        }
    }
    let runs = stack.all_ended(POOL, ids.len(), SOON);
    for run in &runs {
        assert!(
            ["COMPLETED", "CANCELLED"].contains(&run["state"].as_str().unwrap_or_default()),
            "{run:#}"
        );
    }
    let history = History::read(stack.url(), POOL);
    for id in &ids {
        kubernetes.held_its_slot(&history, id, 1);
        kubernetes.nothing_left(id);
    }
}
