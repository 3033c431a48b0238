//! The binary against a real broker: what scripts see of it. Everything runs on a broker of its own in a folder of its
//! own; scheduler and worker are the binary too.

use std::{
    ffi::OsStr,
    fs,
    process::{Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tokio::process::{Child, Command};
use weir_broker::{Permit, Server, ServerConfig, Sources, Want};

/// How long one command may take on a busy machine.
const LONG: Duration = Duration::from_mins(2);

struct Scene {
    server: Server,
    folder: TempDir,
    _permit: Permit,
}

/// What a command has printed, and its exit code.
#[derive(Debug)]
struct Told {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Scene {
    async fn new() -> Self {
        let permit = Permit::acquire().await.expect("a permit");
        let folder = TempDir::new().expect("a temporary folder");
        let sources = Sources::from_environment();
        let found = tokio::task::spawn_blocking(move || sources.find(&Want::pinned())).await;
        let binary = found
            .expect("the search does not panic")
            .expect("a server is found or fetched");
        let config = ServerConfig::new(&binary.path, folder.path().join("store"));
        let server = Server::start(config).await.expect("the broker starts");
        Self {
            server,
            folder,
            _permit: permit,
        }
    }

    fn command(&self, line: &[&str]) -> Command {
        let mut command = weir(line);
        command
            .env("NATS_URL", self.server.url())
            .current_dir(self.folder.path());
        command
    }

    async fn run(&self, line: &[&str]) -> Told {
        told(self.command(line)).await
    }

    async fn ok(&self, line: &[&str]) -> Told {
        let told = self.run(line).await;
        assert_eq!(told.code, Some(0), "{line:?}: {told:?}");
        told
    }

    fn service(&self, line: &[&str]) -> Child {
        let log = fs::File::create(self.folder.path().join(format!("{}.log", line[0])))
            .expect("the folder is writable");
        let mut command = self.command(line);
        command.stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        command.spawn().expect("the binary starts")
    }
}

fn weir<S: AsRef<OsStr>>(line: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weir"));
    command
        .args(line)
        .env_remove("NATS_URL")
        .env_remove("NATS_CREDS")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null());
    command
}

async fn told(mut command: Command) -> Told {
    let ended = tokio::time::timeout(LONG, command.output())
        .await
        .expect("it ends in time");
    let Output {
        status,
        stdout,
        stderr,
    } = ended.expect("the binary starts");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Told {
        code: status.code(),
        out: text(&stdout),
        err: text(&stderr),
    }
}

#[tokio::test]
async fn exit_codes_tell_usage_and_a_broker_that_is_not_there() {
    assert_eq!(told(weir(&["work-pool", "create"])).await.code, Some(2));
    assert_eq!(told(weir(&["--help"])).await.code, Some(0));
    let away = told(weir(&[
        "--nats-url",
        "nats://127.0.0.1:1",
        "work-pool",
        "ls",
    ]))
    .await;
    assert_eq!(away.code, Some(8), "{away:?}");
    assert!(
        away.err
            .starts_with("error: cannot use the NATS server at nats://127.0.0.1:1"),
        "{away:?}"
    );
    assert!(
        away.err
            .contains("\nhint: start a local stack with `weir up`"),
        "{away:?}"
    );
    let template = told(weir(&[
        "work-pool",
        "get-default-base-job-template",
        "--type",
        "process",
    ]))
    .await;
    assert!(template.out.contains("job_configuration"), "{template:?}");
}

#[tokio::test]
async fn without_a_scheduler_configuration_publishing_and_reading_work() {
    let scene = Scene::new().await;
    assert_eq!(
        scene.run(&["work-pool", "inspect", "local"]).await.code,
        Some(7),
        "nothing is configured"
    );
    scene
        .ok(&["work-pool", "create", "local", "--type", "process"])
        .await;
    let again = scene
        .ok(&["work-pool", "create", "local", "--type", "process"])
        .await;
    assert!(again.err.contains("is so already"), "{again:?}");
    let differs = scene
        .run(&[
            "work-pool",
            "create",
            "local",
            "--type",
            "process",
            "--concurrency-limit",
            "3",
        ])
        .await;
    assert_eq!(differs.code, Some(1));
    assert!(
        differs.err.contains("weir work-pool update local"),
        "{differs:?}"
    );
    scene
        .ok(&["work-pool", "create", "k8s", "--type", "kubernetes"])
        .await;
    scene
        .ok(&["work-pool", "set-concurrency-limit", "local", "4"])
        .await;
    scene
        .ok(&[
            "work-queue",
            "create",
            "high",
            "--pool",
            "local",
            "--limit",
            "2",
            "--priority",
            "1",
        ])
        .await;
    scene
        .ok(&[
            "work-queue",
            "set-concurrency-limit",
            "--pool",
            "local",
            "high",
            "3",
        ])
        .await;
    let pools = scene.ok(&["work-pool", "ls"]).await;
    assert!(
        pools.out.contains("local") && pools.err.contains("no scheduler is online"),
        "{pools:?}"
    );

    let submit = [
        "run",
        "submit",
        "-p",
        "local",
        "-q",
        "high",
        "--command",
        "echo hi",
        "--no-check",
    ];
    let id = scene.ok(&submit).await.out.trim().to_owned();
    let inspected = scene.ok(&["run", "inspect", &id]).await;
    assert!(inspected.out.contains("Scheduled"), "{inspected:?}");
    let json = scene.ok(&["run", "inspect", &id, "-o", "json"]).await;
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("it is JSON");
    assert_eq!(json["run"]["runId"], id.as_str());
    scene.ok(&["run", "logs", &id]).await;
    let pool: serde_json::Value = serde_json::from_str(
        &scene
            .ok(&["work-pool", "inspect", "local", "-o", "json"])
            .await
            .out,
    )
    .expect("it is JSON");
    assert_eq!(pool["concurrencyLimit"], 4);

    let unanswered: [&[&str]; 3] = [&["run", "ls"], &["worker", "ls"], &["why", &id]];
    for line in unanswered {
        let told = scene.run(line).await;
        assert_eq!(told.code, Some(5), "{line:?}: {told:?}");
        assert!(
            told.err.contains("hint: start one with `weir up`"),
            "{told:?}"
        );
    }
    let typo = scene
        .run(&["run", "submit", "-p", "local", "-j", "comand=true"])
        .await;
    assert_eq!(typo.code, Some(6), "{typo:?}");
    assert!(
        typo.err.contains("command"),
        "the nearest name is told: {typo:?}"
    );
    assert_eq!(
        scene.run(&["run", "inspect", "no-such-run"]).await.code,
        Some(7)
    );
    assert_eq!(
        scene
            .run(&[
                "run",
                "submit",
                "-p",
                "local",
                "-q",
                "hihg",
                "--command",
                "true"
            ])
            .await
            .code,
        Some(7)
    );
}

#[tokio::test]
async fn a_submitted_run_is_followed_to_its_end_and_the_exit_code_tells_it() {
    let scene = Scene::new().await;
    scene
        .ok(&["work-pool", "create", "local", "--type", "process"])
        .await;
    let _scheduler = scene.service(&["scheduler", "start"]);
    let _worker = scene.service(&["worker", "start", "--pool", "local", "--limit", "2"]);
    let submit = |command: &'static str, more: &[&'static str]| {
        [
            &[
                "run",
                "submit",
                "--pool",
                "local",
                "--give-up",
                "100s",
                "--command",
                command,
            ],
            more,
        ]
        .concat()
    };

    let good = scene.run(&submit("echo out", &["--watch", "--logs"])).await;
    assert_eq!(good.code, Some(0), "{good:?}");
    assert!(
        good.out.contains("Completed") && good.out.contains("\nout\n"),
        "{good:?}"
    );

    let bad = scene
        .run(&submit(
            "sh -c 'echo to tell; exit 3'",
            &["--wait", "--id", "bad"],
        ))
        .await;
    assert_eq!(bad.code, Some(3), "{bad:?}");
    let inspected = scene.ok(&["run", "inspect", "bad"]).await;
    assert!(
        inspected.out.contains("exit code:") && inspected.out.contains("to tell"),
        "{inspected:?}"
    );
    assert!(
        scene
            .ok(&["run", "logs", "bad"])
            .await
            .out
            .contains("to tell")
    );

    let mut long = scene.command(&submit("sleep 100", &["--watch", "--id", "long"]));
    let watching = long
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the binary starts");
    // The watch of a run that is not requested yet waits for it: this sees the same states.
    scene.ok(&["deployment", "ls"]).await;
    until_running(&scene, "long").await;
    scene
        .ok(&[
            "run", "cancel", "long", "--grace", "1s", "--reason", "enough",
        ])
        .await;
    let ended = tokio::time::timeout(LONG, watching.wait_with_output())
        .await
        .expect("it ends")
        .expect("it ran");
    assert_eq!(ended.status.code(), Some(4));

    let list = scene.ok(&["run", "ls", "-o", "json"]).await;
    let list: serde_json::Value = serde_json::from_str(&list.out).expect("it is JSON");
    assert_eq!(list["runs"].as_array().map(Vec::len), Some(3), "{list}");
    let workers = scene.ok(&["worker", "ls"]).await;
    assert!(workers.out.contains("online"), "{workers:?}");
}

/// Follows a run by the binary's own words until it runs.
async fn until_running(scene: &Scene, id: &str) {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let found = async {
        // Until the request is stored the id alone cannot be found, so it is named in full.
        let name = format!("local/default/{id}");
        let mut watch = scene.command(&["run", "watch", &name]);
        let mut watch = watch
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(watch.stdout.take().expect("it is piped")).lines();
        while let Some(line) = lines.next_line().await.expect("it can be read") {
            if line.contains("Running") {
                return;
            }
        }
        panic!("the run ended before it ran");
    };
    tokio::time::timeout(LONG, found)
        .await
        .expect("it runs in time");
}
