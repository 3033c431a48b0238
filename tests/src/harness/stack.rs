//! A broker of a test's own with a folder of its own, and the programs that are started beside it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use weir_broker::{Permit, Server, ServerConfig, Sources, Want};
use weir_core::ids::SchedulerName;
use weir_log::{
    Leases as _,
    jetstream::{ConnectSettings, JetStream},
};

use super::{
    binary,
    marks::Marks,
    program::Program,
    seats::Seats,
    wait::{block_on, until},
    wire::Wire,
};

/// Settings of every program of a stack: short leases, so that what is lost is found out soon, and yet long enough for a
/// machine that has much else to do.
const SETTINGS: [(&str, &str); 5] = [
    ("WEIR_CONFIG__SCHEDULER__LEASE", "2s"),
    ("WEIR_CONFIG__SCHEDULER__USAGE_INTERVAL", "200ms"),
    ("WEIR_CONFIG__WORKER__LEASE", "6s"),
    ("WEIR_CONFIG__WORKER__HEARTBEAT_INTERVAL", "500ms"),
    ("WEIR_CONFIG__WORKER__PROCESS__GRACE", "1s"),
];

/// A broker and a folder.
#[derive(Debug)]
pub struct Stack {
    server: Mutex<Server>,
    url: String,
    settings: Vec<(String, String)>,
    started: AtomicU32,
    dir: TempDir,
    _permit: Permit,
}

impl Stack {
    /// Starts a broker, once there is room for one more on this machine.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same, with settings of its own over the harness's, as `WEIR_CONFIG__…` variables.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        binary::weir();
        let permit =
            block_on(Permit::acquire()).expect("permits are files in the temporary folder");
        let dir = tempfile::Builder::new()
            .prefix("weir-e2e-")
            .tempdir()
            .expect("there is a temporary folder");
        fs::create_dir(dir.path().join("tmp")).expect("the stack's folder can be written");
        let binary = Sources::from_environment()
            .find(&Want::pinned())
            .expect("there is a nats-server")
            .path;
        let mut config = ServerConfig::new(binary, dir.path().join("broker"));
        config.max_payload = Some(1 << 20);
        let server = block_on(Server::start(config)).expect("the broker starts");
        let all = SETTINGS.iter().chain(settings);
        let settings = all
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Self {
            url: server.url(),
            server: Mutex::new(server),
            settings,
            started: AtomicU32::new(0),
            dir,
            _permit: permit,
        }
    }

    /// Where the broker is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A path in the stack's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Where runs leave their marks.
    pub fn marks(&self, name: &str) -> Marks {
        Marks::in_folder(&self.path(name))
    }

    /// Where runs take their seats.
    pub fn seats(&self, name: &str, seats: u32) -> Seats {
        Seats::in_folder(&self.path(name), seats)
    }

    /// A stock client on the wire.
    pub fn wire(&self) -> Wire {
        Wire::connect(&self.url)
    }

    fn server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills the broker as a power cut would, without a word.
    pub fn kill_broker(&self) {
        block_on(self.server().kill()).expect("a child can be killed");
    }

    /// Starts it again on the same port and the same data.
    pub fn restart_broker(&self) {
        block_on(self.server().restart()).expect("the broker starts again");
    }

    /// `weir …` with what is typed, split as a shell would, on this stack's broker.
    pub(super) fn command(&self, line: &str) -> Command {
        self.through(&[], line)
    }

    /// The same as the last arguments of another program, which becomes it.
    fn through(&self, starter: &[&str], line: &str) -> Command {
        let words = shlex::split(line).expect("the line's quotes are closed");
        let mut command = match starter {
            [] => Command::new(binary::weir()),
            [program, arguments @ ..] => {
                let mut command = Command::new(program);
                command.args(arguments).arg(binary::weir());
                command
            }
        };
        command.args(words).env_clear();
        for kept in ["PATH", "USER", "LANG"] {
            if let Some(value) = env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command
            .env("NATS_URL", &self.url)
            .env("HOME", self.dir.path())
            .env("TMPDIR", self.path("tmp"))
            .env("RUST_LOG", "info,weir_scheduler=debug,weir_worker=debug")
            .env("RUST_BACKTRACE", "1")
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Types a line that goes on running, such as `run watch`.
    pub fn begin(&self, name: &str, line: &str) -> Program {
        self.begin_with(name, line, &[])
    }

    /// The same with more variables.
    pub fn begin_with(&self, name: &str, line: &str, variables: &[(&str, &str)]) -> Program {
        self.begin_through(&[], name, line, variables)
    }

    /// The same started by another program, which becomes it.
    pub fn begin_through(
        &self,
        starter: &[&str],
        name: &str,
        line: &str,
        variables: &[(&str, &str)],
    ) -> Program {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let log = self.path(&format!("{number}-{name}.log"));
        let mut command = self.through(starter, line);
        // Its keepers have no environment; they are known by where they are.
        command
            .envs(variables.iter().copied())
            .current_dir(self.dir.path());
        Program::start(name, command, log)
    }

    /// Starts a scheduler of that name.
    pub fn scheduler(&self, name: &str) -> Program {
        self.begin(
            name,
            &format!("scheduler start --name {name} --shutdown-grace 10s"),
        )
    }

    /// Starts a worker.
    pub fn worker(&self, name: &str, arguments: &str) -> Program {
        self.worker_with(name, arguments, &[])
    }

    /// The same with more variables, such as settings of its own or another way to the broker.
    pub fn worker_with(&self, name: &str, arguments: &str, variables: &[(&str, &str)]) -> Program {
        let line = format!("worker start --name {name} {arguments}");
        self.begin_with(name, &line, variables)
    }

    /// Who leads, by the lease; `None` for nobody.
    pub fn leader(&self) -> Option<SchedulerName> {
        let lease = async {
            let log = JetStream::connect(ConnectSettings::new(&self.url, "weir-tests"))
                .await
                .ok()?;
            log.lease().await.ok().flatten()
        };
        block_on(lease).map(|(_, _, lease)| lease.leader)
    }

    /// Waits until this scheduler leads.
    #[track_caller]
    pub fn led_by(&self, name: &str, within: Duration) {
        until(&format!("{name} leads"), within, || {
            (self.leader()?.as_str() == name).then_some(())
        });
    }

    /// Waits until a scheduler answers and sees so many workers of a pool online.
    #[track_caller]
    pub fn workers_online(&self, pool: &str, count: usize) {
        let what = format!("{count} workers of {pool} are online");
        until(&what, Duration::from_secs(30), || {
            let said = self.weir(&format!("worker ls --pool {pool} -o json"));
            let listed: Value = serde_json::from_slice(&said.bytes).ok()?;
            let workers = listed["workers"].as_array().or_else(|| listed.as_array())?;
            let online = workers
                .iter()
                .filter(|worker| worker["online"] == true)
                .count();
            (online == count).then_some(())
        });
    }

    /// Runs as a scheduler lists them: id to the whole view.
    pub fn runs(&self, pool: &str) -> Vec<Value> {
        let said = self.weir(&format!("run ls --pool {pool} --limit 10000 -o json"));
        if said.code != 0 {
            return Vec::new();
        }
        said.json()["runs"].as_array().cloned().unwrap_or_default()
    }

    /// Waits until so many runs of a pool have ended, and returns all.
    #[track_caller]
    pub fn all_ended(&self, pool: &str, count: usize, within: Duration) -> Vec<Value> {
        let mut seen = Vec::new();
        let never = super::wait::lasts(within, || {
            seen = self.runs(pool);
            seen.iter().filter(|run| has_ended(run)).count() < count
        });
        let open: Vec<&Value> = seen.iter().filter(|run| !has_ended(run)).take(5).collect();
        assert!(
            !never,
            "not all of {count} runs ended within {within:?}: {} known, open: {open:#?}",
            seen.len()
        );
        seen
    }

    /// One run by its own log: no scheduler is needed.
    #[track_caller]
    pub fn inspect(&self, run: &str) -> Value {
        self.weir(&format!("run inspect {run} -o json")).ok().json()["run"].clone()
    }

    /// Waits until a run has come to this state (by its finer name), and returns it.
    #[track_caller]
    pub fn run_is(&self, run: &str, state_name: &str, within: Duration) -> Value {
        let mut last = Value::Null;
        let never = super::wait::lasts(within, || {
            let said = self.weir(&format!("run inspect {run} -o json"));
            last = serde_json::from_slice(&said.bytes).unwrap_or_default();
            last["run"]["stateName"] != state_name
        });
        assert!(
            !never,
            "run {run} does not come to {state_name} within {within:?}: {last:#}"
        );
        last["run"].clone()
    }

    /// The processes of runs that live now: all that were born with this stack's temporary folder and a run's id, and
    /// the keepers above them.
    pub fn processes_of_runs(&self) -> Vec<u32> {
        let run = |variable: &[u8]| variable.starts_with(b"WEIR_RUN_ID=");
        let mut found = self.born_here();
        found.retain(|pid| is_keeper(*pid) || has_variable(*pid, run));
        found
    }

    /// The processes of one run that live now, by its id.
    pub fn processes_of(&self, run_id: &str) -> Vec<u32> {
        let own = format!("WEIR_RUN_ID={run_id}").into_bytes();
        let mut found = self.born_here();
        found.retain(|pid| has_variable(*pid, |variable| variable == own));
        found
    }

    fn born_here(&self) -> Vec<u32> {
        let mark = [
            b"TMPDIR=".as_slice(),
            self.path("tmp").as_os_str().as_encoded_bytes(),
        ]
        .concat();
        let here = |pid: u32| {
            let cwd = fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
            is_keeper(pid) && cwd == self.dir.path()
        };
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        pids.filter(|pid| here(*pid) || has_variable(*pid, |variable| variable == mark))
            .collect()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // What the test has started is gone by now; what that had started may not be.
        let gone = |left: Vec<u32>| {
            for pid in &left {
                if let Some(pid) = Pid::from_raw(pid.cast_signed())
                    && kill_process(pid, Signal::KILL).is_err()
                {
                    // It has just ended.
                }
            }
            left.is_empty()
        };
        super::wait::lasts(Duration::from_secs(5), || !gone(self.born_here()));
    }
}

/// Whether a process was born with such a variable. A zombie has none.
fn has_variable(pid: u32, is_it: impl Fn(&[u8]) -> bool) -> bool {
    let environ =
        fs::read(Path::new("/proc").join(pid.to_string()).join("environ")).unwrap_or_default();
    environ.split(|byte| *byte == 0).any(is_it)
}

fn is_keeper(pid: u32) -> bool {
    let line =
        fs::read(Path::new("/proc").join(pid.to_string()).join("cmdline")).unwrap_or_default();
    line.split(|byte| *byte == 0).nth(1) == Some(b"keeper")
}

/// Whether a listed run has ended.
fn has_ended(run: &Value) -> bool {
    matches!(
        run["state"].as_str(),
        Some("COMPLETED" | "FAILED" | "CRASHED" | "CANCELLED")
    )
}

/// A stack with one scheduler that the tests of one program share, each with pools of its own.
#[derive(Debug)]
pub struct Shared {
    /// Dropped first.
    scheduler: Program,
    stack: Stack,
}

impl Shared {
    /// Its scheduler.
    pub fn scheduler(&self) -> &Program {
        &self.scheduler
    }
}

impl std::ops::Deref for Shared {
    type Target = Stack;
    fn deref(&self) -> &Stack {
        &self.stack
    }
}

/// The shared stack: it starts with the first test that asks for it and goes with the last one that holds it.
pub fn shared() -> Arc<Shared> {
    static SHARED: Mutex<Weak<Shared>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(running) = shared.upgrade() {
        return running;
    }
    let stack = Stack::start();
    let scheduler = stack.scheduler("shared");
    stack.led_by("shared", Duration::from_secs(20));
    let started = Arc::new(Shared { scheduler, stack });
    *shared = Arc::downgrade(&started);
    started
}
