//! Watches: from a place in the history on, each in its own future that its connection drives.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use serde_json::json;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::{
    faults::Effect,
    object::Meta,
    resource::Resource,
    selector::Selector,
    shared::Shared,
    status::Failure,
    store::{Change, What, line},
};

/// Changes that are taken from the history at once.
const BATCH: usize = 64;
/// A watch without a timeout of its own ends after half an hour to an hour on a real server.
const TIMEOUT: Duration = Duration::from_mins(40);
const BOOKMARK_EVERY: Duration = Duration::from_mins(1);
/// The last bookmark comes this long before the end.
const BOOKMARK_LAST: Duration = Duration::from_secs(2);

/// What a watch is to show, and from where on.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) resource: Resource,
    pub(crate) namespace: Option<String>,
    pub(crate) selector: Selector,
    /// Its place in the history.
    pub(crate) cursor: u64,
    /// Changes up to this revision are known to the client.
    pub(crate) seen: u64,
    pub(crate) bookmarks: bool,
    pub(crate) timeout: Option<u64>,
    /// Lines that come first.
    pub(crate) initial: Vec<Bytes>,
    /// It ends with this before it begins.
    pub(crate) gone: Option<Failure>,
}

impl Plan {
    /// A bookmark looks like a nearly empty object.
    pub(crate) fn bookmark(&self, revision: u64, initial: bool) -> Bytes {
        let mut object = json!({
            "kind": self.resource.kind(), "apiVersion": self.resource.api_version(),
            "metadata": { "resourceVersion": revision.to_string() },
        });
        if initial {
            object["metadata"]["annotations"] = json!({ "k8s.io/initial-events-end": "true" });
        }
        match self.resource {
            Resource::Jobs => {
                object["spec"] =
                    json!({ "template": { "metadata": {}, "spec": { "containers": null } } });
                object["status"] = json!({});
            }
            Resource::Pods => {
                object["spec"] = json!({ "containers": null });
                object["status"] = json!({});
            }
            Resource::Events
            | Resource::ConfigMaps
            | Resource::Secrets
            | Resource::ResourceQuotas
            | Resource::Namespaces
            | Resource::Nodes
            | Resource::Leases => {}
        }
        format!("{}\n", json!({ "type": "BOOKMARK", "object": object })).into()
    }

    /// How this watch sees a change: an object that no longer matches is deleted to it, one that now does is added.
    fn show(&self, change: &Change) -> Option<Bytes> {
        let object = &change.object;
        let within = self
            .namespace
            .as_ref()
            .is_none_or(|it| it == object.value.namespace());
        if !within || object.revision <= self.seen {
            return None;
        }
        let is = change.what != What::Deleted && self.selector.matches(&object.value);
        let was = change
            .before
            .as_ref()
            .is_some_and(|it| self.selector.matches(&it.value));
        match (was, is) {
            (false, false) => None,
            (true, true) => Some(change.line()),
            (false, true) if change.what == What::Added => Some(change.line()),
            (false, true) => Some(line(What::Added, object)),
            (true, false) if change.what == What::Deleted => Some(change.line()),
            // The last state that matched, at the revision at which it no longer did.
            (true, false) => change.before.as_ref().map(|before| {
                let mut value = before.value.clone();
                value["metadata"]["resourceVersion"] = object.revision.to_string().into();
                let mut value = json!({ "type": "DELETED", "object": value });
                value["object"]["kind"] = self.resource.kind().into();
                value["object"]["apiVersion"] = self.resource.api_version().into();
                format!("{value}\n").into()
            }),
        }
    }
}

fn error(failure: &Failure) -> Bytes {
    format!("{}\n", json!({ "type": "ERROR", "object": failure.body() })).into()
}

/// What a fault makes of a watch.
#[derive(Default)]
struct Trouble {
    delay: Duration,
    repeat: bool,
    silent: bool,
    ends_after: Option<usize>,
    gone_after: Option<usize>,
}

impl Trouble {
    fn of(effect: Option<&Effect>) -> Self {
        let mut trouble = Self::default();
        match effect {
            Some(Effect::WatchDelays(delay)) => trouble.delay = *delay,
            Some(Effect::WatchRepeats) => trouble.repeat = true,
            Some(Effect::WatchSilent) => trouble.silent = true,
            Some(Effect::WatchEnds(after)) => trouble.ends_after = Some(*after),
            Some(Effect::WatchGone(after)) => trouble.gone_after = Some(*after),
            Some(
                Effect::Answer(..)
                | Effect::DelayBefore(_)
                | Effect::DelayAfter(_)
                | Effect::CutBefore
                | Effect::CutAfter
                | Effect::NeverBefore
                | Effect::NeverAfter,
            )
            | None => {}
        }
        trouble
    }
}

/// One open watch.
struct Stream {
    shared: Arc<Shared>,
    plan: Plan,
    trouble: Trouble,
    out: mpsc::Sender<Bytes>,
    sent: usize,
    /// Where the history ended when it began: what was there before is no sign of slowness.
    began: u64,
}

/// Why a stream stops.
struct Over;

impl Stream {
    async fn send(&mut self, line: Bytes) -> Result<(), Over> {
        self.shared.audible().await;
        for _ in 0..if self.trouble.repeat { 2 } else { 1 } {
            if !self.trouble.delay.is_zero() {
                sleep_until(Instant::now() + self.trouble.delay).await;
            }
            self.sent += 1;
            self.out.send(line.clone()).await.map_err(|_closed| Over)?;
            self.ordered_end().await?;
        }
        Ok(())
    }

    /// Ends the stream if that was ordered for after so many events.
    async fn ordered_end(&self) -> Result<(), Over> {
        let reached = |limit: Option<usize>| limit.is_some_and(|it| self.sent >= it);
        if reached(self.trouble.gone_after) {
            let revision = self.shared.with(|world| world.store.revision());
            let gone = Failure::watch_too_old(self.plan.seen, revision);
            let _gone = self.out.send(error(&gone)).await;
            return Err(Over);
        }
        if reached(self.trouble.ends_after) {
            return Err(Over);
        }
        Ok(())
    }

    /// Everything that there is by now.
    async fn catch_up(&mut self) -> Result<(), Over> {
        loop {
            let (batch, behind, max) = self.shared.with(|world| {
                let behind = world.store.behind(self.plan.resource, self.plan.cursor);
                let batch = world
                    .store
                    .changes(self.plan.resource, self.plan.cursor, BATCH);
                (batch, behind, world.options.watch_lag_max)
            });
            // A watcher that does not keep up is closed without a word.
            let keeps_up = behind <= max || self.plan.cursor < self.began;
            let batch = batch.filter(|_| keeps_up).ok_or(Over)?;
            if batch.is_empty() {
                return Ok(());
            }
            for change in batch {
                self.plan.cursor += 1;
                if let Some(line) = self.plan.show(&change) {
                    self.send(line).await?;
                    self.plan.seen = change.object.revision;
                }
            }
        }
    }

    async fn run(mut self) -> Result<(), Over> {
        let mut changed = self.shared.changed();
        let scale = self.shared.server_speed();
        let timeout = self.plan.timeout.map_or(TIMEOUT, Duration::from_secs);
        let start = Instant::now();
        let end = start + timeout / scale;
        let last = timeout
            .checked_sub(BOOKMARK_LAST)
            .map_or(end, |it| start + it / scale);
        let mut bookmark = (start + BOOKMARK_EVERY / scale).min(last);
        if self.trouble.silent {
            sleep_until(end).await;
            return Ok(());
        }
        if let Some(failure) = self.plan.gone.take() {
            self.shared.audible().await;
            let _gone = self.out.send(error(&failure)).await;
            return Ok(());
        }
        self.ordered_end().await?;
        for line in std::mem::take(&mut self.plan.initial) {
            self.send(line).await?;
        }
        let mut told = self.plan.seen;
        loop {
            self.catch_up().await?;
            tokio::select! {
                () = sleep_until(end) => return Ok(()),
                () = sleep_until(bookmark), if bookmark < end => {
                    bookmark = if bookmark < last { (bookmark + BOOKMARK_EVERY / scale).min(last) } else { end };
                    let revision = self.shared.with(|world| world.store.revision());
                    // On an idle cluster there is nothing to tell, and nothing is told.
                    if self.plan.bookmarks && revision > told {
                        told = revision;
                        self.catch_up().await?;
                        let line = self.plan.bookmark(revision, false);
                        self.send(line).await?;
                    }
                }
                alive = changed.changed() => if alive.is_err() { return Ok(()) },
                () = self.out.closed() => return Ok(()),
            }
        }
    }
}

/// Shows a watch until it ends or its client is gone.
pub(crate) async fn run(
    shared: Arc<Shared>,
    plan: Plan,
    effect: Option<Effect>,
    out: mpsc::Sender<Bytes>,
) {
    let behind = shared.with(|world| world.store.behind(plan.resource, plan.cursor));
    let began = plan.cursor + behind;
    let trouble = Trouble::of(effect.as_ref());
    let stream = Stream {
        shared,
        plan,
        trouble,
        out,
        sent: 0,
        began,
    };
    let _over = stream.run().await;
}
