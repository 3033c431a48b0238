//! Many Jobs at once: every one lives and ends, and every watcher sees every end.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::timeout};
use weir_kube_standin::{Client, Options, Standin};

const JOBS: usize = 2000;
const CLIENTS: usize = 16;
const WATCHERS: usize = 3;
const PATH: &str = "/apis/batch/v1/namespaces/runs/jobs";

fn job(number: usize) -> Value {
    json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": { "name": format!("job-{number}"), "labels": { "app": "scale" } },
        "spec": { "backoffLimit": 0, "template": { "spec": {
            "restartPolicy": "Never",
            "containers": [{
                "name": "main", "image": "busybox:1", "command": ["sh", "-c", "echo hello"],
                "resources": { "requests": { "cpu": "10m", "memory": "16Mi" } },
            }],
        } } },
    })
}

/// The names of all Jobs that a watch sees come to their end.
async fn ends(client: Client) -> BTreeSet<String> {
    let path = format!("{PATH}?watch=true&labelSelector=app%3Dscale");
    let mut watch = client
        .watch(&path)
        .await
        .expect("an answer")
        .expect("a watch");
    let mut ended = BTreeSet::new();
    while ended.len() < JOBS {
        let event = watch
            .next()
            .await
            .expect("a line")
            .expect("the watch goes on");
        let conditions = event["object"]["status"]["conditions"].as_array();
        if conditions
            .into_iter()
            .flatten()
            .any(|it| it["type"] == "Complete")
        {
            ended.insert(
                event["object"]["metadata"]["name"]
                    .as_str()
                    .expect("a name")
                    .to_owned(),
            );
        }
    }
    ended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_jobs_live_and_every_watcher_sees_them_end() {
    let standin = Standin::start(Options::default()).await.unwrap();
    let client = Client::new(standin.address(), Some("admin"));
    let mut watchers = JoinSet::new();
    for _ in 0..WATCHERS {
        watchers.spawn(ends(client.clone()));
    }
    let mut clients = JoinSet::new();
    for first in 0..CLIENTS {
        let client = client.clone();
        clients.spawn(async move {
            let mut session = client.session().await.unwrap();
            for number in (first..JOBS).step_by(CLIENTS) {
                let body = Bytes::from(job(number).to_string());
                let answer = session
                    .send("POST", PATH, "application/json", body)
                    .await
                    .unwrap();
                assert_eq!(answer.status, 201, "{}", answer.body);
            }
        });
    }
    while let Some(done) = clients.join_next().await {
        done.unwrap();
    }
    let all = async {
        while let Some(ended) = watchers.join_next().await {
            assert_eq!(ended.unwrap().len(), JOBS);
        }
    };
    timeout(Duration::from_mins(5), all)
        .await
        .expect("every Job ends");
    assert_eq!(standin.ran().len(), JOBS);
    assert!(standin.ran().iter().all(|it| it.exit_code == Some(0)));
}
