//! Deployments with schedules, from the beginning to some time after all has healed. Drawn apart, so that the histories of
//! older seeds stay what they were.

use std::time::Duration;

use weir_core::{cell::DeploymentConfig, json::JsonObject, time::Timestamp};

use super::users::Users;

/// How long schedules go on when nothing goes wrong any more: what was due in bad times has been made by then.
const ON: Duration = Duration::from_secs(20);
const POLICIES: [&str; 5] = [
    "skip",
    "buffer_one",
    "buffer_all",
    "cancel_other",
    "allow_all",
];

#[derive(Debug)]
pub(super) struct Schedules {
    random: fastrand::Rng,
    /// Whether this history has any.
    on: bool,
    /// Whether runs of some may lapse.
    lapse: bool,
    deployed: Vec<DeploymentConfig>,
    /// When they are paused.
    until: Option<Timestamp>,
}

impl Schedules {
    pub(super) fn new(seed: u64, drawn: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(drawn ^ 0x5c4e_d01e);
        // Seeds that have found something are played as they were.
        let on = seed > 20_000_000 && random.u32(0..4) > 0;
        Self {
            random,
            on,
            lapse: seed > 30_000_000,
            deployed: Vec::new(),
            until: None,
        }
    }

    fn lateness(&mut self) -> Option<Duration> {
        let some = self.lapse && self.random.bool();
        some.then(|| Duration::from_millis(self.random.u64(500..=8_000)))
    }

    fn some(&mut self, slug: usize) -> JsonObject {
        let (interval, policy) = (self.random.u32(1..=4), self.random.usize(0..POLICIES.len()));
        let window = if self.random.u32(0..4) == 0 {
            r#","catchup_window":10"#
        } else {
            ""
        };
        let policy = POLICIES[policy];
        let text = format!(
            r#"{{"interval":{interval},"slug":"s{slug}","overlap_policy":"{policy}"{window}}}"#
        );
        JsonObject::parse(&text).expect("an object")
    }
}

impl Users {
    /// Deploys some.
    pub(super) fn set_schedules(&mut self) {
        if !self.schedules.on {
            return;
        }
        for n in 0..self.schedules.random.usize(1..=2) {
            let at = self.schedules.random.usize(0..self.queues.len());
            let Some(queue) = self.queues.get(at).cloned() else {
                continue;
            };
            let count = self.schedules.random.usize(1..=3);
            let name = format!("scheduled/{n}").parse().expect("legal");
            let deployment = DeploymentConfig {
                schedules: (0..count).map(|slug| self.schedules.some(slug)).collect(),
                retries: self.schedules.random.u32(0..=1),
                max_lateness: self.schedules.lateness(),
                ..DeploymentConfig::new(name, queue)
            };
            self.schedules.deployed.push(deployment.clone());
            self.deploy(deployment);
        }
    }

    /// Pauses them when they have gone on for long enough, so that all comes to its end. Whether there are any left.
    pub(super) fn end_schedules(&mut self, now: Timestamp) -> bool {
        if self.schedules.deployed.is_empty() {
            return false;
        }
        if now < *self.schedules.until.get_or_insert(now.after(ON)) {
            return true;
        }
        for deployment in std::mem::take(&mut self.schedules.deployed) {
            let schedules = deployment.schedules.iter().map(|schedule| {
                let mut fields = schedule.to_map();
                fields.insert("active".to_owned(), false.into());
                JsonObject::from(&fields)
            });
            let schedules = schedules.collect();
            self.deploy(DeploymentConfig {
                schedules,
                ..deployment
            });
        }
        true
    }
}
