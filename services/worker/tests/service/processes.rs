//! Real processes, on the machine's own clock.

use std::{path::Path, time::Duration};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use weir_core::{
    cell::PoolType,
    event::{OutcomeClass, Reported},
    ids::{Attempt, QueueKey, QueueStream},
    trace::attempt_traceparent,
};
use weir_worker::WorkerSettings;

use crate::{
    stage::{self, Stage},
    watch::class,
};

pub(crate) fn command(script: &str) -> String {
    serde_json::json!({ "command": ["sh", "-c", script] }).to_string()
}

fn is_alive(pid: i32) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"));
    stat.is_ok_and(|stat| {
        !stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .trim_start()
            .starts_with('Z')
    })
}

async fn until_dead(pid: i32) {
    let clock = weir_runtime::Clock::system();
    let mut ticks = clock.ticks(Duration::from_millis(5));
    let dead = async {
        while is_alive(pid) {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(stage::DEADLINE, dead)
        .await
        .expect("it dies in time");
}

/// The pid in `pid 4711 on host-3`.
async fn started_pid(stage: &Stage, run: &str) -> i32 {
    let report = stage
        .until(run, |what| matches!(what, Reported::Started { .. }))
        .await;
    let Reported::Started { infrastructure } = report.what else {
        panic!("{report:?}")
    };
    infrastructure.split(' ').nth(1).unwrap().parse().unwrap()
}

/// The keeper of a command is its parent.
fn parent_of(pid: i32) -> i32 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit(')')
        .next()
        .unwrap()
        .split_ascii_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_of_a_run_is_what_the_readme_says() {
    let mut stage = Stage::process().await;
    stage
        .env
        .insert("HOME".to_owned(), "/home/worker".to_owned());
    stage
        .env
        .insert("NATS_CREDS".to_owned(), "secret".to_owned());
    let _worker = stage.start("one", 4);
    let request = r#"{"name": "nightly", "parameters": {"day": "2026-11-23", "n": 9007199254740993},
        "jobVariables": {"command": "/usr/bin/env", "env": {"A": "1", "WEIR_POOL": "forged"}}}"#;
    let request = stage.request("r1", request).await;
    stage.claim("r1", 1, request).await;
    stage.until_finished("r1").await;
    let lines = stage.output("r1").await;
    let mut lines: Vec<_> = lines
        .iter()
        .map(|line| String::from_utf8(line.bytes.to_vec()).unwrap())
        .collect();
    let session = stage.until_session("one", |_| true).await.session;
    lines.sort();
    let session = format!("WEIR_SESSION={session}");
    // The publisher sent no trace: the run has one of its own, and the process is below its `execution` in it.
    let traces: Vec<_> = lines
        .extract_if(.., |line| line.starts_with("TRACEPARENT="))
        .collect();
    let [trace] = traces.as_slice() else {
        panic!("one trace: {traces:?}")
    };
    let stream = QueueStream {
        key: QueueKey::new("pool".parse().unwrap(), "queue".parse().unwrap()),
        incarnation: 1,
    };
    let installation = stage.installation().await;
    let run_id = "r1".parse().unwrap();
    let derived = attempt_traceparent(installation.as_ref(), &stream, &run_id, Attempt(1), None);
    assert_eq!(trace["TRACEPARENT=".len()..], derived);
    assert_eq!(
        lines,
        [
            "A=1",
            "HOME=/home/worker",
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "WEIR_ATTEMPT=1",
            "WEIR_DEPLOYMENT=",
            r#"WEIR_PARAMETERS={"day": "2026-11-23", "n": 9007199254740993}"#,
            "WEIR_POOL=pool",
            "WEIR_QUEUE=queue",
            "WEIR_RUN_ID=r1",
            "WEIR_RUN_NAME=nightly",
            &session,
        ]
    );
}

fn template_with(configuration: &str) -> String {
    let mut template: serde_json::Value = serde_json::from_str(&stage::default_template()).unwrap();
    let more: serde_json::Map<_, _> = serde_json::from_str(configuration).unwrap();
    template["job_configuration"]
        .as_object_mut()
        .unwrap()
        .extend(more);
    template.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_come_from_the_workers_environment_or_the_env_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secrets.env");
    std::fs::write(&file, "# mine\nTOKEN='from file'\nPASSWORD=not this\n").unwrap();
    let configuration = serde_json::json!({
        "secret_env": { "DB": "u:${PASSWORD}@db", "TOKEN": "${TOKEN}" }, "env_file": file,
    });
    let template = template_with(&configuration.to_string());
    let mut stage = Stage::new(PoolType::Process, &template, weir_runtime::Clock::system()).await;
    stage
        .env
        .insert("PASSWORD".to_owned(), "hunter2".to_owned());
    let _worker = stage.start("one", 4);
    stage.submit("r1", &command("echo $DB $TOKEN")).await;
    assert_eq!(
        class(stage.until_finished("r1").await),
        (OutcomeClass::Completed, true)
    );
    assert_eq!(stage.output("r1").await[0].bytes, "u:hunter2@db from file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_secret_is_named_and_nothing_starts() {
    let template = template_with(r#"{"secret_env": {"DB": "${PASSWORD}"}}"#);
    let stage = Stage::new(PoolType::Process, &template, weir_runtime::Clock::system()).await;
    let _worker = stage.start("one", 4);
    stage.submit("r1", &command("echo $DB")).await;
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.reason.as_str(), gone),
        (OutcomeClass::StartFailed, "SecretNotFound", true)
    );
    assert!(outcome.message.contains("PASSWORD"), "{}", outcome.message);
    assert_eq!(stage.reports("r1").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_or_a_directory_that_is_missing_fails_the_start_and_is_named() {
    let stage = Stage::process().await;
    let _worker = stage.start("one", 4);
    stage
        .submit("r1", r#"{"command": "no-such-thing --x"}"#)
        .await;
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.reason.as_str(), gone),
        (OutcomeClass::StartFailed, "CommandNotFound", true)
    );
    assert!(
        outcome.message.contains("no-such-thing"),
        "{}",
        outcome.message
    );
    stage
        .submit("r2", r#"{"command": "true", "working_dir": "/not/here"}"#)
        .await;
    let (outcome, _) = stage.until_finished("r2").await;
    assert_eq!(
        (outcome.class, outcome.reason.as_str()),
        (OutcomeClass::StartFailed, "WorkingDirectoryNotFound")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeout_in_force_is_kept() {
    let stage = Stage::process().await;
    let _worker = stage.start("one", 4);
    let variables = command("sleep 1000");
    let request = stage
        .request("r1", &format!(r#"{{"jobVariables": {variables}}}"#))
        .await;
    stage
        .claim_with("r1", 1, request, Some(Duration::from_millis(200)))
        .await;
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.signal, gone),
        (OutcomeClass::TimedOut, Some(15), true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_process_ends_politely_and_keeps_its_exit_code() {
    let stage = Stage::process().await;
    let _worker = stage.start("one", 4);
    stage
        .submit(
            "r1",
            &command("trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"),
        )
        .await;
    let pid = started_pid(&stage, "r1").await;
    // Its trap is set once it has said so.
    let key = weir_core::ids::RunKey {
        queue: stage::queue_key(),
        run_id: stage::run_id("r1"),
    };
    let mut tail = weir_log::Outputs::output(&stage.log, &key, None)
        .await
        .unwrap();
    while !matches!(
        weir_log::Tail::next(&mut tail).await.unwrap(),
        weir_log::TailEvent::Records(_)
    ) {}
    stage.order_cancel("r1", 1).await;
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.exit_code, gone),
        (OutcomeClass::Stopped, Some(0), true)
    );
    assert!(!is_alive(pid));
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_are_gone_when_their_worker_is_killed() {
    let stage = Stage::process().await;
    let worker = stage.start("one", 4);
    stage
        .submit("r1", &command("trap '' TERM; while :; do sleep 0.05; done"))
        .await;
    let pid = started_pid(&stage, "r1").await;
    worker.task.abort(); // the pipes close, as when the process dies
    until_dead(pid).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_are_gone_within_the_lease_when_the_session_cannot_be_renewed() {
    let stage = Stage::process().await;
    let settings = WorkerSettings {
        lease: Duration::from_secs(3),
        ..Stage::settings(4)
    };
    let _worker = stage.start_with("one", settings, []);
    stage
        .submit("r1", &command("trap '' TERM; while :; do sleep 0.05; done"))
        .await;
    let pid = started_pid(&stage, "r1").await;
    let cut = stage.clock.monotonic();
    stage.log.faults().make_unreachable("weir_lease", true);
    until_dead(pid).await;
    let took = stage.clock.monotonic().saturating_sub(cut);
    assert!(took < Duration::from_secs(3), "{took:?}");
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!((outcome.class, gone), (OutcomeClass::Lost, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_keeper_leaves_behind_is_killed_before_gone_is_said() {
    let stage = Stage::process().await;
    let _worker = stage.start("one", 4);
    // Not in a temporary directory: a killed keeper removes none.
    let script = "setsid sh -c 'echo $$; exec sleep 1000' & wait";
    let variables = serde_json::json!({ "command": ["sh", "-c", script], "working_dir": "/" });
    stage.submit("r1", &variables.to_string()).await;
    let pid = started_pid(&stage, "r1").await;
    let key = weir_core::ids::RunKey {
        queue: stage::queue_key(),
        run_id: stage::run_id("r1"),
    };
    let mut tail = weir_log::Outputs::output(&stage.log, &key, None)
        .await
        .unwrap();
    let daemon: i32 = loop {
        if let weir_log::TailEvent::Records(chunks) = weir_log::Tail::next(&mut tail).await.unwrap()
        {
            break std::str::from_utf8(&chunks[0].lines[0].bytes)
                .unwrap()
                .parse()
                .unwrap();
        }
    };
    assert!(is_alive(daemon));
    kill_process(Pid::from_raw(parent_of(pid)).unwrap(), Signal::KILL).unwrap();
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.reason.as_str(), gone),
        (OutcomeClass::Lost, "KeeperLost", true)
    );
    assert!(!is_alive(daemon) && !is_alive(pid));
    assert!(test_kill_process(Pid::from_raw(daemon).unwrap()).is_err() || !is_alive(daemon));
}
