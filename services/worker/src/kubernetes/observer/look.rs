//! What is seen in the cluster, on its way to the attempts that it is of.

use std::collections::BTreeSet;

use weir_core::kubernetes::Owner;
use weir_log::Log;

use super::{
    Key, Observer,
    follow::Sight,
    scene::{Job, Seen},
    standing::Standing,
};
use crate::kubernetes::{
    reading::{JobSeen, Marks, PodSeen},
    watch::Change,
};

impl<L: Log> Observer<L> {
    pub(super) fn on_sight(&mut self, sight: Sight) {
        if !self.observing {
            return;
        }
        match sight {
            Sight::Jobs(namespace, jobs) => {
                let there: BTreeSet<String> = jobs.iter().map(|job| job.uid.clone()).collect();
                for job in jobs {
                    self.see_job(job, true);
                }
                self.suspect(|seen| match &seen.job {
                    Job::Seen(job) => job.namespace == namespace && !there.contains(&job.uid),
                    Job::Unseen | Job::Gone(_) => false,
                });
                self.on_first_list(namespace);
            }
            Sight::Pods(namespace, pods) => {
                let there: BTreeSet<String> = pods.iter().map(|pod| pod.uid.clone()).collect();
                for pod in pods {
                    if let Some(seen) = self.pod(&pod) {
                        seen.see_listed_pod(pod);
                    }
                }
                let missing = |pod: &PodSeen| {
                    let live = !pod.absent && !pod.terminal();
                    live && pod.namespace == namespace && !there.contains(&pod.uid)
                };
                self.suspect(|seen| seen.pods.values().any(missing));
            }
            Sight::Job(Change::Seen(job)) => self.see_job(job, false),
            Sight::Job(Change::Deleted(job)) => {
                if let Some(key) = self.owner(&job.annotations).map(|owner| Key::of(&owner))
                    && let Some((seen, _)) = self.scene.get_mut(&key)
                {
                    seen.see_job(job);
                    seen.suspect = true;
                    self.dirty.insert(key);
                }
            }
            Sight::Pod(Change::Seen(pod)) => {
                if let Some(seen) = self.pod(&pod) {
                    seen.see_pod(pod);
                }
            }
            Sight::Pod(Change::Deleted(pod)) => {
                // Without a deletion it has only lost its label.
                let gone = pod.deletion.is_some() || pod.terminal();
                if let Some(seen) = self.pod(&pod).filter(|_| gone) {
                    seen.pod_left(pod);
                }
            }
            Sight::Job(Change::Bookmark) | Sight::Pod(Change::Bookmark) => {}
        }
    }

    /// What a list does not have is asked for, one by one.
    fn suspect(&mut self, missing: impl Fn(&Seen) -> bool) {
        for (key, (seen, _)) in &mut self.scene {
            if missing(seen) {
                seen.suspect = true;
                self.dirty.insert(key.clone());
            }
        }
    }

    pub(super) fn owner(&self, annotations: &Marks) -> Option<Owner> {
        let owner = Owner::by(|key| annotations.get(key))?;
        let served = self.serving.served.borrow();
        (served.installation.as_ref() == Some(&owner.installation)).then_some(owner)
    }

    fn see_job(&mut self, job: JobSeen, listed: bool) {
        let name = (job.namespace.clone(), job.name.clone());
        let Some(owner) = self.owner(&job.annotations) else {
            self.note_stranger(name);
            return;
        };
        let key = Key::of(&owner);
        let standing = self.standing(&key);
        // Its claim may not have been read yet. By the time of a list it has been, if it is there.
        if standing == Standing::Unknown && listed {
            self.note_stranger(name);
        }
        // Most Jobs that are over were dealt with long ago.
        let finished = standing == Standing::Over && job.end.is_some();
        if finished && job.is_marked() && !self.scene.contains_key(&key) {
            return;
        }
        let seen = self.touch(key);
        if listed {
            seen.see_listed_job(job);
        } else {
            seen.see_job(job);
        }
    }

    fn note_stranger(&mut self, (namespace, job): (String, String)) {
        if self.strangers.insert((namespace.clone(), job.clone())) {
            tracing::warn!(
                namespace,
                job,
                "this Job is labelled as of this installation and the log does not know it; it is left alone (`weir \
                 worker orphans` lists such Jobs)"
            );
        }
    }

    /// From here on what is not seen in a namespace is asked for.
    fn on_first_list(&mut self, namespace: String) {
        let now = self.clock.monotonic();
        if !self.listed.insert(namespace) {
            return;
        }
        for (key, (_, doing)) in &mut self.scene {
            if doing.unlisted {
                doing.unlisted = false;
                doing.since = now;
                self.dirty.insert(key.clone());
            }
        }
    }

    /// What is seen of the attempt that a pod is of. A pod may be seen before its Job.
    fn pod(&mut self, pod: &PodSeen) -> Option<&mut Seen> {
        let key = Key::of(&self.owner(&pod.annotations)?);
        match self.standing(&key) {
            Standing::Over if !self.scene.contains_key(&key) => None,
            Standing::Over | Standing::Unknown | Standing::Taken | Standing::Submitted(_) => {
                Some(self.touch(key))
            }
        }
    }
}
