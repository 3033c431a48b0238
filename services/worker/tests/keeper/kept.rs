//! One keeper with one job, followed from the outside as the worker follows it.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use weir_runtime::Clock;
use weir_worker::keeper::frame::{
    Decoder, Directory, End, Failure, Job, Lease, Notice, Order, StopCause, Word, encode_order,
};

/// No test waits longer for anything.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// A keeper at work.
pub(crate) struct Kept {
    keeper: Child,
    orders: Option<ChildStdin>,
    notices: Receiver<Option<Notice>>,
    pub(crate) story: Story,
}

/// All that a keeper has said.
#[derive(Debug, Default)]
pub(crate) struct Story {
    pub(crate) pid: Option<i32>,
    pub(crate) end: Option<End>,
    pub(crate) failure: Option<Failure>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) gone: bool,
}

impl Story {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
    pub(crate) fn end(&self) -> (Option<i32>, Option<i32>, Option<StopCause>) {
        let end = self.end.as_ref().expect("the command has ended");
        (end.exit_code, end.signal, end.stopped)
    }
    /// The pids that the command has printed, one per line.
    pub(crate) fn printed_pids(&self) -> Vec<i32> {
        self.text()
            .split_ascii_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect()
    }
}

/// A job of a shell, with a lease that outlasts every test.
pub(crate) fn shell(script: &str) -> Job {
    job(&["sh", "-c", script])
}

pub(crate) fn job(command: &[&str]) -> Job {
    Job {
        command: command.iter().map(ToString::to_string).collect(),
        env: BTreeMap::from([("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned())]),
        directory: Directory::Temporary {
            prefix: "weir-keeper-test-".to_owned(),
        },
        timeout: None,
        grace: Duration::from_secs(10),
        leftover_grace: Duration::from_millis(200),
        lease: lease_in(Duration::from_mins(10)),
    }
}

/// A lease that ends in `span`.
pub(crate) fn lease_in(span: Duration) -> Lease {
    let now = Clock::system().boottime();
    Lease {
        stop_at: now + span * 2 / 3,
        kill_at: now + span * 5 / 6,
    }
}

impl Kept {
    pub(crate) fn start(job: Job) -> Self {
        let mut keeper = Command::new(env!("CARGO_BIN_EXE_weir-keeper"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("the keeper starts");
        let mut from = keeper.stdout.take().expect("piped");
        let (tell, notices) = channel();
        thread::spawn(move || {
            let (mut decoder, mut bytes) = (Decoder::default(), vec![0; 1 << 16]);
            while let Ok(count @ 1..) = from.read(&mut bytes) {
                decoder.push(&bytes[..count]);
                while let Some(notice) = decoder.next_notice().expect("frames") {
                    if tell.send(Some(notice)).is_err() {
                        return;
                    }
                }
            }
            tell.send(None).ok(); // the test may be over
        });
        let orders = keeper.stdin.take();
        let mut kept = Self {
            keeper,
            orders,
            notices,
            story: Story::default(),
        };
        kept.order(&Order::Start(Box::new(job)));
        kept
    }

    pub(crate) fn keeper_pid(&self) -> i32 {
        i32::try_from(self.keeper.id()).expect("pids are small")
    }

    pub(crate) fn order(&mut self, order: &Order) {
        self.orders
            .as_mut()
            .expect("still open")
            .write_all(&encode_order(order))
            .expect("the keeper listens");
    }

    /// What a worker's death looks like from the keeper.
    pub(crate) fn close_pipe(&mut self) {
        self.orders = None;
    }

    /// Follows until `enough`, or to the end of the keeper's words.
    pub(crate) fn until(&mut self, mut enough: impl FnMut(&Story) -> bool) {
        let clock = Clock::system();
        let until = clock.monotonic() + DEADLINE;
        while !enough(&self.story) {
            let left = until.saturating_sub(clock.monotonic());
            let notice = self
                .notices
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("too late: {:?}", self.story));
            match notice {
                None => panic!("the keeper has died: {:?}", self.story),
                Some(Notice::Output {
                    stderr: false,
                    bytes,
                }) => self.story.stdout.extend(bytes),
                Some(Notice::Output {
                    stderr: true,
                    bytes,
                }) => self.story.stderr.extend(bytes),
                Some(Notice::Word(Word::Started { pid })) => self.story.pid = Some(pid),
                Some(Notice::Word(Word::Failed(failure))) => self.story.failure = Some(failure),
                Some(Notice::Word(Word::Ended(end))) => self.story.end = Some(end),
                Some(Notice::Word(Word::Gone)) => self.story.gone = true,
            }
        }
    }

    /// Follows to `Gone`, and to the end of the keeper itself.
    pub(crate) fn until_gone(mut self) -> Story {
        self.until(|story| story.gone);
        self.orders = None;
        self.keeper.wait().expect("the keeper is ours");
        std::mem::take(&mut self.story)
    }

    /// Follows until so many lines have come.
    pub(crate) fn until_lines(&mut self, count: usize) {
        self.until(|story| story.text().matches('\n').count() >= count);
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.orders = None; // a failed test leaves nothing behind: the keeper cleans up
    }
}

/// The letter of a process's state, such as `T` for stopped; `None`: there is no such process.
pub(crate) fn state_of(pid: i32) -> Option<char> {
    let stat =
        std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).ok()?;
    stat.rsplit(')').next()?.trim_start().chars().next()
}

/// Whether a process is there and not merely waiting to be reaped.
pub(crate) fn is_alive(pid: i32) -> bool {
    state_of(pid).is_some_and(|state| state != 'Z')
}

/// Waits for what nobody reports.
pub(crate) fn wait_until(wanted: impl Fn() -> bool, what: &str) {
    let clock = Clock::system();
    let until = clock.monotonic() + DEADLINE;
    while !wanted() {
        assert!(clock.monotonic() < until, "not in time: {what}");
        thread::yield_now();
    }
}

/// Waits until a process is gone.
pub(crate) fn wait_until_dead(pid: i32) {
    wait_until(|| !is_alive(pid), "the process is gone");
}
