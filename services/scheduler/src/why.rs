//! Why a run waits: each cause that stands between it and its claim.

use std::cmp::Reverse;

use weir_core::{
    api::{Why, WhyClause},
    ids::{QueueKey, RunKey},
    knot::Knot,
    limit::LimitKey,
    plan::{Overlay, Room},
    state::{Hold, Live, QueueState, Run, Stage, Standing},
    time::Timestamp,
    wait::{LogName, Place, Wait, WaitCause, spent},
};
use weir_log::Log;

use crate::service::Scheduler;

/// Holders that `why` names.
const HOLDERS_MAX: usize = 20;

impl<L: Log> Scheduler<L> {
    pub(crate) fn why(&self, key: RunKey, run: &Run) -> Why {
        let clauses = match &run.stage {
            Stage::Waiting { due: Some(due), .. } if *due > self.now() => {
                vec![WhyClause::Due { at: *due }]
            }
            Stage::Waiting { .. } => self.why_waiting(&key, run),
            Stage::Unreadable(_) | Stage::RetryOwed => vec![WhyClause::Now],
            Stage::Live => self.why_awaiting(&key, run),
            Stage::Ended(_) => Vec::new(),
        };
        let (waits, until) = self.waits(&key, run);
        let spent = until
            .as_ref()
            .map(|until| spent(&waits, until.at))
            .unwrap_or_default();
        let standing = self.leader.as_ref().and_then(|leader| {
            let woken = self.state.queues.get(&key.queue)?.woken();
            leader.lines.standing(&key, &run.ready(woken)?)
        });
        Why {
            clauses,
            until: until.filter(|_| !spent.is_empty()),
            spent,
            before: standing.map(|(_, _, before)| before as u64),
            run: self.run_view(key, run),
            from: self.answerer(),
        }
    }

    /// How a run's last wait was spent, and the place where it ended: so far, the last one that was folded.
    fn waits(&self, key: &RunKey, run: &Run) -> (Vec<Wait>, Option<Place>) {
        let own = |seq, at| Place {
            log: LogName::Queue(key.queue.clone()),
            seq,
            at,
        };
        match (&run.stage, run.live.as_deref().or(run.last.as_deref())) {
            (Stage::Waiting { due, since, from }, _) => {
                let folded = self.state.queues.get(&key.queue);
                let woken = folded.map_or(Timestamp::MIN, QueueState::woken);
                let waits = match (run.ready(woken), &self.leader) {
                    (Some(ready), Some(leader)) => leader.lines.spent(key, run, &ready),
                    (None, _) if run.standing() == Standing::Following => vec![Wait {
                        cause: WaitCause::After,
                        from: own(*from, *since),
                        merged: None,
                    }],
                    (None, _) if due.is_some() => vec![Wait {
                        cause: WaitCause::NotDue,
                        from: own(*from, *since),
                        merged: None,
                    }],
                    (Some(_) | None, _) => Vec::new(),
                };
                let asked = Place {
                    at: self.place.at.max(self.now()),
                    ..self.place.clone()
                };
                (waits, Some(asked))
            }
            // It was cancelled while it waited: to begin with, or again after an attempt.
            (Stage::Ended(end), last)
                if last.is_none_or(|last| {
                    let began = run.waits.first().map(|wait| &wait.from);
                    began
                        .is_some_and(|from| from.at >= last.claimed_at && from.seq > last.claim_seq)
                }) =>
            {
                (run.waits.clone(), Some(own(end.seq, end.at)))
            }
            (_, Some(live)) => {
                let claim = own(live.claim_seq, live.claimed_at);
                (run.waits.clone(), Some(claim))
            }
            (Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed | Stage::Ended(_), None) => {
                (Vec::new(), None)
            }
        }
    }

    fn why_waiting(&self, key: &RunKey, run: &Run) -> Vec<WhyClause> {
        let mut clauses = self.why_after(key, run);
        clauses.extend(self.why_doubted(key, run));
        if let Some(reason) = self
            .queue_status(&key.queue)
            .filter(|status| !status.starts_with("past"))
        {
            clauses.push(WhyClause::Closed { reason });
        }
        let deployment = run.class.deployment.as_ref();
        if let Some(what) = self.state.cell.paused(&key.queue, deployment) {
            let reason = match &what {
                LimitKey::Deployment(name) => self.state.cell.deployment(name),
                LimitKey::Pool(_) | LimitKey::Queue(_) | LimitKey::Tag(_) | LimitKey::Named(_) => {
                    None
                }
            };
            let reason = reason.and_then(|held| held.value.paused_reason.clone());
            let reason = reason.unwrap_or_default();
            clauses.push(WhyClause::Paused { what, reason });
        }
        for slot in run.class.slots(&self.state.cell, &key.queue) {
            let view = self.limit(slot.limit.clone());
            let needs = u64::from(slot.weight);
            if view
                .value
                .is_some_and(|value| view.used.saturating_add(needs) > u64::from(value))
            {
                let holders = self.holders(&view.limit);
                clauses.push(WhyClause::Limit {
                    limit: view,
                    holders,
                    needs: slot.weight,
                });
            }
            clauses.extend(self.why_paced(&slot.limit));
        }
        clauses.extend(self.why_kept(key, run));
        clauses.extend(self.why_stuck(key));
        if let Some(pool) = self.state.cell.pool(&key.queue.pool) {
            let room = Room::of(&self.state, &Overlay::default(), pool, self.now());
            if room.of_queue(&key.queue) == 0 {
                clauses.push(WhyClause::NoWorker {
                    online: room.online(&key.queue),
                });
            }
        }
        let behind = self.behind(key, run);
        if behind > 0 {
            clauses.push(WhyClause::Behind { runs: behind });
        }
        if clauses.is_empty() {
            clauses.push(WhyClause::Now);
        }
        clauses
    }

    /// The runs that it comes after and that have not ended as it asked.
    fn why_after(&self, key: &RunKey, run: &Run) -> Vec<WhyClause> {
        let wanted = run.after().map(|after| after.outcome).unwrap_or_default();
        let awaited = self.state.awaited(key, run).into_iter();
        let clauses = awaited.map(|(run, state)| WhyClause::After { run, state, wanted });
        clauses.collect()
    }

    /// Whether its parent was ever requested is being found out.
    fn why_doubted(&self, key: &RunKey, run: &Run) -> Option<WhyClause> {
        let parent = run.parent()?.run.seen_from(&key.queue);
        let doubted = self.leader.as_ref()?.doubts.has(key);
        doubted.then(|| WhyClause::Closed {
            reason: format!(
                "whether its parent {parent} was ever requested is being read from that queue's log"
            ),
        })
    }

    /// What the program of a run waits for that is under way.
    fn why_awaiting(&self, key: &RunKey, run: &Run) -> Vec<WhyClause> {
        let live = run.live.as_deref().filter(|_| run.cancel.is_none());
        let Some(awaits) = live.and_then(Live::awaiting) else {
            return Vec::new();
        };
        let runs = awaits.waits.runs.iter();
        let runs = runs
            .map(|awaited| awaited.seen_from(&key.queue))
            .filter(|run| {
                let folded = self.state.queues.get(&run.queue);
                folded
                    .and_then(|folded| folded.run(&run.run_id))
                    .is_none_or(|run| !run.is_ended())
            });
        let awaits = WhyClause::Awaits {
            runs: runs.take(HOLDERS_MAX).collect(),
            since: awaits.since,
            yielded: awaits.hold != Hold::Held,
            goes_on: run.wants().is_some(),
        };
        let stuck = self.why_stuck(key);
        std::iter::once(awaits).chain(stuck).collect()
    }

    /// That a run waits for others that wait for it, in the end; looked for anew, so that it is no longer told when it is
    /// no longer so.
    fn why_stuck(&self, key: &RunKey) -> Option<WhyClause> {
        let knot = Knot::of(&self.state);
        knot.contains(key).then(|| WhyClause::Cycle {
            links: knot.links(&self.state, key),
            runs: u32::try_from(knot.len()).unwrap_or(u32::MAX),
        })
    }

    fn why_paced(&self, limit: &LimitKey) -> Option<WhyClause> {
        let (rate, since) = self.state.cell.start_rate(limit)?;
        let decided = self.leader.as_ref();
        let pace = decided.and_then(|leader| leader.overlay.pace(limit));
        let pace = pace.or_else(|| self.state.pace(limit))?.under(rate, since);
        let opens_at = pace.opens_at();
        (opens_at > self.now()).then(|| WhyClause::Rate {
            limit: limit.clone(),
            rate,
            opens_at,
        })
    }

    fn why_kept(&self, key: &RunKey, run: &Run) -> Option<WhyClause> {
        let woken = self.state.queues.get(&key.queue)?.woken();
        let lines = &self.leader.as_ref()?.lines;
        match lines.standing(key, &run.ready(woken)?)?.0 {
            WaitCause::Kept(limit) => Some(WhyClause::Kept {
                limit: limit.clone(),
            }),
            WaitCause::Limit(..)
            | WaitCause::Rate(_)
            | WaitCause::Paused(_)
            | WaitCause::NoWorkers
            | WaitCause::NotDue
            | WaitCause::QueueNotReady
            | WaitCause::Deciding
            | WaitCause::BeforeLeader
            | WaitCause::After => None,
        }
    }

    /// Runs that are planned before this one: those before it in its queue, all of the pool's higher queues, and those of
    /// equal ones that go first. Where the pool shares fairly, who goes first depends on whose turn it is.
    fn behind(&self, key: &RunKey, run: &Run) -> u64 {
        let cell = &self.state.cell;
        let shares = cell.pool(&key.queue.pool);
        let priority = cell.queue(&key.queue).map(|held| held.value.priority);
        let (Some(priority), false) = (
            priority,
            shares.is_some_and(|held| held.value.fair_share.is_some()),
        ) else {
            return 0;
        };
        let own = (Reverse(run.priority), run.in_line_since(), run.request_seq);
        let before = |queue: &QueueState| -> usize {
            // Positions of two logs do not compare.
            let ahead = queue.ready().map(|((other, since, _), _)| (*other, *since));
            ahead.take_while(|other| *other < (own.0, own.1)).count()
        };
        let of_pool = cell.queues_of(&key.queue.pool).into_iter();
        let counts = of_pool.filter_map(|held| {
            let folded = self.state.queues.get(&held.value.key)?;
            Some(if held.value.key == key.queue {
                folded.ready_before(&own)
            } else if held.value.priority < priority {
                folded.ready_len()
            } else if held.value.priority == priority {
                before(folded)
            } else {
                0
            })
        });
        counts.sum::<usize>() as u64
    }

    fn holders(&self, limit: &LimitKey) -> Vec<RunKey> {
        let of_queue = |(key, queue): (&QueueKey, &QueueState)| -> Vec<RunKey> {
            let used = queue.use_of(limit);
            let ids = used.into_iter().flat_map(|used| used.holders.keys());
            ids.take(HOLDERS_MAX)
                .map(|id| RunKey {
                    queue: key.clone(),
                    run_id: id.clone(),
                })
                .collect()
        };
        self.state
            .queues
            .iter()
            .flat_map(of_queue)
            .take(HOLDERS_MAX)
            .collect()
    }
}
