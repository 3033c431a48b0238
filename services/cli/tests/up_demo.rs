//! A local stack from its first start to its last, through the real binary: the demo, a start on the same data, what was
//! waiting, a second stack on the same folder, and an end that leaves nothing behind.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};
use weir_broker::{Permit, Sources, Want};

/// Far above what any step takes on a busy machine.
const DEADLINE: Duration = Duration::from_mins(3);

/// A user with an empty home and a `nats-server`.
struct User {
    home: TempDir,
    nats_server: PathBuf,
    _permit: Permit,
}

impl User {
    async fn new() -> Self {
        let permit = Permit::acquire().await.unwrap();
        let find = || Sources::from_environment().find(&Want::pinned());
        let binary = tokio::task::spawn_blocking(find).await.unwrap().unwrap();
        Self {
            home: tempfile::tempdir().unwrap(),
            nats_server: binary.path,
            _permit: permit,
        }
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn weir(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_weir"));
        command
            .args(arguments)
            .env("HOME", self.home.path())
            .env("WEIR_NATS_SERVER", &self.nats_server)
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_RUNTIME_DIR")
            .env_remove("NATS_URL")
            .env_remove("NATS_CREDS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    fn up(&self, more: &[&str]) -> Command {
        let data = self.data();
        let mut command = self.weir(&["up", "--port", "0", "--data"]);
        command.arg(data).args(more);
        command
    }

    /// Runs a verb to its end.
    async fn run(&self, arguments: &[&str]) -> Output {
        finished(self.weir(arguments)).await
    }
}

async fn finished(mut command: Command) -> Output {
    let child = command.spawn().unwrap();
    timeout(DEADLINE, child.wait_with_output())
        .await
        .expect("it ends in time")
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn succeeded(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}\n{}\n{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// A stack that runs until it is told to stop.
struct Stack {
    child: Child,
    /// Kept open: a stack whose reader is gone would have nobody to write to.
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Stack {
    /// Starts it and waits until it says that it is ready.
    async fn start(user: &User) -> Self {
        let mut child = user.up(&[]).stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if line.starts_with("ready") {
                    return;
                }
            }
            panic!("the stack ended before it was ready");
        };
        timeout(DEADLINE, ready).await.expect("it is ready in time");
        Self {
            child,
            _lines: lines,
        }
    }

    /// Presses Ctrl-C and waits for the end.
    async fn interrupt(mut self) {
        let pid = Pid::from_raw(self.child.id().unwrap().cast_signed()).unwrap();
        kill_process(pid, Signal::INT).unwrap();
        let status = timeout(DEADLINE, self.child.wait())
            .await
            .expect("it ends in time")
            .unwrap();
        assert!(status.success(), "{status}");
    }
}

/// The processes that have this path on their command line.
fn processes_of(path: &Path) -> Vec<String> {
    let path = path.to_str().unwrap();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines
        .map(|line| text(&line).replace('\0', " "))
        .filter(|line| line.contains(path))
        .collect()
}

/// Runs by state name.
fn states(list: &str) -> Vec<(String, String)> {
    let list: serde_json::Value = serde_json::from_str(list).unwrap();
    let runs = list["runs"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let name = |run: &serde_json::Value| {
        let fine = text(&run["stateName"]);
        if fine.is_empty() {
            text(&run["state"]["name"])
        } else {
            fine
        }
    };
    let id = |run: &serde_json::Value| {
        let id = text(&run["runId"]);
        if id.is_empty() {
            text(&run["run"]["runId"])
        } else {
            id
        }
    };
    runs.iter().map(|run| (id(run), name(run))).collect()
}

fn count(states: &[(String, String)], state: &str) -> usize {
    states.iter().filter(|(_, name)| name == state).count()
}

async fn runs(user: &User) -> Vec<(String, String)> {
    states(&succeeded(&user.run(&["run", "ls", "-o", "json"]).await))
}

/// The first start: everything ends as it was meant to, and the stack goes by itself.
async fn demo(user: &User) {
    let demo = succeeded(&finished(user.up(&["--demo"])).await);
    for words in [
        "20 of 20 ended, 0 under way, 0 waiting",
        "limits:     never exceeded, counted from the log: pool local at most 4 of 4",
        "every run ended as it was meant to",
        "nats pub -J weir.run.local.",
    ] {
        assert!(demo.contains(words), "{words:?} is missing in\n{demo}");
    }
    assert_eq!(processes_of(&user.data()), Vec::<String>::new());
}

/// A start on the same data: what was done is listed, a second stack is told so, and a run is left waiting.
async fn goes_on(user: &User) {
    let stack = Stack::start(user).await;
    let listed = runs(user).await;
    let counted =
        ["Completed", "Cancelled", "TimedOut", "Failed"].map(|state| count(&listed, state));
    assert_eq!((listed.len(), counted), (20, [14, 1, 1, 2]), "{listed:?}");

    let second = finished(user.up(&[])).await;
    let words = text(&second.stderr);
    let told = words.contains("a local stack runs on") && words.contains("--data");
    assert!(!second.status.success() && told, "{words}");

    succeeded(
        &user
            .run(&["work-pool", "set-concurrency-limit", "local", "0"])
            .await,
    );
    let submit = [
        "run",
        "submit",
        "--pool",
        "local",
        "--id",
        "waits",
        "--no-check",
        "--command",
        "echo late",
    ];
    succeeded(&user.run(&submit).await);
    stack.interrupt().await;
    assert_eq!(processes_of(&user.data()), Vec::<String>::new());
}

/// What was waiting still waits after another start, and runs as soon as it may.
async fn runs_what_waited(user: &User) {
    let stack = Stack::start(user).await;
    let listed = runs(user).await;
    assert!(
        listed.contains(&("waits".to_owned(), "Scheduled".to_owned())),
        "{listed:?}"
    );
    succeeded(
        &user
            .run(&["work-pool", "set-concurrency-limit", "local", "4"])
            .await,
    );
    succeeded(&user.run(&["run", "watch", "waits"]).await);
    let logs = succeeded(&user.run(&["run", "logs", "waits"]).await);
    assert!(logs.contains("late"), "{logs}");
    stack.interrupt().await;
    assert_eq!(processes_of(&user.data()), Vec::<String>::new());
}

#[tokio::test]
async fn a_local_stack_shows_its_demo_goes_on_from_its_log_and_leaves_nothing_behind() {
    let user = User::new().await;
    demo(&user).await;
    goes_on(&user).await;
    runs_what_waited(&user).await;
}
