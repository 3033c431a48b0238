//! What users say about time: not before, not later than. Drawn apart, so that the histories of older seeds stay what they
//! were.

use std::time::Duration;

use weir_core::time::Timestamp;

#[derive(Debug)]
pub(super) struct Timing {
    random: fastrand::Rng,
    /// Whether this history has any of it.
    on: bool,
    /// Whether somebody changes how late runs of deployments may start.
    changes: bool,
}

impl Timing {
    pub(super) fn new(seed: u64, drawn: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(drawn ^ 0x71e5_ca1e);
        // Seeds that have found something are played as they were.
        let on = seed > 10_000_000 && random.u32(0..4) > 0;
        let changes = on && seed > 30_000_000;
        Self {
            random,
            on,
            changes,
        }
    }

    /// Whether somebody deploys something more.
    pub(super) fn deploys(&mut self) -> bool {
        self.changes && self.random.u32(0..6) == 0
    }

    /// One of so many deployments whose runs may start otherwise late from now on, and how late.
    pub(super) fn another_lateness(
        &mut self,
        deployments: usize,
    ) -> Option<(usize, Option<Duration>)> {
        if !self.changes || deployments == 0 || self.random.u32(0..3) > 0 {
            return None;
        }
        let young = deployments.min(3);
        let which = deployments - 1 - self.random.usize(0..young);
        Some((which, self.lateness()))
    }

    /// When a run is to start: every third names a time, some of them one that is past.
    pub(super) fn scheduled(&mut self, now: Timestamp) -> Option<Timestamp> {
        if !self.on || self.random.u32(0..3) > 0 {
            return None;
        }
        let ms = self.random.i64(-2_000..=12_000);
        Some(Timestamp(now.0.saturating_add(ms * 1_000_000)))
    }

    /// How late it may start; of every third.
    pub(super) fn lateness(&mut self) -> Option<Duration> {
        let some = self.on && self.random.u32(0..3) == 0;
        some.then(|| Duration::from_millis(self.random.u64(1..=6_000)))
    }
}
