//! What users deploy, and what they make of it later.

use std::{sync::Arc, time::Duration};

use weir_core::{
    cell::{ConfigObject, DeploymentConfig},
    ids::{DeploymentName, RunKey},
    request::{Request, RunRequest},
};

use super::Users;

impl Users {
    /// `deploy && submit` always works, whatever reaches the leader first.
    pub(super) fn deploy_and_submit(&mut self) {
        let name: DeploymentName = format!("flow/{}", self.deployed.len() + 1)
            .parse()
            .expect("legal");
        let run = self.new_run();
        let deployment = DeploymentConfig {
            tags: self.tags(),
            retries: self.random.u32(0..=2),
            retry_delay: Duration::from_secs(1),
            concurrency_limit: self.above_zero(),
            max_lateness: self.timing.lateness(),
            ..DeploymentConfig::new(name.clone(), run.queue.clone())
        };
        self.deployed.push(deployment.clone());
        self.deploy(deployment);
        // Two, so that its limit is met.
        let second = RunKey {
            queue: run.queue.clone(),
            run_id: format!("{}-second", run.run_id).parse().expect("legal"),
        };
        for run in [run, second] {
            let request = RunRequest {
                deployment: Some(name.clone()),
                tags: self.tags(),
                scheduled_time: self.timing.scheduled(self.net.now()),
                ..RunRequest::default()
            };
            let payload = self.encoded(&Request::Run(Arc::new(request)));
            self.publish(&run, payload, false);
        }
    }

    /// What waits already may start as late as is said now.
    pub(super) fn change_lateness(&mut self) {
        let Some((which, lateness)) = self.timing.another_lateness(self.deployed.len()) else {
            return;
        };
        if let Some(deployment) = self.deployed.get_mut(which) {
            deployment.max_lateness = lateness;
            let deployment = deployment.clone();
            self.deploy(deployment);
        }
    }

    pub(in super::super) fn deploy(&mut self, deployment: DeploymentConfig) {
        self.write(
            &format!("deployment {}", deployment.name),
            ConfigObject::Deployment(Box::new(deployment)),
        );
    }
}
