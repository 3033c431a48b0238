//! What the readers bring, folded.

use std::time::Duration;

use weir_core::{
    event::{Body, Record},
    ids::{QueueKey, QueueStream, Seq},
    state::Touched,
    time::Timestamp,
    wait::{LogName, Place},
};
use weir_log::{Log, TailEvent};

use crate::{follow::Followed, measure::Before, service::Scheduler};

impl<L: Log> Scheduler<L> {
    pub(crate) fn on_brought(&mut self, brought: Followed) {
        match brought {
            Followed::Cell(TailEvent::Records(records)) => {
                self.failures.remove("cell log");
                if let Some(last) = records.last() {
                    let now = self.now();
                    self.measures.on_folded("cell", records.len(), last.at, now);
                }
                for record in records {
                    self.floor = self.floor.max(record.at);
                    self.place = self.later(LogName::Cell, record.seq, record.at);
                    self.state.cell.apply(record);
                }
                self.follow_queues();
            }
            Followed::Cell(TailEvent::CaughtUp) => self.cell_caught_up = true,
            Followed::Sessions(TailEvent::Records(records)) => {
                self.failures.remove("sessions");
                if let Some(last) = records.last() {
                    let now = self.now();
                    self.measures
                        .on_folded("sessions", records.len(), last.at, now);
                }
                for record in records {
                    self.state.sessions.apply(record);
                }
            }
            Followed::Sessions(TailEvent::CaughtUp) => self.sessions_caught_up = true,
            Followed::Queue(stream, TailEvent::Records(records)) => self.fold(&stream, records),
            Followed::Queue(stream, TailEvent::CaughtUp) => {
                self.caught_up.insert(stream);
            }
            Followed::Failed(Some(stream), error) => {
                tracing::warn!(weir.queue = %stream.key, %error, "cannot read the queue's log");
                self.health.of(&stream.key).failure = Some(error.to_string());
            }
            Followed::Failed(None, error) => {
                tracing::warn!(%error, "cannot read the cell's logs");
                self.failures.insert("cell log", error.to_string());
            }
        }
    }

    #[tracing::instrument(level = "debug", skip_all, fields(weir.queue = %stream.key, records = records.len()))]
    fn fold(&mut self, stream: &QueueStream, records: Vec<Record>) {
        if let Some(health) = self.health.0.get_mut(&stream.key) {
            health.failure = None;
        }
        if let Some(last) = records.last() {
            let now = self.now();
            let log = stream.key.to_string();
            self.measures.on_folded(&log, records.len(), last.at, now);
        }
        // What is read again from the past is no news.
        let counts = self.leader.is_some() && self.caught_up.contains(stream);
        for record in records {
            self.floor = self.floor.max(spoken_at(&record));
            if let Some(leader) = &mut self.leader {
                leader.on_folded(&stream.key, &record);
            }
            self.place = self.later(LogName::Queue(stream.key.clone()), record.seq, record.at);
            let Some(queue) = self.state.life_mut(stream) else {
                return;
            };
            let before = counts.then(|| Before::of(queue, &record)).flatten();
            let touched = queue.apply(record);
            if let Some(before) = before {
                self.measures.after(&stream.key, queue, &before, &touched);
            }
            let moved = self.state.relate(&stream.key, &touched.kin);
            let present = self.state.cell.opened(&stream.key);
            if let Some(leader) = &mut self.leader
                && present.is_some_and(|open| open.stream == *stream)
            {
                let lines = &mut leader.lines;
                lines.touch(&self.state, &stream.key, touched, &self.place);
            }
            self.move_along(moved);
        }
        let moved = self.state.settle(stream);
        self.move_along(moved);
    }

    /// What a record has changed for runs of any queue that belong to its own.
    fn move_along(&mut self, moved: Vec<(QueueKey, Touched)>) {
        if let Some(leader) = &mut self.leader {
            for (queue, touched) in moved {
                leader
                    .lines
                    .touch(&self.state, &queue, touched, &self.place);
            }
        }
    }

    /// The place of a record that has just been read: stamps of different logs, and of different leaders of one, need
    /// not rise, but what is computed from them must not step back.
    fn later(&self, log: LogName, seq: Seq, at: Timestamp) -> Place {
        let at = at.max(self.place.at);
        Place { log, seq, at }
    }

    pub(crate) fn wake(&mut self, now: Timestamp) {
        for key in self.following.iter().map(|stream| &stream.key) {
            let Some(queue) = self.state.queues.get_mut(key) else {
                continue;
            };
            let touched = queue.wake(now);
            if let Some(leader) = &mut self.leader {
                leader.lines.touch(&self.state, key, touched, &self.place);
            }
        }
    }

    /// What waits so long past its time is late from here on.
    pub(crate) fn call_late(&mut self, now: Timestamp, after: Duration) {
        let after = i64::try_from(after.as_nanos()).unwrap_or(i64::MAX);
        let before = Timestamp(now.0.saturating_sub(after));
        for queue in self.state.queues.values_mut() {
            queue.call_late(before);
        }
    }

    /// Follows what is opened, and forgets what is known of a queue whose life is over: it may have another.
    fn follow_queues(&mut self) {
        let followed = self.state.follow_cell();
        self.move_along(followed.moved);
        for key in followed.closed {
            tracing::info!(weir.queue = %key, "the queue is closed");
            self.health.0.remove(&key);
            self.measures.forget_queue(&key);
            if let Some(leader) = &mut self.leader {
                leader.forget_queue(&self.state.cell, &key);
            }
        }
        for stream in followed.begun {
            self.followers.queue(&stream);
            self.following.insert(stream);
        }
    }
}

/// The latest point in time that a record knows: its stamp, or the leader's clock that it tells.
fn spoken_at(record: &Record) -> Timestamp {
    let told = match &record.body {
        Body::Claim { decided, .. } => decided.at,
        Body::Decision { decided, .. } => decided.at,
        Body::Request { .. } | Body::Report { .. } | Body::Epoch(_) | Body::Malformed { .. } => {
            record.at
        }
    };
    record.at.max(told)
}
