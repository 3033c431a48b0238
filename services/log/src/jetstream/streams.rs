//! The definitions of the streams, and making them where they are not there.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use weir_core::{bounds::REQUEST_BYTES_MAX, ids::QueueStream};

use super::{
    JetStream,
    api::{ApiError, CONSUMER_NOT_FOUND, PAUSE, STREAM_NOT_FOUND},
};
use crate::{
    error::LogError,
    subject::{
        CELL_STREAM, CELL_SUBJECTS, LEASE_STREAM, LEASE_SUBJECTS, LOGS_STREAM, LOGS_SUBJECTS,
        QueueSubjects, RunVoice, SESSION_SUBJECTS, WORKERS_CONSUMER, parse_stream_name,
    },
    types::{ACK_WAIT, MESSAGE_ROOM},
};

/// How streams are made. What exists keeps its own settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSettings {
    /// Copies of each stream of a new cell: 1 on one broker, 3 on three. In a cell that is there, new streams have as
    /// many as its own log.
    pub replicas: usize,
    /// How long output is kept.
    pub logs_age_max: Duration,
    /// How many bytes of output are kept, over all runs; the oldest give way.
    pub logs_bytes_max: u64,
}

impl Default for StreamSettings {
    /// One copy; output for 7 days, up to 1 GiB.
    fn default() -> Self {
        Self {
            replicas: 1,
            logs_age_max: Duration::from_hours(7 * 24),
            logs_bytes_max: 1 << 30,
        }
    }
}

/// Within which a message id is remembered.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);
/// How long a stream that has been made may be without a leader.
const LED_WITHIN: Duration = Duration::from_secs(10);
/// 10058: the name is in use with other settings. 10065: the subjects are in use by another stream.
const NAME_IN_USE: u64 = 10_058;
const CONSUMER_NAME_IN_USE: [u64; 2] = [10_013, 10_148];

fn nanos(span: Duration) -> Value {
    json!(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX))
}

/// What all of our streams have in common: no age, no roll-ups, no schedules, counters, batches, TTLs.
fn stream(name: &str, subjects: &[String], settings: &StreamSettings) -> Value {
    json!({
        "name": name,
        "subjects": subjects,
        "retention": "limits",
        "storage": "file",
        "discard": "new",
        "max_consumers": -1,
        "max_msgs": -1,
        "max_msgs_per_subject": -1,
        "max_bytes": -1,
        "max_age": 0,
        "max_msg_size": -1,
        "num_replicas": settings.replicas,
        "duplicate_window": nanos(DUPLICATE_WINDOW),
        "allow_direct": true,
        "allow_rollup_hdrs": false,
        "deny_delete": true,
        "deny_purge": false,
    })
}

pub(super) fn with(mut config: Value, changes: Value) -> Value {
    if let (Some(config), Value::Object(changes)) = (config.as_object_mut(), changes) {
        config.extend(changes);
    }
    config
}

fn queue_config(queue: &QueueStream, bytes_max: u64, settings: &StreamSettings) -> Value {
    let subjects = QueueSubjects::new(&queue.key);
    let (source, destination) = subjects.republish();
    with(
        stream(&queue.stream_name(), &subjects.stored(), settings),
        json!({
            "description": format!("weir: runs of the work queue {}", queue.key),
            "max_bytes": bytes_max,
            "max_msg_size": REQUEST_BYTES_MAX + MESSAGE_ROOM,
            "republish": { "src": source, "dest": destination },
        }),
    )
}

/// The work list: only `.claim`, offered until it is answered.
fn workers_config(queue: &QueueStream) -> Value {
    json!({
        "durable_name": WORKERS_CONSUMER,
        "name": WORKERS_CONSUMER,
        "description": "weir: claims that wait for a worker",
        "deliver_policy": "all",
        "ack_policy": "explicit",
        "ack_wait": nanos(ACK_WAIT),
        "max_deliver": -1,
        "max_ack_pending": -1,
        "max_waiting": 512,
        "replay_policy": "instant",
        "filter_subject": QueueSubjects::new(&queue.key).all(RunVoice::Claim),
    })
}

fn cell_configs(settings: &StreamSettings) -> [Value; 3] {
    let cell = stream(CELL_STREAM, &[CELL_SUBJECTS.to_owned()], settings);
    let lease = stream(
        LEASE_STREAM,
        &[LEASE_SUBJECTS.to_owned(), SESSION_SUBJECTS.to_owned()],
        settings,
    );
    let logs = stream(LOGS_STREAM, &[LOGS_SUBJECTS.to_owned()], settings);
    [
        with(
            cell,
            json!({ "description": "weir: configuration and facts of the cell" }),
        ),
        with(
            lease,
            json!({
                "description": "weir: the leader's lease and the workers' sessions",
                "max_msgs_per_subject": 1,
                "discard": "old",
                "allow_msg_ttl": true,
                // The leader that steps down takes its lease away.
                "deny_delete": false,
            }),
        ),
        with(
            logs,
            json!({
                "description": "weir: output of the runs",
                "discard": "old",
                "max_age": nanos(settings.logs_age_max),
                "max_bytes": settings.logs_bytes_max,
            }),
        ),
    ]
}

/// The settings without which the stream would not keep its promises.
const ESSENTIAL: [&str; 10] = [
    "subjects",
    "retention",
    "discard",
    "max_msgs",
    "max_msgs_per_subject",
    "allow_direct",
    "allow_rollup_hdrs",
    "allow_msg_ttl",
    "allow_msg_schedules",
    "allow_msg_counter",
];

/// Which essential settings of an existing stream differ from ours.
fn differences(wanted: &Value, found: &Value) -> Vec<String> {
    let normal = |value: &Value| match value {
        Value::Null => Value::Bool(false),
        Value::Array(all) => {
            let mut all: Vec<String> = all.iter().map(Value::to_string).collect();
            all.sort_unstable();
            json!(all)
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => value.clone(),
    };
    let differs = |key: &&&str| normal(&wanted[**key]) != normal(&found[**key]);
    let mut all: Vec<String> = ESSENTIAL
        .iter()
        .filter(differs)
        .map(|key| format!("{key} is {} and should be {}", found[*key], wanted[*key]))
        .collect();
    // Age cuts a log without a word; only output may go by age.
    if wanted["max_age"] == 0 && found["max_age"].as_u64().unwrap_or(0) > 0 {
        all.push("it has a max_age and should have none".to_owned());
    }
    all
}

impl JetStream {
    /// The settings for a new stream: as many copies as the cell's own log has, whoever makes the stream and whatever
    /// he was told; where there is no cell yet, as the settings say.
    async fn cell_settings(&self) -> Result<StreamSettings, LogError> {
        let settings = self.inner.streams.clone();
        let replicas = match self.stream_info(CELL_STREAM).await {
            Ok(info) => info["config"]["num_replicas"].as_u64(),
            Err(LogError::NoStream { .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(StreamSettings {
            replicas: replicas
                .and_then(|replicas| usize::try_from(replicas).ok())
                .unwrap_or(settings.replicas),
            ..settings
        })
    }

    async fn ensure_stream(&self, config: &Value) -> Result<(), LogError> {
        let name = config["name"].as_str().unwrap_or_default();
        match self.api(&format!("STREAM.CREATE.{name}"), config).await {
            Ok(_) => {}
            Err(error) if error.is(NAME_IN_USE) => {}
            Err(error) => return Err(error.about(name)),
        }
        let found = self.led_stream(name).await?;
        if found["config"]["sealed"] == true {
            let detail = format!("the stream {name} is sealed: its queue was deleted");
            return Err(LogError::Refused { detail });
        }
        let differences = differences(config, &found["config"]);
        if differences.is_empty() {
            return Ok(());
        }
        Err(LogError::Refused {
            detail: format!(
                "the stream {name} exists and is not as weir needs it: {}",
                differences.join("; ")
            ),
        })
    }

    /// The state of a stream as its leader tells it. One that somebody else is just making, or that is electing, has
    /// none for a moment and would answer the first append with 503.
    async fn led_stream(&self, name: &str) -> Result<Value, LogError> {
        let until = Instant::now() + LED_WITHIN;
        loop {
            let answer = self.stream_info(name).await;
            let late = Instant::now() >= until;
            match answer {
                // A single server has no cluster and needs no election.
                Ok(info) if info["cluster"].is_null() || info["cluster"]["leader"].is_string() => {
                    return Ok(info);
                }
                Ok(_) if late => {
                    return Err(LogError::Unavailable {
                        detail: format!("{name} has no leader"),
                    });
                }
                // Not every server knows it yet.
                Err(error) if late || !matches!(error, LogError::NoStream { .. }) => {
                    return Err(error);
                }
                Ok(_) | Err(_) => {}
            }
            self.pause(PAUSE).await;
        }
    }

    /// Makes the three streams of the cell.
    pub(super) async fn ensure_cell(&self) -> Result<(), LogError> {
        for config in cell_configs(&self.cell_settings().await?) {
            self.ensure_stream(&config).await?;
        }
        Ok(())
    }

    /// Makes the stream of a queue and its work list.
    ///
    /// A second life of a queue has the subjects of the first, which the broker refuses (10065) as long as the first
    /// stream has them.
    pub(super) async fn ensure_queue(
        &self,
        queue: &QueueStream,
        bytes_max: u64,
    ) -> Result<(), LogError> {
        let settings = self.cell_settings().await?;
        self.take_over(queue).await?;
        self.ensure_stream(&queue_config(queue, bytes_max, &settings))
            .await?;
        self.ensure_workers(queue).await
    }

    /// Makes the work list, if it is not there. One that is there keeps its settings and its place.
    pub(super) async fn ensure_workers(&self, queue: &QueueStream) -> Result<(), LogError> {
        let stream = queue.stream_name();
        let info = self
            .ask(
                &format!("CONSUMER.INFO.{stream}.{WORKERS_CONSUMER}"),
                &Value::Null,
            )
            .await;
        match info {
            Ok(_) => return Ok(()),
            Err(error) if error.is(CONSUMER_NOT_FOUND) => {}
            Err(error) => return Err(error.about(&stream)),
        }
        let config = workers_config(queue);
        let filter = config["filter_subject"].as_str().unwrap_or_default();
        let subject = format!("CONSUMER.CREATE.{stream}.{WORKERS_CONSUMER}.{filter}");
        let body = json!({ "stream_name": stream, "config": config, "action": "create" });
        match self.api(&subject, &body).await {
            Ok(_) => Ok(()),
            // Somebody else has just made it.
            Err(error) if CONSUMER_NAME_IN_USE.iter().any(|code| error.is(*code)) => Ok(()),
            Err(error) => Err(error.about(&stream)),
        }
    }

    /// The queues that have a stream.
    pub(super) async fn list_queues(&self) -> Result<Vec<QueueStream>, LogError> {
        let mut queues = Vec::new();
        let mut offset = 0;
        loop {
            let body = json!({ "offset": offset, "subject": "weir.run.>" });
            let page = match self.ask("STREAM.NAMES", &body).await {
                Ok(page) => page,
                Err(
                    error @ (ApiError::Server(_)
                    | ApiError::NoResponders
                    | ApiError::Unavailable(_)),
                ) => {
                    return Err(error.about("the list of streams"));
                }
            };
            let names = page["streams"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            queues.extend(
                names
                    .iter()
                    .filter_map(Value::as_str)
                    .filter_map(parse_stream_name),
            );
            offset += names.len();
            if names.is_empty() || offset as u64 >= page["total"].as_u64().unwrap_or(0) {
                break;
            }
        }
        queues.sort_unstable();
        Ok(queues)
    }

    /// Whether a stream is really gone, as opposed to out of reach.
    pub(super) async fn is_gone(&self, stream: &str) -> bool {
        let info = self
            .ask(&format!("STREAM.INFO.{stream}"), &Value::Null)
            .await;
        info.is_err_and(|error| error.is(STREAM_NOT_FOUND))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue() -> QueueStream {
        let key = weir_core::ids::QueueKey::new("p".parse().unwrap(), "q".parse().unwrap());
        QueueStream {
            key,
            incarnation: 1,
        }
    }

    #[test]
    fn a_stream_that_differs_where_it_matters_is_named() {
        let settings = StreamSettings::default();
        let wanted = queue_config(&queue(), 1 << 20, &settings);
        let harmless = with(
            wanted.clone(),
            json!({ "max_bytes": 5, "num_replicas": 3, "allow_msg_ttl": false }),
        );
        assert!(differences(&wanted, &harmless).is_empty());
        for change in [
            json!({ "subjects": ["weir.run.p.q.>"] }),
            json!({ "discard": "old" }),
            json!({ "max_age": 1_000_000_000 }),
            json!({ "allow_rollup_hdrs": true }),
            json!({ "max_msgs_per_subject": 1 }),
        ] {
            assert_eq!(
                differences(&wanted, &with(wanted.clone(), change.clone())).len(),
                1,
                "{change}"
            );
        }
    }
}
