//! Workers killed and frozen, the API server and the broker restarted, while runs stand at every step of their lives: each
//! ends in one state, no attempt runs twice or without its slot, nothing is told twice, and no Job is left over.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use weir_core::kubernetes::identity;
use weir_kube_standin::{Effect, Fault, History as Kept, Restart};
use weir_tests::harness::{
    Cluster, History, Kubernetes, Program, Stack, block_on, for_a_while, lasts, until,
};

const SOON: Duration = Duration::from_secs(30);
const LONG: Duration = Duration::from_secs(90);
const POOL: &str = "steps";
/// The lease of a worker in these tests.
const LEASE: Duration = Duration::from_secs(6);

/// Runs by where they stand when it happens.
const STEPS: [&str; 9] = [
    "before",
    "answer",
    "cut",
    "patch",
    "pending",
    "running",
    "ended",
    "cancelling",
    "waiting",
];

struct Scene {
    kubernetes: Kubernetes,
    _scheduler: Program,
    /// Follows the pool's Jobs, and holds one run of its own.
    observer: Program,
    /// Has taken all others.
    submitter: Program,
}

fn worker(kubernetes: &Kubernetes, name: &str, limit: u32) -> Program {
    let cluster = kubernetes.cluster.arguments();
    let arguments = format!("--pool {POOL} --limit {limit} {cluster}");
    kubernetes.stack.worker(name, &arguments)
}

fn retried(script: &Value) -> Value {
    let mut request = Kubernetes::job(script, json!({}), json!({}));
    request["retries"] = 5.into();
    request["retryDelay"] = "0.1s".into();
    request
}

/// Brings runs to every step.
fn scene() -> Scene {
    let kubernetes = Kubernetes::new(Stack::start(), Cluster::start());
    let stack = &kubernetes.stack;
    let scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, "");
    let observer = worker(&kubernetes, "observer", 1);
    observer.says("following the pool's Jobs", SOON);
    kubernetes.publish(POOL, "blocker", &retried(&json!({"hold": true})));
    kubernetes.is_up("blocker");
    let submitter = worker(&kubernetes, "submitter", 64);
    stack.workers_online(POOL, 2);
    let hold = json!({"hold": true});
    for id in ["running", "ended"] {
        kubernetes.publish(POOL, id, &retried(&hold));
    }
    let deaf = json!({"hold": true, "ignoreSigterm": true});
    kubernetes.publish(POOL, "cancelling", &retried(&deaf));
    kubernetes.publish(
        POOL,
        "pending",
        &retried(&json!({"startMs": 400_000, "runMs": 100})),
    );
    for id in ["running", "ended", "cancelling"] {
        kubernetes.is_up(id);
        stack.run_is(id, "Running", SOON);
    }
    kubernetes.has_job("pending");
    let slow = Duration::from_secs(3);
    for (id, effect, verb) in [
        ("before", Effect::DelayBefore(slow), "create"),
        ("answer", Effect::DelayAfter(slow), "create"),
        ("cut", Effect::CutAfter, "create"),
        ("patch", Effect::DelayBefore(slow), "patch"),
    ] {
        let fault = Fault::new(effect).verb(verb).resource("jobs");
        kubernetes.cluster.fault(fault.name(&format!("weir-{id}-")));
        kubernetes.publish(POOL, id, &retried(&hold));
    }
    for id in ["answer", "patch"] {
        kubernetes.has_job(id);
    }
    stack
        .weir("run cancel cancelling --pool steps --grace 2s")
        .ok();
    kubernetes.finish("ended", 0);
    Scene {
        kubernetes,
        _scheduler: scheduler,
        observer,
        submitter,
    }
}

impl Scene {
    /// Lets all that runs end well until all runs have ended.
    #[track_caller]
    fn ends(&self) {
        let Kubernetes { stack, cluster, .. } = &self.kubernetes;
        self.kubernetes
            .publish(POOL, "waiting", &retried(&json!({"runMs": 500})));
        let all = STEPS.len() + 1;
        let never = lasts(LONG, || {
            for life in cluster.ran().iter().filter(|it| it.ended.is_none()) {
                let run = life.label(identity::RUN_ID);
                if run != Some("cancelling") {
                    cluster.finish(&life.namespace, &life.pod, 0);
                }
            }
            let ended = stack.runs(POOL);
            ended
                .iter()
                .filter(|run| run["endedAt"].is_string())
                .count()
                < all
        });
        let runs = stack.runs(POOL);
        assert!(!never, "not all have ended: {runs:#?}");
        let history = History::read(stack.url(), POOL);
        for id in STEPS.into_iter().chain(["blocker"]) {
            let run = runs.iter().find(|run| run["runId"] == id);
            let run = run.expect("it is listed");
            let state = if id == "cancelling" {
                "CANCELLED"
            } else {
                "COMPLETED"
            };
            assert_eq!(run["state"], state, "{run:#}");
            self.is_in_order(&history, id);
        }
    }

    #[track_caller]
    fn is_in_order(&self, history: &History, run: &str) {
        self.kubernetes.nothing_left(run);
        let ran = self.kubernetes.ran(run);
        self.kubernetes.held_its_slot(history, run, ran.len());
        let mut starts: BTreeMap<&str, usize> = BTreeMap::new();
        for life in &ran {
            *starts
                .entry(life.label(identity::ATTEMPT).unwrap_or_default())
                .or_default() += 1;
        }
        assert!(
            starts.values().all(|starts| *starts == 1),
            "an attempt of run {run} ran twice: {ran:#?}"
        );
        let told = Kubernetes::told(history, run);
        assert!(
            told.values().all(|times| *times == 1),
            "something of run {run} was told twice: {told:?}"
        );
    }
}

#[test]
fn a_killed_observer_is_followed_by_another() {
    let mut scene = scene();
    let other = worker(&scene.kubernetes, "other", 1);
    std::mem::replace(&mut scene.observer, other).kill_9();
    scene.ends();
}

#[test]
fn a_killed_submitter_costs_no_run_its_end() {
    let mut scene = scene();
    let other = worker(&scene.kubernetes, "other", 64);
    std::mem::replace(&mut scene.submitter, other).kill_9();
    scene.ends();
}

#[test]
fn both_killed_at_once_leave_nothing_behind() {
    let mut scene = scene();
    let other = worker(&scene.kubernetes, "other", 64);
    std::mem::replace(&mut scene.submitter, other).kill_9();
    let other = worker(&scene.kubernetes, "second", 1);
    std::mem::replace(&mut scene.observer, other).kill_9();
    scene.ends();
}

/// It has run nothing later, and has told nothing wrong, when it goes on.
#[test]
fn a_frozen_submitter_that_goes_on_late_runs_nothing() {
    let mut scene = scene();
    scene.submitter.freeze();
    let _other = worker(&scene.kubernetes, "other", 64);
    for_a_while(LEASE + Duration::from_secs(3));
    scene.submitter.thaw();
    scene.ends();
}

#[test]
fn a_frozen_observer_that_goes_on_late_overlaps_with_the_next_and_does_no_harm() {
    let mut scene = scene();
    scene.observer.freeze();
    scene.submitter.says("following the pool's Jobs", SOON);
    scene.kubernetes.finish("running", 0);
    scene.kubernetes.stack.run_is("running", "Completed", SOON);
    scene.observer.thaw();
    scene.ends();
}

/// As short as it may be: it holds its lease and its session all the time.
#[test]
fn workers_that_stand_still_for_a_moment_go_on_as_if_nothing_was() {
    let mut scene = scene();
    for _ in 0..3 {
        scene.submitter.freeze();
        scene.observer.freeze();
        for_a_while(Duration::from_millis(700));
        scene.observer.thaw();
        scene.submitter.thaw();
        for_a_while(Duration::from_millis(300));
    }
    scene.ends();
}

#[test]
fn an_api_server_that_is_restarted_in_every_way_costs_no_run_its_end() {
    for (draining, history) in [
        (Duration::ZERO, Kept::Kept),
        (Duration::ZERO, Kept::CacheLost),
        (Duration::ZERO, Kept::Compacted),
        (Duration::from_secs(1), Kept::CacheLost),
    ] {
        let scene = scene();
        block_on(scene.kubernetes.cluster.restart(Restart {
            draining,
            refused: Duration::from_secs(1),
            forbidden: Duration::from_secs(1),
            history,
        }));
        scene.ends();
    }
}

#[test]
fn a_restarted_broker_costs_no_run_its_end() {
    let scene = scene();
    scene.kubernetes.stack.kill_broker();
    for_a_while(Duration::from_secs(1));
    scene.kubernetes.stack.restart_broker();
    until("a scheduler leads again", SOON, || {
        scene.kubernetes.stack.leader().map(|_| ())
    });
    scene.ends();
}

/// The cluster would remove it, and with it all that is known of its end, before anybody has looked.
#[test]
fn a_time_to_live_takes_no_result_away_while_nobody_follows() {
    let kubernetes = Kubernetes::new(Stack::start(), Cluster::start());
    let (stack, cluster) = (&kubernetes.stack, &kubernetes.cluster);
    let _scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, "");
    let first = worker(&kubernetes, "first", 1);
    let lives = json!({"ttlSecondsAfterFinished": 0});
    let request = Kubernetes::job(&json!({"hold": true}), lives, json!({}));
    kubernetes.publish(POOL, "short", &request);
    let pod = kubernetes.is_up("short");
    stack.run_is("short", "Running", SOON);
    first.kill_9();
    assert!(cluster.say("runs", &pod, "last words"), "{pod} runs");
    kubernetes.finish("short", 4);
    kubernetes.nothing_left("short");
    let _second = worker(&kubernetes, "second", 1);
    let run = stack.run_is("short", "Failed", SOON);
    assert_eq!(run["exitCode"], 4, "{run:#}");
    until("the time to live is over", SOON, || {
        kubernetes.jobs_of("short").is_empty().then_some(())
    });
    let output = stack.weir("run logs short --pool steps").ok().out();
    assert_eq!(output, "last words\n");
}

/// Each of them could: what all of them did, the API server would pay for.
#[test]
fn of_several_workers_one_looks_at_the_cluster() {
    let kubernetes = Kubernetes::new(Stack::start(), Cluster::start());
    let stack = &kubernetes.stack;
    let _scheduler = stack.scheduler("s");
    kubernetes.pool(POOL, "");
    let follows = "following the pool's Jobs";
    let first = worker(&kubernetes, "first", 64);
    first.says(follows, SOON);
    let second = worker(&kubernetes, "second", 64);
    stack.workers_online(POOL, 2);
    for id in ["one", "two", "three"] {
        let request = Kubernetes::job(&json!({"runMs": 100}), json!({}), json!({}));
        kubernetes.publish(POOL, id, &request);
    }
    stack.all_ended(POOL, 3, SOON);
    let idle = lasts(Duration::from_secs(2), || {
        !second.output().contains(follows)
    });
    assert!(idle, "{}", second.output());
    let requests = kubernetes.cluster.requests();
    let lists = requests
        .iter()
        .filter(|it| it.verb == "list" && it.resource == "jobs");
    assert_eq!(lists.count(), 1);
}
