//! Which cluster, and as whom.

use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::{HeaderValue, header::USER_AGENT};
use kube::{
    Client, Config,
    config::{InClusterError, KubeConfigOptions, Kubeconfig, KubeconfigError},
};
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use weir_runtime::{Clock, Meter};

use super::{call::chain, measure::Measures, pace::Pace, retry::Calm};

/// Settings of the Kubernetes executor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct KubernetesConfig {
    /// How many attempts a worker holds at once: Jobs that it has made and that are not over. They live on when it ends.
    /// Since 0.1.
    pub limit: NonZeroU32,
    /// The kubeconfig file. Without it: `KUBECONFIG`, else the service account of the pod that the worker runs in, else
    /// `~/.kube/config`. Since 0.1.
    pub kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig; without it the current one. Since 0.1.
    pub context: Option<String>,
    /// The namespaces in which the pool's Jobs may be; the first is where they are made that name none. Empty: only the
    /// namespace of the context or of the service account. Since 0.1.
    pub namespaces: Vec<String>,
    /// Which cluster this is, for whoever may not read the namespace `kube-system`, by whose uid it is told otherwise.
    /// Since 0.1.
    pub cluster_uid: Option<String>,
    /// The most calls that are under way at once; fewer while the API server struggles. More than 16 buy latency and
    /// little rate (1.35 thousand Jobs a second with 16, 1.64 with 64 on two cores). Since 0.1.
    pub calls_max: NonZeroU32,
    /// How long a connection may take to be made. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub connect_timeout: Duration,
    /// How long a call may take, all of its answer included. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub call_timeout: Duration,
    /// How often all Jobs and pods are listed and compared with what the watches have told: these may be silent about
    /// what they have missed, as after the restore of an older etcd. At least 1s. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub compare_interval: Duration,
}

/// Submissions under way for each call that may be: while one waits for its report, another makes its call.
const SUBMISSIONS_PER_CALL: u32 = 2;

/// The shortest [`KubernetesConfig::compare_interval`] that is obeyed.
const COMPARE_MIN: Duration = Duration::from_secs(1);

impl Default for KubernetesConfig {
    fn default() -> Self {
        Self {
            limit: NonZeroU32::new(1_000).expect("a thousand is not zero"),
            kubeconfig: None,
            context: None,
            namespaces: Vec::new(),
            cluster_uid: None,
            calls_max: NonZeroU32::new(16).expect("sixteen is not zero"),
            connect_timeout: Duration::from_secs(5),
            call_timeout: Duration::from_secs(30),
            compare_interval: Duration::from_mins(3),
        }
    }
}

/// Why there is no connection to a cluster, before anything was sent.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A kubeconfig file cannot be read.
    #[error("cannot read the kubeconfig {}: correct the file, or name another as `kubeconfig` or in KUBECONFIG", path.display())]
    Kubeconfig {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<KubeconfigError>,
    },
    /// The context is not there, or does not lead anywhere.
    #[error("{} of {files} cannot be used: set `context` to one of: {known}", context.as_deref().map_or_else(|| "the current context".to_owned(), |context| format!("the context `{context}`")))]
    Context {
        /// The name, where one is configured.
        context: Option<String>,
        /// The kubeconfig files.
        files: String,
        /// The contexts that they have.
        known: String,
        /// Why.
        #[source]
        source: Box<KubeconfigError>,
    },
    /// The service account of the worker's own pod cannot be used.
    #[error(
        "cannot use the service account of this pod: let its pod mount the token, or set `kubeconfig`"
    )]
    InCluster {
        /// Why.
        #[source]
        source: Box<InClusterError>,
    },
    /// There is nothing to go by.
    #[error(
        "no cluster is configured: set `kubeconfig` or KUBECONFIG, or run the worker in a pod with a service account"
    )]
    Nothing,
    /// TLS, proxy or credentials cannot be set up.
    #[error("cannot set up connections to {url}: {reason}")]
    Client {
        /// The API server.
        url: String,
        /// Why.
        reason: String,
    },
}

/// A cluster's API server, with what is needed to call it well. Cheap to clone; all clones share connections and pace.
#[derive(Clone)]
pub struct Cluster {
    pub(super) client: Client,
    pub(super) clock: Clock,
    pub(super) pace: Pace,
    pub(super) calm: Calm,
    pub(super) submissions: Arc<Semaphore>,
    pub(super) measures: Measures,
    pub(super) meter: Meter,
    pub(super) call_timeout: Duration,
    pub(super) compare_interval: Duration,
    pub(super) uid: Option<String>,
    pub(super) let_start: Arc<AtomicU64>,
    namespaces: Vec<String>,
    url: String,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster")
            .field("url", &self.url)
            .field("namespaces", &self.namespaces)
            .field("calls", &self.pace.now())
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// Counts and measures the calls there; without it, nowhere that anybody reads.
    #[must_use]
    pub fn measured(mut self, meter: &Meter) -> Self {
        self.measures = Measures::of(meter, &self.pace);
        self.meter = meter.clone();
        self
    }
    /// The namespaces of the pool, the one for Jobs that name none first; at least one.
    pub fn namespaces(&self) -> &[String] {
        &self.namespaces
    }
    /// The API server's address.
    pub fn url(&self) -> &str {
        &self.url
    }
    /// The clock by which its deadlines go.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
    /// How many Jobs have been let start through it and its clones.
    pub fn let_start(&self) -> u64 {
        self.let_start.load(Ordering::Relaxed)
    }
    /// Waits for the right to create one Job, and keeps it until the Job may start. Calls are made first come, first
    /// served; without this a thousand creations would stand before the call that lets the first of these Jobs start.
    pub(super) async fn submission(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.submissions)
            .acquire_owned()
            .await
            .expect("nobody closes the semaphore")
    }
    /// How many calls may be under way at once for now.
    pub fn calls(&self) -> u32 {
        self.pace.now()
    }
}

/// Finds the cluster and gets everything ready; nothing is sent yet. `env` is the worker's own environment.
///
/// # Errors
/// Nothing says which cluster, or what says so cannot be used.
pub async fn connect(
    config: &KubernetesConfig,
    env: &BTreeMap<String, String>,
    clock: Clock,
) -> Result<Cluster, ConnectError> {
    let mut found = find(config, env).await?;
    let url = found.cluster_url.to_string();
    // Patience has one place, and it is not here.
    found.default_retry = false;
    found.connect_timeout = Some(config.connect_timeout);
    // What is read is bounded call by call: a log may be silent for hours, a call may not.
    found.read_timeout = None;
    found.write_timeout = Some(config.call_timeout);
    let agent = HeaderValue::from_static(concat!("weir/", env!("CARGO_PKG_VERSION")));
    found.headers.push((USER_AGENT, agent));
    let namespaces = if config.namespaces.is_empty() {
        vec![found.default_namespace.clone()]
    } else {
        config.namespaces.clone()
    };
    let client = Client::try_from(found).map_err(|error| ConnectError::Client {
        url: url.clone(),
        reason: chain(&error),
    })?;
    let submissions = config.calls_max.get().saturating_mul(SUBMISSIONS_PER_CALL);
    let submissions = usize::try_from(submissions).unwrap_or(Semaphore::MAX_PERMITS);
    Ok(Cluster {
        client,
        clock,
        submissions: Arc::new(Semaphore::new(submissions.min(Semaphore::MAX_PERMITS))),
        pace: Pace::new(config.calls_max),
        calm: Calm::default(),
        measures: Measures::default(),
        meter: Meter::new(),
        call_timeout: config.call_timeout,
        compare_interval: config.compare_interval.max(COMPARE_MIN),
        uid: config.cluster_uid.clone(),
        let_start: Arc::default(),
        namespaces,
        url,
    })
}

async fn find(
    config: &KubernetesConfig,
    env: &BTreeMap<String, String>,
) -> Result<Config, ConnectError> {
    let set = |key: &str| env.get(key).filter(|value| !value.is_empty());
    if let Some(path) = &config.kubeconfig {
        return of_files(std::slice::from_ref(path), config).await;
    }
    if let Some(list) = set("KUBECONFIG") {
        let paths: Vec<_> = std::env::split_paths(list)
            .filter(|path| !path.as_os_str().is_empty())
            .collect();
        return of_files(&paths, config).await;
    }
    if set("KUBERNETES_SERVICE_HOST").is_some() && config.context.is_none() {
        return Config::incluster_env().map_err(|source| ConnectError::InCluster {
            source: Box::new(source),
        });
    }
    let home = set("HOME").map(|home| Path::new(home).join(".kube/config"));
    match home.filter(|path| path.is_file()) {
        Some(path) => of_files(&[path], config).await,
        None => Err(ConnectError::Nothing),
    }
}

/// Several files are one: the first that says something counts.
/// <https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files>
async fn of_files(paths: &[PathBuf], config: &KubernetesConfig) -> Result<Config, ConnectError> {
    let mut merged = Kubeconfig::default();
    for path in paths {
        let unreadable = |source| ConnectError::Kubeconfig {
            path: path.clone(),
            source: Box::new(source),
        };
        let read = Kubeconfig::read_from(path).map_err(unreadable)?;
        merged = merged.merge(read).map_err(unreadable)?;
    }
    let known: Vec<_> = merged
        .contexts
        .iter()
        .map(|context| context.name.clone())
        .collect();
    let options = KubeConfigOptions {
        context: config.context.clone(),
        cluster: None,
        user: None,
    };
    let shown = |path: &PathBuf| path.display().to_string();
    Config::from_custom_kubeconfig(merged, &options)
        .await
        .map_err(|source| ConnectError::Context {
            context: config.context.clone(),
            files: paths.iter().map(shown).collect::<Vec<_>>().join(", "),
            known: if known.is_empty() {
                "(it has none)".to_owned()
            } else {
                known.join(", ")
            },
            source: Box::new(source),
        })
}

#[cfg(test)]
mod tests;
