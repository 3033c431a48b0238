//! What one reader of a queue's log brings, for another one in the same program.
//!
//! To read a record a second time costs the broker and us what it cost the first time. The tracer reads what the
//! scheduler beside it reads; so it is handed that, and reads for itself only what it has missed: what was before it
//! began, and what it was too slow to take. The scheduler never waits for it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{
    broadcast::{
        self,
        error::{RecvError, TryRecvError},
    },
    mpsc,
};
use weir_core::{
    event::Record,
    ids::{QueueStream, Seq},
};
use weir_log::{Log, LogError, Tail, TailEvent};

use super::Followed;

/// Batches of a queue that are kept for whoever has not taken them yet, and how large each may be. What is larger is
/// read from the past, and of that there may be any amount.
const BATCHES_MAX: usize = 256;
const RECORDS_MAX: usize = 256;
/// Records that are handed on together, at most, as [`TailEvent::Records`] has it.
const TOGETHER_MAX: usize = 1_024;

/// Where readers of one program hand on what they have read.
#[derive(Clone, Debug, Default)]
pub struct Tap(Arc<Mutex<BTreeMap<QueueStream, Offering>>>);

/// What is read of one queue, for whoever else wants it.
#[derive(Clone, Debug)]
pub(super) struct Offering(broadcast::Sender<Offered>);

/// A batch, and behind what it follows without a hole.
#[derive(Clone, Debug)]
struct Offered {
    follows: Seq,
    records: Arc<Vec<Record>>,
}

impl Tap {
    pub(super) fn of(&self, stream: &QueueStream) -> Offering {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = all.entry(stream.clone());
        of.or_insert_with(|| Offering(broadcast::Sender::new(BATCHES_MAX)))
            .clone()
    }
}

impl Offering {
    /// `records` follow behind `follows`. It costs nothing where nobody wants them.
    pub(super) fn offer(&self, follows: Seq, event: &TailEvent<Record>) {
        let TailEvent::Records(records) = event else {
            return;
        };
        if self.0.receiver_count() > 0 && records.len() <= RECORDS_MAX {
            let records = Arc::new(records.clone());
            // Who has gone meanwhile does not want them.
            self.0.send(Offered { follows, records }).ok();
        }
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
    let mut offers = offering.0.subscribe();
    loop {
        let first = match alone(log, stream, &mut offers, after, brought).await {
            Ok(first) => first,
            Err(stopped) => return stopped,
        };
        if let Err(stopped) = handed(stream, first, &mut offers, after, brought).await {
            return stopped;
        }
    }
}

/// Reads the log itself until a batch follows that is offered.
async fn alone<L: Log>(
    log: &L,
    stream: &QueueStream,
    offers: &mut broadcast::Receiver<Offered>,
    after: &mut Seq,
    brought: &mpsc::Sender<Followed>,
) -> Result<Offered, Stopped> {
    let mut tail = log.tail(stream, *after).await.map_err(Stopped::Failed)?;
    let mut ahead: Option<Offered> = None;
    loop {
        if let Some(offered) = ahead.take_if(|offered| offered.follows <= *after) {
            tail.close().await;
            return Ok(offered);
        }
        tokio::select! {
            offered = offers.recv(), if ahead.is_none() => match offered {
                Ok(offered) => ahead = Some(offered),
                // What was missed is in the log. It is never closed: `read` holds one end of it.
                Err(RecvError::Lagged(_) | RecvError::Closed) => {}
            },
            event = tail.next() => {
                let event = event.map_err(Stopped::Failed)?;
                if let TailEvent::Records(records) = &event {
                    *after = records.last().map_or(*after, |record| record.seq);
                }
                bring(stream, event, brought).await?;
            }
        }
    }
}

/// Takes what is offered as long as there is no hole in it.
async fn handed(
    stream: &QueueStream,
    first: Offered,
    offers: &mut broadcast::Receiver<Offered>,
    after: &mut Seq,
    brought: &mpsc::Sender<Followed>,
) -> Result<(), Stopped> {
    let mut offered = first;
    loop {
        let mut end = offered.last(*after);
        let (mut count, mut together) = (offered.records.len(), vec![offered]);
        // With it comes what is there already: to be woken for every few records costs more than the records do.
        let is_whole = loop {
            if count + RECORDS_MAX > TOGETHER_MAX {
                break true;
            }
            match offers.try_recv() {
                Ok(next) if next.follows <= end => {
                    end = next.last(end);
                    count += next.records.len();
                    together.push(next);
                }
                Err(TryRecvError::Empty) => break true,
                Ok(_) | Err(TryRecvError::Lagged(_) | TryRecvError::Closed) => break false,
            }
        };
        // All of them in one place that is large enough: to let it grow would cost as much as the records do.
        let mut records = Vec::with_capacity(count);
        for offered in together {
            offered.news(after, &mut records);
        }
        if !records.is_empty() {
            bring(stream, TailEvent::Records(records), brought).await?;
        }
        if !is_whole {
            return Ok(());
        }
        offered = match offers.recv().await {
            Ok(next) if next.follows <= *after => next,
            Ok(_) | Err(RecvError::Lagged(_) | RecvError::Closed) => return Ok(()),
        };
    }
}

impl Offered {
    /// How far it reads, who has read so far.
    fn last(&self, after: Seq) -> Seq {
        let last = self.records.last().map_or(after, |record| record.seq);
        last.max(after)
    }

    /// What of it has not been read yet.
    fn news(self, after: &mut Seq, news: &mut Vec<Record>) {
        for record in Arc::unwrap_or_clone(self.records) {
            if record.seq > *after {
                *after = record.seq;
                news.push(record);
            }
        }
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
