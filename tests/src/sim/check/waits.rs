//! Runs that wait for others: whose words about it count, and when they hold nothing meanwhile.

use weir_core::{
    awaits::WaitId,
    event::Decision,
    ids::{Attempt, DecisionId, RunKey, Seq, SessionId},
    limit::{LimitKey, Slot},
    request::Request,
};

use super::{
    Checker,
    attempt::LiveCheck,
    limits::{self, Need},
    run::RunCheck,
};

/// A wait that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WaitCheck {
    k: u32,
    yields: bool,
    given: bool,
}

/// What becomes of an attempt's slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slots {
    Given,
    Taken,
}

impl RunCheck {
    /// The attempt, as long as nobody is stopping it.
    fn open(&mut self) -> Option<&mut LiveCheck> {
        let cancelled = self.cancelled;
        let live = self.live.as_mut()?;
        (!cancelled && !live.revoked && !live.ordered && live.finished.is_none()).then_some(live)
    }

    fn named(&mut self, id: &WaitId) -> Option<&mut LiveCheck> {
        let live = self.open()?;
        (live.attempt == id.attempt && live.holder.as_ref() == Some(&id.session)).then_some(live)
    }

    /// What somebody says in the name of its program.
    pub(super) fn says(&mut self, request: &Request) {
        match request {
            Request::Waits(waits) => {
                let k = waits.id.k;
                let live = self.named(&waits.id);
                // One that is to give slots back, or has, is let to its end; any other is over with the next.
                let counts = |live: &&mut LiveCheck| {
                    let keeps = live.wait.is_some_and(|wait| wait.yields);
                    !keeps && k > live.last_k
                };
                if let Some(live) = live.filter(counts) {
                    live.last_k = k;
                    live.wait = Some(WaitCheck {
                        k,
                        yields: waits.yields,
                        given: false,
                    });
                }
            }
            Request::GoesOn(id) => {
                let Some(live) = self.named(id) else { return };
                // One that has given its slots back has them again when the scheduler says so.
                live.wait.take_if(|wait| wait.k == id.k && !wait.given);
            }
            Request::Run(_)
            | Request::Cancel(_)
            | Request::SetPriority(_)
            | Request::Retry(_)
            | Request::Bad(_) => {}
        }
    }

    /// What the scheduler says about its slots; void where the attempt is over, or its program has said something else
    /// meanwhile.
    fn told(&mut self, attempt: Attempt, k: u32, regranted: bool) -> Option<Slots> {
        let live = self.open().filter(|live| live.attempt == attempt)?;
        let wait = live.wait.as_mut().filter(|wait| wait.k == k)?;
        // Whether its program has said that it goes on, or all that it waits for has ended.
        if regranted {
            let given = wait.given;
            if given {
                live.wait = None;
            }
            return given.then_some(Slots::Taken);
        }
        let yields = wait.yields && !wait.given;
        wait.given |= yields;
        yields.then_some(Slots::Given)
    }
}

impl Checker {
    /// A decision about an attempt's slots is stored.
    pub(super) fn on_slots(
        &mut self,
        whence: &str,
        run: &RunKey,
        id: DecisionId,
        decision: &Decision,
    ) {
        let (attempt, k, slots) = match decision {
            Decision::Yielded { attempt, k } => (*attempt, *k, None),
            Decision::Regranted { attempt, k, slots } => (*attempt, *k, Some(slots)),
            Decision::Rejected(_)
            | Decision::RetryScheduled { .. }
            | Decision::CancelOrdered { .. }
            | Decision::Cancelled { .. }
            | Decision::FoundInCycle { .. } => return,
        };
        let check = self.run(run);
        let had = check.live.as_ref().map(|live| live.by.slots.clone());
        match (check.told(attempt, k, slots.is_some()), slots) {
            (Some(Slots::Given), _) => self.limits.free(run),
            (Some(Slots::Taken), Some(slots)) => {
                let names = |slots: &[Slot]| -> Vec<(LimitKey, u32)> {
                    let slots = slots.iter();
                    slots
                        .map(|slot| (slot.limit.clone(), slot.weight))
                        .collect()
                };
                if had.as_deref().map(names) != Some(names(slots)) {
                    self.breaks(format!("{whence}: {run} has other slots than it gave back"));
                }
                let cell = self.decisions.get(&id).copied().unwrap_or_default();
                let needs = slots.iter().map(|slot| self.need(slot, cell));
                let configured: Vec<Need> = needs.collect();
                let broken = self.limits.regrant(run, id, slots, &configured);
                self.broken
                    .extend(broken.into_iter().map(|what| format!("{whence}: {what}")));
            }
            (Some(Slots::Taken) | None, _) => {}
        }
    }

    /// The value of a slot's limit as of a position of the cell log.
    fn need(&self, slot: &Slot, cell: Seq) -> Need {
        let values = match &slot.limit {
            LimitKey::Pool(pool) => self.pools.get(pool),
            LimitKey::Queue(queue) => self.queues.get(queue),
            LimitKey::Deployment(_) | LimitKey::Tag(_) | LimitKey::Named(_) => {
                self.others.get(&slot.limit)
            }
        };
        (slot.limit.clone(), limits::at(values, cell), slot.weight)
    }

    /// What a program of this run would say that its attempt is: the attempt, its worker's session, its last wait and
    /// whether that is open.
    pub(in crate::sim) fn inside(&self, run: &RunKey) -> Option<(Attempt, SessionId, u32, bool)> {
        let log = self.logs.get(&run.queue)?;
        let live = log.runs.get(&run.run_id)?.live.as_ref()?;
        let session = live.holder.clone()?;
        Some((live.attempt, session, live.last_k, live.wait.is_some()))
    }
}
