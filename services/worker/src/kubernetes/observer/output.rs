//! The output of a pod on its way to the log: followed while it runs, read to its end when it has ended.
//!
//! Each line keeps the time at which its container wrote it. So whoever takes over goes on behind the last line that is in
//! the log, and nothing shows twice. Some runtimes (CRI-O) stamp all that they read at once with one time, and the pieces
//! of a long line have one as well: so it is counted how many lines of the last time are there.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::sync::{Semaphore, watch};
use weir_core::{
    ids::{Attempt, RunKey},
    time::Timestamp,
};
use weir_log::{OutputStream, Outputs, Tail as _, TailEvent};
use weir_runtime::{Backoff, Clock};

use crate::{
    kubernetes::{
        call::Failure,
        connect::Cluster,
        logs::{LogLines, LogQuery},
    },
    output::{self, OutputSender},
};

/// How long the rest of an ended pod's output may take.
const REST_MAX: Duration = Duration::from_secs(30);

/// Whose output.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) run: RunKey,
    pub(super) attempt: Attempt,
    pub(super) namespace: String,
    pub(super) pod: String,
    pub(super) containers: Vec<String>,
    /// Another observer may have brought some of it to the log already.
    pub(super) resumed: bool,
}

/// Brings all of it to the log. `ended` turns true when nothing more is written. `streams` bounds how many logs are
/// followed at once; where it is used up, a log is read when its pod has ended.
pub(super) async fn bring<L: Outputs>(
    cluster: Cluster,
    log: L,
    source: Source,
    mut ended: watch::Receiver<bool>,
    streams: Arc<Semaphore>,
) {
    let clock = cluster.clock().clone();
    let turn = tokio::select! {
        biased;
        turn = streams.acquire() => turn.ok(),
        _ended = ended.wait_for(|ended| *ended) => None,
    };
    let (sender, pump) = output::channel(clock.clone());
    sender.open();
    let pumped = pump.run(&log, &source.run, source.attempt);
    let read = async {
        let places = if source.resumed {
            places(&log, &source, &clock).await
        } else {
            BTreeMap::new()
        };
        let logs = source.containers.iter().map(|container| {
            read(Container {
                cluster: &cluster,
                source: &source,
                name: container,
                sender: &sender,
                ended: ended.clone(),
                place: places.get(container.as_str()).copied(),
            })
        });
        futures::future::join_all(logs).await;
        drop(sender);
    };
    // Dropped when its observer is, and gone on with by the next one.
    tokio::join!(pumped, read);
    drop(turn);
}

/// How far the log of a container has been brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    /// The time of the last line.
    at: Timestamp,
    /// How many lines have that time.
    lines: usize,
}

impl Place {
    /// With one more line.
    fn with(place: Option<Self>, at: Timestamp) -> Self {
        match place {
            Some(place) if place.at == at => Self {
                lines: place.lines + 1,
                ..place
            },
            Some(place) if place.at > at => place,
            Some(_) | None => Self { at, lines: 1 },
        }
    }
}

/// How far each container's output is in the log.
async fn places<'a, L: Outputs>(
    log: &L,
    source: &'a Source,
    clock: &Clock,
) -> BTreeMap<&'a str, Place> {
    let read = async {
        let mut tail = log.output(&source.run, Some(source.attempt)).await.ok()?;
        let mut places: BTreeMap<&str, Place> = BTreeMap::new();
        loop {
            match tail.next().await.ok()? {
                TailEvent::Records(chunks) => {
                    let lines = chunks.iter().flat_map(|chunk| &chunk.lines);
                    for line in lines.filter(|line| line.stream == OutputStream::Stdout) {
                        if let Some(name) = source.writer(&line.bytes) {
                            let place = places.get(name).copied();
                            places.insert(name, Place::with(place, line.at));
                        }
                    }
                }
                TailEvent::CaughtUp => return Some(places),
            }
        }
    };
    let places = clock.timeout(REST_MAX, read).await;
    places.ok().flatten().unwrap_or_default()
}

impl Source {
    /// What stands in front of a container's lines, where there are several.
    fn mark(&self, container: &str) -> Option<Vec<u8>> {
        (self.containers.len() > 1).then(|| [b"[", container.as_bytes(), b"] "].concat())
    }

    /// Whose line in the log this is.
    fn writer(&self, line: &[u8]) -> Option<&str> {
        let wrote = |name: &&String| self.mark(name).is_none_or(|mark| line.starts_with(&mark));
        self.containers.iter().find(wrote).map(String::as_str)
    }
}

struct Container<'a> {
    cluster: &'a Cluster,
    source: &'a Source,
    name: &'a str,
    sender: &'a OutputSender,
    ended: watch::Receiver<bool>,
    /// Up to here all lines are in the log, or on their way.
    place: Option<Place>,
}

async fn read(mut of: Container<'_>) {
    let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(5));
    let mut ended_at = None;
    let mut forbidden = false;
    loop {
        // Looked at before the log is opened: what was written until then is in it.
        let ended = *of.ended.borrow();
        let clock = of.cluster.clock();
        let query = LogQuery {
            follow: !ended,
            since: of.place.map(|place| place.at),
            tail: None,
        };
        let Source { namespace, pod, .. } = of.source;
        let opened = of.cluster.pod_log(namespace, pod, of.name, query).await;
        let whole = match opened {
            Ok(lines) => {
                backoff.reset();
                hand_on(&mut of, lines).await
            }
            Err(Failure::NotFound { .. }) => return,
            Err(failure @ Failure::Forbidden { .. }) if !forbidden => {
                forbidden = true;
                tracing::warn!(%pod, container = of.name, %failure, "a log cannot be read; trying again");
                false
            }
            Err(failure) => {
                tracing::debug!(%pod, container = of.name, %failure, "a log cannot be read yet");
                false
            }
        };
        if ended && whole {
            return;
        }
        let now = clock.monotonic();
        let since = *ended_at.get_or_insert(now);
        if ended && now.saturating_sub(since) > REST_MAX {
            tracing::warn!(%pod, container = of.name, "the rest of a log cannot be read and is lost");
            return;
        }
        if !ended {
            ended_at = None;
        }
        // The log of a container that has ended comes to its end a moment before its pod is told to have.
        tokio::select! {
            biased;
            _ended = of.ended.wait_for(|is| *is), if !ended => {}
            () = clock.sleep(backoff.next_delay()) => {}
        }
    }
}

/// Hands lines on until the log's end. Whether it was one.
async fn hand_on(of: &mut Container<'_>, mut lines: LogLines) -> bool {
    let mark = of.source.mark(of.name);
    // What was brought before comes again: a log is opened at a second, not at a line.
    let (begun_after, mut again) = (of.place, 0);
    loop {
        match lines.next().await {
            Ok(Some(line)) => {
                if let Some(place) = begun_after {
                    again += usize::from(line.at == place.at);
                    if line.at < place.at || line.at == place.at && again <= place.lines {
                        continue;
                    }
                }
                of.place = Some(Place::with(of.place, line.at));
                let text = match &mark {
                    Some(mark) => [mark.as_slice(), &line.text].concat().into(),
                    None => line.text,
                };
                of.sender.line_at(OutputStream::Stdout, line.at, text).await;
            }
            Ok(None) => return true,
            Err(failure) => {
                tracing::debug!(pod = of.source.pod, %failure, "a log broke off; going on from its last line");
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests;
