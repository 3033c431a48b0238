//! How containers start, or why they do not.

use std::time::Duration;

use serde_json::Value;

use crate::{
    kubelet::{End, Phase, State},
    record::Ran,
    resource::Resource,
    script::Blocked,
    timers::Step,
    world::World,
};

/// From the first failed pull to the back-off.
const PULL_BACK_OFF: Duration = Duration::from_secs(12);
/// How often a container that lacks its configuration is tried again.
const CONFIG_RETRY: Duration = Duration::from_secs(10);

impl World {
    /// A config map or secret that the container needs and that is not there.
    pub(super) fn missing_config(&self, namespace: &str, container: &Value) -> Option<String> {
        let from = container["envFrom"]
            .as_array()
            .into_iter()
            .flatten()
            .cloned();
        let env = container["env"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| it["valueFrom"].clone());
        let pairs = [
            ("configMapRef", Resource::ConfigMaps, "configmap"),
            ("configMapKeyRef", Resource::ConfigMaps, "configmap"),
            ("secretRef", Resource::Secrets, "secret"),
            ("secretKeyRef", Resource::Secrets, "secret"),
        ];
        for source in from.chain(env) {
            for (field, resource, word) in pairs {
                let reference = &source[field];
                let Some(name) = reference["name"]
                    .as_str()
                    .filter(|_| reference["optional"] != true)
                else {
                    continue;
                };
                if self
                    .store
                    .get(resource, &(namespace.to_owned(), name.to_owned()))
                    .is_none()
                {
                    return Some(format!("{word} \"{name}\""));
                }
            }
        }
        None
    }

    pub(super) fn start(&mut self, uid: &str) {
        let Some(held) = self.held.get(uid) else {
            return;
        };
        for at in 0..held.containers.len() {
            self.start_container(uid, at);
        }
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        if held.running() {
            held.phase = Phase::Running;
        }
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

    pub(super) fn start_container(&mut self, uid: &str, at: usize) {
        let now = self.now;
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        let key = held.key.clone();
        let pod = held.pod.clone();
        let container = &mut held.containers[at];
        if !matches!(container.state, State::Waiting(..)) {
            return;
        }
        match container.script.blocked.clone() {
            None => self.runs(uid, at),
            Some(Blocked::Command) => {
                let message = container
                    .script
                    .message
                    .clone()
                    .unwrap_or_else(|| start_error(&pod, at));
                container.state = State::Ended(End {
                    code: 128,
                    reason: "StartError",
                    message,
                    started: None,
                    at: now,
                });
            }
            Some(Blocked::Config(_)) => {
                let spec = &pod["spec"]["containers"][at];
                if let Some(missing) = self.missing_config(&key.0, spec) {
                    self.waits(
                        uid,
                        at,
                        "CreateContainerConfigError",
                        &format!("{missing} not found"),
                    );
                    self.step_in(uid, CONFIG_RETRY, Step::Start);
                } else {
                    self.runs(uid, at);
                }
            }
            Some(Blocked::ImageName) => {
                let message = image_name(&container.image);
                self.waits(uid, at, "InvalidImageName", &message);
            }
            Some(Blocked::ImageNeverPull) => {
                let image = &container.image;
                let message =
                    format!("Container image \"{image}\" is not present with pull policy of Never");
                self.waits(uid, at, "ErrImageNeverPull", &message);
            }
            Some(Blocked::ImagePull) => {
                let message = pull_error(&container.image);
                let pulling = format!("Pulling image \"{}\"", container.image);
                self.event(&pod, "Normal", "Pulling", &pulling);
                self.waits(uid, at, "ErrImagePull", &message);
                self.step_in(uid, PULL_BACK_OFF, Step::PullBackOff);
            }
        }
    }

    fn waits(&mut self, uid: &str, at: usize, reason: &'static str, message: &str) {
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        held.containers[at].state = State::Waiting(reason, message.to_owned());
        let pod = held.pod.clone();
        self.event(
            &pod,
            "Warning",
            "Failed",
            &format!("Error: {reason}: {message}"),
        );
    }

    pub(super) fn back_off(&mut self, uid: &str) {
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        let pod = held.pod.clone();
        for container in &mut held.containers {
            if let State::Waiting("ErrImagePull", message) = &container.state {
                let message = format!(
                    "Back-off pulling image \"{}\": ErrImagePull: {message}",
                    container.image
                );
                container.state = State::Waiting("ImagePullBackOff", message);
            }
        }
        self.event(&pod, "Normal", "BackOff", "Back-off pulling image");
        self.report(uid);
    }

    fn runs(&mut self, uid: &str, at: usize) {
        let now = self.now;
        let started = self.clock.at(now);
        let Some(held) = self.held.get_mut(uid) else {
            return;
        };
        let container = &mut held.containers[at];
        container.state = State::Running { since: now };
        container.ran = Some(self.ran.len());
        let owner = &held.pod["metadata"]["ownerReferences"][0];
        self.ran.push(Ran {
            namespace: held.key.0.clone(),
            pod: held.key.1.clone(),
            pod_uid: uid.to_owned(),
            container: container.name.clone(),
            job: owner["name"].as_str().unwrap_or_default().to_owned(),
            job_uid: owner["uid"].as_str().unwrap_or_default().to_owned(),
            labels: held.pod["metadata"]["labels"]
                .as_object()
                .cloned()
                .unwrap_or_default(),
            node: held.node.clone(),
            started,
            ended: None,
            exit_code: None,
            forgotten: None,
        });
        if !container.script.hold {
            let run = container.script.run_time(self.options.run_time);
            self.step_in(uid, run, Step::End(at));
        }
        let pod = self
            .held
            .get(uid)
            .map(|it| it.pod.clone())
            .unwrap_or_default();
        let image = pod["spec"]["containers"][at]["image"]
            .as_str()
            .unwrap_or_default();
        let pulled = format!(
            "Container image \"{image}\" already present on machine and can be accessed by the pod"
        );
        self.event(&pod, "Normal", "Pulled", &pulled);
        self.event(&pod, "Normal", "Created", "Container created");
        self.event(&pod, "Normal", "Started", "Container started");
    }
}

fn start_error(pod: &Value, at: usize) -> String {
    let program = pod["spec"]["containers"][at]["command"][0]
        .as_str()
        .unwrap_or_default();
    let why = if program.starts_with('/') {
        format!("stat {program}: no such file or directory")
    } else {
        "executable file not found in $PATH".to_owned()
    };
    format!(
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: \
         unable to start container process: exec: \"{program}\": {why}"
    )
}

fn image_name(image: &str) -> String {
    let name = image.split(':').next().unwrap_or_default();
    let name = if name.contains('/') {
        name.to_owned()
    } else {
        format!("library/{name}")
    };
    format!(
        "Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference format: \
         repository name ({name}) must be lowercase"
    )
}

fn pull_error(image: &str) -> String {
    let (path, tag) = image.rsplit_once(':').unwrap_or((image, "latest"));
    let (host, name) = path.split_once('/').unwrap_or(("docker.io", path));
    format!(
        "failed to pull and unpack image \"{image}\": failed to resolve image: failed to do request: Head \
         \"https://{host}/v2/{name}/manifests/{tag}\": dial tcp: lookup {host} on 10.255.255.53:53: no such host"
    )
}
