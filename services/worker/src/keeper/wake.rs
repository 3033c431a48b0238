//! What wakes the keeper: signals, a deadline, and bytes on its pipes.

use std::{
    io::{self, Read as _, stdin, stdout},
    os::{
        fd::{AsFd as _, BorrowedFd, OwnedFd},
        unix::net::UnixStream,
    },
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    time::{
        ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec,
        clock_gettime, timerfd_create, timerfd_settime,
    },
};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};

/// `CLOCK_BOOTTIME`: it goes on while the machine sleeps, and it is the same for every process of the machine.
pub(super) fn boottime() -> Duration {
    let time = clock_gettime(ClockId::Boottime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

/// The keeper's own sources of events.
#[derive(Debug)]
pub(super) struct Wake {
    child: UnixStream,
    told_to_end: UnixStream,
    timer: OwnedFd,
    armed: Option<Duration>,
}

impl Wake {
    pub(super) fn new() -> io::Result<Self> {
        let (child, child_end) = UnixStream::pair()?;
        let (told_to_end, told_end) = UnixStream::pair()?;
        child.set_nonblocking(true)?;
        told_to_end.set_nonblocking(true)?;
        signal_hook::low_level::pipe::register(SIGCHLD, child_end)?;
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            signal_hook::low_level::pipe::register(signal, told_end.try_clone()?)?;
        }
        let timer = timerfd_create(
            TimerfdClockId::Boottime,
            TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC,
        )?;
        Ok(Self {
            child,
            told_to_end,
            timer,
            armed: None,
        })
    }

    /// Forgets what has woken the keeper: it looks at everything anyway. Says whether a signal told it to end.
    pub(super) fn drain(&mut self) -> bool {
        let mut scrap = [0; 64];
        while matches!(self.child.read(&mut scrap), Ok(count) if count > 0) {}
        let mut told = false;
        while matches!(self.told_to_end.read(&mut scrap), Ok(count) if count > 0) {
            told = true;
        }
        told
    }

    /// Sets the point of `CLOCK_BOOTTIME` at which to wake up.
    pub(super) fn arm(&mut self, at: Option<Duration>) -> io::Result<()> {
        if self.armed == at {
            return Ok(());
        }
        self.armed = at;
        let nothing = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let value = at.map_or(nothing, |at| Timespec {
            tv_sec: i64::try_from(at.as_secs()).unwrap_or(i64::MAX),
            // A point in the past fires at once, but zero would disarm.
            tv_nsec: i64::from(at.subsec_nanos().max(1)),
        });
        let spec = Itimerspec {
            it_interval: nothing,
            it_value: value,
        };
        timerfd_settime(&self.timer, TimerfdTimerFlags::ABSTIME, &spec)?;
        Ok(())
    }

    /// Waits for any of them, or for one of `readable`, for an order (if `listen`) or for room to write (if `write`).
    pub(super) fn wait(
        &self,
        readable: &[BorrowedFd<'_>],
        listen: bool,
        write: bool,
    ) -> io::Result<()> {
        let (input, output) = (stdin(), stdout());
        let mut fds: Vec<_> = [
            self.child.as_fd(),
            self.told_to_end.as_fd(),
            self.timer.as_fd(),
        ]
        .into_iter()
        .chain(readable.iter().copied())
        .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN))
        .collect();
        if listen {
            fds.push(PollFd::new(&input, PollFlags::IN));
        }
        if write {
            fds.push(PollFd::new(&output, PollFlags::OUT));
        }
        match poll(&mut fds, None) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
