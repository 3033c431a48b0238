//! What a test holds: it starts the cluster, orders faults, tells pods to end and asks what happened.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use serde_json::Value;
use tokio::{task::JoinSet, time::Instant};

use crate::{
    faults::Fault,
    kubeconfig,
    object::{Key, Meta},
    options::{Node, Options},
    rbac::Account,
    record::{Ran, Request},
    resource::Resource,
    script::End,
    server,
    shared::{Door, Shared},
    tls,
};

/// What is left of the history after a restart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum History {
    /// Watches go on from where they were, as if another API server had answered.
    Kept,
    /// The watch cache is empty: watches from before get 410, lists at old revisions are still served.
    #[default]
    CacheLost,
    /// etcd was compacted too: old lists and continue tokens get 410 as well.
    Compacted,
}

/// How the API server is restarted. All times are real ones.
#[derive(Clone, Copy, Debug)]
pub struct Restart {
    /// Watches stay open and silent so long, while new connections are refused.
    pub draining: Duration,
    /// Then all is closed, and connections are refused so long.
    pub refused: Duration,
    /// Then all requests are forbidden so long, because the roles are not loaded yet.
    pub forbidden: Duration,
    /// What is known of the past afterwards.
    pub history: History,
}

impl Default for Restart {
    fn default() -> Self {
        let short = Duration::from_millis(50);
        Self {
            draining: Duration::ZERO,
            refused: short,
            forbidden: short,
            history: History::default(),
        }
    }
}

/// A running cluster. Dropping it ends everything that it started.
pub struct Standin {
    shared: Arc<Shared>,
    address: SocketAddr,
    /// Who vouches for it, where it speaks HTTPS: a certificate as PEM.
    authority: Option<String>,
    _tasks: JoinSet<()>,
}

impl fmt::Debug for Standin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standin")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Standin {
    /// Starts it on 127.0.0.1, in the runtime of the caller.
    ///
    /// # Errors
    /// When the port cannot be opened.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = server::open(options.port)?;
        let address = listener.local_addr()?;
        let tls = options.https.then(tls::make).transpose()?;
        let (acceptor, authority) = tls.map(|it| (it.acceptor, it.authority)).unzip();
        let shared = Arc::new(Shared::new(options));
        let mut tasks = JoinSet::new();
        let (serving, acting) = (shared.clone(), shared.clone());
        tasks.spawn(async move {
            // The port was opened already; what ends this is the drop of the stand-in.
            let _ended = server::serve(serving, listener, acceptor).await;
        });
        tasks.spawn(async move { acting.run().await });
        // Both tasks get their first turn before a client comes.
        tokio::task::yield_now().await;
        Ok(Self {
            shared,
            address,
            authority,
            _tasks: tasks,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`, or `https://…`.
    pub fn url(&self) -> String {
        let scheme = self.authority.as_ref().map_or("http", |_| "https");
        format!("{scheme}://{}", self.address)
    }

    /// The certificate of the authority that vouches for it, as PEM; `None` without HTTPS.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// A kubeconfig for the account of this user or token; the administrator's is `admin`. Its namespace is the first
    /// of the options. An account that is not known gets a token that is refused with 401.
    pub fn kubeconfig(&self, account: &str) -> String {
        let (found, namespace) = self.shared.with(|world| {
            let found = world
                .accounts
                .values()
                .find(|it| it.user == account || it.token == account)
                .cloned();
            (found, world.options.namespaces.first().cloned())
        });
        let account = found.unwrap_or_else(|| Account::new(account));
        kubeconfig::text(
            &self.url(),
            self.authority(),
            &account,
            namespace.as_deref().unwrap_or("default"),
        )
    }

    /// Writes the kubeconfig of an account into a folder.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_kubeconfig(&self, folder: &Path, account: &str) -> io::Result<PathBuf> {
        let path = folder.join(format!(
            "kubeconfig-{}.yaml",
            account.rsplit(':').next().unwrap_or(account)
        ));
        fs::write(&path, self.kubeconfig(account))?;
        Ok(path)
    }

    /// Adds an account, or gives the one with this token other rights.
    pub fn add_account(&self, account: Account) {
        self.shared
            .with(|world| world.accounts.insert(account.token.clone(), account));
    }

    /// Adds a namespace.
    pub fn add_namespace(&self, name: &str) {
        self.shared.with(|world| world.add_namespace(name));
    }

    /// Adds a node, or gives one other room.
    pub fn add_node(&self, node: Node) {
        self.shared.with(|world| world.add_node(node));
    }

    /// Every request so far, or the last [`Options::requests_max`] of them, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.shared
            .with(|world| world.requests.iter().cloned().collect())
    }

    /// How many requests were answered so far, by verb, resource and status.
    pub fn answered(&self) -> BTreeMap<(&'static str, String, u16), u64> {
        self.shared.with(|world| world.answered.clone())
    }

    /// What an account used, each once and in order: verb and resource with its group (`jobs.batch`, `pods/log`).
    pub fn used(&self, user: &str) -> Vec<(String, String)> {
        let mut all: Vec<_> = self.shared.with(|world| {
            let mine = world
                .requests
                .iter()
                .filter(|it| it.account == user && !it.resource.is_empty());
            mine.map(|it| {
                (
                    it.verb.to_owned(),
                    crate::resource::qualified(&it.group, &it.resource),
                )
            })
            .collect()
        });
        all.sort();
        all.dedup();
        all
    }

    /// Every life of a container so far: what really ran.
    pub fn ran(&self) -> Vec<Ran> {
        self.shared.with(|world| world.ran.clone())
    }

    /// An object as it is, with no request.
    pub fn get(&self, resource: Resource, namespace: &str, name: &str) -> Option<Value> {
        let key = (namespace.to_owned(), name.to_owned());
        self.shared
            .with(|world| world.store.get(resource, &key))
            .map(|it| it.value.clone())
    }

    /// All objects of a namespace as they are, with no request.
    pub fn list(&self, resource: Resource, namespace: &str) -> Vec<Value> {
        self.shared.with(|world| {
            world
                .store
                .all(resource, Some(namespace))
                .map(|it| it.value.clone())
                .collect()
        })
    }

    /// The current revision.
    pub fn revision(&self) -> u64 {
        self.shared.with(|world| world.store.revision())
    }

    /// Waits until something holds of the cluster, looking at it after each change; false when the time is over first.
    pub async fn until(&self, within: Duration, mut holds: impl FnMut(&Self) -> bool) -> bool {
        let mut changed = self.shared.changed();
        let end = Instant::now() + within;
        while !holds(self) {
            // What ran may change without any object: look again soon in any case.
            let soon = end.min(Instant::now() + Duration::from_millis(20));
            let _news_or_not = tokio::time::timeout_at(soon, changed.changed()).await;
            if Instant::now() >= end {
                return holds(self);
            }
        }
        true
    }

    /// Orders a fault.
    pub fn fault(&self, fault: Fault) {
        self.shared.with(|world| world.faults.order(fault));
    }

    /// Takes all orders back.
    pub fn clear_faults(&self) {
        self.shared.with(|world| world.faults.clear());
    }

    /// Ends the running containers of a pod; false if none runs. The pod's object may be gone already.
    pub fn finish(&self, namespace: &str, pod: &str, exit_code: i32) -> bool {
        self.end(namespace, pod, exit_code, End::Exit)
    }

    /// Ends them as if they took too much memory.
    pub fn oom_kill(&self, namespace: &str, pod: &str) -> bool {
        self.end(namespace, pod, 137, End::OOMKilled)
    }

    /// Evicts a pod as a kubelet under pressure does.
    pub fn evict(&self, namespace: &str, pod: &str) -> bool {
        self.end(namespace, pod, 137, End::Evicted)
    }

    fn end(&self, namespace: &str, pod: &str, code: i32, end: End) -> bool {
        let key: Key = (namespace.to_owned(), pod.to_owned());
        self.shared.with(|world| world.end_pod(&key, code, end))
    }

    /// Lets the first container of a pod write a line; false if it does not run.
    pub fn say(&self, namespace: &str, pod: &str, line: &str) -> bool {
        let key = (namespace.to_owned(), pod.to_owned());
        self.shared.with(|world| world.say(&key, line))
    }

    /// Deletes a pod as somebody with `kubectl` does; with grace 0 by force.
    pub fn delete_pod(&self, namespace: &str, pod: &str, grace: Option<u64>) {
        let key = (namespace.to_owned(), pod.to_owned());
        self.shared
            .with(|world| drop(world.delete_pod(&key, grace)));
    }

    /// The node is not heard of any more. Its containers run on; false if there is no such node.
    pub fn lose_node(&self, node: &str) -> bool {
        self.shared.with(|world| world.lose_node(node))
    }

    /// The node is back and tells what happened meanwhile.
    pub fn return_node(&self, node: &str) -> bool {
        self.shared.with(|world| world.return_node(node))
    }

    /// Forgets the history without a restart: watches and lists from before get 410. Open watches go on.
    pub fn forget_history(&self, history: History) {
        self.shared.with(|world| match history {
            History::Kept => {}
            History::CacheLost => world.store.forget(false),
            History::Compacted => world.store.forget(true),
        });
    }

    /// Restarts the API server on the same port and returns when it serves again. Containers run on meanwhile;
    /// controllers and kubelets can tell nothing until it is back.
    pub async fn restart(&self, restart: Restart) {
        if !restart.draining.is_zero() {
            self.shared.turn(Door::Draining).await;
            tokio::time::sleep_until(Instant::now() + restart.draining).await;
        }
        self.shared.turn(Door::Closed).await;
        tokio::time::sleep_until(Instant::now() + restart.refused).await;
        self.shared.with(|world| {
            world.rbac_loaded = restart.forbidden.is_zero();
            match restart.history {
                History::Kept => {}
                History::CacheLost => world.store.forget(false),
                History::Compacted => world.store.forget(true),
            }
            world.resume();
        });
        self.shared.turn(Door::Open).await;
        if !restart.forbidden.is_zero() {
            tokio::time::sleep_until(Instant::now() + restart.forbidden).await;
            self.shared.with(|world| world.rbac_loaded = true);
        }
    }

    /// The name of the first pod of a Job, once it has one.
    pub fn pod_of(&self, namespace: &str, job: &str) -> Option<String> {
        let pods = self.list(Resource::Pods, namespace);
        let mine = pods
            .iter()
            .find(|it| it.text("/metadata/labels/job-name") == Some(job));
        mine.map(|it| it.name().to_owned())
    }
}
