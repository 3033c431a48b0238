//! Folding the waits of runs for other runs, and what becomes of their slots meanwhile.
//!
//! Two voices speak: the run's own program says when a wait begins and ends, the scheduler when its slots are free and
//! when it has them again. A program's word counts only for the attempt that is under way, and only from somebody who
//! knows the session of the worker that holds it. Of an attempt that is being stopped no such word counts: it keeps what
//! it has until it is gone, and what it has not it does not get any more.
//!
//! A program may die, or go on, without a word. So nothing that holds nothing depends on its word: once all that it waits
//! for has ended the scheduler may give it its slots again by itself.

use std::sync::Arc;

use crate::{
    awaits::{WaitId, Waits},
    ids::{Attempt, RunId, Seq},
    limit::Slot,
    request::Request,
    state::{
        Touched,
        live::Live,
        queue::QueueState,
        run::{Run, Stage},
        transition::Word,
    },
    time::Timestamp,
};

/// An attempt's wait for other runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaiting {
    /// What its program has said.
    pub waits: Arc<Waits>,
    /// Where that stands in the log.
    pub from: Seq,
    /// When that was stored.
    pub since: Timestamp,
    /// What becomes of its slots.
    pub hold: Hold,
    /// That it is part of a cycle has been said.
    pub told: bool,
}

/// What an attempt that waits for other runs has of its slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// All of them.
    Held,
    /// None.
    Given,
    /// None, and its program says that it goes on.
    Wanted {
        /// Where its program has said so.
        from: Seq,
        /// When.
        since: Timestamp,
    },
}

impl Awaiting {
    /// Whether another wait of the attempt takes its place. Its program may be dead without a word; where the slots are
    /// held and are not to be given back, nobody loses anything by believing whoever speaks next.
    pub fn gives_way(&self) -> bool {
        self.hold == Hold::Held && !self.waits.yields
    }
}

impl Live {
    /// The slots that it holds: those of its claim, but for the time in which it has given them back.
    pub fn holds(&self) -> Arc<[Slot]> {
        if self.has_given() {
            Arc::default()
        } else {
            Arc::clone(&self.slots)
        }
    }

    /// Whether it has given its slots back and does not have them again.
    pub fn has_given(&self) -> bool {
        self.awaits
            .as_deref()
            .is_some_and(|awaits| awaits.hold != Hold::Held)
    }

    /// The wait that it is in, unless it is about to end anyway.
    pub fn awaiting(&self) -> Option<&Awaiting> {
        let open = self.stop.is_none() && self.finished.is_none();
        self.awaits.as_deref().filter(|_| open)
    }

    /// Whether it is owed that its slots be free.
    pub fn yields(&self) -> bool {
        self.awaiting()
            .is_some_and(|awaits| awaits.waits.yields && awaits.hold == Hold::Held)
    }
}

impl Run {
    /// The wait for which it has given its slots back, as long as its program has not said that it is over.
    pub fn given(&self) -> Option<&Awaiting> {
        self.open_wait().filter(|awaits| awaits.hold == Hold::Given)
    }

    /// Since when it is to have its slots again, and the record that says so: its program wants them, or all that it
    /// waits for has ended and its program has said nothing, which may be dead by now while others of the run go on.
    pub fn wants(&self) -> Option<(Timestamp, Seq)> {
        let awaits = self.open_wait()?;
        match awaits.hold {
            Hold::Wanted { from, since } => Some((since, from)),
            Hold::Given => self.outwaited.map(|at| (at, awaits.from)),
            Hold::Held => None,
        }
    }

    /// The wait of its program, while it is under way and nobody wants its end.
    fn open_wait(&self) -> Option<&Awaiting> {
        let live = self.live.as_deref()?;
        let open = self.stage == Stage::Live && self.cancel.is_none();
        live.awaiting().filter(|_| open)
    }
}

impl QueueState {
    /// Runs that are under way and whose programs wait for other runs.
    pub fn awaiting(&self) -> impl Iterator<Item = (&RunId, &Run)> {
        let runs = self.index.awaiting.iter();
        runs.filter_map(|run_id| self.runs.get_key_value(run_id))
    }
    /// Runs that have given their slots back and are to have them again, in the order in which they came.
    pub fn wanting(&self) -> impl Iterator<Item = (&RunId, &Run)> {
        let runs = self.index.wanting.values();
        runs.filter_map(|run_id| self.runs.get_key_value(run_id))
    }
    /// All that a run waits for that has given its slots back has ended, the last of it then; or has not after all. Changes
    /// where it stands in the indexes and nothing else.
    pub fn outwait(&mut self, run_id: &RunId, outwaited: Option<Timestamp>) -> Touched {
        self.shift(run_id, |run| run.outwaited = outwaited)
    }

    /// What a run's own program says of its waits.
    pub(super) fn on_wait(&mut self, seq: Seq, at: Timestamp, run_id: &RunId, request: &Request) {
        let counted = match request {
            Request::Waits(waits) => {
                self.change(run_id, Word::Waits, |run| on_waits(run, seq, at, waits))
            }
            Request::GoesOn(id) => {
                self.change(run_id, Word::GoesOn, |run| on_goes_on(run, seq, at, id))
            }
            Request::Run(_)
            | Request::Cancel(_)
            | Request::SetPriority(_)
            | Request::Retry(_)
            | Request::Bad(_) => None,
        };
        if counted != Some(true) {
            self.anomalies.void_waits += 1;
        }
    }
}

/// The live attempt, if it is the one that is meant, is not being stopped, and whoever speaks knows its session.
fn meant<'a>(run: &'a mut Run, id: &WaitId) -> Option<&'a mut Live> {
    let live = run.live.as_deref_mut()?;
    let holder = live.holder.as_ref()?;
    let meant = live.attempt == id.attempt && holder.session == id.session;
    let open = live.stop.is_none() && live.finished.is_none();
    (meant && open).then_some(live)
}

fn on_waits(run: &mut Run, seq: Seq, at: Timestamp, waits: &Arc<Waits>) -> bool {
    let Some(live) = meant(run, &waits.id) else {
        return false;
    };
    // One at a time, and each once: a message that comes twice must not begin a wait that is over.
    let is_free = live.awaits.as_deref().is_none_or(Awaiting::gives_way);
    if !is_free || waits.id.k <= live.last_k {
        return false;
    }
    live.last_k = waits.id.k;
    live.awaits = Some(Box::new(Awaiting {
        waits: Arc::clone(waits),
        from: seq,
        since: at,
        hold: Hold::Held,
        told: false,
    }));
    true
}

fn on_goes_on(run: &mut Run, seq: Seq, at: Timestamp, id: &WaitId) -> bool {
    let Some(live) = meant(run, id) else {
        return false;
    };
    let Some(awaits) = live
        .awaits
        .as_deref_mut()
        .filter(|awaits| awaits.waits.id.k == id.k)
    else {
        return false;
    };
    match awaits.hold {
        // A `Yielded` that is on its way comes too late, and is void.
        Hold::Held => live.awaits = None,
        Hold::Given => {
            awaits.hold = Hold::Wanted {
                from: seq,
                since: at,
            };
        }
        Hold::Wanted { .. } => return false,
    }
    true
}

/// The wait of this number, of this attempt.
fn wait_of(run: &mut Run, attempt: Attempt, k: u32) -> Option<&mut Live> {
    let live = run.live.as_deref_mut()?;
    let open = live.attempt == attempt && live.awaiting().is_some();
    let same = live
        .awaits
        .as_deref()
        .is_some_and(|awaits| awaits.waits.id.k == k);
    (open && same).then_some(live)
}

pub(super) fn on_yielded(run: &mut Run, attempt: Attempt, k: u32) -> bool {
    let awaits = wait_of(run, attempt, k)
        .filter(|live| live.yields())
        .and_then(|live| live.awaits.as_deref_mut());
    let counted = awaits.is_some();
    if let Some(awaits) = awaits {
        awaits.hold = Hold::Given;
    }
    counted
}

pub(super) fn on_regranted(run: &mut Run, attempt: Attempt, k: u32, slots: Vec<Slot>) -> bool {
    // Whether all that it waited for had ended is not of this log: who has his slots again holds them, whatever for.
    let Some(live) = wait_of(run, attempt, k).filter(|live| live.has_given()) else {
        return false;
    };
    live.slots = Arc::from(slots);
    live.awaits = None;
    true
}

pub(super) fn on_found_in_cycle(run: &mut Run, attempt: Attempt, k: u32) -> bool {
    let awaits = wait_of(run, attempt, k)
        .and_then(|live| live.awaits.as_deref_mut())
        .filter(|awaits| !awaits.told);
    let counted = awaits.is_some();
    if let Some(awaits) = awaits {
        awaits.told = true;
    }
    counted
}
