//! Where an attempt runs, read from what its worker calls it in the log.

use super::{
    span::{Key, Value},
    vocabulary as is,
};
use crate::event::Reported;

/// What an attempt's infrastructure is called, in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// `pid PID on HOST`.
    Process {
        /// The process id.
        pid: i64,
        /// The host that it runs on.
        host: &'a str,
    },
    /// `CLUSTER:NAMESPACE:JOB`.
    Job {
        /// The uid of the cluster's `kube-system`.
        cluster: &'a str,
        /// The Job's namespace.
        namespace: &'a str,
        /// The Job's name.
        job: &'a str,
    },
    /// Something else.
    Other(&'a str),
}

impl<'a> Place<'a> {
    /// Reads what a worker has told; `None` where it has told nothing.
    pub fn of(infrastructure: &'a str) -> Option<Self> {
        let process = || {
            let (pid, host) = infrastructure.strip_prefix("pid ")?.split_once(" on ")?;
            let pid = pid.parse().ok()?;
            Some(Self::Process { pid, host })
        };
        let job = || {
            let (rest, job) = infrastructure.rsplit_once(':')?;
            let (cluster, namespace) = rest.rsplit_once(':')?;
            let legal = !cluster.is_empty() && !namespace.is_empty() && !job.is_empty();
            legal.then_some(Self::Job {
                cluster,
                namespace,
                job,
            })
        };
        let told = !infrastructure.is_empty();
        told.then(|| {
            process()
                .or_else(job)
                .unwrap_or(Self::Other(infrastructure))
        })
    }

    pub(super) fn attributes(&self) -> Vec<(Key, Value)> {
        let text = |text: &str| Value::Text(text.to_owned());
        match self {
            Self::Process { pid, host } => {
                vec![
                    (is::PROCESS_PID, Value::Int(*pid)),
                    (is::HOST_NAME, text(host)),
                ]
            }
            Self::Job {
                cluster,
                namespace,
                job,
            } => vec![
                (is::K8S_CLUSTER, text(cluster)),
                (is::K8S_NAMESPACE, text(namespace)),
                (is::K8S_JOB, text(job)),
            ],
            Self::Other(told) => vec![(is::INFRASTRUCTURE, text(told))],
        }
    }
}

/// The pod and the node of a `Scheduled` that an observer has told.
pub(super) fn scheduled<'a>(reason: &str, message: &'a str) -> Option<(&'a str, &'a str)> {
    let told = reason == Reported::SCHEDULED;
    told.then(|| pod(message)).flatten()
}

/// `pod POD on node NODE`, as observers tell it.
pub(super) fn pod(place: &str) -> Option<(&str, &str)> {
    place.strip_prefix("pod ")?.split_once(" on node ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_workers_tell_is_read_in_its_parts() {
        let process = Place::Process {
            pid: 4711,
            host: "host-3",
        };
        assert_eq!(Place::of("pid 4711 on host-3"), Some(process));
        let job = Place::Job {
            cluster: "3f8e",
            namespace: "batch",
            job: "weir-a-1-x",
        };
        assert_eq!(Place::of("3f8e:batch:weir-a-1-x"), Some(job));
        for other in ["pid x on y", "a:b", "::", "slot 3"] {
            assert_eq!(Place::of(other), Some(Place::Other(other)));
        }
        assert_eq!(Place::of(""), None);
    }

    #[test]
    fn a_pod_and_its_node_are_found_in_what_the_observer_says() {
        let said = "pod weir-a-1-x-abcde on node n1";
        assert_eq!(
            scheduled("Scheduled", said),
            Some(("weir-a-1-x-abcde", "n1"))
        );
        assert_eq!(scheduled("ImagePullBackOff", said), None);
        assert_eq!(scheduled("Scheduled", "no"), None);
    }
}
