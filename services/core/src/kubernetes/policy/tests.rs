//! What passes a policy, and where what does not is found.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A Job whose pod has these fields beside one container.
fn job(pod: &Value) -> Value {
    let mut spec = json!({"containers": [{"name": "main", "image": "registry/app:1"}]});
    let fields = pod.as_object().unwrap().clone();
    spec.as_object_mut().unwrap().extend(fields);
    json!({"metadata": {"namespace": "batch"}, "spec": {"template": {"spec": spec}}})
}

fn refusal(policy: &JobPolicy, pod: &Value) -> String {
    policy.check(&job(pod)).unwrap_err().to_string()
}

#[test]
fn without_a_word_of_the_pool_nothing_of_the_node_may_be_had() {
    let policy = JobPolicy::default();
    policy.check(&job(&json!({}))).unwrap();
    policy
        .check(&job(&json!({"hostNetwork": false, "serviceAccountName": "any", "containers": [{"image": "x", "securityContext": {"allowPrivilegeEscalation": true, "capabilities": {"drop": ["ALL"], "add": []}, "procMount": "Default"}}]})))
        .unwrap();
    let container = |key: &str, fields: &Value| {
        let mut container = json!({"name": "a", "image": "x"});
        container
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        json!({key: [{"name": "b", "image": "x"}, container]})
    };
    let context = |fields: Value| json!({"securityContext": fields});
    for key in ["containers", "initContainers", "ephemeralContainers"] {
        for (fields, place) in [
            (
                context(json!({"privileged": true})),
                "securityContext.privileged",
            ),
            (
                context(json!({"capabilities": {"add": ["NET_ADMIN"]}})),
                "securityContext.capabilities.add",
            ),
            (
                context(json!({"procMount": "Unmasked"})),
                "securityContext.procMount",
            ),
            (
                context(json!({"windowsOptions": {"hostProcess": true}})),
                "securityContext.windowsOptions.hostProcess",
            ),
            (json!({"ports": [{"hostPort": 80}]}), "ports[0].hostPort"),
        ] {
            let pod = container(key, &fields);
            let path = format!("spec.template.spec.{key}[1].{place} is ");
            let said = refusal(&policy, &pod);
            assert!(said.starts_with(&path), "{said}");
            let open = JobPolicy {
                privileged: true,
                ..policy.clone()
            };
            open.check(&job(&pod)).unwrap();
        }
    }
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        let said = refusal(&policy, &json!({key: true}));
        assert!(
            said.starts_with(&format!("spec.template.spec.{key} is true, ")),
            "{said}"
        );
    }
    insta::assert_snapshot!(refusal(&policy, &json!({"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "hostPath": {"path": "/"}}]})), @r#"spec.template.spec.volumes[1].hostPath.path is "/", which the work pool's policy does not allow: it allows no path of the node"#);
    insta::assert_snapshot!(refusal(&policy, &container("initContainers", &context(json!({"privileged": true})))), @"spec.template.spec.initContainers[1].securityContext.privileged is true, which the work pool's policy does not allow: leave it out, or set `privileged: true` in the policy");
}

#[test]
fn images_namespaces_and_accounts_are_those_that_are_named() {
    let policy = JobPolicy {
        images: vec!["registry/*:1".to_owned(), "busybox".to_owned()],
        namespaces: vec!["batch".to_owned()],
        service_accounts: vec!["runner".to_owned()],
        ..JobPolicy::default()
    };
    let runner = json!({"serviceAccountName": "runner"});
    policy.check(&job(&runner)).unwrap();
    policy
        .check(&job(&json!({"serviceAccount": "runner"})))
        .unwrap();
    insta::assert_snapshot!(refusal(&policy, &json!({})), @r#"spec.template.spec.serviceAccountName is "default", which the work pool's policy does not allow: it allows the service accounts runner"#);
    insta::assert_snapshot!(refusal(&policy, &json!({"serviceAccount": "admin"})), @r#"spec.template.spec.serviceAccount is "admin", which the work pool's policy does not allow: it allows the service accounts runner"#);
    insta::assert_snapshot!(refusal(&policy, &json!({"serviceAccountName": "runner", "initContainers": [{"image": "evil"}]})), @r#"spec.template.spec.initContainers[0].image is "evil", which the work pool's policy does not allow: it allows the images registry/*:1, busybox"#);
    let volume =
        json!({"serviceAccountName": "runner", "volumes": [{"image": {"reference": "evil"}}]});
    assert!(
        refusal(&policy, &volume)
            .starts_with("spec.template.spec.volumes[0].image.reference is \"evil\"")
    );
    let mut elsewhere = job(&runner);
    elsewhere["metadata"]["namespace"] = json!("kube-system");
    insta::assert_snapshot!(policy.check(&elsewhere).unwrap_err().to_string(), @r#"metadata.namespace is "kube-system", which the work pool's policy does not allow: it allows the namespaces batch"#);
    elsewhere["metadata"] = json!({});
    assert_eq!(policy.check(&elsewhere), Ok(()), "it is put into the first");
}

#[test]
fn paths_of_nodes_are_allowed_with_what_is_below_them_only() {
    let policy = JobPolicy {
        host_paths: vec!["/data/".to_owned(), "/mnt/scratch".to_owned()],
        ..JobPolicy::default()
    };
    let mount = |path: &str| json!({"volumes": [{"hostPath": {"path": path}}]});
    for path in ["/data", "/data/a/b", "/mnt//scratch/./x"] {
        policy.check(&job(&mount(path))).unwrap();
    }
    for path in [
        "/",
        "/database",
        "/mnt",
        "/data/../etc",
        "data",
        "/etc/data",
        "",
    ] {
        assert!(policy.check(&job(&mount(path))).is_err(), "{path}");
    }
    insta::assert_snapshot!(refusal(&policy, &mount("/database")), @r#"spec.template.spec.volumes[0].hostPath.path is "/database", which the work pool's policy does not allow: it allows what is below /data/, /mnt/scratch"#);
}

/// What a `*` means, written once more in the plainest way.
fn plainly(glob: &[char], text: &[char]) -> bool {
    match glob.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|at| plainly(rest, &text[at..])),
        Some((c, rest)) => text.first() == Some(c) && plainly(rest, &text[1..]),
    }
}

proptest! {
    #[test]
    fn a_star_stands_for_any_text(glob in "[ab*]{0,8}", text in "[ab]{0,10}") {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(matches(&glob, &text), plainly(&letters(&glob), &letters(&text)));
    }
}
