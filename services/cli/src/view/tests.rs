//! What the tables look like.

use std::{num::NonZeroU32, time::Duration};

use weir_client::{
    Answerer, Attempt, FamilyView, Held, LimitKey, LimitView, LogName, Place, PoolConfig, PoolName,
    PoolType, PoolView, QueueConfig, QueueKey, QueueView, Revision, RunKey, RunView, Seq,
    StateName, Timestamp, Usage, WaitCause, Why, WhyClause, WorkerView,
};
use weir_core::{
    ids::Epoch,
    wait::{Wait, spent},
};

const NOW: Timestamp = Timestamp(1_795_442_602_125_000_000);

fn ago(seconds: u64) -> Timestamp {
    Timestamp(NOW.0 - i64::try_from(Duration::from_secs(seconds).as_nanos()).expect("a short span"))
}

fn pool() -> PoolName {
    "local".parse().expect("a legal name")
}
fn queue(name: &str) -> QueueKey {
    QueueKey::new(pool(), name.parse().expect("a legal name"))
}

fn run(id: &str, state_name: StateName) -> RunView {
    RunView {
        key: RunKey {
            queue: queue("high"),
            run_id: id.parse().expect("a legal id"),
        },
        deployment: Some("etl/nightly".parse().expect("a legal name")),
        name: None,
        tags: vec!["db".parse().expect("a legal tag")],
        priority: 0,
        state: state_name.state(),
        state_name,
        reason: String::new(),
        message: String::new(),
        attempt: Attempt(0),
        requested_at: ago(75),
        request_seq: Seq(40),
        claimed_at: None,
        started_at: None,
        ended_at: None,
        due: None,
        exit_code: None,
        signal: None,
        worker: None,
        infrastructure: String::new(),
        holds: Vec::new(),
        other_requests: 0,
        cancel_requested: false,
        state_since: ago(1),
        family: FamilyView::default(),
        scheduled_time: None,
        start_by: None,
    }
}

fn failed() -> RunView {
    RunView {
        attempt: Attempt(2),
        claimed_at: Some(ago(70)),
        started_at: Some(ago(69)),
        ended_at: Some(ago(9)),
        exit_code: Some(3),
        worker: Some("w1".parse().expect("a legal name")),
        infrastructure: "pid 4711 on host-3".to_owned(),
        other_requests: 1,
        message: "the command exited with 3\u{1b}[2J".to_owned(),
        ..run("r-failed", StateName::Failed)
    }
}

fn held<T>(value: T) -> Held<T> {
    Held {
        value,
        revision: Revision(7),
        at: ago(3600),
        author: "ada".to_owned(),
    }
}
fn limit(used: u64, value: Option<u32>) -> LimitView {
    LimitView {
        limit: LimitKey::Pool(pool()),
        used,
        value,
    }
}

fn queue_view() -> QueueView {
    QueueView {
        key: queue("high"),
        priority: 1,
        limit: limit(2, Some(2)),
        waiting: 5,
        live: 2,
        ended: 40,
        oldest_waiting: Some(ago(4000)),
        stream: None,
        status: "open".to_owned(),
        drained: false,
    }
}
fn queue_config() -> Held<QueueConfig> {
    held(QueueConfig {
        key: queue("high"),
        description: String::new(),
        concurrency_limit: Some(2),
        priority: NonZeroU32::MIN,
        max_bytes: 64 << 10,
        paused: false,
        start_rate: None,
        weight: NonZeroU32::MIN,
    })
}
fn pool_config() -> Held<PoolConfig> {
    held(PoolConfig {
        description: "for tests".to_owned(),
        concurrency_limit: Some(4),
        ..PoolConfig::new(pool(), PoolType::Process)
    })
}
fn pool_view(workers: u32) -> PoolView {
    PoolView {
        name: pool(),
        kind: PoolType::Process,
        limit: limit(3, Some(4)),
        queues: vec![queue_view()],
        workers,
        capacity: u64::from(workers) * 4,
    }
}

#[test]
fn runs_are_listed() {
    let running = RunView {
        attempt: Attempt(1),
        claimed_at: Some(ago(70)),
        started_at: Some(ago(60)),
        cancel_requested: true,
        ..run("r-running", StateName::Running)
    };
    let rejected = RunView {
        reason: "UnknownVariable".to_owned(),
        message: "jobVariables: unknown variable \"comand\"; did you mean \"command\"?".to_owned(),
        ended_at: Some(ago(74)),
        ..run("r-rejected", StateName::Rejected)
    };
    let runs = [
        run("r-waiting", StateName::Scheduled),
        running,
        failed(),
        rejected,
    ];
    insta::assert_snapshot!(super::run::list(&runs, NOW).render(false));
}

#[test]
fn a_run_is_shown_in_full() {
    insta::assert_snapshot!(super::run::one(&failed(), NOW).render(false));
}

#[test]
fn a_state_is_one_line() {
    let retry = RunView {
        due: Some(Timestamp(NOW.0 + 5_000_000_000)),
        ..failed()
    };
    let retry = RunView {
        state_name: StateName::AwaitingRetry,
        state: StateName::AwaitingRetry.state(),
        ..retry
    };
    let lines = [run("r", StateName::Scheduled), failed(), retry]
        .map(|view| super::run::state_line(&view, NOW, false));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn pools_are_listed_with_and_without_a_scheduler() {
    let pools = [pool_config()];
    let with = super::pool::list(pools.iter(), Some(&[pool_view(0)]), true).render(false);
    let without = super::pool::list(pools.iter(), None, false).render(false);
    insta::assert_snapshot!(format!("{with}\n{without}"));
}

#[test]
fn a_list_says_what_is_paused() {
    let mut pool = pool_config();
    pool.value.paused = true;
    let table = super::pool::list([pool].iter(), None, false).render(false);
    assert!(table.contains("paused"), "{table}");
}

#[test]
fn an_ending_is_said_once() {
    let mut run = failed();
    run.exit_code = Some(1);
    run.reason = String::new();
    run.message = "exit code 1".to_owned();
    assert_eq!(super::run::ending(&run), "exit code 1");
}

#[test]
fn a_pool_is_shown_in_full() {
    insta::assert_snapshot!(super::pool::one(&pool_config(), Some(&pool_view(2))).render(false));
}

#[test]
fn a_full_queue_says_what_to_do() {
    let usage = Usage {
        bytes: 70 << 10,
        bytes_max: 17 << 20,
        messages: 300,
        first: Seq(1),
        last: Seq(300),
    };
    let config = queue_config();
    let list = super::queue::list(&[&config], Some(&[queue_view()]), false, NOW).render(false);
    let one = super::queue::one(&config, Some(&queue_view()), Some(&usage), NOW).render(false);
    insta::assert_snapshot!(format!("{list}\n{one}"));
}

#[test]
fn workers_are_listed() {
    let worker = WorkerView {
        name: "w1".parse().expect("a legal name"),
        pool: pool(),
        queues: Vec::new(),
        online: true,
        draining: false,
        capacity: 4,
        in_use: 3,
        version: "0.1.0".to_owned(),
        seen_at: ago(1),
        lease: Duration::from_secs(15),
        lost: 0,
    };
    let gone = WorkerView {
        online: false,
        in_use: 0,
        lost: 2,
        seen_at: ago(90),
        queues: vec![queue("high").queue],
        ..worker.clone()
    };
    insta::assert_snapshot!(super::worker::list(&[worker, gone], NOW).render(false));
}

fn answerer() -> Answerer {
    Answerer {
        scheduler: "s1".parse().expect("a legal name"),
        leads: true,
        epoch: Epoch(3),
        cell: Seq(9),
        queues: Vec::new(),
        impediments: Vec::new(),
    }
}

#[test]
fn why_names_limits_holders_and_what_to_do() {
    let from = answerer();
    let clauses = vec![
        WhyClause::Limit {
            limit: limit(4, Some(4)),
            holders: vec![
                failed().key,
                RunKey {
                    queue: queue("low"),
                    ..run("r-9", StateName::Running).key
                },
            ],
            needs: 1,
        },
        WhyClause::Limit {
            limit: LimitView {
                limit: LimitKey::Queue(queue("high")),
                used: 0,
                value: Some(0),
            },
            holders: Vec::new(),
            needs: 3,
        },
        WhyClause::Rate {
            limit: LimitKey::Pool("local".parse().unwrap()),
            rate: "10/m".parse().unwrap(),
            opens_at: Timestamp(NOW.0 + 6_000_000_000),
        },
        WhyClause::Kept {
            limit: LimitKey::Pool("local".parse().unwrap()),
        },
        WhyClause::NoWorker { online: 0 },
        WhyClause::NoWorker { online: 2 },
        WhyClause::Behind { runs: 3 },
        WhyClause::Due {
            at: Timestamp(NOW.0 + 30_000_000_000),
        },
        WhyClause::Now,
    ];
    let why = Why {
        run: run("r-waiting", StateName::Scheduled),
        clauses,
        spent: Vec::new(),
        until: None,
        before: Some(2),
        from,
    };
    insta::assert_snapshot!(super::why::lines(&why, NOW).join("\n"));
}

#[test]
fn why_tells_how_a_wait_was_spent() {
    let place = |seq, seconds: i64| Place {
        log: LogName::Queue(queue("high")),
        seq: Seq(seq),
        at: Timestamp(NOW.0 + seconds * 1_000_000_000),
    };
    let wait = |cause, from, merged| Wait {
        cause,
        from,
        merged,
    };
    let pool = LimitKey::Pool("local".parse().unwrap());
    let waits = [
        wait(WaitCause::BeforeLeader, place(7, -40), None),
        wait(
            WaitCause::Limit(pool, 4),
            place(9, -30),
            Some((Duration::from_secs(12), 3)),
        ),
        wait(WaitCause::NoWorkers, place(20, -5), None),
    ];
    let over = Why {
        run: run("r-waiting", StateName::Scheduled),
        from: answerer(),
        clauses: Vec::new(),
        spent: spent(&waits, NOW),
        until: Some(place(25, 0)),
        before: None,
    };
    insta::assert_snapshot!("why_over", super::why::lines(&over, NOW).join("\n"));
}

#[test]
fn bytes_and_spans_are_short() {
    let bytes = [0, 1023, 1024, 1536, 1 << 30, (5 << 30) / 2].map(super::bytes);
    assert_eq!(
        bytes,
        ["0 B", "1023 B", "1 KiB", "1.5 KiB", "1 GiB", "2.5 GiB"]
    );
    let spans = [5, 1_500, 59_000, 61_000, 7_500_000, 100_000_000]
        .map(|ms| super::time::span(Duration::from_millis(ms)));
    assert_eq!(spans, ["5ms", "1.5s", "59s", "1m 1s", "2h 5m", "1d 3h"]);
}
