//! The file by which any client of Kubernetes finds the stand-in.

use std::net::SocketAddr;

use crate::rbac::Account;

/// A kubeconfig for one account. It is YAML, and simple enough to be written by hand.
pub(crate) fn text(address: SocketAddr, account: &Account, namespace: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: standin\nclusters:\n- name: standin\n  cluster:\n    server: \
         http://{address}\ncontexts:\n- name: standin\n  context:\n    cluster: standin\n    user: standin\n    \
         namespace: {namespace}\nusers:\n- name: standin\n  user:\n    token: {}\n",
        account.token
    )
}
