//! What a run would be, and what of it is refused before it is published.

use std::fs;

use tempfile::TempDir;

use super::{Scene, told, weir};

const JOB: &str = "apiVersion: batch/v1
kind: Job
metadata: {name: mine}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: 'registry/app:1'}]
";

#[tokio::test]
async fn a_template_is_rendered_where_there_is_no_broker() {
    let folder = TempDir::new().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("the folder is writable");
    };
    let run = async |line: &str| {
        let mut command = weir(&format!("--nats-url nats://127.0.0.1:1 {line}"));
        command.current_dir(folder.path());
        told(command).await
    };
    let template = run("work-pool get-default-base-job-template -t kubernetes -f k8s.json").await;
    assert_eq!(template.code, Some(0), "{template:?}");
    write(
        "vars.yaml",
        "image: busybox\nenv: {A: '1', B: null}\ncommand: sh -c 'echo hi'\n",
    );
    let line = "run render --base-job-template k8s.json --job-variables vars.yaml -j env.C=x";
    let json = run(&format!("{line} -o json")).await;
    assert_eq!(json.code, Some(0), "{json:?}");
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("it is JSON");
    let container = &json["job_manifest"]["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(
        container["args"],
        serde_json::json!(["sh", "-c", "echo hi"])
    );
    let env = serde_json::json!([{"name": "A", "value": "1"}, {"name": "C", "value": "x"}]);
    assert_eq!(container["env"], env);
    assert_eq!(json["namespace"], serde_json::Value::Null, "the worker's");
    let yaml = run(&format!("{line} -o yaml")).await;
    assert!(yaml.out.contains("\n  kind: Job\n"), "{yaml:?}");
    assert_eq!(run(line).await.out, yaml.out, "people get YAML too");

    write("vars.yaml", "imag: busybox");
    let typo = run(line).await;
    assert!(
        typo.code == Some(6) && typo.err.contains("did you mean \"image\"?"),
        "{typo:?}"
    );
    assert_eq!(
        run("run render --pool k8s").await.code,
        Some(8),
        "that needs a broker"
    );
    assert_eq!(run("run render").await.code, Some(2));
    assert_eq!(run(&format!("{line} --pool k8s")).await.code, Some(2));
}

#[tokio::test]
async fn a_job_is_shown_and_held_against_the_pools_policy_before_it_is_published() {
    let scene = Scene::new().await;
    let write = |name: &str, text: &str| {
        fs::write(scene.folder.path().join(name), text).expect("the folder is writable");
    };
    write(
        "policy.yaml",
        "{images: ['registry/*'], namespaces: [default]}",
    );
    write("job.yaml", JOB);
    let privileged = JOB.replace("image:", "securityContext: {privileged: true}, image:");
    write("privileged.yaml", &privileged);
    write(
        "weir.yaml",
        "name: etl/nightly\npool: k8s\nentrypoint: flows/etl.py:main\njob_variables: {image: 'registry/etl:1'}\n",
    );
    scene.ok("work-pool create local --type process").await;
    scene
        .ok("work-pool create k8s --type kubernetes --policy policy.yaml")
        .await;
    scene.ok("deploy -f weir.yaml").await;

    let shown = scene.json("run render -d etl/nightly -o json").await;
    assert_eq!(shown["kind"], "Job");
    let args = &shown["spec"]["template"]["spec"]["containers"][0]["args"];
    assert_eq!(args[3], "flows/etl.py:main");
    let process = scene
        .json("run render -p local -j command=id -o json")
        .await;
    assert_eq!(process["command"], "id");
    for line in [
        "render -p k8s -j image=busybox",
        "submit -p k8s -j image=busybox",
    ] {
        let refused = scene.run(&format!("run {line}")).await;
        assert_eq!(refused.code, Some(6), "{refused:?}");
        assert!(
            refused.err.contains("it allows the images registry/*"),
            "{refused:?}"
        );
    }
    let inspected = scene.ok("work-pool inspect k8s").await;
    assert!(inspected.out.contains("allowed images:"), "{inspected:?}");
    let json = scene.json("work-pool inspect k8s -o json").await;
    assert_eq!(json["policy"]["images"][0], "registry/*");

    // That the manifest names no namespace is left to the worker, which takes the first that the policy allows.
    let elsewhere = JOB.replace("metadata: {", "metadata: {namespace: kube-system, ");
    assert_ne!(elsewhere, JOB);
    write("elsewhere.yaml", &elsewhere);
    let refused = scene
        .run("run submit -p k8s --manifest elsewhere.yaml")
        .await;
    assert!(
        refused.code == Some(6) && refused.err.contains("it allows the namespaces default"),
        "{refused:?}"
    );
    scene.ok("work-pool update k8s --no-policy").await;
    scene
        .ok("run submit -p k8s --manifest job.yaml --no-check")
        .await;
    let refused = scene
        .run("run submit -p k8s --manifest privileged.yaml")
        .await;
    assert!(
        refused.code == Some(6) && refused.err.contains("securityContext.privileged is true"),
        "{refused:?}"
    );
    let refused = scene.run("run submit -p local --manifest job.yaml").await;
    assert!(
        refused.code == Some(6) && refused.err.contains("is of type process"),
        "{refused:?}"
    );
    let both = scene
        .run("run submit -p k8s --manifest job.yaml -j image=x")
        .await;
    assert_eq!(both.code, Some(2), "{both:?}");
    let wrong = scene
        .run("work-pool update local --policy policy.yaml")
        .await;
    assert!(
        wrong.err.contains("for pools of type kubernetes"),
        "{wrong:?}"
    );
}
