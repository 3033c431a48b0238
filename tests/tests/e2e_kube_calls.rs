//! The API server restarts, and the worker stands still or dies, at each single call of a Job's life: before the call was
//! done and before its answer has come. Whenever it is, the run completes, its Job was made once, it ran once, each
//! thing is told once, and nothing is left over.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use weir_kube_standin::{Effect, Fault, History as Kept, Request, Restart};
use weir_tests::harness::{
    Cluster, History, Kubernetes, Program, Stack, WORKER, block_on, for_a_while, lasts, until,
};

const SOON: Duration = Duration::from_mins(1);
/// Lives at one time.
const AT_ONCE: usize = 4;
/// The lease of a worker, and some more.
const LEASE: Duration = Duration::from_millis(7_500);
/// How long a call waits for the worker to be frozen.
const HOLD: Duration = Duration::from_millis(800);
const RUN: &str = "lives";

/// What happens at a call.
#[derive(Clone, Copy, Debug)]
enum Harm {
    /// The API server restarts.
    Restart,
    /// The worker stands still, for less than its lease.
    Still,
    /// It stands still until another has taken over.
    Replaced,
    /// It is killed.
    Killed,
}

/// One life.
#[derive(Clone, Copy, Debug)]
struct Moment {
    harm: Harm,
    /// At which call of the worker.
    call: u64,
    /// The call is done by then.
    done: bool,
}

impl Moment {
    fn pool(self) -> String {
        let Self { harm, call, done } = self;
        format!("{harm:?}-{call}-{done}").to_lowercase()
    }

    fn fault(self) -> Fault {
        let effect = match (self.harm, self.done) {
            (Harm::Restart | Harm::Killed, false) => Effect::NeverBefore,
            (Harm::Restart | Harm::Killed, true) => Effect::NeverAfter,
            (Harm::Still | Harm::Replaced, false) => Effect::DelayBefore(HOLD),
            (Harm::Still | Harm::Replaced, true) => Effect::DelayAfter(HOLD),
        };
        Fault::new(effect).account(WORKER).skip(self.call)
    }

    /// Does it. Returns the worker that is there afterwards, and the one that was, where it still is.
    fn strikes(self, life: &Life, mut worker: Program) -> (Program, Option<Program>) {
        match self.harm {
            Harm::Restart => {
                let history = [Kept::Kept, Kept::CacheLost, Kept::Compacted];
                let at = usize::try_from(self.call).unwrap_or_default() % history.len();
                let short = Duration::from_millis(150);
                block_on(life.kubernetes.cluster.restart(Restart {
                    draining: Duration::ZERO,
                    refused: short,
                    forbidden: short,
                    history: history[at],
                }));
                (worker, None)
            }
            Harm::Still => {
                worker.freeze();
                for_a_while(HOLD + Duration::from_millis(700));
                worker.thaw();
                (worker, None)
            }
            Harm::Replaced => {
                worker.freeze();
                let next = life.worker("next");
                for_a_while(LEASE);
                next.says("following the pool's Jobs", SOON);
                worker.thaw();
                (next, Some(worker))
            }
            Harm::Killed => {
                worker.kill_9();
                (life.worker("next"), None)
            }
        }
    }

    /// The attempt that completes must be the first: the worker was not lost.
    fn keeps_its_attempt(self) -> bool {
        matches!(self.harm, Harm::Restart | Harm::Still)
    }
}

struct Life {
    kubernetes: Kubernetes,
    pool: String,
}

impl Life {
    fn new(stack: &Arc<Stack>, pool: String) -> Self {
        let kubernetes = Kubernetes::new(stack.clone(), Cluster::start());
        kubernetes.pool(&pool, "");
        Self { kubernetes, pool }
    }

    fn worker(&self, name: &str) -> Program {
        let cluster = self.kubernetes.cluster.arguments();
        let arguments = format!("--pool {} {cluster}", self.pool);
        let name = format!("{}-{name}", self.pool);
        let settings = [("WEIR_CONFIG__WORKER__KUBERNETES__CALL_TIMEOUT", "2s")];
        self.kubernetes
            .stack
            .worker_with(&name, &arguments, &settings)
    }

    fn calls(&self) -> Vec<Request> {
        let mut calls = self.kubernetes.cluster.requests();
        calls.retain(|call| call.account == WORKER);
        calls
    }

    fn publish(&self) {
        let script = json!({"runMs": 20_000, "lines": ["one", "two"]});
        let request = Kubernetes::job(
            &script,
            json!({"ttlSecondsAfterFinished": 600_000}),
            json!({}),
        );
        self.kubernetes.publish(&self.pool, RUN, &request);
    }

    fn run(&self) -> Value {
        let runs = self.kubernetes.stack.runs(&self.pool);
        runs.into_iter().next().unwrap_or_default()
    }

    #[track_caller]
    fn completes(&self) -> Value {
        let mut run = Value::Null;
        let never = lasts(SOON, || {
            run = self.run();
            !run["endedAt"].is_string()
        });
        assert!(
            !never && run["state"] == "COMPLETED",
            "{}: {run:#}",
            self.pool
        );
        run
    }

    /// It was what it should have been.
    #[track_caller]
    fn is_in_order(&self, run: &Value, same_attempt: bool) {
        let kubernetes = &self.kubernetes;
        // The Job of an attempt that was lost before it could run goes.
        let job = until(&format!("{}: one Job is left", self.pool), SOON, || {
            let mut jobs = kubernetes.jobs_of(RUN);
            let job = jobs.pop().filter(|_| jobs.is_empty())?;
            // What is patched in last, when all is told.
            job["spec"]["ttlSecondsAfterFinished"]
                .is_u64()
                .then_some(job)
        });
        kubernetes.nothing_left(RUN);
        let history = History::read(kubernetes.stack.url(), &self.pool);
        kubernetes.held_its_slot(&history, RUN, 1);
        let told = Kubernetes::told(&history, RUN);
        let twice = told.iter().find(|(_, times)| **times > 1);
        assert_eq!(twice, None, "{}: {told:?}", self.pool);
        let attempt = run["attempt"].as_u64().unwrap_or_default();
        let first = same_attempt || told.contains_key(&(1, "Submitted"));
        assert_eq!(attempt, if first { 1 } else { 2 }, "{}: {run:#}", self.pool);
        let labels = &job["metadata"]["labels"];
        assert_eq!(labels["weir.dev/attempt"], attempt.to_string(), "{job:#}");
        let output = kubernetes
            .stack
            .weir(&format!("run logs {RUN} --pool {}", self.pool));
        assert_eq!(output.ok().out(), "one\ntwo\n", "{}", self.pool);
    }
}

/// A life without harm; returns how many calls it has, the worker's own first ones included.
fn plain(stack: &Arc<Stack>) -> u64 {
    let life = Life::new(stack, "plain".to_owned());
    let _worker = life.worker("w");
    life.publish();
    let run = life.completes();
    life.is_in_order(&run, true);
    u64::try_from(life.calls().len()).unwrap_or_default()
}

fn harmed(stack: &Arc<Stack>, moment: Moment) {
    let life = Life::new(stack, moment.pool());
    life.kubernetes.cluster.fault(moment.fault());
    let worker = life.worker("w");
    life.publish();
    let met = usize::try_from(moment.call).unwrap_or_default();
    let mut reached = None;
    until(&format!("{}: it happens, or ends", life.pool), SOON, || {
        reached = life.calls().get(met).cloned();
        // A life may have a call less than the one that was counted: a watch that did not end meanwhile.
        let over = || life.run()["endedAt"].is_string();
        (reached.is_some() || over()).then_some(())
    });
    let workers = if reached.is_some() {
        moment.strikes(&life, worker)
    } else {
        (worker, None)
    };
    let run = life.completes();
    life.is_in_order(&run, moment.keeps_its_attempt());
    drop(workers);
}

/// All lives with this harm, several at one time.
fn at_each_call(harm: Harm) {
    let stack = Arc::new(Stack::start());
    let _scheduler = stack.scheduler("s");
    let calls = plain(&stack);
    assert!(calls >= 8, "only {calls} calls");
    let moments = (0..calls).flat_map(|call| {
        let both = [false, true];
        both.map(|done| Moment { harm, call, done })
    });
    let moments = Mutex::new(moments.collect::<Vec<_>>().into_iter());
    let next = || {
        moments
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next()
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(moment) = next() {
                    harmed(&stack, moment);
                }
            });
        }
    });
}

#[test]
fn an_api_server_that_restarts_at_any_call_costs_nothing() {
    at_each_call(Harm::Restart);
}

#[test]
fn a_worker_that_stands_still_for_a_moment_at_any_call_goes_on() {
    at_each_call(Harm::Still);
}

#[test]
fn a_worker_that_was_replaced_while_it_stood_still_at_any_call_does_no_harm() {
    at_each_call(Harm::Replaced);
}

#[test]
fn a_worker_that_is_killed_at_any_call_is_followed_by_another() {
    at_each_call(Harm::Killed);
}
