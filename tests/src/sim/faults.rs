//! Which faults a world has, and when they strike. Each world has only some kinds of them, so that every kind is also
//! seen without the others.

use std::time::Duration;

use super::wire::Weather;

/// The kinds of faults of one world, drawn once.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each kind of fault is there or is not"
)]
pub(super) struct Faults {
    pub(super) kills: bool,
    pub(super) freezes: bool,
    pub(super) cuts: bool,
    pub(super) stalls: bool,
    pub(super) fulls: bool,
    pub(super) redeliveries: bool,
    pub(super) orderly_stops: bool,
    /// Of 1,000 appends and reads.
    busy: u32,
    lost: u32,
    lags: u32,
    latency: Duration,
    /// How wrong the schedulers' wall clocks may be, in seconds.
    pub(super) skew: i64,
}

/// What strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strike {
    Kill,
    Freeze(Duration),
    Cut(Duration),
    Stall(Duration),
    Full(Duration),
    Redeliver,
    StopInOrder,
}

impl Faults {
    pub(super) fn draw(random: &mut fastrand::Rng) -> Self {
        let latency = match random.u32(0..4) {
            0 => 0,
            1 => 2,
            2 => 20,
            _ => 120,
        };
        let mut rate = |most: u32| {
            if random.bool() {
                random.u32(0..=most)
            } else {
                0
            }
        };
        let (busy, lost, lags) = (rate(100), rate(60), rate(300));
        Self {
            kills: random.bool(),
            freezes: random.bool(),
            cuts: random.bool(),
            stalls: random.bool(),
            fulls: random.u32(0..3) == 0,
            redeliveries: random.bool(),
            orderly_stops: random.bool(),
            busy,
            lost,
            lags,
            latency: Duration::from_millis(latency),
            skew: if random.u32(0..3) == 0 { 3_600 } else { 0 },
        }
    }

    /// The weather on a new program's line.
    pub(super) fn weather(&self, seed: u64) -> Weather {
        Weather {
            busy: self.busy,
            lost: self.lost,
            lags: self.lags,
            latency: self.latency,
            ..Weather::fair(seed)
        }
    }

    /// What strikes within a tenth of a second, if anything.
    pub(super) fn strike(&self, random: &mut fastrand::Rng) -> Option<Strike> {
        let span = |random: &mut fastrand::Rng, least: u64, most: u64| {
            // Short ones more often.
            let most = random.u64(least..=most);
            Duration::from_millis(random.u64(least..=most))
        };
        match random.u32(0..1_000) {
            0..20 if self.kills => Some(Strike::Kill),
            20..50 if self.freezes => Some(Strike::Freeze(span(random, 30, 9_000))),
            50..80 if self.cuts => Some(Strike::Cut(span(random, 50, 6_000))),
            80..110 if self.stalls => Some(Strike::Stall(span(random, 50, 4_000))),
            110..120 if self.fulls => Some(Strike::Full(span(random, 100, 4_000))),
            120..150 if self.redeliveries => Some(Strike::Redeliver),
            150..155 if self.orderly_stops => Some(Strike::StopInOrder),
            _ => None,
        }
    }
}
