//! What runs become here: processes in virtual time, each under a keeper that obeys its worker's lease, whatever
//! becomes of the worker.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::sync::{Notify, watch};
use weir_core::{
    event::{Outcome, OutcomeClass},
    ids::{Attempt, RunKey},
    time::Timestamp,
};
use weir_worker::executor::{LeaseDeadlines, Stop, StopCause};

/// Which attempt of which run.
pub(super) type ProcKey = (RunKey, Attempt);

/// What a process does by itself.
#[derive(Clone, Debug)]
pub(super) struct Script {
    /// How long it runs if nobody stops it.
    pub(super) runs_for: Duration,
    /// How it ends then.
    pub(super) outcome: Outcome,
    /// How long it takes to heed a polite signal.
    pub(super) heeds_after: Duration,
    /// It ends in its own way when it is told to stop.
    pub(super) own_end: bool,
    /// How long something of it stays after its end.
    pub(super) lingers: Duration,
}

/// A process and its keeper.
#[derive(Debug)]
pub(super) struct Proc {
    script: Script,
    begun: Timestamp,
    timeout: Option<Duration>,
    /// When the worker's machine was switched on, in the world's time: deadlines count from there.
    born: Timestamp,
    stop: watch::Receiver<Option<Stop>>,
    lease: watch::Receiver<LeaseDeadlines>,
    pipe_closed: Option<Timestamp>,
    /// The first polite signal: when, why.
    told: Option<(Timestamp, Why)>,
    kill_at: Timestamp,
    pub(super) exited: Option<(Timestamp, Outcome)>,
    pub(super) gone: Option<Timestamp>,
    /// Rung at its exit and when nothing is left.
    pub(super) changed: Arc<Notify>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Stopped(StopCause),
    TimedOut,
}

/// What is known when a process is to be started.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) key: ProcKey,
    pub(super) script: Script,
    pub(super) timeout: Option<Duration>,
    pub(super) born: Timestamp,
    pub(super) stop: watch::Receiver<Option<Stop>>,
    pub(super) lease: watch::Receiver<LeaseDeadlines>,
}

/// All processes that there have been.
#[derive(Debug, Default)]
pub(super) struct Procs(pub(super) BTreeMap<ProcKey, Proc>);

/// What a keeper allows after a polite signal that is nobody's order.
const GRACE: Duration = Duration::from_secs(2);

impl Procs {
    /// Whether something of this attempt is there.
    pub(super) fn is_there(&self, key: &ProcKey) -> bool {
        self.0.get(key).is_some_and(|proc| proc.gone.is_none())
    }
    /// Attempts of this run of which something is there.
    pub(super) fn of_run(&self, run: &RunKey) -> Vec<Attempt> {
        let all = (run.clone(), Attempt(0))..=(run.clone(), Attempt(u32::MAX));
        self.0
            .range(all)
            .filter(|(_, proc)| proc.gone.is_none())
            .map(|((_, attempt), _)| *attempt)
            .collect()
    }
    pub(super) fn running(&self) -> usize {
        self.0.values().filter(|proc| proc.gone.is_none()).count()
    }

    /// Starts one, unless its lease is over already.
    pub(super) fn start(&mut self, start: Start, now: Timestamp) -> bool {
        let Start {
            key,
            script,
            timeout,
            born,
            stop,
            lease,
        } = start;
        if born.after(lease.borrow().stop_at) <= now {
            return false;
        }
        let proc = Proc {
            script,
            begun: now,
            timeout,
            born,
            stop,
            lease,
            pipe_closed: None,
            told: None,
            kill_at: Timestamp::MAX,
            exited: None,
            gone: None,
            changed: Arc::new(Notify::new()),
        };
        self.0.insert(key, proc);
        true
    }

    pub(super) fn close_pipe(&mut self, key: &ProcKey, now: Timestamp) {
        if let Some(proc) = self.0.get_mut(key)
            && proc.gone.is_none()
        {
            proc.pipe_closed.get_or_insert(now);
        }
    }

    /// Lets time pass for all keepers. Gives back what is to be told in the trace.
    pub(super) fn pass(&mut self, now: Timestamp) -> Vec<(ProcKey, String)> {
        let mut told = Vec::new();
        for (key, proc) in self.0.iter_mut().filter(|(_, proc)| proc.gone.is_none()) {
            if let Some(what) = proc.pass(now) {
                told.push((key.clone(), what));
            }
        }
        told
    }
}

impl Proc {
    fn pass(&mut self, now: Timestamp) -> Option<String> {
        self.hear(now);
        let was = self.exited.is_some();
        if self.exited.is_none() {
            self.exited = self.exit(now).map(|outcome| (now, outcome));
        }
        let killed = self.kill_at <= now;
        if let Some((at, outcome)) = &self.exited
            && (killed || at.after(self.script.lingers) <= now)
        {
            self.gone = Some(now);
            self.changed.notify_one();
            let killed = if killed { " killed" } else { "" };
            return Some(format!("gone{killed} {}", super::words::outcome(outcome)));
        }
        if let (false, Some((_, outcome))) = (was, &self.exited) {
            self.changed.notify_one();
            return Some(format!(
                "exited, lingers: {}",
                super::words::outcome(outcome)
            ));
        }
        None
    }

    /// What the keeper hears, and when its patience ends.
    fn hear(&mut self, now: Timestamp) {
        let lease = *self.lease.borrow();
        let stop = *self.stop.borrow();
        let mut kill = self.born.after(lease.kill_at);
        let mut why = None;
        if self.born.after(lease.stop_at) <= now {
            why = Some(Why::Stopped(StopCause::SessionLost));
        }
        if let Some(at) = self.pipe_closed {
            why.get_or_insert(Why::Stopped(StopCause::SessionLost));
            kill = kill.min(at.after(GRACE));
        }
        if let Some(stop) = stop {
            why.get_or_insert(Why::Stopped(stop.cause));
            let since = self.told.map_or(now, |(at, _)| at);
            kill = kill.min(since.after(stop.grace));
        }
        if let Some(timeout) = self.timeout
            && self.begun.after(timeout) <= now
        {
            why.get_or_insert(Why::TimedOut);
            kill = kill.min(self.begun.after(timeout).after(GRACE));
        }
        self.kill_at = kill;
        if let (None, Some(why)) = (self.told, why) {
            self.told = Some((now, why));
        }
    }

    fn exit(&self, now: Timestamp) -> Option<Outcome> {
        if self.begun.after(self.script.runs_for) <= now {
            return Some(self.script.outcome.clone());
        }
        let (at, why) = self.told?;
        let killed = self.kill_at <= now;
        if !killed && at.after(self.script.heeds_after) > now {
            return None;
        }
        if !killed && self.script.own_end {
            return Some(self.script.outcome.clone());
        }
        let signal = Some(if killed { 9 } else { 15 });
        Some(match why {
            Why::TimedOut => Outcome {
                signal,
                ..Outcome::of(OutcomeClass::TimedOut)
            },
            Why::Stopped(StopCause::SessionLost) => Outcome {
                signal,
                ..Outcome::of(OutcomeClass::Lost)
            },
            Why::Stopped(StopCause::Cancelled | StopCause::Revoked | StopCause::WorkerStopping) => {
                Outcome {
                    signal,
                    ..Outcome::of(OutcomeClass::Stopped)
                }
            }
        })
    }
}
