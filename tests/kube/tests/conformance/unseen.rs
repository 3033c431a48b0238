//! What the recorder did and did not write down: it cleaned up, and it made noise.

use serde_json::Value;
use weir_kube_standin::Client;

use super::replay::Replay;

impl Replay<'_> {
    /// The recorder cleaned up without writing it down: a Job that went with no request for it is deleted here too.
    pub(super) async fn deleted_unseen(&mut self, line: &Value) {
        let object = &line["event"]["object"];
        let gone = line["event"]["type"] == "DELETED" && object["kind"] == "Job";
        let path = format!(
            "/apis/batch/v1/namespaces/{}/jobs/{}",
            object["metadata"]["namespace"].as_str().unwrap_or_default(),
            object["metadata"]["name"].as_str().unwrap_or_default()
        );
        if !gone {
            return;
        }
        let uid = object["metadata"]["uid"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        // A Job whose label was taken away only looks as if it had gone.
        let really = line["stream"]
            .as_str()
            .unwrap_or_default()
            .starts_with("jobs")
            || path.contains("-noise-");
        let asked = self.deletes.entry(path.clone()).or_default();
        if *asked > 0 {
            *asked -= 1;
        } else if object["metadata"]["deletionTimestamp"].is_null()
            && really
            && !self.gone.contains(&uid)
        {
            self.caught_up().await;
            let admin = Client::new(self.standin.address(), Some("admin"));
            let background = serde_json::json!({ "propagationPolicy": "Background" });
            let path = self.names.ours(&path);
            let answer = admin.delete(&path, &background).await.expect("an answer");
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        }
        self.gone.push(uid);
    }

    /// Nor did it write down the Jobs that only make noise.
    pub(super) async fn created_unseen(&mut self, line: &Value) {
        let object = &line["event"]["object"];
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        if line["event"]["type"] == "ADDED" && name.contains("-noise-") {
            self.caught_up().await;
            let mut job = object.clone();
            job["spec"]["selector"] = Value::Null;
            let admin = Client::new(self.standin.address(), Some("admin"));
            let answer = admin
                .post("/apis/batch/v1/namespaces/runs/jobs", &job)
                .await
                .expect("an answer");
            assert_eq!(answer.status, 201, "{}", answer.body);
        }
    }
}
