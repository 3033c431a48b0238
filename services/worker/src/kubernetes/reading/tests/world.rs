//! The recorded events, and the cache that an observer keeps of them, as small as it can be.

use std::{collections::BTreeMap, io::Read as _};

use flate2::read::GzDecoder;
use k8s_openapi::api::{batch::v1::Job, core::v1::Pod};
use serde::Deserialize;
use serde_json::Value;

use crate::kubernetes::reading::{JobSeen, JobState, PodSeen, Reading, read};

const EVENTS: &[u8] = include_bytes!("../../../../tests/data/kubernetes/events.jsonl.gz");

/// One recorded event of an object.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) seq: u32,
    deleted: bool,
    object: Object,
}

#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a few hundred of them, for a test"
)]
enum Object {
    Job(JobSeen),
    Pod(PodSeen),
}

#[derive(Deserialize)]
struct Line {
    scenario: String,
    seq: u32,
    #[serde(rename = "type")]
    kind: String,
    object: Value,
}

impl Line {
    /// A bookmark or an error is no event of an object.
    fn event(self) -> Option<Event> {
        let told = matches!(self.kind.as_str(), "ADDED" | "MODIFIED" | "DELETED");
        told.then(|| Event {
            seq: self.seq,
            deleted: self.kind == "DELETED",
            object: if self.object["kind"] == "Pod" {
                let pod: Pod = serde_json::from_value(self.object).unwrap();
                Object::Pod(PodSeen::of(pod))
            } else {
                let job: Job = serde_json::from_value(self.object).unwrap();
                Object::Job(JobSeen::of(job))
            },
        })
    }
}

impl Event {
    pub(super) fn is_pod(&self) -> bool {
        matches!(self.object, Object::Pod(_))
    }
    fn job_uid(&self) -> String {
        match &self.object {
            Object::Job(job) => job.uid.clone(),
            Object::Pod(pod) => pod.job_uid.clone().unwrap_or_default(),
        }
    }
}

/// All recordings that have events of objects, by name.
pub(super) fn recordings() -> BTreeMap<String, Vec<Event>> {
    let mut text = String::new();
    GzDecoder::new(EVENTS).read_to_string(&mut text).unwrap();
    let mut recordings: BTreeMap<_, Vec<Event>> = BTreeMap::new();
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).unwrap();
        let events = recordings.entry(line.scenario.clone()).or_default();
        events.extend(line.event());
    }
    recordings
}

/// What an observer knows of one attempt: the last state of its Job and of each of its pods.
#[derive(Clone, Debug, Default)]
pub(super) struct World {
    job: Option<JobSeen>,
    job_gone: bool,
    pods: BTreeMap<String, PodSeen>,
}

impl World {
    pub(super) fn take(&mut self, event: &Event) {
        match &event.object {
            Object::Job(job) => {
                self.job_gone |= event.deleted;
                match &mut self.job {
                    None => self.job = Some(job.clone()),
                    Some(known) => {
                        known.update(job.clone());
                    }
                }
            }
            Object::Pod(pod) => self.take_pod(pod.clone(), event.deleted),
        }
    }

    fn take_pod(&mut self, mut pod: PodSeen, deleted: bool) {
        let removed = deleted && pod.deletion.is_some();
        if let Some(known) = self.pods.get_mut(&pod.uid) {
            if known.update(pod) && removed {
                known.left();
            }
        } else {
            if removed {
                pod.left();
            }
            self.pods.insert(pod.uid.clone(), pod);
        }
    }

    pub(super) fn read(&self, listed: bool) -> Reading {
        let job = match &self.job {
            None => JobState::Unseen,
            Some(job) if self.job_gone => JobState::Gone(Some(job)),
            Some(job) => JobState::Seen(job),
        };
        read(job, &self.pods.values().collect::<Vec<_>>(), listed)
    }

    /// A container may be running, by the last word of a kubelet.
    pub(super) fn runs(&self) -> bool {
        self.pods
            .values()
            .any(|pod| pod.running || (pod.node.is_some() && !pod.terminal()))
    }
}

/// The events of each Job of a recording. A Job that is there again after its `DELETED` had only lost its label: what an
/// observer finds out by asking for it, the recording knows.
pub(super) fn by_job(events: &[Event]) -> BTreeMap<String, Vec<Event>> {
    let mut jobs: BTreeMap<_, Vec<Event>> = BTreeMap::new();
    for event in events {
        let known = jobs.entry(event.job_uid()).or_default();
        if !event.is_pod() {
            known.retain(|earlier| earlier.is_pod() || !earlier.deleted);
        }
        known.push(event.clone());
    }
    jobs
}
