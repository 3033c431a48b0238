//! Decisions that are on their way: sent, and not read back yet.
//!
//! A decision leaves the flight when the fold has read it, or when it can never be stored any more: refused at its first
//! try, or its lane's epoch has been written anew and the fold is past that.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use weir_core::{
    ids::{LANES, Lane, QueueKey, RunKey, Seq},
    limit::Slot,
};
use weir_log::{Append, Fence};

use crate::basis::Vector;

/// A decision on its way.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) run: RunKey,
    /// What it claims; empty for other decisions.
    pub(crate) slots: Vec<Slot>,
    pub(crate) append: Append,
    pub(crate) lane: Lane,
    /// The lane's epoch record that it names.
    pub(crate) lane_seq: Seq,
    pub(crate) vector: Arc<Vector>,
    /// Monotonic time of the first try.
    pub(crate) first_sent: Duration,
    pub(crate) phase: Phase,
}

/// What is known of a decision on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No answer yet.
    Sent,
    /// Not written; sent again at this monotonic time.
    Again(Duration),
    /// Perhaps written: sent again at this monotonic time, with the same bytes and the same id.
    Unknown(Duration),
    /// Stored; the fold has not read it yet.
    Stored,
    /// Perhaps written, and the fence has moved or the broker has seen the id: settled by the lane's next epoch record.
    Lapsing,
}

impl Flight {
    /// Whether the queue must take no new decision because of it.
    pub(crate) fn is_unknown(&self) -> bool {
        match self.phase {
            Phase::Unknown(_) | Phase::Lapsing => true,
            Phase::Sent | Phase::Again(_) | Phase::Stored => false,
        }
    }
    /// Names the lane's present epoch record, for a decision that is known not to be written.
    pub(crate) fn name_fence(&mut self, seq: Seq) {
        self.lane_seq = seq;
        self.append.fence = Some(Fence::Lane {
            lane: self.lane,
            seq,
        });
    }
}

/// All decisions on their way, by their number.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    flights: BTreeMap<u64, Flight>,
    /// Which decision occupies which lane.
    lanes: BTreeMap<QueueKey, BTreeMap<Lane, u64>>,
}

impl Flights {
    pub(crate) fn insert(&mut self, n: u64, flight: Flight) {
        self.lanes
            .entry(flight.run.queue.clone())
            .or_default()
            .insert(flight.lane, n);
        self.flights.insert(n, flight);
    }
    pub(crate) fn has(&self, n: u64) -> bool {
        self.flights.contains_key(&n)
    }
    pub(crate) fn get_mut(&mut self, n: u64) -> Option<&mut Flight> {
        self.flights.get_mut(&n)
    }
    /// The lane can take another append.
    pub(crate) fn free_lane(&mut self, n: u64) {
        if let Some(flight) = self.flights.get(&n)
            && let Some(lanes) = self.lanes.get_mut(&flight.run.queue)
            && lanes.get(&flight.lane) == Some(&n)
        {
            lanes.remove(&flight.lane);
        }
    }
    pub(crate) fn remove(&mut self, n: u64) -> Option<Flight> {
        self.free_lane(n);
        self.flights.remove(&n)
    }
    /// The lanes of a queue that can take an append.
    pub(crate) fn free_lanes(&self, queue: &QueueKey) -> Vec<Lane> {
        let taken = self.lanes.get(queue);
        (0..LANES)
            .map(Lane)
            .filter(|lane| taken.is_none_or(|taken| !taken.contains_key(lane)))
            .collect()
    }
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &Flight)> {
        self.flights.iter().map(|(n, flight)| (*n, flight))
    }
    /// Decisions to send again at this monotonic time or before.
    pub(crate) fn to_resend(&self, now: Duration) -> Vec<u64> {
        let due = |flight: &Flight| match flight.phase {
            Phase::Again(at) | Phase::Unknown(at) => at <= now,
            Phase::Sent | Phase::Stored | Phase::Lapsing => false,
        };
        self.flights
            .iter()
            .filter(|(_, flight)| due(flight))
            .map(|(n, _)| *n)
            .collect()
    }
    /// When the next one is to be sent again.
    pub(crate) fn next_resend(&self) -> Option<Duration> {
        self.flights
            .values()
            .filter_map(|flight| match flight.phase {
                Phase::Again(at) | Phase::Unknown(at) => Some(at),
                Phase::Sent | Phase::Stored | Phase::Lapsing => None,
            })
            .min()
    }
}
