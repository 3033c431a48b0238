//! The time of the stand-in: what takes a cluster seconds takes a test milliseconds, in the same order.
//!
//! Delays are spoken of as on a real cluster ("the kubelet tells of an ended container after 1.1 s") and divided by the
//! speed when somebody waits for them. Stamps in objects are the client's own wall time, so that a client that compares
//! them with its clock is not surprised.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// How much faster than a real cluster the controllers, the kubelet and the grace periods are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(pub u32);

impl Speed {
    /// As slow as a real cluster: a Job that does nothing takes about 2.5 s.
    pub const REAL: Self = Self(1);
    /// A whole life in some 25 ms; a grace period of 30 s in 300 ms.
    pub const FAST: Self = Self(100);
    /// No delay worth the name: an hour in 4 ms.
    pub const INSTANT: Self = Self(1_000_000);
}

/// Time of one stand-in since it was started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    speed: u32,
    start: Instant,
    wall: Timestamp,
}

impl Clock {
    pub(crate) fn start(speed: Speed) -> Self {
        Self {
            speed: speed.0.max(1),
            start: Instant::now(),
            wall: Timestamp::now(),
        }
    }

    /// Simulated time since the start.
    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed() * self.speed
    }

    /// When that simulated moment comes in the time of the machine.
    pub(crate) fn instant(&self, moment: Duration) -> Instant {
        self.start + moment / self.speed
    }

    /// Wall time, as clients see it.
    pub(crate) fn wall(&self) -> Timestamp {
        self.at(self.now())
    }

    /// The wall time of a simulated moment.
    pub(crate) fn at(&self, moment: Duration) -> Timestamp {
        self.wall + moment / self.speed
    }
}

/// As the API server writes times in objects: UTC, whole seconds.
pub(crate) fn stamp(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// As the kubelet writes them before the lines of a log: nanoseconds.
pub(crate) fn nano_stamp(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string()
}
