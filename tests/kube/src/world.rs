//! The whole cluster as one value without any waiting in it: a request or a timer comes in, objects change.
//!
//! Everything that sees a change of an object sees it here, at the one place where objects are written.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    clock::{Clock, stamp},
    controller::Memo,
    faults::Faults,
    kubelet::Held,
    node::NodeState,
    object::{Key, Meta, TRACKING, drop_finalizer},
    options::Options,
    rbac::Account,
    record::{Ran, Request},
    resource::Resource,
    store::{Store, Stored},
    timers::{Action, Timers},
};

/// The characters that Kubernetes makes names of.
const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
/// What a controller needs between seeing a change and acting on it.
pub(crate) const REACTION: Duration = Duration::from_millis(10);

/// One cluster.
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    /// Simulated time, as of the request or timer that is worked on.
    pub(crate) now: Duration,
    /// When the API server came back after it was away.
    pub(crate) resumed: Duration,
    pub(crate) store: Store,
    pub(crate) timers: Timers,
    pub(crate) random: fastrand::Rng,
    pub(crate) accounts: BTreeMap<String, Account>,
    /// What the Job controller remembers of each Job, by uid.
    pub(crate) memos: BTreeMap<String, Memo>,
    /// When each Job is looked at next.
    pub(crate) syncs: BTreeMap<Key, Duration>,
    /// The pods of each Job, by the uid of the Job.
    pub(crate) pods_of: BTreeMap<String, BTreeSet<Key>>,
    /// Pods that no node has room for.
    pub(crate) unschedulable: BTreeSet<Key>,
    pub(crate) nodes: BTreeMap<String, NodeState>,
    /// What the kubelets hold, by the uid of the pod; also pods whose object is gone already.
    pub(crate) held: BTreeMap<String, Held>,
    /// The keys of the events, oldest first.
    pub(crate) told: VecDeque<Key>,
    pub(crate) ran: Vec<Ran>,
    pub(crate) requests: VecDeque<Request>,
    /// How many requests came before those.
    pub(crate) requests_before: usize,
    /// How many were answered, by verb, resource and status.
    pub(crate) answered: BTreeMap<(&'static str, String, u16), u64>,
    pub(crate) faults: Faults,
    /// False for a moment after a restart: every request is forbidden.
    pub(crate) rbac_loaded: bool,
}

impl World {
    pub(crate) fn new(options: Options) -> Self {
        let clock = Clock::start(options.speed);
        let admin = Account::admin();
        let accounts = options
            .accounts
            .iter()
            .chain([&admin])
            .map(|it| (it.token.clone(), it.clone()))
            .collect();
        let mut world = Self {
            clock,
            now: Duration::ZERO,
            resumed: Duration::ZERO,
            store: Store::new(options.history_max),
            timers: Timers::default(),
            random: fastrand::Rng::with_seed(options.seed),
            accounts,
            memos: BTreeMap::new(),
            syncs: BTreeMap::new(),
            pods_of: BTreeMap::new(),
            unschedulable: BTreeSet::new(),
            nodes: BTreeMap::new(),
            held: BTreeMap::new(),
            told: VecDeque::new(),
            ran: Vec::new(),
            requests: VecDeque::new(),
            requests_before: 0,
            answered: BTreeMap::new(),
            faults: Faults::new(options.seed),
            rbac_loaded: true,
            options,
        };
        for name in [
            vec!["default".to_owned(), "kube-system".to_owned()],
            world.options.namespaces.clone(),
        ]
        .concat()
        {
            world.add_namespace(&name);
        }
        for node in world.options.nodes.clone() {
            world.add_node(node);
        }
        world
    }

    pub(crate) fn add_namespace(&mut self, name: &str) {
        let uid = self.uid();
        let now = self.stamp();
        self.put(
            Resource::Namespaces,
            json!({
                "metadata": {
                    "name": name, "uid": uid, "creationTimestamp": now,
                    "labels": { "kubernetes.io/metadata.name": name },
                },
                "spec": { "finalizers": ["kubernetes"] },
                "status": { "phase": "Active" },
            }),
        );
    }

    /// The present, as objects show it.
    pub(crate) fn stamp(&self) -> String {
        stamp(self.clock.at(self.now))
    }

    /// A fresh uid in the form of a UUID.
    pub(crate) fn uid(&mut self) -> String {
        let (a, b) = (self.random.u64(..), self.random.u64(..));
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            (b >> 48) & 0xfff,
            b & 0xffff_ffff_ffff
        )
    }

    /// A generated name: the prefix and five letters.
    pub(crate) fn generate(&mut self, prefix: &str) -> String {
        let mut name: String = prefix.chars().take(58).collect();
        for _ in 0..5 {
            let at = self.random.usize(..ALPHABET.len());
            name.push(char::from(ALPHABET[at]));
        }
        name
    }

    pub(crate) fn after(&mut self, delay: Duration, action: Action) {
        self.timers.add(self.now + delay, action);
    }

    /// Does all that is due by now.
    pub(crate) fn run_due(&mut self) {
        let now = self.clock.now();
        while let Some((at, action)) = self.timers.pop(now) {
            self.now = at;
            self.act(action, at);
        }
        self.now = now;
    }

    fn act(&mut self, action: Action, at: Duration) {
        match action {
            Action::SyncJob(key) => {
                if self.syncs.get(&key) == Some(&at) {
                    self.syncs.remove(&key);
                    self.sync_job(&key);
                }
            }
            Action::WakeJob(key) => self.queue_sync(&key, Duration::ZERO),
            Action::Collect(key) => self.collect(&key),
            Action::Orphaned(uid) => self.release_orphans(&uid),
            Action::Expire(key, uid) => self.expire(&key, &uid),
            Action::Schedule(key) => self.schedule(&key),
            Action::Pod { uid, epoch, step } => self.pod_step(&uid, epoch, step),
            Action::NodeUnreachable(node, loss) => self.node_unreachable(&node, loss),
            Action::Taint {
                pod,
                uid,
                node,
                loss,
            } => self.taint(&pod, &uid, &node, loss),
            Action::EmptyNamespace(name) => self.empty_namespace(&name),
        }
    }

    /// Writes an object and lets everyone see it.
    pub(crate) fn put(&mut self, resource: Resource, value: Value) -> Arc<Stored> {
        let (before, after) = self.store.put(resource, value);
        match resource {
            Resource::Jobs => self.job_written(before.as_deref().map(|it| &it.value), &after.value),
            Resource::Pods => self.pod_written(before.as_deref().map(|it| &it.value), &after.value),
            Resource::ResourceQuotas
            | Resource::Events
            | Resource::ConfigMaps
            | Resource::Secrets
            | Resource::Namespaces
            | Resource::Nodes
            | Resource::Leases => {}
        }
        if before.is_none() {
            self.count_quota(resource, &after.value);
        }
        after
    }

    /// Takes an object out of the store and lets everyone see it.
    pub(crate) fn remove(&mut self, resource: Resource, key: &Key) -> Option<Arc<Stored>> {
        let gone = self.store.remove(resource, key)?;
        match resource {
            Resource::Jobs => self.job_removed(&gone.value),
            Resource::Pods => self.pod_removed(&gone.value),
            Resource::ResourceQuotas
            | Resource::Events
            | Resource::ConfigMaps
            | Resource::Secrets
            | Resource::Namespaces
            | Resource::Nodes
            | Resource::Leases => {}
        }
        self.count_quota(resource, &gone.value);
        if resource.namespaced() {
            self.namespace_emptier(&key.0);
        }
        Some(gone)
    }

    /// Changes an object, if it is there and the change changes anything. A deleted object goes with its last finalizer.
    pub(crate) fn edit(&mut self, resource: Resource, key: &Key, change: impl FnOnce(&mut Value)) {
        let Some(current) = self.store.get(resource, key) else {
            return;
        };
        let mut value = current.value.clone();
        change(&mut value);
        if value != current.value {
            self.write(resource, value);
        }
    }

    /// Writes, and removes what only waited for its finalizers.
    pub(crate) fn write(&mut self, resource: Resource, value: Value) -> Arc<Stored> {
        let key = value.key();
        let waits = value
            .number("/metadata/deletionGracePeriodSeconds")
            .is_some_and(|it| it > 0);
        if value.deleting()
            && value.finalizers().is_empty()
            && !waits
            && resource != Resource::Namespaces
            && let Some(gone) = self.remove(resource, &key)
        {
            return gone;
        }
        self.put(resource, value)
    }

    pub(crate) fn drop_finalizer(&mut self, resource: Resource, key: &Key, finalizer: &str) {
        self.edit(resource, key, |it| drop_finalizer(it, finalizer));
    }

    /// All pods of a Job, as they are now.
    pub(crate) fn pods_of(&self, job_uid: &str) -> Vec<Arc<Stored>> {
        let keys = self.pods_of.get(job_uid).into_iter().flatten();
        keys.filter_map(|it| self.store.get(Resource::Pods, it))
            .collect()
    }

    /// Everyone who sees pods: the index, the scheduler, the kubelet, the Job controller.
    fn pod_written(&mut self, before: Option<&Value>, pod: &Value) {
        let key = pod.key();
        let (was, is) = (before.and_then(Meta::owner_uid), pod.owner_uid());
        if was != is {
            if let Some(keys) = was.and_then(|it| self.pods_of.get_mut(it)) {
                keys.remove(&key);
            }
            if let Some(uid) = is {
                self.pods_of
                    .entry(uid.to_owned())
                    .or_default()
                    .insert(key.clone());
            }
        }
        if before.is_none() {
            self.after(REACTION / 2, Action::Schedule(key));
        } else {
            self.kubelet_sees(before, pod);
        }
        self.sync_owner(pod, self.options.batching);
    }

    fn pod_removed(&mut self, pod: &Value) {
        let key = pod.key();
        if let Some(uid) = pod.owner_uid()
            && let Some(keys) = self.pods_of.get_mut(uid)
        {
            keys.remove(&key);
            if keys.is_empty() {
                self.pods_of.remove(uid);
            }
        }
        self.unschedulable.remove(&key);
        self.free(pod.uid(), pod.text("/spec/nodeName"));
        self.kubelet_forgets(pod);
        self.sync_owner(pod, self.options.batching);
    }

    fn sync_owner(&mut self, pod: &Value, delay: Duration) {
        let owner = pod.text("/metadata/ownerReferences/0/name");
        if let Some(name) = owner {
            let key = (pod.namespace().to_owned(), name.to_owned());
            let collect = self
                .store
                .get(Resource::Jobs, &key)
                .is_some_and(|it| it.value.deleting());
            if collect {
                self.after(REACTION, Action::Collect(key.clone()));
            }
            self.queue_sync(&key, delay);
        } else if pod.finalizers().contains(&TRACKING) {
            // A pod that lost its Job is nobody's to count.
            self.drop_finalizer(Resource::Pods, &pod.key(), TRACKING);
        }
    }
}
