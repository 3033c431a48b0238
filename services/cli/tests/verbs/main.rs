//! The binary against a real broker: what scripts see of it. Everything runs on a broker of its own in a folder of its
//! own; scheduler and worker are the binary too.

mod jobs;

use std::{
    fs,
    process::{Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};
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

    fn command(&self, line: &str) -> Command {
        let mut command = weir(line);
        command
            .env("NATS_URL", self.server.url())
            .current_dir(self.folder.path());
        command
    }

    async fn run(&self, line: &str) -> Told {
        told(self.command(line)).await
    }

    async fn ok(&self, line: &str) -> Told {
        let told = self.run(line).await;
        assert_eq!(told.code, Some(0), "{line}: {told:?}");
        told
    }

    async fn json(&self, line: &str) -> serde_json::Value {
        let told = self.ok(line).await;
        serde_json::from_str(&told.out).expect("it is JSON")
    }

    fn service(&self, line: &str) -> Child {
        let mut command = self.command(line);
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        command.spawn().expect("the binary starts")
    }
}

/// The binary with these words, split at white space but for what stands in double quotes.
fn weir(line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weir"));
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 0 {
            command.args(part.split_whitespace())
        } else {
            command.arg(part)
        };
    }
    command
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
    assert_eq!(told(weir("work-pool create")).await.code, Some(2));
    assert_eq!(told(weir("--help")).await.code, Some(0));
    let away = told(weir("--nats-url nats://127.0.0.1:1 work-pool ls")).await;
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
    let template = told(weir(
        "work-pool get-default-base-job-template --type process",
    ))
    .await;
    assert!(template.out.contains("job_configuration"), "{template:?}");
}

#[tokio::test]
async fn configuration_needs_no_scheduler() {
    let scene = Scene::new().await;
    assert_eq!(
        scene.run("work-pool inspect local").await.code,
        Some(7),
        "nothing is configured"
    );
    scene.ok("work-pool create local --type process").await;
    let again = scene.ok("work-pool create local --type process").await;
    assert!(again.err.contains("is so already"), "{again:?}");
    let differs = scene
        .run("work-pool create local --type process --concurrency-limit 3")
        .await;
    assert_eq!(differs.code, Some(1));
    assert!(
        differs.err.contains("weir work-pool update local"),
        "{differs:?}"
    );
    scene.ok("work-pool create k8s --type kubernetes").await;
    scene.ok("work-pool set-concurrency-limit local 4").await;
    scene
        .ok("work-queue create high --pool local --limit 2 --priority 1")
        .await;
    scene
        .ok("work-queue set-concurrency-limit --pool local high 3")
        .await;
    scene
        .ok("work-queue update high --pool local --max-bytes 64MiB")
        .await;
    let pools = scene.ok("work-pool ls").await;
    assert!(
        pools.out.contains("local") && pools.err.contains("no scheduler is online"),
        "{pools:?}"
    );
    assert_eq!(
        scene.json("work-pool inspect local -o json").await["concurrencyLimit"],
        4
    );
    let queue = scene.ok("work-queue inspect high --pool local").await;
    assert!(
        queue.out.contains("64 MiB") && queue.out.contains("80 MiB"),
        "bound and hard bound: {queue:?}"
    );

    fs::write(
        scene.folder.path().join("weir.yaml"),
        "name: etl/nightly\npool: local\njob_variables: {command: 'true'}\n",
    )
    .expect("the folder is writable");
    scene.ok("deploy -f weir.yaml").await;
    assert!(scene.ok("deployment ls").await.out.contains("etl/nightly"));
    scene.ok("deployment run etl/nightly --no-check").await;
}

#[tokio::test]
async fn runs_are_published_and_read_without_a_scheduler() {
    let scene = Scene::new().await;
    scene.ok("work-pool create local --type process").await;
    let submitted = scene
        .ok("run submit -p local -q default --command true --no-check")
        .await;
    let id = submitted.out.trim();
    let inspected = scene.ok(&format!("run inspect {id}")).await;
    assert!(inspected.out.contains("Scheduled"), "{inspected:?}");
    assert_eq!(
        scene.json(&format!("run inspect {id} -o json")).await["run"]["runId"],
        id
    );
    scene.ok(&format!("run logs {id}")).await;
    for line in ["run ls", "worker ls", &format!("why {id}")] {
        let told = scene.run(line).await;
        assert_eq!(told.code, Some(5), "{line}: {told:?}");
        assert!(
            told.err.contains("hint: start one with `weir up`"),
            "{told:?}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_run_fails_before_it_is_published() {
    let scene = Scene::new().await;
    scene.ok("work-pool create local --type process").await;
    let typo = scene.run("run submit -p local -j comand=true").await;
    assert_eq!(typo.code, Some(6), "{typo:?}");
    assert!(
        typo.err.contains("\"command\""),
        "the nearest name is told: {typo:?}"
    );
    assert_eq!(
        scene.run("run submit -p local").await.code,
        Some(6),
        "there is nothing to run"
    );
    assert_eq!(scene.run("run inspect no-such-run").await.code, Some(7));
    assert_eq!(
        scene
            .run("run submit -p local -q hihg --command true")
            .await
            .code,
        Some(7)
    );
    assert_eq!(scene.run("deployment run etl/nightly").await.code, Some(7));
}

#[tokio::test]
async fn the_exit_code_tells_how_a_watched_run_ended() {
    let scene = Scene::new().await;
    scene.ok("work-pool create local --type process").await;
    let _scheduler = scene.service("scheduler start");
    let _worker = scene.service("worker start --pool local --limit 2");
    let submit = "run submit --pool local --give-up 100s";

    let good = scene
        .run(&format!("{submit} --watch --logs --command \"echo out\""))
        .await;
    assert_eq!(good.code, Some(0), "{good:?}");
    assert!(
        good.out.contains("Completed") && good.out.contains("\nout\n"),
        "{good:?}"
    );

    let bad = scene
        .run(&format!(
            "{submit} --wait --id bad --command \"sh -c 'echo to tell; exit 3'\""
        ))
        .await;
    assert_eq!(bad.code, Some(3), "{bad:?}");
    let inspected = scene.ok("run inspect bad").await;
    assert!(
        inspected.out.contains("exit code:") && inspected.out.contains("\n  to tell\n"),
        "{inspected:?}"
    );
    assert_eq!(scene.ok("run logs bad").await.out, "to tell\n");

    let mut long = scene.command(&format!(
        "{submit} --watch --id long --command \"sleep 100\""
    ));
    let watching = long
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    assert!(
        until_running(&scene, "long").await,
        "it ended before it ran"
    );
    scene.ok("run cancel long --grace 1s --reason enough").await;
    let ended = watching.expect("the binary starts").wait_with_output();
    let ended = tokio::time::timeout(LONG, ended)
        .await
        .expect("it ends in time")
        .expect("it ran");
    assert_eq!(ended.status.code(), Some(4));

    let list = scene.json("run ls -o json").await;
    assert_eq!(list["runs"].as_array().map(Vec::len), Some(3), "{list}");
    assert!(scene.ok("worker ls").await.out.contains("online"));
}

/// Follows a run by the binary's own words until it runs. Until its request is stored the id alone cannot be found, so
/// it is named in full.
async fn until_running(scene: &Scene, id: &str) -> bool {
    let found = async {
        let mut watch = scene.command(&format!("run watch local/default/{id}"));
        let mut watch = watch
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(watch.stdout.take().expect("it is piped")).lines();
        while let Some(line) = lines.next_line().await.expect("it can be read") {
            if line.contains("Running") {
                return true;
            }
        }
        false
    };
    tokio::time::timeout(LONG, found)
        .await
        .expect("it runs in time")
}
