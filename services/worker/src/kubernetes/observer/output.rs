//! The output of a pod on its way to the log: followed while it runs, read to its end when it has ended.
//!
//! Each line keeps the time at which its container wrote it. So whoever takes over goes on behind the last line that is in
//! the log, and nothing shows twice.

use std::{sync::Arc, time::Duration};

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
        let since = if source.resumed {
            last_line(&log, &source, &clock).await
        } else {
            None
        };
        let logs = source.containers.iter().map(|container| {
            read(Container {
                cluster: &cluster,
                source: &source,
                name: container,
                sender: &sender,
                ended: ended.clone(),
                last: since,
            })
        });
        futures::future::join_all(logs).await;
        drop(sender);
    };
    // Dropped when its observer is, and gone on with by the next one.
    tokio::join!(pumped, read);
    drop(turn);
}

/// The time of the last line that is in the log.
async fn last_line<L: Outputs>(log: &L, source: &Source, clock: &Clock) -> Option<Timestamp> {
    let read = async {
        let mut tail = log.output(&source.run, Some(source.attempt)).await.ok()?;
        let mut last = None;
        loop {
            match tail.next().await.ok()? {
                TailEvent::Records(chunks) => {
                    let lines = chunks.iter().flat_map(|chunk| &chunk.lines);
                    let written = lines.filter(|line| line.stream == OutputStream::Stdout);
                    last = written.map(|line| line.at).max().max(last);
                }
                TailEvent::CaughtUp => return last,
            }
        }
    };
    clock.timeout(REST_MAX, read).await.ok().flatten()
}

struct Container<'a> {
    cluster: &'a Cluster,
    source: &'a Source,
    name: &'a str,
    sender: &'a OutputSender,
    ended: watch::Receiver<bool>,
    /// Up to and with this one all lines are in the log.
    last: Option<Timestamp>,
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
            since: of.last,
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
    let several = of.source.containers.len() > 1;
    let begun_after = of.last;
    loop {
        match lines.next().await {
            Ok(Some(line)) => {
                if begun_after.is_some_and(|last| line.at <= last) {
                    continue;
                }
                of.last = Some(line.at);
                let text = if several {
                    [b"[", of.name.as_bytes(), b"] ", &line.text]
                        .concat()
                        .into()
                } else {
                    line.text
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
