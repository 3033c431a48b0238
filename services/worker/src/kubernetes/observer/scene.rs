//! What is seen of the attempts in the cluster: each attempt's Job and pods, in their last states.

use std::collections::BTreeMap;

use weir_core::{
    ids::{Attempt, QueueStream, RunId, RunKey},
    kubernetes::{Owner, identity},
};

use crate::kubernetes::reading::{JobSeen, JobState, PodSeen, Reading, read};

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) stream: QueueStream,
    pub(crate) run_id: RunId,
    pub(crate) attempt: Attempt,
}

impl Key {
    pub(super) fn of(owner: &Owner) -> Self {
        Self {
            stream: QueueStream {
                key: owner.run.queue.clone(),
                incarnation: owner.incarnation,
            },
            run_id: owner.run.run_id.clone(),
            attempt: owner.attempt,
        }
    }
    pub(super) fn run(&self) -> RunKey {
        RunKey {
            queue: self.stream.key.clone(),
            run_id: self.run_id.clone(),
        }
    }
}

/// What is known of an attempt's Job.
#[derive(Clone, Debug, Default)]
pub(super) enum Job {
    /// No event and no list has shown it yet.
    #[default]
    Unseen,
    Seen(JobSeen),
    /// It is no more, by a consistent answer, with its last state where one was seen.
    Gone(Option<JobSeen>),
}

impl Job {
    fn state(&self) -> JobState<'_> {
        match self {
            Self::Unseen => JobState::Unseen,
            Self::Seen(job) => JobState::Seen(job),
            Self::Gone(last) => JobState::Gone(last.as_ref()),
        }
    }
    pub(super) fn last(&self) -> Option<&JobSeen> {
        match self {
            Self::Unseen => None,
            Self::Seen(job) => Some(job),
            Self::Gone(last) => last.as_ref(),
        }
    }
}

/// What is seen of one attempt.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) job: Job,
    /// By uid.
    pub(super) pods: BTreeMap<String, PodSeen>,
    /// A consistent list of pods has been worked in that was begun after the Job was seen in its present state.
    pub(super) listed: bool,
    /// An event or a list says that the Job is no more, which only a consistent answer about it can prove.
    pub(super) suspect: bool,
    /// How long after its end the cluster is to remove the Job.
    pub(super) ttl_s: Option<u32>,
}

impl Seen {
    pub(super) fn reading(&self) -> Reading {
        read(self.job.state(), &self.pods_of_job(), self.listed)
    }

    /// There is a Job, and it does not say that its output is in the log.
    pub(super) fn is_unmarked(&self) -> bool {
        self.job.last().is_some_and(|job| !job.is_marked())
    }

    /// Its pods, without those of another Job of the same name.
    pub(super) fn pods_of_job(&self) -> Vec<&PodSeen> {
        let uid = self.job.last().map(|job| job.uid.as_str());
        let of_job = |pod: &&PodSeen| {
            uid.is_none() || pod.job_uid.is_none() || pod.job_uid.as_deref() == uid
        };
        self.pods.values().filter(of_job).collect()
    }

    pub(super) fn see_job(&mut self, job: JobSeen) {
        let ttl = job.annotations.get(identity::TTL);
        self.ttl_s = ttl.and_then(|seconds| seconds.parse().ok()).or(self.ttl_s);
        let listed = match &mut self.job {
            Job::Seen(last) if last.uid == job.uid => {
                let before = last.resource_version.clone();
                last.update(job);
                self.listed && last.resource_version == before
            }
            Job::Seen(_) | Job::Unseen | Job::Gone(_) => {
                self.job = Job::Seen(job);
                false
            }
        };
        self.listed = listed;
        self.suspect = false;
    }

    /// A list is the truth at its time, also where the server's versions have gone back (a restored etcd).
    pub(super) fn see_listed_job(&mut self, job: JobSeen) {
        if let Job::Seen(last) = &mut self.job
            && last.uid == job.uid
            && last.resource_version != job.resource_version
        {
            last.resource_version = String::new();
        }
        self.see_job(job);
    }

    pub(super) fn see_pod(&mut self, pod: PodSeen) {
        match self.pods.get_mut(&pod.uid) {
            Some(known) => {
                known.update(pod);
            }
            None => {
                self.pods.insert(pod.uid.clone(), pod);
            }
        }
    }

    pub(super) fn see_listed_pod(&mut self, pod: PodSeen) {
        if let Some(known) = self.pods.get_mut(&pod.uid)
            && known.resource_version != pod.resource_version
        {
            known.resource_version = String::new();
        }
        self.see_pod(pod);
    }

    /// A pod's object is no more.
    pub(super) fn pod_left(&mut self, pod: PodSeen) {
        let uid = pod.uid.clone();
        self.see_pod(pod);
        if let Some(known) = self.pods.get_mut(&uid) {
            known.left();
        }
    }

    /// Works in what consistent reads of the Job and then of its pods have given.
    pub(super) fn confirm(&mut self, job: Option<JobSeen>, pods: Vec<PodSeen>) {
        if let Some(job) = job {
            self.see_listed_job(job);
        } else {
            let last = std::mem::take(&mut self.job);
            self.job = Job::Gone(match last {
                Job::Seen(last) => Some(last),
                Job::Gone(last) => last,
                Job::Unseen => None,
            });
        }
        let there: Vec<String> = pods.iter().map(|pod| pod.uid.clone()).collect();
        for pod in pods {
            self.see_listed_pod(pod);
        }
        for (uid, pod) in &mut self.pods {
            if !there.contains(uid) {
                pod.left();
            }
        }
        self.listed = true;
        self.suspect = false;
    }
}
