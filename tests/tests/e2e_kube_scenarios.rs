//! Each way in which a Job can end by itself, or never start: what is shown of its run, why it waited meanwhile, and that
//! its slot came free when nothing of it ran any more.

use std::time::Duration;

use serde_json::{Value, json};
use weir_tests::harness::{Cluster, Fate, History, Kubernetes, Stack, until};

const SOON: Duration = Duration::from_mins(1);

struct Case {
    id: &'static str,
    request: Value,
    fate: Fate,
    /// How many containers ran.
    starts: usize,
    /// The last reason for which it waited.
    waits: &'static str,
}

fn case(id: &'static str, request: Value, fate: Fate, starts: usize) -> Case {
    Case {
        id,
        request,
        fate,
        starts,
        waits: "",
    }
}

fn waiting(id: &'static str, request: Value, fate: Fate, waits: &'static str) -> Case {
    Case {
        waits,
        ..case(id, request, fate, 0)
    }
}

/// By our own template.
fn variables(more: &Value) -> Value {
    let mut all = json!({"image": "busybox", "namespace": "runs"});
    for (key, value) in more.as_object().expect("it is a map") {
        all[key] = value.clone();
    }
    json!({"jobVariables": all})
}

fn with(mut request: Value, key: &str, value: Value) -> Value {
    request[key] = value;
    request
}

const CRASHED: Fate = Fate::of("CRASHED", "Crashed");
const START_FAILED: Fate = Fate::of("CRASHED", "StartFailed");
const TIMED_OUT: Fate = Fate::of("FAILED", "TimedOut");

#[expect(clippy::too_many_lines, reason = "a table, a row for each case")]
fn that_start() -> Vec<Case> {
    let shell = |script: &str| variables(&json!({"command": ["sh", "-c", script]}));
    let deaf = || shell("sleep 100000");
    let polite = || variables(&json!({"command": ["sleep", "100000"]}));
    let job = |script, spec, pod| Kubernetes::job(&script, spec, pod);
    let held = || json!({"hold": true});
    let late = TIMED_OUT.because("TimedOut", "stopped when its timeout of 1s was over");
    vec![
        case("success", shell("sleep 20; exit 0"), Fate::completed(), 1),
        case(
            "three",
            shell("exit 3"),
            Fate::failed(3, "exit code 3").because("Error", "exit code 3"),
            1,
        ),
        case(
            "again",
            with(
                with(shell("exit 3"), "retries", json!(2)),
                "retryDelay",
                json!("0.1s"),
            ),
            Fate::failed(3, "exit code 3")
                .because("Error", "exit code 3")
                .attempts(3),
            3,
        ),
        case(
            "oom",
            job(
                json!({"runMs": 5000, "end": "OOMKilled"}),
                json!({}),
                json!({}),
            ),
            CRASHED.because("OOMKilled", "137").code(137),
            1,
        ),
        case(
            "evicted",
            job(
                json!({"runMs": 5000, "end": "Evicted"}),
                json!({}),
                json!({}),
            ),
            CRASHED.because("Evicted", "low on resource").code(137),
            1,
        ),
        case(
            "job-deadline",
            job(held(), json!({"activeDeadlineSeconds": 100}), json!({})),
            TIMED_OUT
                .because(
                    "DeadlineExceeded",
                    "Job was active longer than specified deadline",
                )
                .code(143),
            1,
        ),
        case(
            "pod-deadline",
            job(held(), json!({}), json!({"activeDeadlineSeconds": 100})),
            TIMED_OUT
                .because("DeadlineExceeded", "Pod was active on the node longer")
                .code(143),
            1,
        ),
        case(
            "late",
            with(polite(), "timeout", json!("1s")),
            late.code(143),
            1,
        ),
        case(
            "late-and-deaf",
            with(deaf(), "timeout", json!("1s")),
            late.code(137),
            1,
        ),
        case(
            "ttl",
            variables(&json!({"command": ["sh", "-c", "exit 4"], "finished_job_ttl": 20})),
            Fate::failed(4, "exit code 4").because("Error", "exit code 4"),
            1,
        ),
    ]
}

fn that_never_start() -> Vec<Case> {
    let image = |image: &str, policy: &str| {
        variables(&json!({"image": image, "image_pull_policy": policy}))
    };
    let config = json!([{"configMapRef": {"name": "missing"}}]);
    let late = |reason, message| START_FAILED.because(reason, message);
    vec![
        waiting(
            "image",
            image("nosuch/image:1", "IfNotPresent"),
            late("ImagePullBackOff", "did not start in time"),
            "ImagePullBackOff",
        ),
        waiting(
            "image-name",
            image("bad::name", "IfNotPresent"),
            late("InvalidImageName", "did not start in time"),
            "InvalidImageName",
        ),
        waiting(
            "never-pull",
            image("nosuch/image:1", "Never"),
            late("ErrImageNeverPull", "did not start in time"),
            "ErrImageNeverPull",
        ),
        waiting(
            "config",
            variables(&json!({"env_from": config})),
            late(
                "CreateContainerConfigError",
                "configmap \"missing\" not found",
            ),
            "CreateContainerConfigError",
        ),
        waiting(
            "unschedulable",
            variables(&json!({"cpu_request": "900"})),
            late("Unschedulable", "Insufficient cpu"),
            "Unschedulable",
        ),
        waiting(
            "command",
            variables(&json!({"container_command": ["/nosuch/program"]})),
            START_FAILED.because("StartError", "/nosuch/program"),
            "Scheduled",
        ),
        waiting(
            "slow",
            Kubernetes::job(&json!({"startMs": 1_000_000}), json!({}), json!({})),
            late(
                "StartTimeout",
                "did not start within 4s: it came as far as pod",
            ),
            "Scheduled",
        ),
        waiting(
            "invalid",
            Kubernetes::job(&json!({}), json!({}), json!({"restartPolicy": "Always"})),
            START_FAILED.because("Invalid", "spec.template.spec.restartPolicy"),
            "",
        ),
        waiting(
            "not-served",
            variables(&json!({"namespace": "elsewhere"})),
            START_FAILED.because(
                "NamespaceNotServed",
                "which this pool's workers do not follow",
            ),
            "",
        ),
    ]
}

#[test]
fn each_ending_is_told_as_it_was_and_frees_the_slot_when_nothing_runs() {
    let kubernetes = Kubernetes::new(Stack::start(), Cluster::start());
    let stack = &kubernetes.stack;
    let _scheduler = stack.scheduler("s");
    kubernetes.pool("ends", "--start-timeout 4s");
    let _worker = kubernetes.worker("w", "ends");
    let cases: Vec<Case> = that_start().into_iter().chain(that_never_start()).collect();
    for Case { id, request, .. } in &cases {
        kubernetes.publish("ends", id, request);
    }
    let runs = stack.all_ended("ends", cases.len(), SOON);
    let history = History::read(stack.url(), "ends");
    for Case {
        id,
        fate,
        starts,
        waits,
        ..
    } in &cases
    {
        let run = runs.iter().find(|run| run["runId"] == *id);
        fate.is_of(run.expect("it is listed"));
        kubernetes.held_its_slot(&history, id, *starts);
        let waited = Kubernetes::waited_for(&history, id);
        assert!(
            *starts > 0 || waited.last().map_or("", String::as_str) == *waits,
            "run {id} waited for {waited:?}"
        );
        kubernetes.nothing_left(id);
    }
    until("the time to live is over", SOON, || {
        kubernetes.jobs_of("ttl").is_empty().then_some(())
    });
}
