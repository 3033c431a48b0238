//! Where a cluster is looked for, and what is said when there is none.

use std::fs;

use super::*;
use crate::kubernetes::scripted::{Act, Scripted};

fn kubeconfig(context: &str, server: &str, namespace: &str) -> String {
    format!(
        "apiVersion: v1
kind: Config
current-context: {context}
clusters: [{{name: {context}, cluster: {{server: '{server}'}}}}]
contexts: [{{name: {context}, context: {{cluster: {context}, user: u, namespace: {namespace}}}}}]
users: [{{name: u, user: {{token: t}}}}]
"
    )
}

async fn connected(
    config: &KubernetesConfig,
    env: &[(&str, &str)],
) -> Result<Cluster, ConnectError> {
    let env = env
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    connect(config, &env.collect(), Clock::system()).await
}

#[tokio::test]
async fn a_setting_goes_before_the_environment_and_that_before_the_home() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at(".kube")).unwrap();
    for name in [".kube/config", "env", "set"] {
        let context = name.replace(".kube/config", "home");
        fs::write(
            at(name),
            kubeconfig(&context, &format!("https://{context}.invalid"), &context),
        )
        .unwrap();
    }
    let home = folder.path().to_str().unwrap();
    let env_file = at("env");
    let env = [("HOME", home), ("KUBECONFIG", env_file.to_str().unwrap())];
    let set = KubernetesConfig {
        kubeconfig: Some(at("set")),
        ..KubernetesConfig::default()
    };
    let none = KubernetesConfig::default();
    for (config, env, expected) in [
        (&set, &env[..], "set"),
        (&none, &env[..], "env"),
        (&none, &env[..1], "home"),
    ] {
        let cluster = connected(config, env).await.unwrap();
        assert_eq!(cluster.namespaces(), [expected]);
        assert_eq!(cluster.url(), format!("https://{expected}.invalid/"));
    }
}

#[tokio::test]
async fn several_files_are_one_and_any_of_their_contexts_may_be_named() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    fs::write(&one, kubeconfig("one", "http://one.invalid", "n1")).unwrap();
    fs::write(&two, kubeconfig("two", "http://two.invalid", "n2")).unwrap();
    let list = format!("{}:{}", one.display(), two.display());
    let config = |context: Option<&str>, namespaces: &[&str]| KubernetesConfig {
        context: context.map(ToOwned::to_owned),
        namespaces: namespaces.iter().map(|name| (*name).to_owned()).collect(),
        ..KubernetesConfig::default()
    };
    let env = [("KUBECONFIG", list.as_str())];
    let first = connected(&config(None, &[]), &env).await.unwrap();
    assert_eq!(first.namespaces(), ["n1"]);
    let second = connected(&config(Some("two"), &["a", "b"]), &env)
        .await
        .unwrap();
    assert_eq!(
        (second.url(), second.namespaces().join(" ")),
        ("http://two.invalid/", "a b".to_owned())
    );
    let error = connected(&config(Some("three"), &[]), &env)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("the context `three`")
            && error.ends_with("set `context` to one of: one, two"),
        "{error}"
    );
}

#[tokio::test]
async fn what_cannot_be_used_is_named_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let config = KubernetesConfig {
        kubeconfig: Some(missing.clone()),
        ..KubernetesConfig::default()
    };
    let error = connected(&config, &[]).await.unwrap_err().to_string();
    assert!(
        error.contains(missing.to_str().unwrap()) && error.contains("KUBECONFIG"),
        "{error}"
    );
    let home = [("HOME", folder.path().to_str().unwrap())];
    let error = connected(&KubernetesConfig::default(), &home)
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectError::Nothing), "{error}");
}

#[tokio::test]
async fn a_call_is_one_call() {
    let busy = Act::Answer(503, vec![("retry-after", "0")], String::new());
    let server = Scripted::new([busy.clone(), busy]);
    let failure = server
        .cluster()
        .await
        .get_job("runs", "j")
        .await
        .unwrap_err();
    assert!(
        matches!(failure, super::super::call::Failure::Transient { .. }),
        "{failure}"
    );
    assert_eq!(server.asked().len(), 1, "kube's own retries are off");
}

#[test]
fn settings_are_read_in_kebab_case_and_unknown_ones_refused() {
    let read = |text: &str| serde_json::from_str::<KubernetesConfig>(text);
    let config = read(r#"{ "calls-max": 4, "call-timeout": "7s", "cluster-uid": "c" }"#).unwrap();
    assert_eq!(
        (config.calls_max.get(), config.call_timeout),
        (4, Duration::from_secs(7))
    );
    assert!(read(r#"{ "calls-max": 0 }"#).is_err());
    assert!(read(r#"{ "namespace": "x" }"#).is_err());
}
