//! What users say about ends: which failures are tried again and how soon, and that what has ended is to be tried again.
//! Drawn apart, so that the histories of older seeds stay what they were.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use weir_core::{ids::Attempt, request::Request, retry::RetryPolicy};

const FAILURES: [&str; 6] = [
    "exit",
    "exit:1",
    "signal",
    "Timeout",
    "WorkerLost",
    "WorkerStopped",
];

#[derive(Debug)]
pub(super) struct Endings {
    random: fastrand::Rng,
    /// Whether this history has any of it.
    on: bool,
}

impl Endings {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed ^ 0x0e4d_1465);
        // Seeds that have found something are played as they were.
        let on = seed > 1_000_000 && random.u32(0..4) > 0;
        Self { random, on }
    }

    /// Of a request; of every third.
    pub(super) fn policy(&mut self) -> Option<Arc<RetryPolicy>> {
        if !self.on || self.random.u32(0..3) > 0 {
            return None;
        }
        let mut some = |most: usize| {
            let count = self.random.usize(0..=most);
            let one = |random: &mut fastrand::Rng| FAILURES[random.usize(0..FAILURES.len())];
            (0..count)
                .map(|_| one(&mut self.random).parse().expect("legal"))
                .collect()
        };
        let (on, not_on) = (some(3), some(1));
        let mut ms = |most: u64| Duration::from_millis(self.random.u64(0..=most));
        Some(Arc::new(RetryPolicy {
            delays: vec![ms(500), ms(2_000)],
            delay_max: Some(ms(4_000) + Duration::from_millis(1)),
            factor: NonZeroU32::new(self.random.u32(1..=3)).unwrap_or(NonZeroU32::MIN),
            jitter_percent: self.random.u32(0..=100),
            on,
            not_on,
        }))
    }

    /// Whether somebody asks for another attempt now, and after which: any, or one that may be the last.
    pub(super) fn another(&mut self) -> Option<Request> {
        if !self.on || self.random.u32(0..10) > 0 {
            return None;
        }
        let after = Attempt(self.random.u32(0..4));
        Some(Request::Retry(self.random.bool().then_some(after)))
    }
}
