//! Nodes: the room that they have, the scheduler that fills it, and what the control plane does when one is not heard of.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    object::{Key, Meta, set_condition},
    options::Node,
    resource::Resource,
    schema::millis,
    timers::Action,
    world::{REACTION, World},
};

/// How long a silent node is taken for alive: 40 s of the node controller and the time until it looks.
const UNREACHABLE_AFTER: Duration = Duration::from_secs(45);

/// What is known of a node beside its object.
#[derive(Debug)]
pub(crate) struct NodeState {
    room: Node,
    /// What pods on it request, in thousandths of a CPU and of a byte, by their uid.
    taken: BTreeMap<String, (u64, u64)>,
    cpu: u64,
    memory: u64,
    /// Its kubelet is not heard of.
    pub(crate) lost: bool,
    /// Counts the losses.
    loss: u32,
}

impl NodeState {
    fn short_of(&self, (cpu, memory): (u64, u64)) -> Option<&'static str> {
        if self.cpu + cpu > self.room.cpus * 1000 {
            Some("Insufficient cpu")
        } else if self.memory + memory > (self.room.memory_gib * 1000) << 30 {
            Some("Insufficient memory")
        } else if self.taken.len() >= self.room.pods {
            Some("Too many pods")
        } else {
            None
        }
    }
}

fn requests(pod: &Value) -> (u64, u64) {
    let containers = pod["spec"]["containers"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let sum = |key: &str| {
        let all = containers
            .iter()
            .map(|it| &it["resources"]["requests"][key]);
        all.filter(|it| !it.is_null())
            .map(millis)
            .fold(0, u64::saturating_add)
    };
    (sum("cpu"), sum("memory"))
}

impl World {
    pub(crate) fn add_node(&mut self, room: Node) {
        let (uid, now) = (self.uid(), self.stamp());
        let mut status = json!({
            "capacity": {
                "cpu": room.cpus.to_string(), "memory": format!("{}Gi", room.memory_gib),
                "pods": room.pods.to_string(),
            },
            "addresses": [{ "type": "InternalIP", "address": "192.0.2.2" }],
        });
        status["allocatable"] = status["capacity"].clone();
        set_condition(
            &mut status,
            json!({ "type": "Ready", "status": "True", "reason": "KubeletReady" }),
            &now,
        );
        self.put(
            Resource::Nodes,
            json!({
                "metadata": {
                    "name": room.name, "uid": uid, "creationTimestamp": now,
                    "labels": { "kubernetes.io/hostname": room.name },
                },
                "spec": {},
                "status": status,
            }),
        );
        let state = NodeState {
            taken: BTreeMap::new(),
            cpu: 0,
            memory: 0,
            lost: false,
            loss: 0,
            room,
        };
        self.nodes.insert(state.room.name.clone(), state);
        self.retry_unschedulable();
    }

    pub(crate) fn schedule(&mut self, key: &Key) {
        let Some(stored) = self.store.get(Resource::Pods, key) else {
            return;
        };
        let pod = &stored.value;
        if pod.text("/spec/nodeName").is_some() || pod.deleting() {
            return;
        }
        let (wanted, now) = (requests(pod), self.stamp());
        let named = pod
            .text("/spec/nodeSelector/kubernetes.io~1hostname")
            .map(str::to_owned);
        let mut short: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut chosen = None;
        for (name, node) in &mut self.nodes {
            let why = match node.short_of(wanted) {
                _ if named.as_ref().is_some_and(|it| it != name) => {
                    Some("node(s) didn't match Pod's node affinity/selector")
                }
                _ if node.lost => Some("node(s) had untolerated taint(s)"),
                why => why,
            };
            if let Some(why) = why {
                *short.entry(why).or_default() += 1;
                continue;
            }
            node.taken.insert(pod.uid().to_owned(), wanted);
            node.cpu += wanted.0;
            node.memory += wanted.1;
            chosen = Some(name.clone());
            break;
        }
        match chosen {
            Some(node) => {
                self.unschedulable.remove(key);
                self.edit(Resource::Pods, key, |pod| {
                    pod["spec"]["nodeName"] = node.as_str().into();
                    scheduled(
                        pod,
                        json!({ "type": "PodScheduled", "status": "True" }),
                        &now,
                    );
                });
                let message = format!("Successfully assigned {}/{} to {node}", key.0, key.1);
                self.event(pod, "Normal", "Scheduled", &message);
            }
            None => self.has_no_room(pod, &short),
        }
    }

    fn has_no_room(&mut self, pod: &Value, short: &BTreeMap<&'static str, usize>) {
        let (all, key, now) = (self.nodes.len(), pod.key(), self.stamp());
        let why: Vec<String> = short
            .iter()
            .map(|(why, count)| format!("{count} {why}"))
            .collect();
        let message = format!(
            "0/{all} nodes are available: {}. no new claims to deallocate, preemption: 0/{all} nodes are available: \
             {all} Preemption is not helpful for scheduling.",
            why.join(", ")
        );
        self.unschedulable.insert(key.clone());
        let condition = json!({
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message,
        });
        self.edit(Resource::Pods, &key, |pod| scheduled(pod, condition, &now));
        self.event(pod, "Warning", "FailedScheduling", &message);
    }

    /// The pod takes no room any more.
    pub(crate) fn free(&mut self, uid: &str, node: Option<&str>) {
        let Some(node) = node.and_then(|it| self.nodes.get_mut(it)) else {
            return;
        };
        if let Some((cpu, memory)) = node.taken.remove(uid) {
            node.cpu -= cpu;
            node.memory -= memory;
            self.retry_unschedulable();
        }
    }

    fn retry_unschedulable(&mut self) {
        for key in self.unschedulable.clone() {
            self.after(REACTION, Action::Schedule(key));
        }
    }

    /// The node's kubelet stops talking. Its containers run on.
    pub(crate) fn lose_node(&mut self, name: &str) -> bool {
        let Some(node) = self.nodes.get_mut(name) else {
            return false;
        };
        if !node.lost {
            node.lost = true;
            node.loss += 1;
            let loss = node.loss;
            self.after(
                UNREACHABLE_AFTER,
                Action::NodeUnreachable(name.to_owned(), loss),
            );
        }
        true
    }

    /// It talks again: it tells what happened meanwhile and does what it was told meanwhile.
    pub(crate) fn return_node(&mut self, name: &str) -> bool {
        let Some(node) = self.nodes.get_mut(name) else {
            return false;
        };
        if std::mem::take(&mut node.lost) {
            self.node_condition(name, "True", "KubeletReady");
            self.kubelet_returns(name);
            self.retry_unschedulable();
        }
        true
    }

    fn is_lost(&self, node: &str, loss: u32) -> bool {
        self.nodes
            .get(node)
            .is_some_and(|it| it.lost && it.loss == loss)
    }

    fn node_condition(&mut self, name: &str, status: &str, reason: &str) {
        let now = self.stamp();
        self.edit(Resource::Nodes, &(String::new(), name.to_owned()), |node| {
            set_condition(
                &mut node["status"],
                json!({ "type": "Ready", "status": status, "reason": reason }),
                &now,
            );
        });
    }

    pub(crate) fn node_unreachable(&mut self, name: &str, loss: u32) {
        if !self.is_lost(name, loss) {
            return;
        }
        self.node_condition(name, "Unknown", "NodeStatusUnknown");
        let now = self.stamp();
        let on_it: Vec<_> = self
            .held
            .values()
            .filter(|it| it.node == name)
            .map(|it| it.key.clone())
            .collect();
        for key in on_it {
            let Some(stored) = self.store.get(Resource::Pods, &key) else {
                continue;
            };
            if stored.value.terminal() {
                continue;
            }
            self.edit(Resource::Pods, &key, |pod| {
                set_condition(
                    &mut pod["status"],
                    json!({ "type": "Ready", "status": "False" }),
                    &now,
                );
            });
            if let Some(wait) = toleration(&stored.value) {
                let uid = stored.value.uid().to_owned();
                self.after(
                    wait,
                    Action::Taint {
                        pod: key,
                        uid,
                        node: name.to_owned(),
                        loss,
                    },
                );
            }
        }
    }

    /// The taint manager deletes a pod that tolerated long enough. On a lost node the object stays until the kubelet
    /// is back or somebody forces it away.
    pub(crate) fn taint(&mut self, key: &Key, uid: &str, node: &str, loss: u32) {
        let Some(stored) = self
            .store
            .get(Resource::Pods, key)
            .filter(|it| it.value.uid() == uid)
        else {
            return;
        };
        if !self.is_lost(node, loss) || stored.value.deleting() {
            return;
        }
        let message = "Taint manager: deleting due to NoExecute taint";
        self.disrupt(key, "DeletionByTaintManager", message);
        self.event(
            &stored.value,
            "Normal",
            "TaintManagerEviction",
            &format!("Marking for deletion Pod {}/{}", key.0, key.1),
        );
        self.delete_pod(key, None);
    }

    /// Marks a pod that is about to be deleted from outside.
    pub(crate) fn disrupt(&mut self, key: &Key, reason: &str, message: &str) {
        let now = self.stamp();
        let condition = json!({ "type": "DisruptionTarget", "status": "True", "reason": reason, "message": message });
        self.edit(Resource::Pods, key, |pod| {
            set_condition(&mut pod["status"], condition, &now);
        });
    }
}

fn scheduled(pod: &mut Value, condition: Value, now: &str) {
    set_condition(&mut pod["status"], condition, now);
}

/// How long a pod stays on a node that is not heard of; `None` is for ever.
fn toleration(pod: &Value) -> Option<Duration> {
    let all = pod["spec"]["tolerations"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let found = all
        .iter()
        .find(|it| it["key"] == "node.kubernetes.io/unreachable" || it["key"].is_null());
    match found {
        None => Some(Duration::ZERO),
        Some(it) => it["tolerationSeconds"].as_u64().map(Duration::from_secs),
    }
}
