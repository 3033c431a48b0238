//! What one reader of a queue's log brings, for another one in the same program.
//!
//! To read a record a second time costs the broker and us what it cost the first time. The tracer reads what the
//! scheduler beside it reads; so it is handed that, and reads for itself only what it has missed: what was before it
//! began, and what it was too slow to take. The scheduler never waits for it.

mod shelf;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::mpsc;
use weir_core::{
    event::Record,
    ids::{QueueStream, Seq},
};
use weir_log::{Log, LogError, Tail, TailEvent};

use self::shelf::{Offered, Shelf};
use super::Followed;

/// Records of a queue that are kept for whoever has not taken them yet: half a second's under a load that fills two
/// processors.
const KEPT_MAX: usize = 16_384;
/// How large a batch may be. What is larger is read from the past, and of that there may be any amount.
const RECORDS_MAX: usize = 256;
/// Records that are handed on together, at most, as [`TailEvent::Records`] has it.
const TOGETHER_MAX: usize = 1_024;

/// Where readers of one program hand on what they have read.
#[derive(Clone, Debug, Default)]
pub struct Tap(Arc<Mutex<BTreeMap<QueueStream, Offering>>>);

/// What is read of one queue, for whoever else wants it.
#[derive(Clone, Debug)]
pub(super) struct Offering {
    takers: Arc<Mutex<Vec<Weak<Shelf>>>>,
    kept_max: usize,
}

impl Tap {
    pub(super) fn of(&self, stream: &QueueStream) -> Offering {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = all.entry(stream.clone());
        of.or_insert_with(|| Offering::keeping(KEPT_MAX)).clone()
    }
}

impl Offering {
    fn keeping(kept_max: usize) -> Self {
        Self {
            takers: Arc::default(),
            kept_max,
        }
    }

    /// `records` follow behind `follows`. It costs nothing where nobody wants them.
    pub(super) fn offer(&self, follows: Seq, event: &TailEvent<Record>) {
        let TailEvent::Records(records) = event else {
            return;
        };
        let mut takers = self.takers.lock().unwrap_or_else(PoisonError::into_inner);
        takers.retain(|taker| taker.strong_count() > 0);
        if takers.is_empty() || records.len() > RECORDS_MAX {
            return;
        }
        let records = Arc::new(records.clone());
        for taker in takers.iter().filter_map(Weak::upgrade) {
            let records = Arc::clone(&records);
            taker.put(Offered { follows, records });
        }
    }

    /// What is offered from here on, for as long as it is held.
    fn taken(&self) -> Arc<Shelf> {
        let own = Arc::new(Shelf::keeping(self.kept_max));
        let mut takers = self.takers.lock().unwrap_or_else(PoisonError::into_inner);
        takers.push(Arc::downgrade(&own));
        own
    }
}

/// Why reading has come to a stop.
pub(super) enum Stopped {
    /// Nobody takes it any more.
    Unwanted,
    /// The log cannot be read at the moment.
    Failed(LogError),
}

/// Reads on behind `after`, which says at any time how far it has come.
pub(super) async fn read<L: Log>(
    log: &L,
    stream: &QueueStream,
    offering: &Offering,
    after: &mut Seq,
    brought: &mpsc::Sender<Followed>,
) -> Stopped {
    // Before the log is read, so that there is no hole between the two.
    let offers = offering.taken();
    loop {
        if let Err(stopped) = alone(log, stream, &offers, after, brought).await {
            return stopped;
        }
        if let Err(stopped) = handed(stream, &offers, after, brought).await {
            return stopped;
        }
    }
}

/// Reads the log itself until a batch follows that is offered.
async fn alone<L: Log>(
    log: &L,
    stream: &QueueStream,
    offers: &Shelf,
    after: &mut Seq,
    brought: &mpsc::Sender<Followed>,
) -> Result<(), Stopped> {
    let mut tail = log.tail(stream, *after).await.map_err(Stopped::Failed)?;
    while !offers.goes_on(*after) {
        tokio::select! {
            () = offers.news() => {}
            event = tail.next() => {
                let event = event.map_err(Stopped::Failed)?;
                if let TailEvent::Records(records) = &event {
                    *after = records.last().map_or(*after, |record| record.seq);
                }
                bring(stream, event, brought).await?;
            }
        }
    }
    tail.close().await;
    Ok(())
}

/// Takes what is offered as long as there is no hole in it.
async fn handed(
    stream: &QueueStream,
    offers: &Shelf,
    after: &mut Seq,
    brought: &mpsc::Sender<Followed>,
) -> Result<(), Stopped> {
    loop {
        // With the first comes what is there already: to be woken for every few records costs more than the records do.
        let together = offers.take(*after, TOGETHER_MAX);
        if together.is_empty() {
            if offers.has_hole(*after) {
                return Ok(());
            }
            offers.news().await;
            continue;
        }
        // All of them in one place that is large enough: to let it grow would cost as much as the records do.
        let count = together.iter().map(|offered| offered.records.len()).sum();
        let mut records = Vec::with_capacity(count);
        for offered in together {
            offered.news(after, &mut records);
        }
        bring(stream, TailEvent::Records(records), brought).await?;
    }
}

async fn bring(
    stream: &QueueStream,
    event: TailEvent<Record>,
    brought: &mpsc::Sender<Followed>,
) -> Result<(), Stopped> {
    let event = Followed::Queue(stream.clone(), event);
    let sent = brought.send(event).await;
    sent.map_err(|_closed| Stopped::Unwanted)
}

#[cfg(test)]
mod tests;
