//! What users ask for beyond pools, queues and tags: slots of a named limit, start rates, fair shares. Drawn apart, so that
//! the histories of older seeds stay what they were as far as can be.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use weir_core::{
    cell::{ConfigObject, FairShare, NamedLimitConfig},
    ids::{FairnessKey, LimitName},
    rate::StartRate,
};

/// The most slots that a run asks for. The limit never has fewer, or what waits for it at the end would wait for ever.
const SLOTS_MAX: u32 = 3;

#[derive(Debug)]
pub(super) struct Sharing {
    random: fastrand::Rng,
    /// Whether this history has any of it.
    on: bool,
    fair: bool,
    paced: bool,
}

impl Sharing {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed ^ 0x5ea5_0a11);
        // Seeds that have found something are played as they were.
        let on = seed > 100_000 && random.bool();
        Self {
            on,
            fair: on && random.bool(),
            paced: on && random.bool(),
            random,
        }
    }
    /// The same all along, so that its use can be counted from one claim to the next.
    pub(super) fn start_rate(&self) -> Option<StartRate> {
        let number = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        self.paced.then(|| StartRate {
            starts: number(8),
            per: Duration::from_secs(1),
            burst: number(4),
        })
    }
    pub(super) fn fair_share(&self) -> Option<FairShare> {
        self.fair.then(|| FairShare {
            aging: Duration::from_secs(1),
            weights: BTreeMap::new(),
        })
    }
    pub(super) fn weight(&mut self) -> NonZeroU32 {
        let weight = if self.fair { self.random.u32(1..=4) } else { 1 };
        NonZeroU32::new(weight).unwrap_or(NonZeroU32::MIN)
    }
    pub(super) fn key(&mut self) -> Option<FairnessKey> {
        let key = ["a", "b"][self.random.usize(0..2)];
        self.fair.then(|| key.parse().expect("legal"))
    }
    pub(super) fn slots(&mut self) -> BTreeMap<LimitName, u32> {
        if !self.on || self.random.u32(0..3) > 0 {
            return BTreeMap::new();
        }
        [(name(), self.random.u32(1..=SLOTS_MAX))].into()
    }
    pub(super) fn named_limit(&mut self) -> Option<ConfigObject> {
        if !self.on || self.random.u32(0..20) > 0 {
            return None;
        }
        let limited = self.random.u32(0..4) > 0;
        Some(ConfigObject::NamedLimit(NamedLimitConfig {
            name: name(),
            concurrency_limit: limited.then(|| self.random.u32(SLOTS_MAX..=SLOTS_MAX + 2)),
        }))
    }
}

fn name() -> LimitName {
    "db-connections".parse().expect("legal")
}
