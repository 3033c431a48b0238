//! Reading a stream of the in-memory log in order.

use std::{collections::BTreeSet, fmt};

use tokio::sync::watch;
use weir_core::ids::Seq;

use super::Memory;
use crate::{
    codec::Stored,
    error::LogError,
    traits::Tail,
    types::{TAIL_BATCH_MAX, TailEvent},
};

/// See [`Tail`].
pub struct MemoryTail<R> {
    memory: Memory,
    stream: String,
    after: Seq,
    /// What was stored at the start; `None` once it has been brought.
    target: Option<Seq>,
    select: Select,
    decode: Decode<R>,
    changed: watch::Receiver<u64>,
}

type Decode<R> = Box<dyn Fn(&Stored<'_>) -> Option<R> + Send>;

/// Which messages a tail brings.
#[derive(Clone, Debug)]
pub(super) enum Select {
    /// All, and a hole before the first is an error.
    All,
    /// Those on subjects that match one of these.
    Matching(Vec<String>),
    /// Likewise; and faults may hold single ones back for a while.
    Orders(Vec<String>, BTreeSet<Seq>),
}

impl Select {
    fn takes(&self, subject: &str) -> bool {
        match self {
            Self::All => true,
            Self::Matching(patterns) | Self::Orders(patterns, _) => {
                patterns.iter().any(|pattern| matches(pattern, subject))
            }
        }
    }
}

/// NATS's subject matching, for `*` alone.
pub(super) fn matches(pattern: &str, subject: &str) -> bool {
    let (mut pattern, mut subject) = (pattern.split('.'), subject.split('.'));
    loop {
        match (pattern.next(), subject.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == "*" || wanted == found => {}
            _ => return false,
        }
    }
}

impl<R> fmt::Debug for MemoryTail<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTail")
            .field("stream", &self.stream)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}

impl<R> MemoryTail<R> {
    pub(super) fn open(
        memory: &Memory,
        stream: String,
        after: Seq,
        select: Select,
        decode: impl Fn(&Stored<'_>) -> Option<R> + Send + 'static,
    ) -> Result<Self, LogError> {
        let (last, changed) = memory.read(&stream, |model| (model.last(), model.changes()))?;
        let mut tail = Self {
            memory: memory.clone(),
            stream,
            after,
            target: Some(last),
            select,
            decode: Box::new(decode),
            changed,
        };
        tail.check_cut()?;
        Ok(tail)
    }

    fn check_cut(&mut self) -> Result<(), LogError> {
        if matches!(self.select, Select::All) {
            let first = self.memory.read(&self.stream, |model| model.first())?;
            let wanted = Seq(self.after.0 + 1);
            if first > wanted {
                return Err(LogError::Cut {
                    stream: self.stream.clone(),
                    first,
                    wanted,
                });
            }
        }
        Ok(())
    }

    /// What there is to bring at the moment.
    fn poll(&mut self) -> Result<Option<TailEvent<R>>, LogError> {
        self.changed.mark_unchanged();
        if self.memory.state().faults.stalled(&self.stream) {
            return Ok(None);
        }
        self.check_cut()?;
        let held = self.memory.state().faults.held_orders(&self.stream);
        let Self {
            memory,
            stream,
            after,
            select,
            decode,
            ..
        } = self;
        let mut records = Vec::new();
        memory.read(stream, |model| {
            if let Select::Orders(_, kept) = select
                && !held
            {
                let due = std::mem::take(kept);
                records.extend(
                    due.into_iter()
                        .filter_map(|seq| model.get(seq))
                        .filter_map(|s| decode(&s)),
                );
            }
            for stored in model.behind(*after) {
                if records.len() >= TAIL_BATCH_MAX {
                    return;
                }
                *after = stored.seq;
                if !select.takes(stored.subject) {
                    continue;
                }
                match select {
                    Select::Orders(_, kept) if held => {
                        kept.insert(stored.seq);
                    }
                    Select::All | Select::Matching(_) | Select::Orders(..) => {
                        records.extend(decode(&stored));
                    }
                }
            }
        })?;
        if !records.is_empty() {
            return Ok(Some(TailEvent::Records(records)));
        }
        // Nothing is left behind `after`, so all that was stored at the start has been brought.
        Ok(self.target.take().map(|_| TailEvent::CaughtUp))
    }
}

impl<R: Send + 'static> Tail<R> for MemoryTail<R> {
    async fn next(&mut self) -> Result<TailEvent<R>, LogError> {
        loop {
            if self.target.is_some_and(|target| self.after >= target) {
                self.target = None;
                return Ok(TailEvent::CaughtUp);
            }
            match self.poll() {
                Ok(Some(event)) => return Ok(event),
                Ok(None) | Err(LogError::Unavailable { .. }) => {}
                Err(error) => return Err(error),
            }
            if self.changed.changed().await.is_err() {
                return Err(LogError::NoStream {
                    stream: self.stream.clone(),
                });
            }
        }
    }
}
