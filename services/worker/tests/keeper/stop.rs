//! How a command is stopped, and that nothing of it is left.

use std::{path::Path, time::Duration};

use rustix::process::{Pid, Signal, kill_process};
use weir_runtime::Clock;
use weir_worker::keeper::frame::{Directory, Order, StopCause};

use crate::kept::{self, Kept, is_alive, job, lease_in, shell, wait_until_dead};

const KILL: i32 = 9;
const TERM: i32 = 15;

fn signal(pid: i32, signal: Signal) {
    kill_process(Pid::from_raw(pid).expect("a pid"), signal).expect("the process is there");
}

fn took<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let clock = Clock::system();
    let begun = clock.monotonic();
    let result = work();
    (result, clock.monotonic().saturating_sub(begun))
}

#[test]
fn an_order_to_stop_is_a_polite_signal_first() {
    let mut kept = Kept::start(shell(
        "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done",
    ));
    kept.until_lines(1);
    kept.order(&Order::Stop {
        grace: Duration::from_secs(20),
    });
    let story = kept.until_gone();
    assert_eq!(story.text(), "ready\nbye\n");
    assert_eq!(story.end(), (Some(3), None, Some(StopCause::Ordered)));
}

#[test]
fn what_ignores_the_polite_signal_is_killed_after_the_grace() {
    let mut kept = Kept::start(shell(
        "trap '' TERM; echo ready; while :; do sleep 0.05; done",
    ));
    kept.until_lines(1);
    let (story, took) = took(|| {
        kept.order(&Order::Stop {
            grace: Duration::from_millis(400),
        });
        kept.until_gone()
    });
    assert_eq!(story.end(), (None, Some(KILL), Some(StopCause::Ordered)));
    assert!(took >= Duration::from_millis(400), "{took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_later_order_makes_the_grace_shorter() {
    let mut kept = Kept::start(shell(
        "trap '' TERM; echo ready; while :; do sleep 0.05; done",
    ));
    kept.until_lines(1);
    kept.order(&Order::Stop {
        grace: Duration::from_secs(1000),
    });
    kept.order(&Order::Stop {
        grace: Duration::ZERO,
    });
    assert_eq!(
        kept.until_gone().end(),
        (None, Some(KILL), Some(StopCause::Ordered))
    );
}

#[test]
fn a_stopped_process_hears_the_polite_signal_all_the_same() {
    let mut kept = Kept::start(shell("echo $$; kill -STOP $$; echo never"));
    kept.until_lines(1);
    let pid = kept.story.printed_pids()[0];
    kept::wait_until(|| kept::state_of(pid) == Some('T'), "it stops itself");
    kept.order(&Order::Stop {
        grace: Duration::from_secs(20),
    });
    assert_eq!(
        kept.until_gone().end(),
        (None, Some(TERM), Some(StopCause::Ordered))
    );
}

#[test]
fn a_timeout_stops_the_command() {
    let mut job = shell("sleep 1000");
    job.timeout = Some(Duration::from_millis(200));
    let (story, took) = took(|| Kept::start(job).until_gone());
    assert_eq!(story.end(), (None, Some(TERM), Some(StopCause::Timeout)));
    assert!(
        (Duration::from_millis(200)..Duration::from_secs(5)).contains(&took),
        "{took:?}"
    );
}

#[test]
fn a_background_child_does_not_outlive_the_command() {
    let story = Kept::start(shell("sleep 1000 & echo $!; exit 0")).until_gone();
    assert_eq!(story.end(), (Some(0), None, None));
    let [child] = story.printed_pids()[..] else {
        panic!("{}", story.text())
    };
    assert!(!is_alive(child));
}

#[test]
fn a_background_child_that_ignores_the_polite_signal_is_killed() {
    let (story, took) = took(|| {
        Kept::start(shell("(trap '' TERM; echo ready; while :; do sleep 0.05; done) & read x </dev/null; sleep 0.2"))
            .until_gone()
    });
    assert_eq!(story.end(), (Some(0), None, None));
    assert!(took < Duration::from_secs(10), "{took:?}");
}

/// It leaves the group, the session and its parent, as a daemon does, and keeps the output open.
const DAEMON: &str = r"
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.environ.clear()
        print(os.getpid(), flush=True)
        time.sleep(1000)
    os._exit(0)
os.wait()
";

#[test]
fn a_daemon_is_gone_when_its_command_is_stopped() {
    let mut kept = Kept::start(job(&[
        "python3",
        "-c",
        &format!("{DAEMON}\ntime.sleep(1000)"),
    ]));
    kept.until_lines(1);
    kept.order(&Order::Stop {
        grace: Duration::from_millis(200),
    });
    let story = kept.until_gone();
    let [daemon] = story.printed_pids()[..] else {
        panic!("{}", story.text())
    };
    assert!(!is_alive(daemon));
}

#[test]
fn a_daemon_is_gone_when_its_command_has_ended_by_itself() {
    let story = Kept::start(job(&["python3", "-c", DAEMON])).until_gone();
    assert_eq!(story.end(), (Some(0), None, None));
    let [daemon] = story.printed_pids()[..] else {
        panic!("{}", story.text())
    };
    assert!(!is_alive(daemon));
}

#[test]
fn a_closed_pipe_stops_everything() {
    let mut job = job(&[
        "python3",
        "-c",
        &format!("{DAEMON}\nprint(os.getpid(), flush=True)\ntime.sleep(1000)"),
    ]);
    job.grace = Duration::from_millis(200);
    let mut kept = Kept::start(job);
    kept.until_lines(2);
    kept.close_pipe();
    let story = kept.until_gone();
    assert_eq!(story.end(), (None, Some(KILL), Some(StopCause::PipeClosed)));
    for pid in story.printed_pids() {
        assert!(!is_alive(pid), "{pid}");
    }
}

#[test]
fn a_worker_that_says_nothing_any_more_loses_its_job_within_the_lease() {
    let mut job = shell("trap '' TERM; echo $$; while :; do sleep 0.05; done");
    job.grace = Duration::from_secs(1000);
    job.lease = lease_in(Duration::from_secs(3));
    // The pipe stays open and silent, as with a worker that is stopped by SIGSTOP.
    let (story, took) = took(|| Kept::start(job).until_gone());
    assert_eq!(story.end(), (None, Some(KILL), Some(StopCause::Lease)));
    assert!(took >= Duration::from_secs(2), "{took:?}");
    assert!(
        took < Duration::from_secs(3),
        "killed after the lease: {took:?}"
    );
}

#[test]
fn a_renewed_lease_lets_it_go_on() {
    let mut job = shell("read x </dev/null; sleep 0.8; echo done");
    job.lease = lease_in(Duration::from_millis(600));
    let mut kept = Kept::start(job);
    kept.order(&Order::Lease(lease_in(Duration::from_mins(10))));
    let story = kept.until_gone();
    assert_eq!(story.end(), (Some(0), None, None));
    assert_eq!(story.text(), "done\n");
}

#[test]
fn a_keeper_that_is_told_to_end_ends_its_job_first() {
    let mut kept = Kept::start(shell("echo $$; sleep 1000"));
    kept.until_lines(1);
    signal(kept.keeper_pid(), Signal::TERM);
    let story = kept.until_gone();
    assert_eq!(
        story.end(),
        (None, Some(TERM), Some(StopCause::KeeperSignaled))
    );
}

#[test]
fn a_keeper_that_is_killed_takes_the_command_along() {
    let mut job = shell("echo $$; exec sleep 1000");
    job.directory = Directory::Given("/".to_owned()); // a killed keeper removes no temporary one
    let mut kept = Kept::start(job);
    kept.until_lines(1);
    let pid = kept.story.printed_pids()[0];
    assert!(is_alive(pid));
    signal(kept.keeper_pid(), Signal::KILL);
    wait_until_dead(pid);
}

#[test]
fn a_worker_that_does_not_read_does_not_keep_the_deadline_from_being_kept() {
    // More output than the pipe and the keeper's buffer hold, and nobody reads it.
    let mut job = shell("echo $$ >pid; cp pid /tmp/$NAME; yes");
    let name = format!("weir-keeper-test-pid-{}", std::process::id());
    job.env.insert("NAME".to_owned(), name.clone());
    job.lease = lease_in(Duration::from_secs(1));
    let unread = unread_keeper(job);
    let path = Path::new("/tmp").join(name);
    let clock = Clock::system();
    let until = clock.monotonic() + kept::DEADLINE;
    let pid = loop {
        assert!(clock.monotonic() < until, "the command did not start");
        if let Some(pid) = std::fs::read_to_string(&path)
            .ok()
            .and_then(|text| text.trim().parse().ok())
        {
            break pid;
        }
        std::thread::yield_now();
    };
    wait_until_dead(pid);
    std::fs::remove_file(&path).unwrap();
    drop(unread);
}

/// A keeper whose words nobody reads.
fn unread_keeper(job: weir_worker::keeper::frame::Job) -> impl Sized {
    use std::{
        io::Write as _,
        process::{Child, Command, Stdio},
    };
    struct Reaped(Child);
    impl Drop for Reaped {
        fn drop(&mut self) {
            drop((self.0.stdin.take(), self.0.stdout.take()));
            self.0.wait().ok();
        }
    }
    let mut keeper = Command::new(env!("CARGO_BIN_EXE_weir-keeper"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the keeper starts");
    let order = weir_worker::keeper::frame::encode_order(&Order::Start(Box::new(job)));
    keeper
        .stdin
        .as_mut()
        .expect("piped")
        .write_all(&order)
        .expect("the keeper listens");
    Reaped(keeper)
}
