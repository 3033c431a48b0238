//! A program that runs beside the test: signals, its output, and its certain end.

use std::{
    fs::{self, File},
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use super::wait::until;

/// A running program. It is killed when it is dropped.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts it with both outputs going to one file.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(name: &str, mut command: Command, log: PathBuf) -> Self {
        let file = File::create(&log).expect("the stack's folder can be written");
        let other = file.try_clone().expect("a file can be opened twice");
        let child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(other)
            .spawn();
        let child = child.expect("the program can be started");
        Self {
            name: name.to_owned(),
            child,
            log,
        }
    }

    /// What it is called in the test's messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The most memory that it has had so far, in bytes.
    ///
    /// # Panics
    /// When it has ended.
    pub fn memory_at_most(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()));
        let status = status.expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        kib.expect("Linux says so of each process") << 10
    }

    /// The processor time that it has used so far, by all of its threads.
    ///
    /// # Panics
    /// When it has ended.
    pub fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).expect("it runs");
        // User and system time, the 14th and 15th field, in hundredths; the second, a name, may hold blanks.
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks = fields.split_ascii_whitespace().skip(11).take(2);
        let ticks = ticks.filter_map(|field| field.parse::<u64>().ok());
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }

    /// What it has printed so far, both outputs together.
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// When it has ended already: a test that signals it expects it to be there.
    pub fn signal(&mut self, signal: Signal) {
        assert!(
            self.ended().is_none(),
            "{} has ended already:\n{}",
            self.name,
            self.output()
        );
        // It is not reaped before we do it, so the id is its own.
        self.send(signal);
    }

    fn send(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).expect("a child has a positive id");
        if let Err(_gone) = kill_process(pid, signal) {
            // It has just ended by itself.
        }
    }

    /// Kills it on the spot and waits until it is gone.
    pub fn kill_9(mut self) {
        self.signal(Signal::KILL);
        let status = self.child.wait().expect("a child can be waited for");
        assert_eq!(
            status.signal(),
            Some(9),
            "{} did not die of the signal",
            self.name
        );
    }

    /// Stops it without its notice.
    pub fn freeze(&mut self) {
        self.signal(Signal::STOP);
        let stat = format!("/proc/{}/stat", self.pid());
        until("the program stands still", Duration::from_secs(5), || {
            let stat = fs::read_to_string(&stat).ok()?;
            let (_, after_name) = stat.rsplit_once(')')?;
            after_name.trim_start().starts_with('T').then_some(())
        });
    }

    /// Lets it go on.
    pub fn thaw(&mut self) {
        self.signal(Signal::CONT);
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked for")
    }

    /// Waits for its end.
    #[track_caller]
    pub fn end_within(&mut self, within: Duration) -> ExitStatus {
        let what = format!("the end of {}", self.name);
        until(&what, within, || self.ended())
    }

    /// Waits until it has printed something.
    #[track_caller]
    pub fn says(&self, text: &str, within: Duration) {
        until(&format!("{} says {text:?}", self.name), within, || {
            self.output().contains(text).then_some(())
        });
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.send(Signal::KILL);
            self.child.wait().ok();
        }
        if std::thread::panicking() {
            show(&format!("--- {}:\n{}\n", self.name, tail(&self.output())));
        }
    }
}

/// The last lines of a long output.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}

/// For the eyes of who looks at a failed test.
#[expect(
    clippy::print_stderr,
    reason = "test output belongs there, and the test harness captures it"
)]
fn show(text: &str) {
    eprintln!("{text}");
}
