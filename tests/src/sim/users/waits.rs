//! What programs of runs say while they wait for other runs, at any moment and not always the truth. Drawn apart, so that
//! the histories of older seeds stay what they were.

use std::sync::Arc;

use weir_core::{
    awaits::{WaitId, Waits},
    family::RunName,
    ids::RunKey,
    request::Request,
};

use super::Users;

/// Whether programs wait in this history, and how.
#[derive(Debug)]
pub(super) struct Programs {
    random: fastrand::Rng,
    on: bool,
}

impl Programs {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed ^ 0x7a17_0f03);
        // Seeds that have found something are played as they were.
        let on = seed > 1_000_000 && random.bool();
        Self { random, on }
    }
}

impl Users {
    /// Some programs say something.
    pub(super) fn programs_say(&mut self) {
        if !self.programs.on {
            return;
        }
        let recent: Vec<RunKey> = self.runs.iter().rev().take(24).cloned().collect();
        for run in &recent {
            if self.programs.random.u32(0..6) > 0 {
                continue;
            }
            let Some((attempt, session, last_k, open)) = self.net.state().check.inside(run) else {
                continue;
            };
            let random = &mut self.programs.random;
            let strange = random.u32(0..12) == 0;
            let k = last_k + u32::from(!open) + u32::from(strange);
            let id = WaitId {
                attempt,
                session: if strange && random.bool() {
                    "another".parse().expect("legal")
                } else {
                    session
                },
                k: k.max(1),
            };
            let request = if open == strange {
                let child = recent.get(random.usize(0..recent.len()));
                let runs = child.cloned().map(RunName::from).into_iter().collect();
                let yields = random.u32(0..4) > 0;
                Request::Waits(Arc::new(Waits { id, runs, yields }))
            } else {
                Request::GoesOn(id)
            };
            let payload = weir_proto::encode_request(&request);
            self.publish(run, payload, false);
        }
    }
}
