//! How the kubelet tells of a pod: its whole status, made anew from what it holds.

use serde_json::{Value, json};

use crate::{
    clock::stamp,
    kubelet::{Container, Held, State},
    object::{Meta, set_condition},
    resource::Resource,
    world::World,
};

impl World {
    /// Writes the pod's status, unless the node is not heard of or the object is gone.
    pub(crate) fn report(&mut self, uid: &str) {
        let Some(held) = self.held.get(uid) else {
            return;
        };
        if self.nodes.get(&held.node).is_none_or(|it| it.lost) {
            return;
        }
        let key = held.key.clone();
        let Some(object) = self
            .store
            .get(Resource::Pods, &key)
            .filter(|it| it.value.uid() == uid)
        else {
            return;
        };
        let status = self.pod_status(held, &object.value);
        self.edit(Resource::Pods, &key, |pod| pod["status"] = status);
    }

    fn pod_status(&self, held: &Held, pod: &Value) -> Value {
        let now = self.stamp();
        let mut status = pod["status"].clone();
        status["phase"] = held.phase.word().into();
        status["startTime"] = stamp(self.clock.at(held.admitted)).into();
        status["hostIP"] = "192.0.2.2".into();
        if held.sandbox {
            status["podIP"] = "10.88.0.4".into();
        }
        if let Some((reason, message)) = held.why.as_ref().filter(|_| held.phase.over()) {
            status["reason"] = (*reason).into();
            status["message"] = message.as_str().into();
        }
        for condition in conditions(held) {
            set_condition(&mut status, condition, &now);
        }
        status["containerStatuses"] = held
            .containers
            .iter()
            .map(|it| self.container(it))
            .collect();
        status["observedGeneration"] = pod["metadata"]["generation"].clone();
        status
    }

    fn container(&self, container: &Container) -> Value {
        let last = container
            .last
            .clone()
            .map(|it| self.state(&State::Ended(it)));
        let last = last.unwrap_or_else(|| json!({}));
        let running = matches!(container.state, State::Running { .. });
        let mut status = json!({
            "name": container.name, "image": container.image, "imageID": "", "ready": running, "started": running,
            "restartCount": container.restarts, "lastState": last, "state": self.state(&container.state),
        });
        if let Some(at) = container.ran {
            status["containerID"] = format!("containerd://{at:064x}").into();
        }
        status
    }

    fn state(&self, state: &State) -> Value {
        let time = |it| stamp(self.clock.at(it));
        match state {
            State::Waiting(reason, message) if message.is_empty() => {
                json!({ "waiting": { "reason": reason } })
            }
            State::Waiting(reason, message) => {
                json!({ "waiting": { "reason": reason, "message": message } })
            }
            State::Running { since } => json!({ "running": { "startedAt": time(*since) } }),
            State::Ended(end) => {
                let mut ended = json!({ "exitCode": end.code, "reason": end.reason, "finishedAt": time(end.at) });
                if let Some(started) = end.started {
                    ended["startedAt"] = time(started).into();
                }
                if !end.message.is_empty() {
                    ended["message"] = end.message.as_str().into();
                }
                json!({ "terminated": ended })
            }
        }
    }
}

/// The conditions that a kubelet writes, in its order.
fn conditions(held: &Held) -> Vec<Value> {
    let flag = |it: bool| if it { "True" } else { "False" };
    let over = held.phase.over();
    let ended = held.ended();
    let dying = held.why.is_some();
    let reason = match (ended || dying, held.failed()) {
        (false, _) if held.running() => None,
        (false, _) => Some("ContainersNotReady"),
        (true, true) => Some("PodFailed"),
        (true, false) => Some("PodCompleted"),
    };
    let sandbox =
        json!({ "type": "PodReadyToStartContainers", "status": flag(held.sandbox && !over) });
    let mut initialized = json!({ "type": "Initialized", "status": "True" });
    if reason == Some("PodCompleted") {
        initialized["reason"] = "PodCompleted".into();
    }
    let mut all = vec![sandbox, initialized];
    for kind in ["Ready", "ContainersReady"] {
        let mut condition = json!({ "type": kind, "status": flag(reason.is_none()) });
        if let Some(reason) = reason {
            condition["reason"] = reason.into();
        }
        if reason == Some("ContainersNotReady") {
            let names: Vec<_> = held.containers.iter().map(|it| it.name.as_str()).collect();
            condition["message"] =
                format!("containers with unready status: [{}]", names.join(" ")).into();
        }
        all.push(condition);
    }
    all
}
