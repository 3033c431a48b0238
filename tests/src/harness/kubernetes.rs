//! A stack with a cluster beside it: pools whose runs become Jobs there, and what the cluster says of those.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::{Value, json};
use weir_core::{
    event::{Body, Reported},
    ids::{Attempt, QueueKey, RunKey},
    kubernetes::{Identity, identity},
};
use weir_kube_standin::{Client, Ran, Resource};

use super::{
    cluster::Cluster,
    history::History,
    program::Program,
    stack::Stack,
    wait::{block_on, until},
    wire::Wire,
};

const SOON: Duration = Duration::from_secs(30);

/// See the module.
#[derive(Debug)]
pub struct Kubernetes {
    /// The broker and the programs beside it.
    pub stack: Arc<Stack>,
    /// The cluster.
    pub cluster: Cluster,
    wire: Wire,
    admin: Client,
}

impl Kubernetes {
    /// On a stack of its own, or on one that it shares with others.
    pub fn new(stack: impl Into<Arc<Stack>>, cluster: Cluster) -> Self {
        let stack = stack.into();
        let admin = Client::new(cluster.address(), Some("admin"));
        let wire = stack.wire();
        Self {
            stack,
            cluster,
            wire,
            admin,
        }
    }

    /// Makes a pool, with more arguments of `work-pool create`.
    pub fn pool(&self, name: &str, more: &str) {
        let line = format!("work-pool create {name} --type kubernetes {more}");
        self.stack.weir(&line).ok();
    }

    /// Starts a worker of a pool.
    pub fn worker(&self, name: &str, pool: &str) -> Program {
        let arguments = format!("--pool {pool} --limit 64 {}", self.cluster.arguments());
        self.stack.worker(name, &arguments)
    }

    /// Requests a run.
    pub fn publish(&self, pool: &str, id: &str, request: &Value) {
        let subject = format!("weir.run.{pool}.default.{id}.request");
        self.wire.publish(&subject, request.to_string());
    }

    /// A whole Job of one container that does this; see [`weir_kube_standin::Script`]. `spec` and `pod` are merged into
    /// the specs of the Job and of its pod.
    pub fn job(script: &Value, spec: Value, pod: Value) -> Value {
        let mut of_pod = json!({
            "restartPolicy": "Never",
            "containers": [{"name": "main", "image": "busybox", "command": ["work"]}],
        });
        merge(&mut of_pod, pod);
        let annotations = json!({(weir_kube_standin::ANNOTATION): script.to_string()});
        let mut of_job = json!({
            "backoffLimit": 0,
            "template": {"metadata": {"annotations": annotations}, "spec": of_pod},
        });
        merge(&mut of_job, spec);
        json!({"manifest": {
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": {"namespace": "runs"}, "spec": of_job,
        }})
    }

    /// All Jobs of a run, in whatever namespace.
    pub fn jobs_of(&self, run: &str) -> Vec<Value> {
        self.labelled(Resource::Jobs, run)
    }

    fn labelled(&self, resource: Resource, run: &str) -> Vec<Value> {
        let namespaces = self.cluster.list(Resource::Namespaces, "");
        let names = namespaces
            .iter()
            .filter_map(|it| it["metadata"]["name"].as_str());
        let mut all: Vec<Value> = names
            .flat_map(|name| self.cluster.list(resource, name))
            .collect();
        all.retain(|it| it["metadata"]["labels"][identity::RUN_ID] == run);
        all
    }

    /// What really ran of a run.
    pub fn ran(&self, run: &str) -> Vec<Ran> {
        let mut ran = self.cluster.ran();
        ran.retain(|it| it.label(identity::RUN_ID) == Some(run));
        ran
    }

    /// Waits until something of the run runs, and returns its pod.
    #[track_caller]
    pub fn is_up(&self, run: &str) -> String {
        until(&format!("run {run} runs in the cluster"), SOON, || {
            let live = self.ran(run).into_iter().find(|it| it.ended.is_none());
            live.map(|it| it.pod)
        })
    }

    /// Lets what runs of the run end.
    #[track_caller]
    pub fn finish(&self, run: &str, code: i32) {
        let pod = self.is_up(run);
        assert!(self.cluster.finish("runs", &pod, code), "{pod} runs");
    }

    /// Waits until the run has a Job, and returns its name.
    #[track_caller]
    pub fn has_job(&self, run: &str) -> String {
        until(&format!("run {run} has a Job"), SOON, || {
            let job = self.jobs_of(run).pop()?;
            Some(job["metadata"]["name"].as_str()?.to_owned())
        })
    }

    /// What the administrator does: method, path and body. Returns the status.
    pub fn admin(&self, method: &str, path: &str, body: &Value) -> u16 {
        let kind = match method {
            "PATCH" => "application/merge-patch+json",
            _ => "application/json",
        };
        let body = body.to_string().into();
        block_on(self.admin.send(method, path, kind, body))
            .expect("the cluster answers")
            .status
    }

    /// What the first attempt's Job of a run that is not requested yet will be called. Needs a Job that is there.
    pub fn job_name(&self, like: &str, pool: &str, run: &str) -> String {
        let like = self.jobs_of(like).pop().expect("there is one");
        let installation = like["metadata"]["labels"][identity::INSTALLATION].as_str();
        let id = "tests name their objects legally";
        Identity {
            installation: installation.expect(id).parse().expect(id),
            run: RunKey {
                queue: QueueKey::new(pool.parse().expect(id), "default".parse().expect(id)),
                run_id: run.parse().expect(id),
            },
            incarnation: 1,
            attempt: Attempt(1),
            claim_seq: weir_core::ids::Seq(1),
            deployment: None,
            name: None,
        }
        .job_name()
    }

    /// Waits until the run has no Job that has not ended, and nothing of it runs.
    #[track_caller]
    pub fn nothing_left(&self, run: &str) {
        until(&format!("nothing is left of run {run}"), SOON, || {
            let idle = self.ran(run).iter().all(|it| it.ended.is_some());
            let over = self.jobs_of(run).iter().all(has_ended);
            (idle && over).then_some(())
        });
    }

    /// What ran of a run ran between the claim of an attempt and the release of its slot, each container once.
    #[track_caller]
    pub fn held_its_slot(&self, history: &History, run: &str, starts: usize) {
        let records = history.of(run);
        let at = |position: u64| {
            let record = records.iter().find(|record| record.seq.0 == position);
            record.expect("a position of its own").at.0
        };
        let holds = history.holds(run).into_iter();
        let holds: Vec<(i64, i64)> = holds
            .map(|(from, to)| (at(from), to.map_or(i64::MAX, at)))
            .collect();
        let ran = self.ran(run);
        assert_eq!(ran.len(), starts, "starts of run {run}: {ran:#?}");
        for life in &ran {
            let ended = life.ended.or(life.forgotten);
            let from = nanos(life.started);
            let to = ended.map_or(i64::MAX, nanos);
            let held = |hold: &&(i64, i64)| hold.0 <= from && to <= hold.1;
            assert!(
                holds.iter().any(|hold| held(&hold)),
                "run {run} ran while it held no slot: {life:#?}, held {holds:?} by {records:#?}"
            );
        }
    }

    /// What each attempt has told, kind by kind.
    pub fn told(history: &History, run: &str) -> BTreeMap<(u32, &'static str), usize> {
        let mut told = BTreeMap::new();
        for record in history.of(run) {
            let Body::Report { report, .. } = &record.body else {
                continue;
            };
            let kind = match &report.what {
                Reported::Submitted { .. } => "Submitted",
                Reported::Started { .. } => "Started",
                Reported::Finished { .. } => "Finished",
                Reported::Gone { .. } => "Gone",
                Reported::Taken { .. } | Reported::Waiting { .. } | Reported::HandedBack => {
                    continue;
                }
            };
            *told.entry((report.attempt.0, kind)).or_default() += 1;
        }
        told
    }

    /// The reasons for which a run waited, as its observer told them, in order.
    pub fn waited_for(history: &History, run: &str) -> Vec<String> {
        let mut reasons = Vec::new();
        for record in history.of(run) {
            if let Body::Report { report, .. } = &record.body
                && let Reported::Waiting { reason, .. } = &report.what
            {
                reasons.push(reason.clone());
            }
        }
        reasons
    }
}

/// The time of a container, to compare it with the log's.
fn nanos(time: jiff::Timestamp) -> i64 {
    i64::try_from(time.as_nanosecond()).unwrap_or(i64::MAX)
}

fn has_ended(job: &Value) -> bool {
    let conditions = job["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|condition| {
        let end = condition["type"] == "Complete" || condition["type"] == "Failed";
        end && condition["status"] == "True"
    })
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
