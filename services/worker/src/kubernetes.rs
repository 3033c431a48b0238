//! Kubernetes, as far as a worker deals with it: what a Job and its pods say, and the calls that make, watch and end them.
//!
//! Two rooms that know nothing of each other's work. [`reading`] is arithmetic: objects in, what to report of an attempt
//! out. The rest is plumbing around kube's client, which is used for connections, credentials and TLS, and not for its
//! own ideas of retries: each call is one call, tells all that the server said, and [`retry`] is where patience lives.

pub mod call;
pub mod ceiling;
pub mod connect;
pub mod executor;
mod frames;
pub mod jobs;
pub mod list;
pub mod logs;
mod measure;
mod observer;
pub mod orphans;
pub mod pace;
pub mod reading;
pub mod retry;
#[cfg(test)]
mod scripted;
mod submit;
pub mod watch;

pub use self::{
    call::Failure,
    connect::{Cluster, ConnectError, KubernetesConfig, connect},
    executor::KubernetesExecutor,
    jobs::{Created, Deleted, EventSeen, Propagation},
    list::Listed,
    logs::{LogLine, LogLines, LogQuery},
    reading::{JobSeen, JobState, Left, Marks, PodSeen, Reading, Told, read},
    retry::{Patience, Wait},
    watch::{Change, Watch, WatchEnd},
};
