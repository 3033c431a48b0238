//! What the tests have in common: a cluster, its administrator, and Jobs that say in one word what they do.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use weir_kube_standin::{ANNOTATION, Answer, Client, Options, Standin, Watch};

pub(crate) const JOBS: &str = "/apis/batch/v1/namespaces/runs/jobs";
pub(crate) const PODS: &str = "/api/v1/namespaces/runs/pods";
/// Nothing here takes this long; a test that waits so long has failed.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// A cluster and its administrator.
pub(crate) struct Room {
    pub(crate) standin: Standin,
    pub(crate) admin: Client,
}

impl Room {
    pub(crate) async fn open(options: Options) -> Self {
        let standin = Standin::start(options).await.expect("a free port");
        let admin = Client::new(standin.address(), Some("admin"));
        Self { standin, admin }
    }

    /// A Job whose pods do what the script says.
    pub(crate) async fn submit(&self, name: &str, script: &Value) -> Answer {
        let answer = self
            .admin
            .post(JOBS, &job(name, script))
            .await
            .expect("an answer");
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer
    }

    /// A Job that is not to start yet.
    pub(crate) async fn suspended(&self, name: &str) {
        let mut job = job(name, &json!({}));
        job["spec"]["suspend"] = true.into();
        let answer = self.admin.post(JOBS, &job).await.expect("an answer");
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    /// A list of Jobs.
    pub(crate) async fn get(&self, query: &str) -> Answer {
        let path = format!("{JOBS}?{query}");
        self.admin.get(&path).await.expect("an answer")
    }

    /// A Job that runs until it is told to end, when its container runs; with the name of its pod.
    pub(crate) async fn running(&self, name: &str, script: &Value) -> String {
        self.submit(name, script).await;
        let runs = |it: &Standin| {
            it.ran()
                .iter()
                .any(|it| it.job == name && it.ended.is_none())
        };
        assert!(self.standin.until(LONG, runs).await, "{name} runs");
        self.standin.pod_of("runs", name).expect("it has a pod")
    }

    pub(crate) async fn watch(&self, path: &str) -> Watch {
        self.admin
            .watch(path)
            .await
            .expect("an answer")
            .expect("a watch")
    }

    /// The present revision, as a list tells it.
    pub(crate) async fn revision(&self) -> String {
        let answer = self.admin.get(JOBS).await.expect("an answer");
        answer.body["metadata"]["resourceVersion"]
            .as_str()
            .expect("a revision")
            .to_owned()
    }

    /// Waits for a Job to be in a condition.
    pub(crate) async fn comes_to(&self, name: &str, condition: &str) -> Value {
        let is = |it: &Value| has(it, condition);
        let job = |it: &Standin| it.get(weir_kube_standin::Resource::Jobs, "runs", name);
        let there = |it: &Standin| job(it).is_some_and(|it| is(&it));
        assert!(
            self.standin.until(LONG, there).await,
            "{name} comes to {condition}"
        );
        job(&self.standin).expect("it was just there")
    }
}

/// Whether a condition of an object is true.
pub(crate) fn has(object: &Value, condition: &str) -> bool {
    let all = object["status"]["conditions"].as_array();
    all.into_iter()
        .flatten()
        .any(|it| it["type"] == condition && it["status"] == "True")
}

pub(crate) fn job(name: &str, script: &Value) -> Value {
    json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": { "name": name, "labels": { "app": "test" } },
        "spec": { "backoffLimit": 0, "template": {
            "metadata": { "labels": { "app": "test" }, "annotations": { ANNOTATION: script.to_string() } },
            "spec": {
                "restartPolicy": "Never", "terminationGracePeriodSeconds": 5,
                "containers": [{ "name": "main", "image": "busybox:1", "command": ["work"] }],
            },
        } },
    })
}

/// The next event of a watch; `None` at its end, however it ends.
pub(crate) async fn next(watch: &mut Watch) -> Option<Value> {
    timeout(LONG, watch.next())
        .await
        .expect("an event or an end")
        .ok()
        .flatten()
}

/// The first event that fits.
pub(crate) async fn see(watch: &mut Watch, fits: impl Fn(&Value) -> bool) -> Value {
    loop {
        let event = next(watch).await.expect("the watch goes on");
        if fits(&event) {
            return event;
        }
    }
}
