//! A stand-in of a Kubernetes cluster for a test of its own, and the kubeconfig by which weir finds it.

use std::{ops::Deref, path::PathBuf};

use serde_json::json;
use tempfile::TempDir;
use weir_kube_standin::{Account, Options, Standin};

use super::wait::block_on;

/// The user that workers are.
pub const WORKER: &str = "system:serviceaccount:weir:worker";

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

    /// Starts one. Workers may do there what the project's own manifests let them.
    pub fn start_with(mut options: Options) -> Self {
        options.accounts.push(worker_account(&options.namespaces));
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

fn worker_account(namespaces: &[String]) -> Account {
    let rule = |groups: &str, resources: &[&str], verbs: &[&str]| json!({"apiGroups": [groups], "resources": resources, "verbs": verbs});
    let mut account = Account::new(WORKER);
    for namespace in namespaces {
        let role = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": {"name": "weir-worker", "namespace": namespace},
            "rules": [
                rule("batch", &["jobs"], &["create", "get", "list", "watch", "patch", "delete"]),
                rule("", &["pods"], &["list", "watch", "delete"]),
                rule("", &["pods/log"], &["get"]),
                rule("", &["events"], &["list"]),
            ],
        });
        account = account.also(&role).expect("it is a Role");
    }
    let uid = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "weir-cluster-uid", "namespace": "kube-system"},
        "rules": [{"apiGroups": [""], "resources": ["namespaces"], "resourceNames": ["kube-system"], "verbs": ["get"]}],
    });
    account.also(&uid).expect("it is a Role")
}
