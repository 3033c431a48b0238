//! Readers over a program's line. What wakes them is the simulation's own bell, which wakes in order: the log's own
//! wakes its readers in random order, and a simulation is to be the same every time.

use std::{sync::Arc, time::Duration};

use futures::FutureExt as _;
use tokio::sync::Notify;
use weir_log::{
    ClaimItem, LogError, Tail, TailEvent, WorkList,
    memory::{MemoryAck, MemoryTail, MemoryWorkList},
    traits::ClaimAck,
};

use super::wire::Wire;

/// How often an idle work list looks for what is offered again.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// See [`Tail`].
#[derive(Debug)]
pub(super) struct WireTail<R> {
    wire: Wire,
    inner: MemoryTail<R>,
    bell: Arc<Notify>,
    name: String,
}

impl<R> WireTail<R> {
    /// `stream` is whose bell wakes it, `name` is what a stall calls it.
    pub(super) fn new(wire: Wire, inner: MemoryTail<R>, stream: &str, name: &str) -> Self {
        let bell = wire.net.bell(stream);
        Self {
            wire,
            inner,
            bell,
            name: name.to_owned(),
        }
    }
}

impl<R: Send + 'static> Tail<R> for WireTail<R> {
    async fn next(&mut self) -> Result<TailEvent<R>, LogError> {
        loop {
            if let Some(span) = self.wire.stalled(&self.name) {
                self.wire.clock.sleep(span).await;
                continue;
            }
            let rung = self.bell.notified();
            if let Some(event) = self.inner.next().now_or_never() {
                return event;
            }
            rung.await;
            self.wire.leg().await;
        }
    }
}

/// See [`WorkList`].
#[derive(Debug)]
pub(super) struct WireClaims {
    wire: Wire,
    inner: MemoryWorkList,
    stream: String,
    bell: Arc<Notify>,
}

impl WireClaims {
    pub(super) fn new(wire: Wire, inner: MemoryWorkList, stream: String) -> Self {
        let bell = wire.net.bell(&stream);
        Self {
            wire,
            inner,
            stream,
            bell,
        }
    }
}

/// See [`ClaimAck`].
#[derive(Debug)]
pub(super) struct WireAck {
    wire: Wire,
    inner: MemoryAck,
    stream: String,
}

impl WorkList for WireClaims {
    type Ack = WireAck;

    async fn pull(
        &mut self,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<ClaimItem<WireAck>>, LogError> {
        let over = self.wire.clock.monotonic() + wait;
        loop {
            let now = self.wire.clock.monotonic();
            if now >= over {
                return Ok(Vec::new());
            }
            if let Some(span) = self.wire.stalled(&self.stream) {
                self.wire
                    .clock
                    .sleep(span.min(over.saturating_sub(now)))
                    .await;
                continue;
            }
            let rung = self.bell.notified();
            if let Some(items) = self.inner.pull(max, Duration::ZERO).now_or_never() {
                let items = items?;
                if !items.is_empty() {
                    return Ok(items.into_iter().map(|item| self.item(item)).collect());
                }
            }
            let look = LOOK_AGAIN.min(over.saturating_sub(now));
            tokio::select! {
                biased;
                () = rung => self.wire.leg().await,
                () = self.wire.clock.sleep(look) => {}
            }
        }
    }
}

impl WireClaims {
    fn item(&self, item: ClaimItem<MemoryAck>) -> ClaimItem<WireAck> {
        let ClaimItem {
            run,
            stream,
            record,
            delivered,
            ack,
        } = item;
        let ack = WireAck {
            wire: self.wire.clone(),
            inner: ack,
            stream: self.stream.clone(),
        };
        ClaimItem {
            run,
            stream,
            record,
            delivered,
            ack,
        }
    }
}

impl ClaimAck for WireAck {
    async fn done(self) {
        self.wire.leg().await;
        // An answer over a line that is cut is only lost.
        if self.wire.stalled("").is_none() {
            self.inner.done().await;
        }
    }

    async fn back(self, delay: Duration) {
        self.wire.leg().await;
        if self.wire.stalled("").is_none() {
            self.inner.back(delay).await;
            self.wire.net.ring(&self.stream);
        }
    }
}
