//! The file by which any client of Kubernetes finds the stand-in.

use data_encoding::BASE64;

use crate::rbac::Account;

/// A kubeconfig for one account. It is YAML, and simple enough to be written by hand.
pub(crate) fn text(
    url: &str,
    authority: Option<&str>,
    account: &Account,
    namespace: &str,
) -> String {
    let authority = authority.map_or_else(String::new, |pem| {
        let encoded = BASE64.encode(pem.as_bytes());
        format!("    certificate-authority-data: {encoded}\n")
    });
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: standin\nclusters:\n- name: standin\n  cluster:\n    server: \
         {url}\n{authority}contexts:\n- name: standin\n  context:\n    cluster: standin\n    user: standin\n    \
         namespace: {namespace}\nusers:\n- name: standin\n  user:\n    token: {}\n",
        account.token
    )
}
