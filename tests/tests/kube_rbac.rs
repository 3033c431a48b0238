//! The rights that `deploy/kubernetes` gives a worker: with all of them runs live and end as they should, without any one
//! of them something does not go, and it is said what is not allowed. So each verb of the Roles is needed.

use std::{collections::BTreeSet, sync::Arc, thread, time::Duration};

use serde_json::json;
use weir_kube_standin::{Client, Effect, Fault, Options, Resource, Script, Scripts, Standin};
use weir_tests::harness::{
    Cluster, History, Program, Shared, WORKER, block_on, manifests, manifests_of, shared,
    single_rules, until,
};

const SOON: Duration = Duration::from_secs(30);

/// A pool with a cluster of its own, whose worker lacks one right or none.
struct Ward {
    cluster: Cluster,
    pool: String,
    /// Dropped before the stack.
    worker: Program,
    stack: Arc<Shared>,
}

/// What a run's pod does, by the run's id: `stubborn` ones run until they are killed, `held` ones until they are told to end.
fn scripts() -> Scripts {
    Scripts::by(|pod| {
        let run = pod["metadata"]["labels"]["weir.dev/run-id"].as_str()?;
        let mut script = Script::holds();
        script.ignore_sigterm = run.ends_with("stubborn");
        (script.ignore_sigterm || run.ends_with("held")).then_some(script)
    })
}

impl Ward {
    fn start(pool: &str, may: impl Fn(&str, &str) -> bool) -> Self {
        let options = Options {
            scripts: scripts(),
            ..Options::default()
        };
        let (stack, cluster) = (shared(), Cluster::start_as(options, may));
        stack
            .weir(&format!("work-pool create {pool} --type kubernetes"))
            .ok();
        let worker = worker(&stack, &cluster, pool, "first");
        Self {
            cluster,
            pool: pool.to_owned(),
            worker,
            stack,
        }
    }

    fn id(&self, name: &str) -> String {
        format!("{}-{name}", self.pool)
    }

    fn submit(&self, name: &str, more: &str) -> String {
        let id = self.id(name);
        let line = format!(
            "run submit --pool {} --id {id} -j image=busybox -j namespace=runs -j command=\"sh -c 'echo hello'\" {more}",
            self.pool
        );
        self.stack.weir(&line).ok();
        id
    }

    fn runs(&self, name: &str) -> String {
        let id = self.submit(name, "");
        self.stack.run_is(&id, "Running", SOON);
        id
    }

    fn cancel(&self, id: &str) {
        self.stack.weir(&format!("run cancel {id} --grace 1s")).ok();
    }

    /// The run does not get to its start, and says which right is missing.
    fn fails_for_want_of(&self, id: &str, right: &str) {
        let run = self.stack.run_is(id, "StartFailed", SOON);
        let text = run.to_string().replace('\\', "");
        assert!(text.contains(right), "want {right:?}: {run:#}");
    }

    fn says(&self, right: &str) {
        // As JSON, which is what programs are told by.
        self.worker.says(&right.replace('"', "\\\""), SOON);
    }

    fn jobs(&self) -> usize {
        self.cluster.list(Resource::Jobs, "runs").len()
    }

    /// From now on no pod finds room.
    fn fill_the_quota(&self) {
        let quota = json!({
            "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "full", "namespace": "runs"},
            "spec": {"hard": {"pods": "0"}},
        });
        let admin = Client::new(self.cluster.address(), Some("admin"));
        let path = "/api/v1/namespaces/runs/resourcequotas";
        let made = block_on(admin.post(path, &quota)).expect("the stand-in answers");
        assert_eq!(made.status, 201, "{}", made.body);
    }
}

fn worker(stack: &Shared, cluster: &Cluster, pool: &str, name: &str) -> Program {
    stack.worker_with(
        &format!("{pool}-{name}"),
        &format!("--pool {pool} {}", cluster.arguments()),
        // As the manifest of the worker says it.
        &[("WEIR_CONFIG__WORKER__KUBERNETES__NAMESPACES", &namespaces())],
    )
}

fn namespaces() -> String {
    let of_worker = manifests_of("Deployment");
    let mut variables = of_worker.iter().flat_map(|deployment| {
        let env = &deployment["spec"]["template"]["spec"]["containers"][0]["env"];
        env.as_array().into_iter().flatten()
    });
    let namespaces =
        variables.find(|it| it["name"] == "WEIR_CONFIG__WORKER__KUBERNETES__NAMESPACES");
    let value = namespaces.and_then(|it| it["value"].as_str());
    value.expect("the worker says its namespaces").to_owned()
}

type Lack = (&'static str, &'static str, fn(&Ward, &str));

/// What does not go without each of the rights. The last argument is what must be said.
const LACKS: [Lack; 12] = [
    ("get", "namespaces", |ward, right| {
        let id = ward.submit("plain", "");
        ward.fails_for_want_of(&id, right);
        ward.fails_for_want_of(&id, "cluster-uid");
        assert_eq!(ward.jobs(), 0);
    }),
    ("create", "jobs", |ward, right| {
        let id = ward.submit("plain", "");
        ward.fails_for_want_of(&id, right);
        assert_eq!(ward.jobs(), 0);
    }),
    ("get", "jobs", |ward, right| {
        // Whose answer to the creation was lost has to look whose the Job is that is there already.
        let cut = Fault::new(Effect::CutAfter).verb("create").resource("jobs");
        ward.cluster.fault(cut);
        let id = ward.submit("plain", "");
        ward.fails_for_want_of(&id, right);
        assert!(ward.cluster.ran().is_empty());
    }),
    ("patch", "jobs", |ward, right| {
        let id = ward.submit("plain", "");
        ward.says(right);
        assert_ne!(ward.stack.inspect(&id)["state"], "RUNNING");
        assert!(ward.cluster.ran().is_empty());
    }),
    ("delete", "jobs", |ward, right| {
        let id = ward.runs("held");
        ward.cancel(&id);
        ward.says(right);
        assert_ne!(ward.stack.inspect(&id)["state"], "CANCELLED");
        assert_eq!(ward.jobs(), 1);
    }),
    ("delete", "pods", |ward, right| {
        // By its own grace it would go on for an hour.
        let id = ward.submit("stubborn", "-j termination_grace_period_seconds=3600");
        ward.stack.run_is(&id, "Running", SOON);
        ward.cancel(&id);
        ward.says(right);
        assert_ne!(ward.stack.inspect(&id)["state"], "CANCELLED");
    }),
    ("list", "jobs", |ward, right| {
        ward.says(right);
        ward.says("the cluster cannot be looked at");
    }),
    ("list", "pods", |ward, right| {
        // Its container has ended, but who cannot list pods cannot know that none is left.
        ward.submit("plain", "");
        until("its container has ended", SOON, || {
            ward.cluster
                .ran()
                .iter()
                .any(|it| it.ended.is_some())
                .then_some(())
        });
        ward.says(right);
        let held = History::read(ward.stack.url(), &ward.pool).held();
        assert_eq!(held, 1, "the slot is not free");
    }),
    ("watch", "jobs", |ward, right| ward.says(right)),
    ("watch", "pods", |ward, right| ward.says(right)),
    ("get", "pods/log", |ward, right| {
        let id = ward.runs("held");
        ward.says(right);
        let said = ward.stack.weir(&format!("run logs {id}"));
        assert!(!said.out().contains("hello"), "{}", said.out());
    }),
    ("list", "events", |ward, right| {
        ward.fill_the_quota();
        let id = ward.submit("plain", "");
        ward.says(right);
        assert_ne!(ward.stack.inspect(&id)["state"], "RUNNING");
    }),
];

#[test]
fn each_right_of_a_worker_is_needed_and_its_lack_is_told() {
    let rights: BTreeSet<(String, String)> = single_rules()
        .into_iter()
        .map(|(_, rule)| {
            let word = |key: &str| rule[key][0].as_str().unwrap_or_default().to_owned();
            (word("verbs"), word("resources"))
        })
        .collect();
    let tried = LACKS.map(|(verb, resource, _)| (verb.to_owned(), resource.to_owned()));
    assert_eq!(
        rights,
        BTreeSet::from(tried),
        "the Roles and what is tried here"
    );
    // All at once: most of the time is spent in waiting for a worker to begin.
    thread::scope(|scope| {
        for (verb, resource, shows) in LACKS {
            scope.spawn(move || {
                let pool = format!("no-{verb}-{}", resource.replace('/', "-"));
                let ward = Ward::start(&pool, |v, r| (v, r) != (verb, resource));
                shows(&ward, &format!("cannot {verb} resource \"{resource}\""));
            });
        }
    });
}

/// The one pod of a run, once it runs.
fn pod_of(standin: &Standin, id: &str) -> String {
    until("the run's pod runs", SOON, || {
        let ran = standin.ran();
        let mine = ran
            .iter()
            .find(|it| it.label("weir.dev/run-id") == Some(id));
        mine.map(|it| it.pod.clone())
    })
}

#[test]
fn with_all_its_rights_a_worker_does_all_its_work_and_asks_for_no_more() {
    let mut ward = Ward::start("whole", |_, _| true);
    let cut = Fault::new(Effect::CutAfter)
        .verb("create")
        .resource("jobs")
        .name("whole-plain");
    ward.cluster.fault(cut);
    let plain = ward.submit("plain", "-j finished_job_ttl=10 --wait --logs");
    ward.stack.run_is(&plain, "Completed", SOON);
    let logs = ward.stack.weir(&format!("run logs {plain}"));
    logs.ok().saying(&["hello"]);
    until("its Job goes by its TTL", SOON, || {
        (ward.jobs() == 0).then_some(())
    });
    let stubborn = ward.runs("stubborn");
    ward.cancel(&stubborn);
    ward.stack.run_is(&stubborn, "Cancelled", SOON);
    // Another worker takes over and sees the end.
    let held = ward.runs("held");
    let pod = pod_of(&ward.cluster, &held);
    let second = worker(&ward.stack, &ward.cluster, &ward.pool, "second");
    std::mem::replace(&mut ward.worker, second).kill_9();
    assert!(ward.cluster.finish("runs", &pod, 0));
    ward.stack.run_is(&held, "Completed", SOON);
    ward.fill_the_quota();
    let poor = ward.submit("poor", "");
    until("the run says why it waits", SOON, || {
        let why = ward.stack.weir(&format!("run inspect {poor} -o json"));
        why.out().contains("exceeded quota").then_some(())
    });
    ward.cancel(&poor);
    ward.stack.run_is(&poor, "Cancelled", SOON);

    let group = |it: &str| if it == "jobs" { "jobs.batch" } else { it }.to_owned();
    let rights: BTreeSet<_> = LACKS
        .map(|(verb, resource, _)| (verb.to_owned(), group(resource)))
        .into();
    let used: BTreeSet<_> = ward.cluster.used(WORKER).into_iter().collect();
    assert_eq!(used, rights);
    let refused: Vec<_> = ward
        .cluster
        .requests()
        .into_iter()
        .filter(|it| it.status == Some(403) && it.resource != "jobs" && it.resource != "pods")
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn the_roles_are_bound_to_the_account_of_the_worker() {
    let bindings = manifests_of("RoleBinding");
    for role in manifests_of("Role") {
        let metadata = &role["metadata"];
        let bound = bindings.iter().any(|binding| {
            let subject = &binding["subjects"][0];
            let user = format!(
                "system:serviceaccount:{}:{}",
                subject["namespace"].as_str().unwrap_or_default(),
                subject["name"].as_str().unwrap_or_default()
            );
            binding["metadata"]["namespace"] == metadata["namespace"]
                && binding["roleRef"]["name"] == metadata["name"]
                && user == WORKER
        });
        assert!(bound, "{role:#}");
    }
    let accounts = manifests_of("ServiceAccount");
    for deployment in manifests_of("Deployment") {
        let pod = &deployment["spec"]["template"]["spec"];
        let known = |it: &serde_json::Value| it["metadata"]["name"] == pod["serviceAccountName"];
        assert!(accounts.iter().any(known), "{deployment:#}");
        assert_eq!(pod["enableServiceLinks"], false);
    }
    let more = manifests().len() - manifests_of("Role").len() - bindings.len() - accounts.len();
    assert_eq!(more, 4, "two namespaces and two Deployments");
}

#[test]
fn the_manifests_start_programs_as_this_weir_takes_them() {
    let stack = shared();
    for deployment in manifests_of("Deployment") {
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        let words = container["args"].as_array().into_iter().flatten();
        let words: Vec<_> = words.filter_map(serde_json::Value::as_str).collect();
        // Clap reads the line up to there, and refuses what it does not know.
        stack.weir(&format!("{} --help", words.join(" "))).ok();
    }
}
