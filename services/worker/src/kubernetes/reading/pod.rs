//! What is kept of a pod. Only a pod knows why an attempt ended: its Job says the same for an exit code, for too much
//! memory, for an eviction and for a pod that somebody deleted.

use k8s_openapi::{
    api::core::v1::{ContainerState, ContainerStatus, Pod, PodSpec, PodStatus},
    apimachinery::pkg::apis::meta::v1::Time,
};
use weir_core::time::Timestamp;

use super::{
    Told,
    marks::Marks,
    meta::{deletion, later, timestamp},
};

/// Labels that the Job controller puts on its pods; they stay when a pod is orphaned.
const JOB_UID: &str = "batch.kubernetes.io/controller-uid";
const JOB_NAME: &str = "batch.kubernetes.io/job-name";

/// Waits that every pod goes through on its way.
const NO_NEWS: [&str; 2] = ["ContainerCreating", "PodInitializing"];

/// A pod as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodSeen {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Which pod of that name it is.
    pub uid: String,
    /// Which state of it this is. See [`PodSeen::update`].
    pub resource_version: String,
    /// The uid of the Job that made it, also after the Job has been deleted without it.
    pub job_uid: Option<String>,
    /// The name of that Job.
    pub job: Option<String>,
    /// Its annotations under `weir.dev/`: whose it is, also when its Job is no more.
    pub annotations: Marks,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The node that it was put on.
    pub node: Option<String>,
    /// Its containers, without those for its start; their logs are the run's.
    pub containers: Vec<String>,
    /// What its node said last.
    pub phase: PodPhase,
    /// When its deletion was asked for, if that was before its end; see [`PodSeen::update`].
    pub deletion: Option<Timestamp>,
    /// Why it cannot start yet, in the words of kubelet or scheduler; of one that never started and is on its way out,
    /// what kept it.
    pub waiting: Option<Told>,
    /// When the first of its containers started, those for its start not counted.
    pub started: Option<Timestamp>,
    /// Why its node ended it, such as `Evicted`.
    pub reason: Option<Told>,
    /// Why it is being put out (condition `DisruptionTarget`).
    pub disruption: Option<Told>,
    /// The container that failed first, if one has.
    pub failure: Option<Box<ContainerEnd>>,
    /// How a container ended that was started again since, the latest such end.
    pub restarted: Option<Box<ContainerEnd>>,
    /// A container of it is running.
    pub running: bool,
    /// Its object is no more. Set by [`PodSeen::left`].
    pub absent: bool,
}

/// The phases of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodPhase {
    /// Not all is there that it needs to run.
    Pending,
    /// It has been bound to a node and its containers have been made.
    Running,
    /// All of its containers have ended well.
    Succeeded,
    /// All of its containers have ended, one of them badly, or its node gave it up.
    Failed,
    /// Its node cannot be asked.
    Unknown,
}

/// The end of one container that did not end well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerEnd {
    /// Which.
    pub container: String,
    /// It is the only container that its pod has.
    pub alone: bool,
    /// What its program ended with. `None` where no program was started, or nobody saw its end: what the kubelet writes
    /// there (128 for `StartError`, 137 for `ContainerStatusUnknown`) is its own invention.
    pub exit_code: Option<i32>,
    /// The signal that ended it, where the runtime names one.
    pub signal: Option<i32>,
    /// The kubelet's reason, such as `Error` or `OOMKilled`, and the termination message.
    pub told: Told,
    /// When.
    pub finished: Option<Timestamp>,
}

impl PodSeen {
    /// Reads a pod. Total: what is missing counts as its default.
    pub(crate) fn of(pod: Pod) -> Self {
        let Pod {
            metadata,
            spec,
            status,
        } = pod;
        let spec = spec.unwrap_or_default();
        let status = status.unwrap_or_default();
        let deletion = deletion(&metadata);
        let label = |key| metadata.labels.as_ref().and_then(|labels| labels.get(key));
        let owner = metadata
            .owner_references
            .iter()
            .flatten()
            .find(|owner| owner.controller == Some(true) && owner.kind == "Job");
        let job_uid = owner.map(|owner| &owner.uid).or_else(|| label(JOB_UID));
        let job = owner.map(|owner| &owner.name).or_else(|| label(JOB_NAME));
        let (job_uid, job) = (job_uid.cloned(), job.cloned());
        let phase = phase(&status);
        let ends = Ends::of(&spec, &status);
        Self {
            namespace: metadata.namespace.unwrap_or_default(),
            name: metadata.name.unwrap_or_default(),
            uid: metadata.uid.unwrap_or_default(),
            resource_version: metadata.resource_version.unwrap_or_default(),
            job_uid,
            job,
            annotations: Marks::of(metadata.annotations.as_ref()),
            created: metadata.creation_timestamp.as_ref().map(timestamp),
            waiting: (phase == PodPhase::Pending)
                .then(|| waiting(&status))
                .flatten(),
            reason: status
                .reason
                .as_ref()
                .map(|reason| Told::new(reason, status.message.as_deref().unwrap_or_default())),
            disruption: condition(&status, "DisruptionTarget", "True"),
            node: spec.node_name,
            containers: spec.containers.into_iter().map(|it| it.name).collect(),
            phase,
            deletion,
            started: ends.started,
            failure: ends.failure,
            restarted: ends.restarted,
            running: ends.running,
            absent: false,
        }
    }

    /// Works in a state of the same pod, unless it is an older one: events come late and twice. Whether it did.
    ///
    /// What must be kept of earlier states is kept: when the deletion was asked for. The kubelet ends each deletion with a
    /// second one of its own, and the object then shows only that.
    pub fn update(&mut self, seen: Self) -> bool {
        if self.absent
            || seen.uid != self.uid
            || later(&self.resource_version, &seen.resource_version)
        {
            return false;
        }
        let deletion = if self.terminal() {
            self.deletion
        } else {
            self.deletion.into_iter().chain(seen.deletion).min()
        };
        // On its way out a pod that never started shows other waits than the one that kept it.
        let over = seen.deletion.is_some() || seen.terminal();
        let kept = self
            .waiting
            .take()
            .filter(|_| over && seen.started.is_none());
        *self = Self {
            deletion,
            waiting: kept.or(seen.waiting),
            ..seen
        };
        true
    }

    /// Notes that its object is no more: a `DELETED` event that shows it with a deletion (without one it has only lost
    /// a label), or a consistent list that does not have it.
    pub fn left(&mut self) {
        self.absent = true;
    }

    /// No container of it can run any more, and its kubelet said so. The collector of pods whose node is no more says
    /// `Failed` too, but nobody has looked; what it ends counts as gone only with its object.
    pub fn terminal(&self) -> bool {
        let collected = self
            .disruption
            .as_ref()
            .is_some_and(|told| told.reason == "DeletionByPodGC");
        matches!(self.phase, PodPhase::Succeeded | PodPhase::Failed) && !collected && !self.running
    }
}

fn phase(status: &PodStatus) -> PodPhase {
    match status.phase.as_deref() {
        Some("Running") => PodPhase::Running,
        Some("Succeeded") => PodPhase::Succeeded,
        Some("Failed") => PodPhase::Failed,
        Some("Unknown") => PodPhase::Unknown,
        _ => PodPhase::Pending,
    }
}

fn condition(status: &PodStatus, kind: &str, value: &str) -> Option<Told> {
    let found = status
        .conditions
        .iter()
        .flatten()
        .find(|condition| condition.type_ == kind && condition.status == value)?;
    Some(Told::new(
        found.reason.as_deref().unwrap_or_default(),
        found.message.as_deref().unwrap_or_default(),
    ))
}

/// The first container that waits for something out of the ordinary, or the scheduler's word.
fn waiting(status: &PodStatus) -> Option<Told> {
    let waits = |container: &ContainerStatus| {
        let waiting = container.state.as_ref()?.waiting.as_ref()?;
        let reason = waiting.reason.as_deref()?;
        (!NO_NEWS.contains(&reason))
            .then(|| Told::new(reason, waiting.message.as_deref().unwrap_or_default()))
    };
    let init = status.init_container_statuses.iter().flatten();
    let main = status.container_statuses.iter().flatten();
    init.chain(main)
        .find_map(waits)
        .or_else(|| condition(status, "PodScheduled", "False"))
}

/// What the states of a pod's containers come to.
#[derive(Default)]
struct Ends {
    started: Option<Timestamp>,
    failure: Option<Box<ContainerEnd>>,
    restarted: Option<Box<ContainerEnd>>,
    running: bool,
}

impl Ends {
    fn of(spec: &PodSpec, status: &PodStatus) -> Self {
        let mut ends = Self::default();
        // A container for the start that is restarted always is a sidecar: it runs beside the others and decides nothing.
        let sidecar = |name: &str| {
            spec.init_containers
                .iter()
                .flatten()
                .any(|it| it.name == name && it.restart_policy.as_deref() == Some("Always"))
        };
        let alone = spec.containers.len() == 1;
        for container in status.init_container_statuses.iter().flatten() {
            ends.running |= state_of(container).running.is_some();
            if !sidecar(&container.name) {
                ends.look_at(container, false);
            }
        }
        for container in status.container_statuses.iter().flatten() {
            ends.running |= state_of(container).running.is_some();
            ends.starts(container);
            ends.look_at(container, alone);
        }
        ends
    }

    fn starts(&mut self, container: &ContainerStatus) {
        let current = state_of(container);
        let last = container.last_state.clone().unwrap_or_default();
        let times = [
            current.running.and_then(|it| it.started_at),
            current.terminated.and_then(|it| it.started_at),
            last.terminated.and_then(|it| it.started_at),
        ];
        let started = times.iter().flatten().filter_map(start).min();
        self.started = self.started.into_iter().chain(started).min();
    }

    fn look_at(&mut self, container: &ContainerStatus, alone: bool) {
        if let Some(end) = end_of(container, &state_of(container), alone) {
            let first = self
                .failure
                .as_ref()
                .is_none_or(|known| end.finished < known.finished);
            if first {
                self.failure = Some(Box::new(end));
            }
        }
        let last = container.last_state.clone().unwrap_or_default();
        if let Some(end) = end_of(container, &last, alone) {
            let latest = self
                .restarted
                .as_ref()
                .is_none_or(|known| end.finished > known.finished);
            if latest {
                self.restarted = Some(Box::new(end));
            }
        }
    }
}

fn state_of(container: &ContainerStatus) -> ContainerState {
    container.state.clone().unwrap_or_default()
}

/// When a container started. One that could not be started has no start, or one in the year 1970.
fn start(at: &Time) -> Option<Timestamp> {
    Some(timestamp(at)).filter(|at| at.0 > 0)
}

/// The end of a container, if it is one and no good one.
fn end_of(
    container: &ContainerStatus,
    state: &ContainerState,
    alone: bool,
) -> Option<ContainerEnd> {
    let end = state.terminated.as_ref().filter(|end| end.exit_code != 0)?;
    let ran = end.started_at.as_ref().and_then(start).is_some();
    Some(ContainerEnd {
        container: container.name.clone(),
        alone,
        exit_code: ran.then_some(end.exit_code),
        signal: end.signal.filter(|signal| ran && *signal != 0),
        told: Told::new(
            end.reason.as_deref().unwrap_or_default(),
            end.message.as_deref().unwrap_or_default(),
        ),
        finished: end.finished_at.as_ref().map(timestamp),
    })
}
