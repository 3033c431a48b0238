//! Stopping: SIGTERM, the grace period, SIGKILL, and only then the end of the pod's object.

use std::time::Duration;

use serde_json::Value;

use crate::{
    kubelet::{End, Held, Phase, State},
    object::Meta,
    resource::Resource,
    timers::{Action, Step},
    world::World,
};

/// From the mark of deletion to SIGTERM.
const NOTICE: Duration = Duration::from_millis(50);
/// The kubelet gives each container at least this many seconds, also where a delete is forced.
const GRACE_MIN: u64 = 2;
/// From the last container's end to the end of the object.
const CLEAN_UP: Duration = Duration::from_millis(900);

impl World {
    /// A pod changed. What matters to a kubelet is that it was bound, or that it is to go.
    pub(crate) fn kubelet_sees(&mut self, before: Option<&Value>, pod: &Value) {
        let node = |it: &Value| it.text("/spec/nodeName").is_some();
        if node(pod) && !before.is_some_and(node) {
            self.hold(pod);
        }
        if pod.terminal() && !before.is_some_and(Meta::terminal) {
            self.free(pod.uid(), pod.text("/spec/nodeName"));
        }
        let grace = |it: &Value| it["metadata"]["deletionGracePeriodSeconds"].as_u64();
        if pod.deleting() && before.and_then(grace) != grace(pod) {
            self.kubelet_stops(pod.uid(), grace(pod).unwrap_or(0));
        }
    }

    /// The object is gone. What still runs is stopped with its grace, as a kubelet does with a pod it does not know.
    pub(crate) fn kubelet_forgets(&mut self, pod: &Value) {
        let now = self.clock.at(self.now);
        let Some(held) = self.held.get_mut(pod.uid()) else {
            return;
        };
        if !held.running() {
            held.epoch += 1;
            self.held.remove(pod.uid());
            return;
        }
        for container in &held.containers {
            let runs = matches!(container.state, State::Running { .. });
            if let Some(ran) = container
                .ran
                .filter(|_| runs)
                .and_then(|it| self.ran.get_mut(it))
            {
                ran.forgotten.get_or_insert(now);
            }
        }
        let grace = held.pod["spec"]["terminationGracePeriodSeconds"]
            .as_u64()
            .unwrap_or(30);
        self.kubelet_stops(pod.uid(), grace);
    }

    /// The node is back: what changed meanwhile is told, what was deleted meanwhile is stopped.
    pub(crate) fn kubelet_returns(&mut self, node: &str) {
        let uids: Vec<_> = self
            .held
            .values()
            .filter(|it| it.node == node)
            .map(|it| it.uid.clone())
            .collect();
        for uid in uids {
            let Some(held) = self.held.get(&uid) else {
                continue;
            };
            let object = self
                .store
                .get(Resource::Pods, &held.key)
                .filter(|it| it.value.uid() == uid);
            let grace = match &object {
                None => held.pod["spec"]["terminationGracePeriodSeconds"].as_u64(),
                Some(it) => it.value["metadata"]["deletionGracePeriodSeconds"].as_u64(),
            };
            if object.is_none() && !held.running() {
                self.held.remove(&uid);
                continue;
            }
            self.report(&uid);
            if let Some(grace) = grace {
                self.kubelet_stops(&uid, grace);
            }
        }
    }

    fn kubelet_stops(&mut self, uid: &str, grace: u64) {
        let now = self.now;
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        if self.nodes.get(&held.node).is_none_or(|it| it.lost) {
            return;
        }
        held.removing = true;
        if held.phase.over() && !held.running() {
            return self.step_in(uid, CLEAN_UP, Step::Remove);
        }
        let kill_at = now + NOTICE + Duration::from_secs(grace.max(GRACE_MIN));
        let first = held.kill_at.is_none();
        if held.kill_at.is_some_and(|it| it <= kill_at) {
            return;
        }
        held.kill_at = Some(kill_at);
        let epoch = held.epoch;
        if first {
            self.step_in(uid, NOTICE, Step::Terminate);
        }
        self.timers.add(
            kill_at,
            Action::Pod {
                uid: uid.to_owned(),
                epoch,
                step: Step::Kill,
            },
        );
    }

    /// SIGTERM to all. A pod of which nothing runs has nothing to wait for.
    pub(crate) fn terminate(&mut self, uid: &str) {
        let Some(held) = self.held.get(uid) else {
            return;
        };
        if !held.running() {
            return self.nothing_to_stop(uid);
        }
        let answers = held.containers.iter().enumerate().filter(|(_, it)| {
            matches!(it.state, State::Running { .. }) && !it.script.ignore_sigterm
        });
        let delays: Vec<_> = answers
            .map(|(at, it)| (at, Duration::from_millis(it.script.sigterm_ms)))
            .collect();
        for (at, delay) in delays {
            self.step_in(uid, delay, Step::Stopped(at));
        }
        let pod = self
            .held
            .get(uid)
            .map(|it| it.pod.clone())
            .unwrap_or_default();
        self.event(&pod, "Normal", "Killing", "Stopping container");
    }

    pub(crate) fn stopped(&mut self, uid: &str, at: usize) {
        let code = self
            .held
            .get(uid)
            .and_then(|it| it.containers.get(at))
            .and_then(|it| it.script.sigterm_exit);
        let code = code.unwrap_or(143);
        self.record_end(uid, at, code, if code == 0 { "Completed" } else { "Error" });
        if self.held.get(uid).is_some_and(|it| !it.running()) {
            self.finish_off(uid);
        }
    }

    /// SIGKILL to what is left.
    pub(crate) fn kill(&mut self, uid: &str) {
        let Some(held) = self.held.get(uid) else {
            return;
        };
        if held.kill_at.is_none_or(|it| it > self.now) {
            return;
        }
        if !held.running() {
            return;
        }
        self.finish_off(uid);
    }

    /// Nothing of the pod runs any more, or is to: its end is told at once.
    pub(crate) fn finish_off(&mut self, uid: &str) {
        let Some(count) = self.held.get(uid).map(|it| it.containers.len()) else {
            return;
        };
        for at in 0..count {
            self.record_end(uid, at, 137, "Error");
        }
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        unknown_ends(held, self.now);
        held.phase = if held.failed() {
            Phase::Failed
        } else {
            Phase::Succeeded
        };
        held.epoch += 1;
        let removing = held.removing;
        self.report(uid);
        if removing {
            self.step_in(uid, CLEAN_UP, Step::Remove);
        }
    }

    /// A pod that never ran: the kubelet tears its sandbox down and finds no container to speak of.
    fn nothing_to_stop(&mut self, uid: &str) {
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        if held.ended() {
            return self.finish_off(uid);
        }
        held.sandbox = false;
        for container in &mut held.containers {
            if matches!(container.state, State::Waiting(..)) {
                container.state = State::Waiting("ContainerCreating", String::new());
            }
        }
        held.epoch += 1;
        held.kill_at = Some(self.now + CLEAN_UP);
        self.report(uid);
        self.step_in(uid, CLEAN_UP, Step::Stopped(usize::MAX));
    }

    pub(crate) fn remove_pod(&mut self, uid: &str) {
        let Some(held) = self.held.get(uid) else {
            return;
        };
        let key = held.key.clone();
        if self.nodes.get(&held.node).is_some_and(|it| it.lost) {
            return;
        }
        if self
            .store
            .get(Resource::Pods, &key)
            .is_some_and(|it| it.value.uid() == uid)
        {
            self.delete_pod(&key, Some(0));
        } else {
            self.held.remove(uid);
        }
    }

    /// The pod's own deadline: it fails, is stopped with its grace, and its object stays.
    pub(crate) fn pod_deadline(&mut self, uid: &str) {
        let now = self.now;
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        if held.phase.over() || held.kill_at.is_some() {
            return;
        }
        held.why = Some((
            "DeadlineExceeded",
            "Pod was active on the node longer than the specified deadline".to_owned(),
        ));
        let grace = held.pod["spec"]["terminationGracePeriodSeconds"]
            .as_u64()
            .unwrap_or(30);
        let kill_at = now + NOTICE + Duration::from_secs(grace);
        held.kill_at = Some(kill_at);
        let epoch = held.epoch;
        self.report(uid);
        self.step_in(uid, NOTICE, Step::Terminate);
        self.timers.add(
            kill_at,
            Action::Pod {
                uid: uid.to_owned(),
                epoch,
                step: Step::Kill,
            },
        );
    }
}

/// What never started is told as ended in a way that nobody knows.
fn unknown_ends(held: &mut Held, now: Duration) {
    for container in &mut held.containers {
        if matches!(container.state, State::Waiting(..)) {
            container.state = State::Ended(End {
                code: 137,
                reason: "ContainerStatusUnknown",
                message: "The container could not be located when the pod was terminated"
                    .to_owned(),
                started: None,
                at: now,
            });
        }
    }
}
