//! A stand-in of a Kubernetes cluster for a test of its own, and the kubeconfig by which weir finds it.
//!
//! Workers are there what the project's own manifests make them, and may do what those let them.

use std::{
    fs,
    ops::Deref,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use weir_kube_standin::{Account, Options, Standin};

use super::{manifests::manifests_of, wait::block_on};

/// The user that workers are.
pub const WORKER: &str = "system:serviceaccount:weir:weir-worker";
/// The namespace of runs in the manifests.
const RUNS: &str = "runs";

/// See the module.
#[derive(Debug)]
pub struct Cluster {
    standin: Standin,
    kubeconfig: PathBuf,
    _dir: TempDir,
}

impl Cluster {
    /// Starts a quick one.
    pub fn start() -> Self {
        Self::start_with(Options::default())
    }

    /// Starts one.
    pub fn start_with(options: Options) -> Self {
        Self::start_as(options, |_, _| true)
    }

    /// Starts one in which workers may do only what of the Roles `may` lets pass, by verb and resource.
    pub fn start_as(mut options: Options, may: impl Fn(&str, &str) -> bool) -> Self {
        options
            .accounts
            .push(worker_account(&options.namespaces, may));
        let dir = tempfile::Builder::new()
            .prefix("weir-cluster-")
            .tempdir()
            .expect("there is a temporary folder");
        let standin = block_on(Standin::start(options)).expect("a port is free");
        let kubeconfig = standin
            .write_kubeconfig(dir.path(), WORKER)
            .expect("the folder can be written");
        Self {
            standin,
            kubeconfig,
            _dir: dir,
        }
    }

    /// Writes the files of the worker's service account, as a pod has them.
    pub fn write_service_account(&self, folder: &Path) {
        let account = Account::new(WORKER);
        let namespace = RUNS.to_owned();
        let authority = self.authority().unwrap_or_default().to_owned();
        fs::create_dir_all(folder).expect("the test's folder can be written");
        for (name, content) in [
            ("token", account.token),
            ("namespace", namespace),
            ("ca.crt", authority),
        ] {
            fs::write(folder.join(name), content).expect("the test's folder can be written");
        }
    }

    /// The arguments by which a worker finds it.
    pub fn arguments(&self) -> String {
        format!("--kubeconfig {}", self.kubeconfig.display())
    }
}

impl Deref for Cluster {
    type Target = Standin;
    fn deref(&self) -> &Standin {
        &self.standin
    }
}

/// The Roles' rules with one resource and one verb each: namespace, API group, resource, verb, and the rule's names.
pub fn single_rules() -> Vec<(String, Value)> {
    let mut single = Vec::new();
    for role in manifests_of("Role") {
        let namespace = role["metadata"]["namespace"].as_str().unwrap_or_default();
        for rule in list(&role["rules"]) {
            for resource in list(&rule["resources"]) {
                for verb in list(&rule["verbs"]) {
                    let mut one = rule.clone();
                    one["resources"] = json!([resource]);
                    one["verbs"] = json!([verb]);
                    single.push((namespace.to_owned(), one));
                }
            }
        }
    }
    single
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The worker's account, with the Role of the namespace of runs in each namespace.
fn worker_account(namespaces: &[String], may: impl Fn(&str, &str) -> bool) -> Account {
    let mut account = Account::new(WORKER);
    for (of, rule) in single_rules() {
        let word = |key: &str| rule[key][0].as_str().unwrap_or_default();
        if !may(word("verbs"), word("resources")) {
            continue;
        }
        let places = if of == RUNS {
            namespaces
        } else {
            std::slice::from_ref(&of)
        };
        for namespace in places {
            let role =
                json!({"kind": "Role", "metadata": {"namespace": namespace}, "rules": [rule]});
            account = account.also(&role).expect("it is a Role");
        }
    }
    account
}
