//! Containers that start again in their pod, as `restartPolicy: OnFailure` has it.

use std::time::Duration;

use crate::{kubelet::State, timers::Step, world::World};

/// From the first failure to the second start.
const FIRST: Duration = Duration::from_secs(1);
/// From the second failure on; doubled each time.
const BACK_OFF: Duration = Duration::from_secs(10);
const BACK_OFF_MAX: Duration = Duration::from_mins(5);

impl World {
    /// Plans a container that has failed to start again; false if its pod does not want that.
    pub(super) fn again(&mut self, uid: &str, at: usize) -> bool {
        let Some(held) = self.held.get_mut(uid) else {
            return false;
        };
        let stopping = held.removing || held.why.is_some() || held.kill_at.is_some();
        if held.pod["spec"]["restartPolicy"] != "OnFailure" || stopping {
            return false;
        }
        let (pod, uid) = (held.pod.clone(), held.uid.clone());
        let container = &mut held.containers[at];
        let State::Ended(end) = &container.state else {
            return false;
        };
        if end.code == 0 {
            return false;
        }
        container.last = Some(end.clone());
        container.restarts += 1;
        let wait = match container.restarts.checked_sub(2) {
            None => FIRST,
            Some(times) => (BACK_OFF * 2_u32.saturating_pow(times)).min(BACK_OFF_MAX),
        };
        if container.restarts > 1 {
            let message = format!(
                "back-off {}s restarting failed container={}",
                wait.as_secs(),
                container.name
            );
            container.state = State::Waiting("CrashLoopBackOff", message);
            self.event(
                &pod,
                "Warning",
                "BackOff",
                "Back-off restarting failed container",
            );
        }
        self.report(&uid);
        self.step_in(&uid, wait, Step::Again(at));
        true
    }

    /// It starts again.
    pub(super) fn starts_again(&mut self, uid: &str, at: usize) {
        let run_time = self.options.run_time;
        let Some(container) = self
            .held
            .get_mut(uid)
            .and_then(|it| it.containers.get_mut(at))
        else {
            return;
        };
        container.state = State::Waiting("ContainerCreating", String::new());
        container.lines = container.script.output(run_time);
        self.start_container(uid, at);
        self.report(uid);
    }
}
