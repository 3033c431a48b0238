//! From a bound pod to its end by itself: the steps a kubelet takes, in the order and at the pace that were recorded.

use std::time::Duration;

use serde_json::Value;

use crate::{
    kubelet::{Container, End, Held, Phase, State},
    object::{Key, Meta},
    script,
    timers::{Action, Step},
    world::World,
};

/// From the binding to the first word of the kubelet.
const ADMIT: Duration = Duration::from_millis(20);
/// Until the sandbox stands.
const SANDBOX: Duration = Duration::from_millis(130);
/// Until the containers run.
const START: Duration = Duration::from_millis(100);

impl World {
    pub(crate) fn step_in(&mut self, uid: &str, delay: Duration, step: Step) {
        if let Some(held) = self.held.get(uid) {
            let epoch = held.epoch;
            self.after(
                delay,
                Action::Pod {
                    uid: uid.to_owned(),
                    epoch,
                    step,
                },
            );
        }
    }

    pub(crate) fn pod_step(&mut self, uid: &str, epoch: u32, step: Step) {
        if self.held.get(uid).is_none_or(|it| it.epoch != epoch) {
            return;
        }
        match step {
            Step::Admit => {
                self.report(uid);
                self.step_in(uid, SANDBOX, Step::Sandbox);
            }
            Step::Sandbox => {
                if let Some(held) = self.held.get_mut(uid) {
                    held.sandbox = true;
                }
                self.report(uid);
                self.step_in(uid, START, Step::Start);
            }
            Step::Start => self.start(uid),
            Step::PullBackOff => self.back_off(uid),
            Step::Again(at) => self.starts_again(uid, at),
            Step::End(at) => self.ends(uid, at),
            Step::Settle => self.settle(uid),
            Step::Deadline => self.pod_deadline(uid),
            Step::Terminate => self.terminate(uid),
            Step::Stopped(at) => self.stopped(uid, at),
            Step::Kill => self.kill(uid),
            Step::Remove => self.remove_pod(uid),
        }
    }

    /// A pod was bound to a node.
    pub(crate) fn hold(&mut self, pod: &Value) {
        let Some(node) = pod.text("/spec/nodeName") else {
            return;
        };
        let chosen = self.options.scripts.of(pod);
        let run_time = self.options.run_time;
        let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
        let containers: Vec<_> = containers
            .map(|spec| {
                let missing = self.missing_config(pod.namespace(), spec);
                let script = chosen
                    .clone()
                    .unwrap_or_else(|| script::of(pod, spec, missing));
                Container {
                    name: spec.text("/name").unwrap_or_default().to_owned(),
                    image: spec.text("/image").unwrap_or_default().to_owned(),
                    log_is_message: spec["terminationMessagePolicy"] == "FallbackToLogsOnError",
                    lines: script.output(run_time),
                    script,
                    state: State::Waiting("ContainerCreating", String::new()),
                    restarts: 0,
                    last: None,
                    ran: None,
                }
            })
            .collect();
        let extra = containers
            .iter()
            .map(|it| it.script.start_ms)
            .max()
            .unwrap_or(0);
        let uid = pod.uid().to_owned();
        let held = Held {
            key: pod.key(),
            uid: uid.clone(),
            node: node.to_owned(),
            containers,
            pod: pod.clone(),
            phase: Phase::Pending,
            sandbox: false,
            why: None,
            epoch: 0,
            admitted: self.now + ADMIT,
            kill_at: None,
            removing: false,
        };
        self.held.insert(uid.clone(), held);
        self.step_in(&uid, ADMIT + Duration::from_millis(extra), Step::Admit);
        if let Some(seconds) = pod["spec"]["activeDeadlineSeconds"].as_u64() {
            self.step_in(&uid, ADMIT + Duration::from_secs(seconds), Step::Deadline);
        }
    }

    fn ends(&mut self, uid: &str, at: usize) {
        let Some(container) = self.held.get(uid).and_then(|it| it.containers.get(at)) else {
            return;
        };
        let (code, end) = (container.script.exit_code, container.script.end);
        self.end_container(uid, at, code, end);
    }

    /// A running container ends by itself.
    pub(crate) fn end_container(&mut self, uid: &str, at: usize, code: i32, end: script::End) {
        let (code, reason) = match end {
            script::End::Exit if code == 0 => (0, "Completed"),
            script::End::Exit => (code, "Error"),
            script::End::OOMKilled => (137, "OOMKilled"),
            script::End::Evicted => (137, "Error"),
        };
        if !self.record_end(uid, at, code, reason) {
            return;
        }
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        if end == script::End::Evicted {
            let limit =
                &held.pod["spec"]["containers"][at]["resources"]["limits"]["ephemeral-storage"];
            let message = match limit.as_str() {
                Some(limit) => {
                    format!("Pod ephemeral local storage usage exceeds the total limit of containers {limit}. ")
                }
                None => "The node was low on resource: memory. Threshold quantity: 100Mi, available: 72Mi. ".to_owned(),
            };
            held.why = Some(("Evicted", message.clone()));
            let pod = held.pod.clone();
            self.event(&pod, "Warning", "Evicted", &message);
            self.event(&pod, "Normal", "Killing", "Stopping container");
            self.finish_off(uid);
            return;
        }
        if self.again(uid, at) {
            return;
        }
        let Some(held) = self.held.get(uid) else {
            return;
        };
        let ended = held.ended();
        if ended && held.removing {
            // It was to stop anyway: its end is told at once.
            return self.finish_off(uid);
        }
        self.report(uid);
        if ended {
            self.step_in(uid, self.options.kubelet_lag, Step::Settle);
        }
    }

    /// Ends all running containers of a pod, as a test tells it.
    pub(crate) fn end_pod(&mut self, key: &Key, code: i32, end: script::End) -> bool {
        let found = self
            .held
            .values()
            .find(|it| it.key == *key && it.running())
            .map(|it| it.uid.clone());
        let Some(uid) = found else { return false };
        let count = self.held.get(&uid).map_or(0, |it| it.containers.len());
        for at in 0..count {
            self.end_container(&uid, at, code, end);
        }
        true
    }

    /// Writes the end of a container into the record of what ran; false if it does not run.
    pub(crate) fn record_end(
        &mut self,
        uid: &str,
        at: usize,
        code: i32,
        reason: &'static str,
    ) -> bool {
        let now = self.now;
        let ended = self.clock.at(now);
        let Some(held) = self.held.get_mut(uid) else {
            return false;
        };
        let Some(container) = held.containers.get_mut(at) else {
            return false;
        };
        let State::Running { since } = container.state else {
            return false;
        };
        container.lines.retain(|(offset, _)| since + *offset <= now);
        let tail = || {
            container
                .lines
                .iter()
                .flat_map(|(_, line)| [line.as_str(), "\n"])
                .collect::<String>()
        };
        let message = match &container.script.message {
            Some(message) => message.clone(),
            None if code != 0 && container.log_is_message => tail(),
            None => String::new(),
        };
        container.state = State::Ended(End {
            code,
            reason,
            message,
            started: Some(since),
            at: now,
        });
        if let Some(ran) = container.ran.and_then(|it| self.ran.get_mut(it)) {
            ran.ended = Some(ended);
            ran.exit_code = Some(code);
        }
        true
    }

    /// All containers have ended, and now the pod's phase is told.
    fn settle(&mut self, uid: &str) {
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        if held.ended() && !held.phase.over() {
            held.phase = if held.failed() {
                Phase::Failed
            } else {
                Phase::Succeeded
            };
            held.epoch += 1;
            self.report(uid);
        }
    }
}
