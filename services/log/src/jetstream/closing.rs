//! Changing the stream of a queue that is there: its bound, its door, its end.
//!
//! A sealed stream refuses everything for ever, but it can still be told which subjects it has (found on 2.15.1, on one
//! broker and on three): so it keeps them, and with them a clear answer to whoever publishes there, until the queue's
//! next life needs them. Its records stay readable under the subjects under which they were stored.

use serde_json::{Value, json};
use weir_core::ids::QueueStream;

use super::{JetStream, streams::with};
use crate::{
    error::LogError,
    subject::{QueueSubjects, closed},
};

fn is_sealed(config: &Value) -> bool {
    config["sealed"] == true
}

/// Whether these are its subjects, in whatever order.
fn listens_to(config: &Value, subjects: &[String]) -> bool {
    let has = |subject: &String| {
        config["subjects"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one.as_str() == Some(subject)))
    };
    config["subjects"].as_array().map(Vec::len) == Some(subjects.len()) && subjects.iter().all(has)
}

impl JetStream {
    async fn update(&self, stream: &str, config: &Value) -> Result<(), LogError> {
        let updated = self.api(&format!("STREAM.UPDATE.{stream}"), config).await;
        updated.map(|_| ()).map_err(|error| error.about(stream))
    }

    /// Sets the hard bound of a queue's stream.
    pub(super) async fn resize(&self, queue: &QueueStream, bytes_max: u64) -> Result<(), LogError> {
        let stream = queue.stream_name();
        let info = self.stream_info(&stream).await?;
        if info["config"]["max_bytes"].as_u64() == Some(bytes_max) {
            return Ok(());
        }
        let config = with(info["config"].clone(), json!({ "max_bytes": bytes_max }));
        self.update(&stream, &config).await
    }

    /// Takes `.request` away from a queue's stream.
    pub(super) async fn shut(&self, queue: &QueueStream) -> Result<(), LogError> {
        let stream = queue.stream_name();
        let info = self.stream_info(&stream).await?;
        let subjects = QueueSubjects::new(&queue.key).stored_behind_the_door();
        if is_sealed(&info["config"]) || listens_to(&info["config"], &subjects) {
            return Ok(());
        }
        let config = with(info["config"].clone(), json!({ "subjects": subjects }));
        self.update(&stream, &config).await
    }

    /// Seals a queue's stream. It listens to all of its subjects again: who publishes there hears why it is refused.
    pub(super) async fn seal(&self, queue: &QueueStream) -> Result<(), LogError> {
        let stream = queue.stream_name();
        let info = self.stream_info(&stream).await?;
        if is_sealed(&info["config"]) {
            return Ok(());
        }
        let subjects = QueueSubjects::new(&queue.key).stored();
        let changes = json!({ "subjects": subjects, "sealed": true });
        self.update(&stream, &with(info["config"].clone(), changes))
            .await
    }

    /// Takes the subjects of a queue's earlier lives away from their streams, which must be sealed.
    pub(super) async fn take_over(&self, queue: &QueueStream) -> Result<(), LogError> {
        for incarnation in 1..queue.incarnation {
            let life = QueueStream {
                key: queue.key.clone(),
                incarnation,
            };
            let stream = life.stream_name();
            let config = match self.stream_info(&stream).await {
                Ok(info) => info["config"].clone(),
                Err(LogError::NoStream { .. }) => continue,
                Err(error) => return Err(error),
            };
            let subjects = [closed(&life)];
            if listens_to(&config, &subjects) {
                continue;
            }
            if !is_sealed(&config) {
                let detail = format!(
                    "the stream {stream} of an earlier life of queue {} is not sealed",
                    queue.key
                );
                return Err(LogError::Refused { detail });
            }
            self.update(&stream, &with(config, json!({ "subjects": subjects })))
                .await?;
        }
        Ok(())
    }
}
