//! The leader's lease: who tries to lead. It is renewed by compare-and-set and vanishes by itself; it makes takeovers
//! quick and clocks usable, and no limit rests on it.

use std::time::Duration;

use weir_core::{
    ids::{Epoch, SchedulerName, Seq},
    session::LeaseRecord,
    time::Timestamp,
};
use weir_log::{AppendError, LogError};
use weir_runtime::Backoff;

use crate::work::Work;

/// A lease that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    epoch: Epoch,
    last: Seq,
    /// Monotonic time at which the last acknowledged renewal was sent.
    sent: Duration,
}

/// What became of the lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing.
    None,
    /// We hold it now, under this number.
    Won(Epoch),
    /// We hold it no longer.
    Lost(String),
}

/// The lease as one scheduler sees it.
#[derive(Debug)]
pub(crate) struct Lease {
    name: SchedulerName,
    ttl: Duration,
    held: Option<Held>,
    /// The highest number seen in the lease.
    seen: Epoch,
    /// The number under which this scheduler has led last. It never leads under the same number twice.
    led: Epoch,
    busy: bool,
    next: Duration,
    backoff: Backoff,
}

impl Lease {
    pub(crate) fn new(name: SchedulerName, ttl: Duration) -> Self {
        let backoff = Backoff::new(Duration::from_millis(50), ttl / 4);
        Self {
            name,
            ttl,
            held: None,
            seen: Epoch(0),
            led: Epoch(0),
            busy: false,
            next: Duration::ZERO,
            backoff,
        }
    }

    /// When something is to be done next.
    pub(crate) fn next(&self) -> Option<Duration> {
        (!self.busy).then_some(self.next)
    }

    /// What the lease needs now.
    pub(crate) fn step(&mut self, monotonic: Duration) -> Option<Work> {
        if self.busy || monotonic < self.next {
            return None;
        }
        self.busy = true;
        Some(match self.held {
            Some(Held { epoch, last, .. }) => Work::Lease {
                lease: LeaseRecord {
                    leader: self.name.clone(),
                    epoch,
                },
                ttl: self.ttl,
                last,
            },
            None => Work::ReadLease,
        })
    }

    /// Whether the lease has run out without an acknowledged renewal.
    pub(crate) fn expired(&mut self, monotonic: Duration) -> Change {
        match self.held {
            Some(held) if monotonic.saturating_sub(held.sent) > self.ttl => {
                self.held = None;
                Change::Lost("the lease ran out without an acknowledged renewal".to_owned())
            }
            Some(_) | None => Change::None,
        }
    }

    /// The lease has been read. If it is free and `cell` is the highest epoch of the cell log, this is the try for it.
    pub(crate) fn on_read(
        &mut self,
        result: Result<Option<(Seq, Timestamp, LeaseRecord)>, LogError>,
        cell: Epoch,
        monotonic: Duration,
    ) -> (Change, Option<Work>) {
        self.busy = false;
        match result {
            Err(error) => {
                tracing::debug!(%error, "cannot read the leader's lease");
                self.next = monotonic + self.backoff.next_delay();
                (Change::None, None)
            }
            Ok(Some((seq, _, record))) => {
                self.backoff.reset();
                self.seen = self.seen.max(record.epoch);
                match &mut self.held {
                    Some(held) if record.leader == self.name && record.epoch == held.epoch => {
                        // Our own renewal was stored and its answer was lost.
                        held.last = seq;
                        self.next = monotonic;
                        (Change::None, None)
                    }
                    Some(_) => {
                        self.held = None;
                        self.next = monotonic + self.ttl / 3;
                        (
                            Change::Lost(format!("{} holds the lease", record.leader)),
                            None,
                        )
                    }
                    None => {
                        self.next = monotonic + self.backoff.next_delay().min(self.ttl / 4);
                        (Change::None, None)
                    }
                }
            }
            Ok(None) => {
                let lost = self.held.take().map_or(Change::None, |_| {
                    Change::Lost("the lease ran out".to_owned())
                });
                self.busy = true;
                let epoch = Epoch(self.seen.max(cell).0 + 1);
                let lease = LeaseRecord {
                    leader: self.name.clone(),
                    epoch,
                };
                (
                    lost,
                    Some(Work::Lease {
                        lease,
                        ttl: self.ttl,
                        last: Seq(0),
                    }),
                )
            }
        }
    }

    /// A try for the lease, or a renewal, has been answered.
    pub(crate) fn on_put(
        &mut self,
        epoch: Epoch,
        sent: Duration,
        result: &Result<(Seq, Timestamp), AppendError>,
        monotonic: Duration,
    ) -> Change {
        self.busy = false;
        match result {
            Ok((last, _)) => {
                self.backoff.reset();
                self.seen = self.seen.max(epoch);
                self.next = monotonic + self.ttl / 3;
                if self.held.is_none() && epoch <= self.led {
                    // A renewal whose answer came after the leadership was given up: its decisions may still be on their
                    // way under that number, and nothing would fence them off. The lease runs out and is won anew.
                    return Change::None;
                }
                self.led = epoch;
                let won = self
                    .held
                    .replace(Held {
                        epoch,
                        last: *last,
                        sent,
                    })
                    .is_none();
                if won {
                    Change::Won(epoch)
                } else {
                    Change::None
                }
            }
            Err(AppendError::Fenced { .. }) => {
                // Somebody else's, or our own renewal whose answer was lost: reading tells which.
                self.busy = self.held.is_some();
                self.next = monotonic + self.backoff.next_delay();
                Change::None
            }
            Err(error) => {
                tracing::debug!(%error, "cannot write the leader's lease");
                self.next = monotonic + self.backoff.next_delay().min(self.ttl / 6);
                Change::None
            }
        }
    }

    /// A refused renewal is followed by a look at who holds the lease.
    pub(crate) fn wants_read(&self) -> bool {
        self.busy && self.held.is_some()
    }
    /// The lease's position, if it is held.
    pub(crate) fn held_at(&self) -> Option<Seq> {
        self.held.map(|held| held.last)
    }
    /// Gives it up.
    pub(crate) fn forget(&mut self, monotonic: Duration) {
        self.held = None;
        self.next = monotonic + self.ttl / 3;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: Duration = Duration::from_secs(3);

    #[test]
    fn a_renewal_that_is_answered_after_the_lease_ran_out_begins_no_leadership_of_the_same_number()
    {
        let s = Duration::from_secs;
        let mut lease = Lease::new("one".parse().unwrap(), TTL);
        let stored = |seq| Ok((Seq(seq), Timestamp(0)));
        assert_eq!(
            lease.on_put(Epoch(1), s(0), &stored(1), s(0)),
            Change::Won(Epoch(1))
        );
        assert!(lease.step(s(2)).is_some(), "a renewal is due");
        assert!(matches!(lease.expired(s(4)), Change::Lost(_)));
        assert_eq!(lease.on_put(Epoch(1), s(2), &stored(2), s(4)), Change::None);
        assert_eq!(lease.held_at(), None);
        let (_, work) = lease.on_read(Ok(None), Epoch(1), s(8));
        let Some(Work::Lease { lease: record, .. }) = work else {
            panic!("a free lease is tried for")
        };
        assert_eq!(record.epoch, Epoch(2));
        assert_eq!(
            lease.on_put(Epoch(2), s(8), &stored(3), s(8)),
            Change::Won(Epoch(2))
        );
    }
}
