//! The stand-in as people start it: a process, a kubeconfig, and nothing left after SIGTERM.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use weir_kube_standin::Client;

#[tokio::test]
async fn the_binary_serves_until_it_is_told_to_stop_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kube.yaml");
    let mut process = Command::new(env!("CARGO_BIN_EXE_kube-standin"))
        .args(["--speed", "1000", "--namespace", "bench", "--kubeconfig"])
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line.trim_end(), file.to_str().unwrap());
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("namespace: bench"), "{text}");
    let address = text
        .split("http://")
        .nth(1)
        .and_then(|it| it.lines().next())
        .unwrap();
    let client = Client::new(address.parse().unwrap(), Some("admin"));
    let answer = client
        .get("/apis/batch/v1/namespaces/bench/jobs")
        .await
        .unwrap();
    assert_eq!(
        (answer.status, &answer.body["kind"]),
        (200, &"JobList".into())
    );
    let told = Command::new("kill")
        .arg(process.id().to_string())
        .status()
        .unwrap();
    assert!(told.success());
    assert!(process.wait().unwrap().success());
    assert!(!file.exists());
}

#[test]
fn a_wrong_argument_is_refused_with_the_usage() {
    let output = Command::new(env!("CARGO_BIN_EXE_kube-standin"))
        .args(["--speed", "fast"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("fast is no number for --speed") && text.contains("usage:"),
        "{text}"
    );
}
