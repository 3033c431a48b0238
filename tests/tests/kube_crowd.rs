//! Many Jobs through two workers that are killed and frozen at random, in a cluster that fails at random: each run ends,
//! no attempt runs twice, no limit is exceeded, and nothing is left over.
//!
//! `WEIR_KUBE_CROWD` says how many (300), `WEIR_KUBE_SEED` which chances (new ones each time); what fails tells its seed.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    str::FromStr,
    time::Duration,
};

use fastrand::Rng;
use serde_json::json;
use weir_kube_standin::{
    Effect, Fault, History as Past, Options, Ran, Resource, Restart, Script, Scripts,
};
use weir_tests::harness::{Cluster, History, Program, Stack, WORKER, block_on, for_a_while, until};

/// The pool's limit.
const LIMIT: usize = 40;
const POOL: &str = "crowd";
/// How long the rest may take when nothing fails any more.
const CALM: Duration = Duration::from_mins(2);
/// Seeds that have failed once.
const FOUND: [u64; 0] = [];

fn set<T: FromStr>(variable: &str) -> Option<T> {
    env::var_os(variable)?.to_str()?.parse().ok()
}

/// Tells the seed of what fails.
struct Seed(u64);

impl Drop for Seed {
    #[expect(
        clippy::print_stderr,
        reason = "test output belongs there, and the test harness captures it"
    )]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("to have the same chances again: WEIR_KUBE_SEED={}", self.0);
        }
    }
}

struct Crowd {
    random: Rng,
    cluster: Cluster,
    workers: [Program; 2],
    started: u32,
    stack: Stack,
    _scheduler: Program,
}

/// Each pod runs for up to a minute of its cluster's time, which is 600 ms.
fn scripts(seed: u64) -> Scripts {
    Scripts::by(move |pod| {
        let uid = pod["metadata"]["labels"]["weir.dev/run-id"].as_str()?;
        let salt = uid.bytes().fold(seed, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(byte.into())
        });
        let millis = Rng::with_seed(salt).u64(0..60_000);
        Some(Script::exits(Duration::from_millis(millis), 0))
    })
}

fn worker(stack: &Stack, cluster: &Cluster, name: &str) -> Program {
    stack.worker_with(
        name,
        &format!("--pool {POOL} --limit {LIMIT} {}", cluster.arguments()),
        &[("WEIR_CONFIG__WORKER__KUBERNETES__CALL_TIMEOUT", "2s")],
    )
}

impl Crowd {
    fn start(seed: u64, runs: usize) -> Self {
        let stack = Stack::start();
        let cluster = Cluster::start_with(Options {
            seed,
            scripts: scripts(seed),
            ..Options::default()
        });
        let scheduler = stack.scheduler("s");
        stack
            .weir(&format!(
                "work-pool create {POOL} --type kubernetes --concurrency-limit {LIMIT}"
            ))
            .ok();
        let request = json!({
            "jobVariables": {
                "image": "busybox", "namespace": "runs", "command": "true", "finished_job_ttl": 60,
            },
            "retries": 50,
            "retryDelay": "0.1s",
        });
        let requests = (0..runs).map(|number| {
            let subject = format!("weir.run.{POOL}.default.c-{number}.request");
            (subject, request.to_string().into_bytes())
        });
        for published in stack.wire().publish_all(requests) {
            published.stored();
        }
        let workers = ["w-1", "w-2"].map(|name| worker(&stack, &cluster, name));
        Self {
            random: Rng::with_seed(seed),
            cluster,
            workers,
            started: 2,
            stack,
            _scheduler: scheduler,
        }
    }

    fn ended(&self) -> usize {
        let ran = self.cluster.ran();
        ran.iter().filter(|it| it.exit_code == Some(0)).count()
    }

    /// Lets things go wrong until so many have ended.
    fn trouble(&mut self, until_ended: usize) {
        for _ in 0..60 + until_ended / 5 {
            if self.ended() >= until_ended {
                break;
            }
            for_a_while(Duration::from_millis(self.random.u64(50..600)));
            match self.random.u32(0..10) {
                0 | 1 => self.kill(),
                2 => self.freeze(),
                3 => self.restart_server(),
                4 => self.cluster.forget_history(Past::Compacted),
                _ => self.order_faults(),
            }
        }
        self.cluster.clear_faults();
    }

    fn kill(&mut self) {
        let at = self.random.usize(0..2);
        self.started += 1;
        let next = worker(&self.stack, &self.cluster, &format!("w-{}", self.started));
        std::mem::replace(&mut self.workers[at], next).kill_9();
    }

    /// For a moment, or for longer than its lease of 6 s stands.
    fn freeze(&mut self) {
        let at = self.random.usize(0..2);
        let span = if self.random.u32(0..4) == 0 {
            7_500
        } else {
            self.random.u64(100..2_000)
        };
        self.workers[at].freeze();
        for_a_while(Duration::from_millis(span));
        self.workers[at].thaw();
    }

    fn restart_server(&mut self) {
        let span = |random: &mut Rng| Duration::from_millis(random.u64(0..400));
        let restart = Restart {
            draining: span(&mut self.random),
            refused: span(&mut self.random),
            forbidden: span(&mut self.random),
            history: Past::CacheLost,
        };
        block_on(self.cluster.restart(restart));
    }

    fn order_faults(&mut self) {
        let effects = [
            Effect::Answer(429, Some(1)),
            Effect::Answer(500, None),
            Effect::Answer(503, None),
            Effect::CutBefore,
            Effect::CutAfter,
            Effect::NeverBefore,
            Effect::NeverAfter,
            Effect::DelayBefore(Duration::from_millis(300)),
            Effect::DelayAfter(Duration::from_millis(300)),
            Effect::WatchEnds(3),
            Effect::WatchGone(2),
            Effect::WatchRepeats,
            Effect::WatchDelays(Duration::from_millis(200)),
        ];
        let effect = effects[self.random.usize(0..effects.len())].clone();
        let times = self.random.u64(1..6);
        let fault = Fault::new(effect).account(WORKER).times(times);
        let verbs = ["create", "patch", "get", "list", "delete", ""];
        self.cluster
            .fault(match verbs[self.random.usize(0..verbs.len())] {
                "" => fault,
                verb => fault.verb(verb),
            });
    }
}

fn attempt(ran: &Ran) -> (&str, &str) {
    let label = |key| ran.label(key).unwrap_or_default();
    (label("weir.dev/run-id"), label("weir.dev/attempt"))
}

/// No attempt ran twice, no two of a run at one time, and none after one that ended well.
fn assert_each_ran_once(ran: &[Ran], runs: usize) {
    let mut attempts = BTreeSet::new();
    let mut by_run: BTreeMap<&str, Vec<&Ran>> = BTreeMap::new();
    for one in ran {
        let (run, _) = attempt(one);
        assert!(
            attempts.insert(attempt(one)),
            "{:?} ran twice: {ran:#?}",
            attempt(one)
        );
        by_run.entry(run).or_default().push(one);
    }
    assert_eq!(by_run.len(), runs);
    for lives in by_run.values() {
        let well = lives.iter().filter(|it| it.exit_code == Some(0));
        assert_eq!(well.count(), 1, "{lives:#?}");
        for (at, one) in lives.iter().enumerate() {
            let overlap = lives[at + 1..].iter().any(|other| one.overlaps(other));
            assert!(!overlap, "two attempts overlap: {lives:#?}");
        }
    }
}

/// The most containers that ran at one time.
fn peak(ran: &[Ran]) -> usize {
    let mut steps: Vec<_> = ran
        .iter()
        .flat_map(|it| [Some((it.started, 1)), it.ended.map(|at| (at, -1))])
        .flatten()
        .collect();
    // Of two at one moment the end goes first.
    steps.sort_unstable();
    let (mut now, mut most) = (0_i32, 0);
    for (_, step) in steps {
        now += step;
        most = most.max(now);
    }
    usize::try_from(most).unwrap_or_default()
}

fn through_two_workers(seed: u64, runs: usize) {
    let seed = Seed(seed);
    let mut crowd = Crowd::start(seed.0, runs);
    crowd.trouble(runs * 9 / 10);
    let ended = crowd.stack.all_ended(POOL, runs, CALM);
    assert_eq!(ended.len(), runs);
    for run in &ended {
        assert_eq!(run["state"], "COMPLETED", "{run:#}");
    }
    let ran = crowd.cluster.ran();
    assert_each_ran_once(&ran, runs);
    assert!(peak(&ran) <= LIMIT, "{} ran at one time", peak(&ran));
    until("all slots are free", CALM, || {
        (History::read(crowd.stack.url(), POOL).held() == 0).then_some(())
    });
    let held = History::read(crowd.stack.url(), POOL).peak().pool;
    assert!(held <= LIMIT, "{held} held slots at one time");
    // Those that have ended go by the time to live that they get when their end is in the log, all others are deleted.
    until("no Job is left", CALM, || {
        let jobs = crowd.cluster.list(Resource::Jobs, "runs");
        jobs.is_empty().then_some(())
    });
}

#[test]
fn each_run_ends_once_whatever_happens_to_workers_and_cluster() {
    let seed = set("WEIR_KUBE_SEED").unwrap_or_else(|| fastrand::u64(..));
    through_two_workers(seed, set("WEIR_KUBE_CROWD").unwrap_or(300));
}

#[test]
fn what_failed_once_does_not_fail_again() {
    for seed in FOUND {
        through_two_workers(seed, 100);
    }
}
