//! Says to the stand-in what was said to the real cluster, and notes what both answered.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{Instant, timeout_at},
};
use weir_kube_standin::{Client, History, Restart, Standin};

use super::{
    names::{Names, plain},
    states::{answer, lives},
    traces::{Item, load},
};

/// How long a state that was recorded is waited for.
const PATIENCE: Duration = Duration::from_secs(4);

/// How much faster than the recording a replay is.
pub(crate) const SPEED: u32 = 20;
/// Shorter pauses of the recorder are what its requests took.
const PAUSE: Duration = Duration::from_millis(400);

/// One stream of ours.
#[derive(Clone, Default)]
struct Stream {
    events: Arc<Mutex<Vec<Value>>>,
    ended: Arc<Mutex<bool>>,
    news: Arc<Notify>,
}

impl Stream {
    fn events(&self) -> Vec<Value> {
        self.events.lock().expect("nobody panics with it").clone()
    }

    fn ended(&self) -> bool {
        *self.ended.lock().expect("nobody panics with it")
    }
}

/// Both sides of one comparison, by where it was made.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) pairs: Vec<(String, String, String)>,
}

impl Report {
    fn note(&mut self, at: String, recorded: String, ours: String) {
        self.pairs.push((at, recorded, ours));
    }

    /// Where both differ.
    pub(crate) fn differences(&self) -> Vec<(&str, String)> {
        let unequal = self.pairs.iter().filter(|it| it.1 != it.2);
        unequal
            .map(|it| {
                (
                    it.0.as_str(),
                    format!("recorded:\n{}\nours:\n{}", it.1, it.2),
                )
            })
            .collect()
    }
}

/// A replay that goes on.
pub(crate) struct Replay<'a> {
    pub(super) standin: &'a Standin,
    pub(super) names: Names,
    recorded: BTreeMap<String, Vec<Value>>,
    streams: BTreeMap<String, Stream>,
    tasks: JoinSet<()>,
    report: Report,
    requests: usize,
    /// Deletes that were asked for and have not shown yet, by the path of the object.
    pub(super) deletes: BTreeMap<String, usize>,
    /// Jobs that were seen to go.
    pub(super) gone: Vec<String>,
    /// States that did not come: stream, object and state. They are not waited for again.
    missed: BTreeSet<(String, (usize, String))>,
}

fn token(actor: &str) -> Option<&str> {
    match actor {
        "anonymous" => None,
        other => Some(other),
    }
}

impl<'a> Replay<'a> {
    pub(crate) fn new(standin: &'a Standin) -> Self {
        Self {
            standin,
            names: Names::default(),
            recorded: BTreeMap::new(),
            streams: BTreeMap::new(),
            tasks: JoinSet::new(),
            report: Report::default(),
            requests: 0,
            deletes: BTreeMap::new(),
            gone: vec![],
            missed: BTreeSet::new(),
        }
    }

    /// Replays a whole recording.
    pub(crate) async fn all(mut self, name: &str) -> Report {
        for (pause, item) in load(name) {
            let seen_only = matches!(&item, Item::Note(line) if !line["text"].as_str().unwrap_or_default().starts_with("external"));
            if pause > PAUSE && !seen_only {
                // The recorder waited here, and so do we, at the pace of the stand-in.
                let _over =
                    timeout_at(Instant::now() + pause / SPEED, std::future::pending::<()>()).await;
            }
            match item {
                Item::Http(line) => self.request(&line).await,
                Item::Open(line) => self.open(&line).await,
                Item::Event(line) => {
                    self.created_unseen(&line).await;
                    self.deleted_unseen(&line).await;
                    let stream = line["stream"].as_str().unwrap_or_default().to_owned();
                    self.recorded
                        .entry(stream)
                        .or_default()
                        .push(line["event"].clone());
                }
                Item::Close(line) => self.close(&line).await,
                Item::Note(line) => self.done_outside(&line).await,
            }
        }
        self.caught_up().await;
        let streams: Vec<_> = self.recorded.keys().cloned().collect();
        for stream in streams {
            self.compare_stream(&stream);
        }
        self.report
    }

    /// Waits until our streams have shown what the recorded ones had shown by then. If that does not come, the
    /// comparison at the end tells what is missing.
    pub(super) async fn caught_up(&mut self) {
        let end = Instant::now() + PATIENCE;
        for (name, recorded) in &self.recorded {
            let Some(stream) = self.streams.get(name) else {
                continue;
            };
            let mut wanted: Vec<(usize, String)> = vec![];
            for (at, life) in lives(recorded).into_iter().enumerate() {
                wanted.extend(life.last().map(|it| (at, it.clone())));
            }
            loop {
                let news = stream.news.notified();
                let events = stream.events();
                let seen = lives(&events);
                wanted.retain(|it| !self.missed.contains(&(name.clone(), it.clone())));
                wanted.retain(|(at, state)| seen.get(*at).is_none_or(|it| !it.contains(state)));
                let over = wanted.is_empty() || stream.ended();
                if over || timeout_at(end, news).await.is_err() {
                    self.names.pair_streams(recorded, &events);
                    break;
                }
            }
            self.missed
                .extend(wanted.into_iter().map(|it| (name.clone(), it)));
        }
    }

    fn target(&self, request: &Value) -> String {
        let path = self
            .names
            .ours(request["path"].as_str().unwrap_or_default());
        let query: Vec<String> = request["query"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), |it| self.names.ours(it));
                let safe: String = text
                    .bytes()
                    .map(|it| {
                        if it.is_ascii_alphanumeric() {
                            char::from(it).to_string()
                        } else {
                            format!("%{it:02X}")
                        }
                    })
                    .collect();
                format!("{key}={safe}")
            })
            .collect();
        if query.is_empty() {
            path
        } else {
            format!("{path}?{}", query.join("&"))
        }
    }

    async fn request(&mut self, line: &Value) {
        self.caught_up().await;
        let request = &line["req"];
        if request["method"] == "DELETE" && line["res"]["status"] == 200 {
            *self
                .deletes
                .entry(request["path"].as_str().unwrap_or_default().to_owned())
                .or_default() += 1;
        }
        let at = format!(
            "http {} {}",
            self.requests,
            request["method"].as_str().unwrap_or_default()
        );
        self.requests += 1;
        let client = Client::new(
            self.standin.address(),
            token(line["actor"].as_str().unwrap_or_default()),
        );
        let body = match &request["body"] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                self.names.ours_in(other).to_string()
            }
        };
        let header = |name: &str| request["headers"][name].as_str().unwrap_or_default();
        let mut session = client
            .session()
            .await
            .expect("the server takes connections");
        let ours = session
            .send_for(
                request["method"].as_str().unwrap_or_default(),
                &self.target(request),
                header("Content-Type"),
                header("Accept"),
                body.into(),
            )
            .await
            .expect("an answer");
        let recorded = &line["res"];
        self.names.pair(&recorded["body"], &ours.body);
        let warnings = recorded["headers"]["Warning"].as_str().unwrap_or_default();
        self.report.note(
            at,
            plain(&format!(
                "{}\n{warnings}",
                answer(
                    recorded["status"].as_u64().unwrap_or_default(),
                    &recorded["body"]
                )
            )),
            plain(&format!(
                "{}\n{}",
                answer(ours.status.into(), &ours.body),
                ours.warnings().concat()
            )),
        );
    }

    async fn open(&mut self, line: &Value) {
        self.caught_up().await;
        let name = line["stream"].as_str().unwrap_or_default().to_owned();
        let client = Client::new(
            self.standin.address(),
            token(line["actor"].as_str().unwrap_or_default()),
        );
        let opened = client
            .watch(&self.target(&line["req"]))
            .await
            .expect("an answer");
        let recorded = &line["res"];
        let text = |status, body: &Value| plain(&answer(status, body));
        let recorded = text(
            recorded["status"].as_u64().unwrap_or_default(),
            &recorded["body"],
        );
        let mut watch = match opened {
            Err(ours) => {
                return self.report.note(
                    format!("open {name}"),
                    recorded,
                    text(ours.status.into(), &ours.body),
                );
            }
            Ok(watch) => watch,
        };
        self.report
            .note(format!("open {name}"), recorded, text(200, &Value::Null));
        let stream = Stream::default();
        self.streams.insert(name.clone(), stream.clone());
        self.recorded.entry(name).or_default();
        self.tasks.spawn(async move {
            while let Ok(Some(event)) = watch.next().await {
                stream
                    .events
                    .lock()
                    .expect("nobody panics with it")
                    .push(event);
                stream.news.notify_one();
            }
            *stream.ended.lock().expect("nobody panics with it") = true;
            stream.news.notify_one();
        });
    }

    /// A stream that the server ended must end here too.
    async fn close(&mut self, line: &Value) {
        let name = line["stream"].as_str().unwrap_or_default();
        let Some(stream) = self.streams.get(name).cloned() else {
            return;
        };
        if line["by"] == "eof" {
            let end = Instant::now() + PATIENCE;
            while !stream.ended() && timeout_at(end, stream.news.notified()).await.is_ok() {}
            let ours = if stream.ended() { "eof" } else { "open" };
            self.report
                .note(format!("close {name}"), "eof".to_owned(), ours.to_owned());
        }
    }

    /// What the recorder did outside of the API.
    async fn done_outside(&mut self, line: &Value) {
        self.caught_up().await;
        match line["text"].as_str().unwrap_or_default() {
            "external: kubelet stopped" => assert!(self.standin.lose_node("node-0")),
            "external: kubelet started" => assert!(self.standin.return_node("node-0")),
            // No client had to wait: an API server that is down is tried by tests of its own.
            "external: apiserver stop" => self.restart(History::CacheLost).await,
            "external: apiserver restart" => self.restart(History::Compacted).await,
            _ => {}
        }
    }

    async fn restart(&self, history: History) {
        let moment = Duration::from_millis(10);
        // Long enough for the recorded container to end meanwhile.
        let refused = Duration::from_secs(9) / SPEED;
        let restart = Restart {
            draining: moment,
            refused,
            forbidden: moment,
            history,
        };
        self.standin.restart(restart).await;
    }

    fn compare_stream(&mut self, name: &str) {
        let Some(stream) = self.streams.get(name) else {
            return;
        };
        let (recorded, ours) = (lives(&self.recorded[name]), lives(&stream.events()));
        for at in 0..recorded.len().max(ours.len()) {
            let life = |all: &[Vec<String>]| all.get(at).cloned().unwrap_or_default();
            let (recorded, mut ours) = (life(&recorded), life(&ours));
            // The recorder often looked away before an object had gone.
            let cut = recorded
                .last()
                .is_some_and(|it| !it.starts_with("DELETED") && !it.starts_with("ERROR"));
            if cut {
                ours.truncate(recorded.len());
            }
            self.report.note(
                format!("stream {name} {at}"),
                recorded.join("\n"),
                ours.join("\n"),
            );
        }
    }
}
