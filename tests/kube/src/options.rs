//! What a test may choose of its cluster. The defaults are a quick cluster with room for everything.

use std::{fmt, sync::Arc, time::Duration};

use serde_json::Value;

use crate::{clock::Speed, rbac::Account, script::Script};

/// A node that pods are put on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Whole CPUs that pods may request in sum.
    pub cpus: u64,
    /// GiB of memory that pods may request in sum.
    pub memory_gib: u64,
    /// The most pods at once.
    pub pods: usize,
}

impl Node {
    /// Room for 500 CPUs, 16 TiB and 100,000 pods: only a request that no node could serve is refused.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            cpus: 500,
            memory_gib: 16 * 1024,
            pods: 100_000,
        }
    }
}

type Choose = dyn Fn(&Value) -> Option<Script> + Send + Sync;

/// What pods do, for a test that knows better than their annotations and commands. The default knows nothing.
#[derive(Clone, Default)]
pub struct Scripts(Option<Arc<Choose>>);

impl Scripts {
    /// Asks a closure about each pod; `None` leaves it to annotation and command.
    pub fn by(choose: impl Fn(&Value) -> Option<Script> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(choose)))
    }

    pub(crate) fn of(&self, pod: &Value) -> Option<Script> {
        self.0.as_ref().and_then(|choose| choose(pod))
    }
}

impl fmt::Debug for Scripts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Scripts(chosen)"
        } else {
            "Scripts"
        })
    }
}

/// How a stand-in is to be. Delays are as on a real cluster; the speed divides them.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Whether it speaks HTTPS, with a certificate of an authority of its own.
    pub https: bool,
    /// Of controllers, kubelet, grace periods, deadlines and run times.
    pub speed: Speed,
    /// Of what the API server itself waits for: watch timeouts, bookmarks, the 3 s of a list from the future.
    pub server_speed: Speed,
    /// Namespaces that exist from the start, beside `default`.
    pub namespaces: Vec<String>,
    /// Accounts beside the administrator, whose token is `admin`.
    pub accounts: Vec<Account>,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// How long the Job controller gathers changes of pods before it looks at their Job.
    pub batching: Duration,
    /// How long after a container's end the kubelet tells the pod's phase.
    pub kubelet_lag: Duration,
    /// How long a container runs whose command says nothing of it.
    pub run_time: Duration,
    /// Changes that the history keeps per resource; older ones get 410.
    pub history_max: usize,
    /// Events (as `kubectl get events` shows them) that are kept; the oldest go first.
    pub events_max: usize,
    /// Requests that are kept to be looked at afterwards; the oldest go first.
    pub requests_max: usize,
    /// Changes that a watch may lag behind before it is closed without a word.
    pub watch_lag_max: u64,
    /// Seed of names and of faults that come by chance.
    pub seed: u64,
    /// What pods do.
    pub scripts: Scripts,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            https: false,
            speed: Speed::FAST,
            server_speed: Speed::REAL,
            namespaces: vec!["runs".to_owned()],
            accounts: Vec::new(),
            nodes: vec![Node::new("node-0")],
            batching: Duration::from_secs(1),
            kubelet_lag: Duration::from_millis(1100),
            run_time: Duration::from_millis(200),
            history_max: 10_000,
            events_max: 20_000,
            requests_max: usize::MAX,
            watch_lag_max: 10_000,
            seed: 1,
            scripts: Scripts::default(),
        }
    }
}
