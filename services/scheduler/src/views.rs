//! Pools, queues and workers as a folded state knows them.

use std::collections::BTreeSet;

use weir_core::{
    api::{LimitView, PoolView, QueueView, StreamView, WorkerView},
    cell::{Held, PoolConfig},
    ids::{PoolName, QueueKey, Tag},
    limit::LimitKey,
    state::QueueState,
    time::Timestamp,
};
use weir_log::Log;

use crate::{fence::Fencing, service::Scheduler};

impl<L: Log> Scheduler<L> {
    pub(crate) fn limit(&self, limit: LimitKey) -> LimitView {
        LimitView {
            used: self.state.used(&limit),
            value: self.state.value(&limit),
            limit,
        }
    }

    /// The limits that no pool owns, with their use: of tags, of each tag in use that a limit for each value of a key
    /// holds for, and of names.
    pub(crate) fn limits(&self) -> Vec<LimitView> {
        let cell = &self.state.cell;
        let tags = cell.tag_limits().map(|held| held.value.tag.clone());
        let mut tags: BTreeSet<Tag> = tags.collect();
        let held = self
            .state
            .queues
            .values()
            .flat_map(QueueState::limits_in_use);
        tags.extend(held.filter_map(|limit| match limit {
            LimitKey::Tag(tag) => cell.limit_of_tag(tag).map(|_| tag.clone()),
            LimitKey::Pool(_)
            | LimitKey::Queue(_)
            | LimitKey::Deployment(_)
            | LimitKey::Named(_) => None,
        }));
        let named = cell.named_limits();
        let named = named.map(|held| LimitKey::Named(held.value.name.clone()));
        let limits = tags.into_iter().map(LimitKey::Tag).chain(named);
        limits.map(|limit| self.limit(limit)).collect()
    }

    pub(crate) fn queue(&self, key: &QueueKey) -> Option<QueueView> {
        let held = self.state.cell.queue(key)?;
        let none = QueueState::default();
        let folded = self.state.queues.get(key).unwrap_or(&none);
        let ended = folded
            .states()
            .filter(|(name, _)| name.state().is_terminal())
            .map(|(_, count)| count)
            .sum();
        let limit = LimitKey::Queue(key.clone());
        let live = folded.live_len() as u64;
        let usage = self.health.get(key).and_then(|health| health.usage);
        Some(QueueView {
            key: key.clone(),
            priority: held.value.priority.get(),
            limit: self.limit(limit),
            waiting: folded.waiting_len() as u64,
            live,
            ended,
            oldest_waiting: folded.oldest_waiting().map(|run| run.requested_at),
            stream: usage.map(|usage| StreamView {
                bytes: usage.bytes,
                request_bound: held.value.max_bytes,
                hard_bound: usage.bytes_max,
            }),
            status: self.queue_status(key).unwrap_or_else(|| {
                let paused = self.state.cell.paused(key, None);
                paused.map_or_else(|| "open".to_owned(), |what| format!("{what} is paused"))
            }),
            drained: live == 0 && self.starts_nothing(key),
        })
    }

    /// Whether a queue is paused and no claim of it is on its way: as far as a leader knows, which is all there is to
    /// know, because nobody else's claims can be stored any more.
    fn starts_nothing(&self, key: &QueueKey) -> bool {
        let (Some(leader), Some(folded)) = (&self.leader, self.state.queues.get(key)) else {
            return false;
        };
        self.state.cell.paused(key, None).is_some()
            && leader.holds_cell(&self.state)
            && Fencing::is_ours(folded, leader.epoch)
            && !leader
                .flights
                .iter()
                .any(|(_, flight)| flight.run.queue == *key)
    }

    /// Why nothing can be decided on a queue at the moment, if so.
    pub(crate) fn queue_status(&self, key: &QueueKey) -> Option<String> {
        if self.state.cell.opened(key).is_none() {
            return Some("not opened yet: no scheduler has led since it was created".to_owned());
        }
        let folded = self.state.queues.get(key)?;
        if let Some(deleted) = self.state.cell.deleting(key) {
            return Some(format!(
                "being deleted {deleted}: {} runs have not ended",
                folded.unended_len()
            ));
        }
        if let Some(stopped) = folded.stopped() {
            return Some(format!("stopped: {stopped}"));
        }
        if let Some(health) = self.health.get(key) {
            if health.full {
                return Some("full: nothing can be stored until its bound is raised".to_owned());
            }
            if let Some(failure) = &health.failure {
                return Some(failure.clone());
            }
            let bound = self.state.cell.queue(key).map(|held| held.value.max_bytes);
            if let (Some(usage), Some(bound)) = (health.usage, bound)
                && usage.bytes > bound
            {
                return Some("past its request bound: new requests are rejected".to_owned());
            }
        }
        let leader = self.leader.as_ref()?;
        if !Fencing::is_ours(folded, leader.epoch) {
            return Some("being fenced by a new leader".to_owned());
        }
        None
    }

    pub(crate) fn queues(&self, pool: Option<&PoolName>) -> Vec<QueueView> {
        let mut views = Vec::new();
        for held in self.state.cell.pools() {
            if pool.is_none_or(|pool| *pool == held.value.name) {
                let queues = self.state.cell.queues_of(&held.value.name);
                views.extend(
                    queues
                        .iter()
                        .filter_map(|queue| self.queue(&queue.value.key)),
                );
            }
        }
        views
    }

    pub(crate) fn pools(&self) -> Vec<PoolView> {
        let now = self.now();
        let online = |pool: &PoolConfig| {
            let of_pool = self
                .state
                .sessions
                .workers()
                .filter(|p| p.session.pool == pool.name);
            let online =
                of_pool.filter(|p| p.believed_until(Timestamp::MIN) > now && !p.session.ended);
            online.fold((0u32, 0u64), |(n, room), p| {
                (n + 1, room + u64::from(p.session.capacity))
            })
        };
        self.state
            .cell
            .pools()
            .map(|held: &Held<PoolConfig>| {
                let (workers, capacity) = online(&held.value);
                PoolView {
                    name: held.value.name.clone(),
                    kind: held.value.kind,
                    limit: self.limit(LimitKey::Pool(held.value.name.clone())),
                    queues: self.queues(Some(&held.value.name)),
                    workers,
                    capacity,
                }
            })
            .collect()
    }

    pub(crate) fn workers(&self, pool: Option<&PoolName>) -> Vec<WorkerView> {
        let now = self.now();
        let asked = self
            .state
            .sessions
            .workers()
            .filter(|p| pool.is_none_or(|pool| *pool == p.session.pool));
        asked
            .map(|presence| {
                let session = &presence.session;
                let held: usize = self
                    .state
                    .queues
                    .values()
                    .map(|queue| queue.held_by(&session.session))
                    .sum();
                WorkerView {
                    name: session.worker.clone(),
                    pool: session.pool.clone(),
                    queues: session.queues.iter().cloned().collect(),
                    online: !session.ended && presence.believed_until(Timestamp::MIN) > now,
                    draining: session.draining,
                    capacity: session.capacity,
                    in_use: u32::try_from(held).unwrap_or(u32::MAX),
                    version: session.version.clone(),
                    seen_at: presence.at,
                    lease: session.lease,
                    lost: self.lost_with(&session.pool, &session.worker),
                }
            })
            .collect()
    }
}
