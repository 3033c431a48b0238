//! What an observer does in the cluster, one call at a time for each attempt, and each tied to what was seen.

use std::time::Duration;

use tokio::sync::watch;
use weir_core::kubernetes::identity;
use weir_log::Log;

use super::{
    Done, Key, Observer,
    decide::Call,
    doing::Reading as Output,
    held::Held,
    output::{self, Source},
    scene::Job,
    standing::Standing,
};
use crate::kubernetes::{
    call::Failure,
    connect::Cluster,
    jobs::Propagation,
    reading::{JobSeen, PodSeen, Told},
    retry::Patience,
};

/// How long one call is tried for.
const TRY_FOR: Duration = Duration::from_secs(20);

/// What has come of a call.
#[derive(Debug)]
pub(super) enum Called {
    /// It was done; a watch shows what has come of it, but this is known already.
    Done(Option<Box<JobSeen>>),
    /// What there is, by consistent answers.
    There(Option<Box<JobSeen>>, Vec<PodSeen>),
    /// What keeps the Job from making a pod.
    Events(Option<Told>),
    Failed(Failure),
}

impl<L: Log> Observer<L> {
    /// Makes a call, unless one is under way or the last one has failed just now.
    pub(super) fn call(&mut self, key: &Key, call: Call, now: Duration) {
        let Some(at) = self.place(key) else {
            return;
        };
        let Some((_, doing)) = self.scene.get_mut(key) else {
            return;
        };
        if doing.calling {
            return;
        }
        if now < doing.not_before {
            self.timers.insert((doing.not_before, key.clone()));
            return;
        }
        doing.calling = true;
        match &call {
            Call::Confirm => doing.asked_at = Some(now),
            Call::Events { .. } => doing.events_at = Some(now),
            Call::DeletePods { pods, grace } => doing.stopping.ordered(pods, *grace, now),
            Call::Unsuspend { .. } | Call::DeleteJob { .. } | Call::MarkStored { .. } => {}
        }
        tracing::debug!(weir.run = %key.run(), weir.attempt = %key.attempt, ?call, "calling the cluster");
        let (cluster, key) = (self.cluster.clone(), key.clone());
        let selector = self.selector(&key);
        self.tasks.spawn(async move {
            let called = make(&cluster, &at, &selector, call).await;
            Done::Called(key, called.unwrap_or_else(Called::Failed))
        });
    }

    /// Namespace and name of an attempt's Job: as it was seen, else as its submission says.
    fn place(&self, key: &Key) -> Option<(String, String)> {
        if let Some((seen, _)) = self.scene.get(key)
            && let Some(job) = seen.job.last()
        {
            return Some((job.namespace.clone(), job.name.clone()));
        }
        let Standing::Submitted(stand) = self.standing(key) else {
            return None;
        };
        let mut parts = stand.infrastructure.rsplitn(3, ':');
        let (name, namespace) = (parts.next()?, parts.next()?);
        Some((namespace.to_owned(), name.to_owned()))
    }

    /// Selects the pods of one attempt.
    fn selector(&self, key: &Key) -> String {
        let served = self.serving.served.borrow();
        let installation = served.installation.as_ref();
        installation.map_or_else(String::new, |installation| {
            identity::attempt_selector(installation, &key.run(), key.attempt)
        })
    }

    pub(super) fn on_done(&mut self, done: Done) {
        match done {
            Done::Told(key, told) => self.on_told(&key, &told),
            Done::Called(key, called) => self.on_called(key, called),
            Done::Output(key, pod) => {
                if let Some((_, doing)) = self.scene.get_mut(&key)
                    && let Some(output) = doing.output.get_mut(&pod)
                {
                    output.done = true;
                    self.dirty.insert(key);
                }
            }
        }
    }

    fn on_called(&mut self, key: Key, called: Called) {
        let now = self.clock.monotonic();
        let called = match called {
            // An earlier life of the queue may have had a run of the same id.
            Called::There(job, mut pods) => {
                pods.retain(|pod| {
                    self.owner(&pod.annotations)
                        .is_some_and(|owner| Key::of(&owner) == key)
                });
                Called::There(job, pods)
            }
            Called::Done(_) | Called::Events(_) | Called::Failed(_) => called,
        };
        let Some((seen, doing)) = self.scene.get_mut(&key) else {
            return;
        };
        doing.calling = false;
        match called {
            Called::Done(None) => {}
            Called::Done(Some(job)) => seen.see_job(*job),
            Called::There(job, pods) => {
                let nothing = job.is_none() && pods.iter().all(PodSeen::terminal);
                doing.absent = if nothing { doing.absent + 1 } else { 0 };
                seen.confirm(job.map(|job| *job), pods);
            }
            Called::Events(told) => doing.no_pod = told,
            Called::Failed(Failure::NotFound { .. } | Failure::Conflict { .. }) => {
                // It is not what it was when it was seen: what it is now has to be seen first.
                seen.suspect = true;
                doing.pause(now);
            }
            Called::Failed(failure) => {
                tracing::warn!(weir.run = %key.run(), weir.attempt = %key.attempt, %failure, "a call to the cluster failed; trying again");
                doing.pause(now);
            }
        }
        self.dirty.insert(key);
    }

    /// Its Job does not say that its output is in the log.
    fn is_unmarked(&self, key: &Key) -> bool {
        let seen = self.scene.get(key).map(|(seen, _)| seen);
        seen.is_some_and(super::scene::Seen::is_unmarked)
    }

    /// Reads the output of pods that have started, and tells those who read that a pod has ended.
    pub(super) fn read_output(&mut self, key: &Key, now: Duration) {
        let started = match self.standing(key) {
            Standing::Submitted(stand) => stand.started_at.is_some(),
            // What its last observer may have left of it.
            Standing::Over if self.is_unmarked(key) => true,
            Standing::Unknown | Standing::Taken | Standing::Over => return,
        };
        let Some((seen, doing)) = self.scene.get_mut(key) else {
            return;
        };
        let resumed = doing.may_have_output(started);
        let job_gone = matches!(seen.job, Job::Gone(_));
        for pod in seen.pods.values() {
            let ended = pod.terminal() || pod.absent || job_gone;
            if doing.output.contains_key(&pod.uid) {
                if ended {
                    doing.end_output(now, Some(&pod.uid));
                }
                continue;
            }
            let ran = pod.started.is_some() || pod.failure.is_some();
            if !ran || pod.absent {
                continue;
            }
            let source = Source {
                run: key.run(),
                attempt: key.attempt,
                namespace: pod.namespace.clone(),
                pod: pod.name.clone(),
                containers: pod.containers.clone(),
                resumed,
            };
            let (ended_tx, ended_rx) = watch::channel(ended);
            doing.output.insert(
                pod.uid.clone(),
                Output {
                    ended: ended_tx,
                    ended_at: ended.then_some(now),
                    done: false,
                },
            );
            let cluster = self.cluster.clone();
            let log = Held {
                log: self.log.clone(),
                clock: self.clock.clone(),
                until: self.held.clone(),
            };
            let (streams, key, uid) = (self.streams.clone(), key.clone(), pod.uid.clone());
            self.tasks.spawn(async move {
                output::bring(cluster, log, source, ended_rx, streams).await;
                Done::Output(key, uid)
            });
        }
    }
}

async fn make(
    cluster: &Cluster,
    (namespace, name): &(String, String),
    selector: &str,
    call: Call,
) -> Result<Called, Failure> {
    let patience = Patience::until(cluster.clock().monotonic().saturating_add(TRY_FOR));
    match call {
        Call::Unsuspend {
            uid,
            resource_version,
        } => {
            let call = || cluster.unsuspend(namespace, name, &uid, &resource_version);
            let job = cluster.patiently(patience, |_| {}, call).await?;
            Ok(Called::Done(Some(Box::new(job))))
        }
        Call::DeleteJob { uid } => {
            let call = || cluster.delete_job(namespace, name, &uid, Propagation::Foreground);
            cluster.patiently(patience, |_| {}, call).await?;
            confirm(cluster, namespace, name, selector, patience).await
        }
        Call::DeletePods { pods, grace } => {
            for (pod, uid) in pods {
                let call = || cluster.delete_pod(namespace, &pod, &uid, grace);
                cluster.patiently(patience, |_| {}, call).await?;
            }
            Ok(Called::Done(None))
        }
        Call::MarkStored { uid, ttl_s } => {
            let call = || cluster.mark_stored(namespace, name, &uid, ttl_s);
            let job = cluster.patiently(patience, |_| {}, call).await?;
            Ok(Called::Done(Some(Box::new(job))))
        }
        Call::Confirm => confirm(cluster, namespace, name, selector, patience).await,
        Call::Events { uid } => {
            let call = || cluster.events_of(namespace, &uid);
            let events = cluster.patiently(patience, |_| {}, call).await?;
            let told = events.into_iter().rfind(|event| event.warning);
            Ok(Called::Events(told.map(|event| event.told)))
        }
    }
}

/// What there is of an attempt: its Job first, then its pods, both from a quorum. The attempt's submission was folded
/// before, so whatever it made is older than these answers.
async fn confirm(
    cluster: &Cluster,
    namespace: &str,
    name: &str,
    selector: &str,
    patience: Patience,
) -> Result<Called, Failure> {
    let call = || cluster.get_job(namespace, name);
    let job = cluster.patiently(patience, |_| {}, call).await?;
    let call = || cluster.list_pods(namespace, selector);
    let pods = cluster.patiently(patience, |_| {}, call).await?;
    Ok(Called::There(job.map(Box::new), pods.items))
}
