//! The keeper's loop: look at everything, decide, wait until something happens.
//!
//! Nothing in here blocks but the wait itself, and the wait always ends at the next deadline.

use std::{
    ffi::OsString,
    io::{self, stdin},
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
    time::Duration,
};

use rustix::{
    io::Errno,
    process::{
        Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process_group, set_child_subreaper,
        setpgid, wait,
    },
};
use tempfile::TempDir;

use super::{
    frame::{Decoder, End, Failure, Job, Lease, Order, StopCause, Word},
    outbox::Outbox,
    start::{self, set_nonblocking},
    tree,
    wake::{Wake, boottime},
};

/// Between two rounds of SIGKILL: at first, and at most.
const KILL_AGAIN: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(500));

/// One job and all that is known of it.
#[derive(Debug)]
pub(super) struct Keeper {
    own_args: Vec<OsString>,
    job: Job,
    lease: Lease,
    wake: Wake,
    orders: Decoder,
    listening: bool,
    outbox: Outbox,
    directory: Option<TempDir>,
    pid: Option<Pid>,
    /// The second stage has not yet become the command.
    answer: Option<OwnedFd>,
    output: [Option<OwnedFd>; 2],
    timeout_at: Option<Duration>,
    /// The command's status, once it has been reaped.
    ended: Option<WaitStatus>,
    /// `wait` has said that there are no children.
    alone: bool,
    stopped: Option<StopCause>,
    /// When what is left is killed; set by the first stop or by the command's end.
    kill_at: Option<Duration>,
    /// It is being killed, again and again, until nobody is left; this long after the last round.
    killing: Option<Duration>,
}

impl Keeper {
    /// Waits for the job's description and takes the place above all its processes.
    pub(super) fn begin(own_args: Vec<OsString>, outbox: Outbox) -> io::Result<Self> {
        if let Err(_leads_a_session) = setpgid(None, None) {
            // Then it leads its group already.
        }
        set_child_subreaper(Some(getpid()))?;
        let wake = Wake::new()?;
        let mut orders = Decoder::default();
        let job = first_order(&mut orders)?;
        set_nonblocking(stdin())?;
        set_nonblocking(io::stdout())?;
        Ok(Self {
            own_args,
            lease: job.lease,
            job,
            wake,
            orders,
            listening: true,
            outbox,
            directory: None,
            pid: None,
            answer: None,
            output: [None, None],
            timeout_at: None,
            ended: None,
            alone: true,
            stopped: None,
            kill_at: None,
            killing: None,
        })
    }

    /// Runs the job to its end, and says so.
    pub(super) fn run(mut self) -> io::Result<()> {
        if let Err(failure) = self.start() {
            self.outbox.word(&Word::Failed(failure));
        }
        loop {
            self.look()?;
            if self.alone {
                break;
            }
            self.outbox.flush()?;
            let next = self.next_deadline();
            self.wake.arm(next)?;
            self.wait()?;
        }
        self.finish()
    }

    fn start(&mut self) -> Result<(), Failure> {
        self.directory = start::directory(&self.job)?;
        let own = self.directory.as_ref().map(TempDir::path);
        let started = start::start(&self.job, &self.own_args, own)?;
        self.pid = Some(started.pid);
        self.output = started.output;
        self.answer = Some(started.answer);
        self.alone = false;
        self.timeout_at = self
            .job
            .timeout
            .map(|timeout| boottime().saturating_add(timeout));
        Ok(())
    }

    fn look(&mut self) -> io::Result<()> {
        let told_to_end = self.wake.drain();
        self.read_answer();
        self.reap()?;
        if told_to_end {
            self.stop(StopCause::KeeperSignaled, self.job.grace);
        }
        self.read_orders()?;
        self.read_output();
        self.keep_deadlines();
        self.reap()
    }

    fn wait(&self) -> io::Result<()> {
        let room = self.outbox.has_room();
        let output = self.output.iter().flatten().filter(|_| room);
        let readable: Vec<BorrowedFd<'_>> = self
            .answer
            .iter()
            .chain(output)
            .map(OwnedFd::as_fd)
            .collect();
        self.wake
            .wait(&readable, self.listening, !self.outbox.is_empty())
    }

    fn read_answer(&mut self) {
        let Some(answer) = &self.answer else { return };
        let word = match start::answer(answer, &self.job) {
            None => return,
            Some(Ok(())) => Word::Started {
                pid: self.pid.map_or(0, Pid::as_raw_pid),
            },
            Some(Err(failure)) => Word::Failed(failure),
        };
        self.answer = None;
        if matches!(word, Word::Failed(_)) {
            self.pid = None; // what ends with 127 now was never the command
        }
        self.outbox.word(&word);
    }

    /// Takes in everybody who has ended, the command and what came down to the keeper.
    fn reap(&mut self) -> io::Result<()> {
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some((pid, status))) => {
                    if self.pid == Some(pid) && self.ended.is_none() {
                        self.read_answer(); // it has ended, so the answer is there, and it comes first
                        self.on_ended(status);
                    }
                }
                Ok(None) => return Ok(()),
                Err(Errno::CHILD) => {
                    self.alone = true;
                    return Ok(());
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn on_ended(&mut self, status: WaitStatus) {
        if self.pid.is_none() {
            return;
        }
        self.ended = Some(status);
        self.read_output();
        let (exit_code, signal) = start::split_status(status);
        self.outbox.word(&Word::Ended(End {
            exit_code,
            signal,
            stopped: self.stopped,
        }));
        // What it has left behind is asked to end; most often there is nothing.
        self.tell_all_below(Signal::TERM);
        self.kill_by(boottime().saturating_add(self.job.leftover_grace));
    }

    fn read_orders(&mut self) -> io::Result<()> {
        let mut bytes = [0_u8; 4096];
        while self.listening {
            match rustix::io::read(stdin(), &mut bytes) {
                Ok(0) | Err(Errno::IO) => self.listening = false,
                Ok(count) => self.orders.push(bytes.get(..count).unwrap_or_default()),
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        while let Some(order) = self.orders.next_order().map_err(io::Error::other)? {
            match order {
                Order::Lease(lease) => self.lease = lease,
                Order::Stop { grace } => self.stop(StopCause::Ordered, grace),
                Order::Start(_) => {} // there is one job to a keeper
            }
        }
        if !self.listening {
            self.stop(StopCause::PipeClosed, self.job.grace);
        }
        Ok(())
    }

    fn keep_deadlines(&mut self) {
        let now = boottime();
        if !self.is_stopping() {
            if now >= self.lease.stop_at {
                self.stop(StopCause::Lease, self.job.grace);
            } else if self.timeout_at.is_some_and(|at| now >= at) {
                self.stop(StopCause::Timeout, self.job.grace);
            }
        }
        if self.kill_time().is_some_and(|at| now >= at) {
            self.tell_all_below(Signal::KILL);
            let again = self
                .killing
                .map_or(KILL_AGAIN.0, |last| (last * 2).min(KILL_AGAIN.1));
            self.killing = Some(again);
            self.kill_at = Some(now.saturating_add(again));
        }
    }

    /// It has been told to stop, or it has ended by itself and what it has left behind has been told.
    fn is_stopping(&self) -> bool {
        self.stopped.is_some() || self.ended.is_some()
    }

    /// Begins to stop, unless it has begun already. The first cause stands; a shorter grace holds.
    fn stop(&mut self, cause: StopCause, grace: Duration) {
        if !self.is_stopping() {
            self.stopped = Some(cause);
            self.tell_group(Signal::TERM);
        } else if cause == StopCause::PipeClosed {
            return; // found again with every look; the grace that was given stands, within the lease
        }
        self.kill_by(boottime().saturating_add(grace));
    }

    fn kill_by(&mut self, at: Duration) {
        self.kill_at = Some(self.kill_at.map_or(at, |earlier| earlier.min(at)));
    }

    /// No grace reaches past the lease. Once the killing has begun it goes on at its own pace.
    fn kill_time(&self) -> Option<Duration> {
        self.kill_at.map(|at| {
            if self.killing.is_some() {
                at
            } else {
                at.min(self.lease.kill_at)
            }
        })
    }

    fn next_deadline(&self) -> Option<Duration> {
        if self.is_stopping() {
            self.kill_time()
        } else {
            Some(
                self.timeout_at
                    .map_or(self.lease.stop_at, |at| at.min(self.lease.stop_at)),
            )
        }
    }

    fn tell_group(&self, signal: Signal) {
        if let (Some(pid), None) = (self.pid, self.ended) {
            for signal in [signal, Signal::CONT] {
                if let Err(_ended) = kill_process_group(pid, signal) {
                    // All of the group have ended; the next `wait` tells.
                }
            }
        }
    }

    fn tell_all_below(&self, signal: Signal) {
        self.tell_group(signal);
        if tree::signal_below(getpid(), signal) > 0 && signal != Signal::KILL {
            tree::signal_below(getpid(), Signal::CONT); // a stopped process does not hear a polite signal
        }
    }

    fn read_output(&mut self) {
        while self.outbox.has_room() && self.read_some_output() {}
    }

    /// Reads once from each pipe. Says whether more may be there.
    fn read_some_output(&mut self) -> bool {
        let mut bytes = [0_u8; 16 << 10];
        let mut more = false;
        for (pipe, stderr) in self.output.iter_mut().zip([false, true]) {
            let Some(fd) = pipe else { continue };
            match rustix::io::read(fd.as_fd(), &mut bytes) {
                Ok(0) => *pipe = None,
                Ok(count) => {
                    self.outbox
                        .output(stderr, bytes.get(..count).unwrap_or_default());
                    more = true;
                }
                Err(Errno::AGAIN) => {}
                Err(Errno::INTR) => more = true,
                Err(_) => *pipe = None,
            }
        }
        more
    }

    /// Nobody is left. What they had written is still in the pipes, at most what the pipes hold.
    fn finish(mut self) -> io::Result<()> {
        while self.read_some_output() {}
        if let Some(directory) = self.directory.take()
            && let Err(error) = directory.close()
        {
            self.outbox.output(
                true,
                format!("weir: the temporary working directory stays: {error}\n").as_bytes(),
            );
        }
        self.outbox.word(&Word::Gone);
        self.outbox.flush()?;
        while !self.outbox.is_empty() {
            self.wake.drain();
            self.wake.arm(None)?;
            self.wake.wait(&[], false, true)?;
            self.outbox.flush()?;
        }
        Ok(())
    }
}

fn first_order(orders: &mut Decoder) -> io::Result<Job> {
    let mut bytes = [0_u8; 16 << 10];
    loop {
        match orders.next_order().map_err(io::Error::other)? {
            Some(Order::Start(job)) => return Ok(*job),
            Some(Order::Lease(_) | Order::Stop { .. }) => {
                return Err(io::Error::other("the first frame was not the job"));
            }
            None => {}
        }
        match rustix::io::read(stdin(), &mut bytes) {
            Ok(0) => {
                return Err(io::Error::other(
                    "no job came: `weir keeper` is started by the worker, not by hand",
                ));
            }
            Ok(count) => orders.push(bytes.get(..count).unwrap_or_default()),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
