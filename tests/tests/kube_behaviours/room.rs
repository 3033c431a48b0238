//! A pool and a cluster of a test's own on the shared stack, and what is asked of them again and again.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use weir_core::kubernetes::identity;
use weir_kube_standin::{Answer, Client, Options, Ran, Resource, Script, Scripts, Standin};
use weir_tests::harness::{Cluster, Program, Shared, block_on, lasts, shared, until};

/// For what must happen.
pub(crate) const SOON: Duration = Duration::from_mins(1);
/// For what must not.
pub(crate) const A_WHILE: Duration = Duration::from_secs(2);

/// The setting of how often everything is compared.
pub(crate) const COMPARE: &str = "WEIR_CONFIG__WORKER__KUBERNETES__COMPARE_INTERVAL";

/// See the module.
pub(crate) struct Room {
    /// Dropped first.
    pub(crate) worker: Program,
    pub(crate) cluster: Cluster,
    pub(crate) stack: Arc<Shared>,
    pool: &'static str,
}

impl Room {
    /// With room for one run at a time.
    pub(crate) fn narrow(pool: &'static str, options: Options) -> Self {
        Self::open(pool, "--concurrency-limit 1", options, &[], |_| {})
    }

    /// With room for many.
    pub(crate) fn wide(pool: &'static str, options: Options) -> Self {
        Self::open(pool, "", options, &[], |_| {})
    }

    /// With settings of its worker. `before` sees the cluster before the worker does.
    pub(crate) fn open(
        pool: &'static str,
        arguments: &str,
        mut options: Options,
        settings: &[(&str, &str)],
        before: impl FnOnce(&Cluster),
    ) -> Self {
        let stack = shared();
        options.scripts = scripts();
        let cluster = Cluster::start_with(options);
        before(&cluster);
        let create = format!("work-pool create {pool} --type kubernetes {arguments}");
        stack.weir(&create).ok();
        let line = format!("--pool {pool} {}", cluster.arguments());
        let worker = stack.worker_with(pool, &line, settings);
        Self {
            worker,
            cluster,
            stack,
            pool,
        }
    }

    /// The whole id of a run.
    pub(crate) fn id(&self, name: &str) -> String {
        format!("{}-{name}", self.pool)
    }

    /// Submits a run whose container runs until it is told to end.
    pub(crate) fn hold(&self, name: &str) {
        self.submit(name, "-j command=hold");
    }

    /// Submits a run whose container ends well.
    pub(crate) fn quick(&self, name: &str) {
        self.submit(name, "-j command='sh -c \"exit 0\"'");
    }

    /// Submits a run with these variables.
    pub(crate) fn submit(&self, name: &str, variables: &str) {
        let elsewhere = variables.contains("namespace=");
        let namespace = if elsewhere { "" } else { " -j namespace=runs" };
        let line = format!(
            "run submit --pool {} --id {} -j image=busybox{namespace} {variables}",
            self.pool,
            self.id(name)
        );
        self.stack.weir(&line).ok();
    }

    /// The run as the scheduler tells it. Asked of the log so often, the broker would run out of readers.
    pub(crate) fn run(&self, name: &str) -> Value {
        let id = self.id(name);
        let mut runs = self.stack.runs(self.pool).into_iter();
        runs.find(|run| run["runId"] == *id).unwrap_or_default()
    }

    /// Waits until a run has come to this.
    #[track_caller]
    pub(crate) fn comes_to(&self, name: &str, state_name: &str) -> Value {
        let mut last = Value::Null;
        let never = lasts(SOON, || {
            last = self.run(name);
            last["stateName"] != state_name
        });
        assert!(!never, "{name} does not come to {state_name}: {last:#}");
        last
    }

    /// Waits until a run has ended like this, for this reason, with this word in the message.
    #[track_caller]
    pub(crate) fn ends(&self, name: &str, state_name: &str, reason: &str, word: &str) {
        let run = self.comes_to(name, state_name);
        assert_eq!(run["reason"], reason, "{run:#}");
        let message = run["message"].as_str().unwrap_or_default();
        assert!(message.contains(word), "no {word:?} in {run:#}");
    }

    /// Waits until a run has completed, whose containers began so often, and leaves no slot taken.
    #[track_caller]
    pub(crate) fn completes(&self, name: &str, began: usize) {
        self.comes_to(name, "Completed");
        self.frees(name);
        let ran = self.ran(name);
        assert_eq!(ran.len(), began, "{ran:#?}");
        let overlap = ran.windows(2).any(|two| two[0].overlaps(&two[1]));
        assert!(!overlap, "{ran:#?}");
        assert_eq!(self.jobs(name).len(), 1);
    }

    /// Waits until a run holds no slot.
    #[track_caller]
    pub(crate) fn frees(&self, name: &str) {
        let what = format!("{name} holds nothing");
        until(&what, SOON, || {
            let run = self.run(name);
            run["holds"]
                .as_array()
                .is_none_or(Vec::is_empty)
                .then_some(())
        });
    }

    /// For a while a run stays in this state, and another is not let start.
    #[track_caller]
    pub(crate) fn keeps(&self, name: &str, state_name: &str, waiting: &str) {
        let mut last = (Value::Null, Value::Null);
        let kept = lasts(A_WHILE, || {
            last = (self.run(name), self.run(waiting));
            last.0["stateName"] == state_name
                && last.1["stateName"] == "Scheduled"
                && self.jobs(waiting).is_empty()
        });
        assert!(kept, "{last:#?}");
    }

    fn of<'a>(&self, name: &str) -> impl Fn(&Value) -> bool + 'a {
        let id = self.id(name);
        move |object| object["metadata"]["labels"][identity::RUN_ID] == *id
    }

    /// The Jobs of a run.
    pub(crate) fn jobs(&self, name: &str) -> Vec<Value> {
        let mut jobs = self.cluster.list(Resource::Jobs, "runs");
        jobs.retain(self.of(name));
        jobs
    }

    /// The path of a run's Job, once it is there.
    #[track_caller]
    pub(crate) fn job(&self, name: &str) -> String {
        let job = until(&format!("{name} has a Job"), SOON, || self.jobs(name).pop());
        path_of("apis/batch/v1", "jobs", &job)
    }

    /// The pods of a run.
    pub(crate) fn pods(&self, name: &str) -> Vec<Value> {
        let mut pods = self.cluster.list(Resource::Pods, "runs");
        pods.retain(self.of(name));
        pods
    }

    /// What really ran of a run.
    pub(crate) fn ran(&self, name: &str) -> Vec<Ran> {
        let id = self.id(name);
        let mut ran = self.cluster.ran();
        ran.retain(|ran| ran.label(identity::RUN_ID) == Some(id.as_str()));
        ran
    }

    /// Waits until a container of a run runs and the log says so, and returns its pod.
    #[track_caller]
    pub(crate) fn is_up(&self, name: &str) -> String {
        let pod = until(&format!("{name} runs in the cluster"), SOON, || {
            let alive = |ran: &Ran| ran.ended.is_none();
            self.ran(name).into_iter().find(alive).map(|ran| ran.pod)
        });
        self.comes_to(name, "Running");
        pod
    }

    /// Lets a pod's containers end.
    #[track_caller]
    pub(crate) fn finish(&self, pod: &str, code: i32) {
        assert!(self.cluster.finish("runs", pod, code), "{pod} runs");
    }

    fn admin(&self) -> Client {
        Client::new(self.cluster.address(), Some("admin"))
    }

    /// What somebody with `kubectl` does.
    #[track_caller]
    pub(crate) fn patches(&self, path: &str, body: &Value) {
        done(block_on(self.admin().patch(path, body)));
    }

    /// The same.
    #[track_caller]
    pub(crate) fn deletes(&self, path: &str, options: &Value) {
        done(block_on(self.admin().delete(path, options)));
    }

    /// The same.
    #[track_caller]
    pub(crate) fn posts(&self, path: &str, body: &Value) {
        done(block_on(self.admin().post(path, body)));
    }

    /// How often the worker has done this with a kind of object so far.
    pub(crate) fn asked(&self, verb: &str, resource: &str) -> usize {
        asked(&self.cluster, verb, resource)
    }

    /// Waits until the worker has done this so often in all.
    #[track_caller]
    pub(crate) fn asks(&self, verb: &str, resource: &str, count: usize) {
        let what = format!("{verb} {resource} {count} times");
        until(&what, SOON, || {
            (self.asked(verb, resource) >= count).then_some(())
        });
    }
}

pub(crate) fn asked(cluster: &Standin, verb: &str, resource: &str) -> usize {
    let all = cluster.requests();
    let such = |it: &&weir_kube_standin::Request| it.verb == verb && it.resource == resource;
    all.iter().filter(such).count()
}

/// The path of a pod.
pub(crate) fn pod(name: &str) -> String {
    format!("/api/v1/namespaces/runs/pods/{name}")
}

fn path_of(group: &str, resource: &str, object: &Value) -> String {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    format!("/{group}/namespaces/runs/{resource}/{name}")
}

/// Whether a Job says this of itself.
pub(crate) fn says(job: &Value, condition: &str) -> bool {
    let all = job["status"]["conditions"].as_array();
    all.is_some_and(|all| {
        all.iter()
            .any(|it| it["type"] == condition && it["status"] == "True")
    })
}

#[track_caller]
fn done(answer: std::io::Result<Answer>) {
    let answer = answer.expect("the cluster answers");
    assert!(answer.status < 300, "{}", answer.body);
}

/// A pod holds whose words are `hold`; another does what its command says.
fn scripts() -> Scripts {
    Scripts::by(|pod| {
        let words = &pod["spec"]["containers"][0]["args"];
        (*words == json!(["hold"])).then(Script::holds)
    })
}
