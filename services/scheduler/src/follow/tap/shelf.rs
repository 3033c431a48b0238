//! What has been offered to one reader and it has not taken yet: so many records and no more.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;
use weir_core::{event::Record, ids::Seq};

/// A batch, and behind what it follows without a hole.
#[derive(Clone, Debug)]
pub(super) struct Offered {
    pub(super) follows: Seq,
    pub(super) records: Arc<Vec<Record>>,
}

impl Offered {
    fn last(&self) -> Seq {
        self.records
            .last()
            .map_or(self.follows, |record| record.seq)
    }

    /// What of it has not been read yet.
    pub(super) fn news(self, after: &mut Seq, news: &mut Vec<Record>) {
        for record in Arc::unwrap_or_clone(self.records) {
            if record.seq > *after {
                *after = record.seq;
                news.push(record);
            }
        }
    }
}

/// Batches for one reader, in the order in which they were read.
#[derive(Debug)]
pub(super) struct Shelf {
    kept: Mutex<Kept>,
    kept_max: usize,
    news: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    batches: VecDeque<Offered>,
    records: usize,
}

impl Kept {
    fn pop(&mut self) -> Option<Offered> {
        let offered = self.batches.pop_front()?;
        self.records -= offered.records.len();
        Some(offered)
    }

    /// Lets go of what has been read.
    fn drop_until(&mut self, after: Seq) {
        while self.batches.front().is_some_and(|it| it.last() <= after) {
            self.pop();
        }
    }

    fn goes_on(&self, after: Seq) -> bool {
        let front = self.batches.front();
        front.is_some_and(|offered| offered.follows <= after)
    }
}

impl Shelf {
    pub(super) fn keeping(kept_max: usize) -> Self {
        Self {
            kept: Mutex::default(),
            kept_max,
            news: Notify::new(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it is full, what is there makes room: whoever is so slow reads the log.
    pub(super) fn put(&self, offered: Offered) {
        let mut kept = self.kept();
        if kept.records + offered.records.len() > self.kept_max {
            *kept = Kept::default();
        }
        kept.records += offered.records.len();
        kept.batches.push_back(offered);
        drop(kept);
        self.news.notify_one();
    }

    /// Something has been put there since it was asked the last time.
    pub(super) async fn news(&self) {
        self.news.notified().await;
    }

    /// Whether what is there goes on behind `after` without a hole.
    pub(super) fn goes_on(&self, after: Seq) -> bool {
        let mut kept = self.kept();
        kept.drop_until(after);
        kept.goes_on(after)
    }

    /// Whether what is there does not.
    pub(super) fn has_hole(&self, after: Seq) -> bool {
        let mut kept = self.kept();
        kept.drop_until(after);
        !kept.batches.is_empty() && !kept.goes_on(after)
    }

    /// What goes on behind `after`, of at most so many records but for the first batch.
    pub(super) fn take(&self, mut after: Seq, max: usize) -> Vec<Offered> {
        let mut kept = self.kept();
        let (mut taken, mut count) = (Vec::new(), 0);
        kept.drop_until(after);
        while kept.goes_on(after)
            && let Some(offered) = kept.pop()
        {
            after = offered.last();
            count += offered.records.len();
            taken.push(offered);
            let next = kept.batches.front().map_or(0, |next| next.records.len());
            if count + next > max {
                break;
            }
        }
        taken
    }
}
