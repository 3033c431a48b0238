//! One run by its records, and which records it allows.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use weir_core::{
    event::{CancelCause, Claimed, Decision, Outcome, OutcomeClass, RevokeCause, Revoked},
    ids::{Attempt, Seq, SessionId},
    request::RunRequest,
    time::Timestamp,
};

use super::{
    super::world::TICK,
    Freed,
    attempt::LiveCheck,
    family::{ending, for_others},
    time::TimeCheck,
    wait::explained,
};

/// Where a run stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Stands {
    /// Nobody has asked for it.
    #[default]
    Unknown,
    Waits,
    Unreadable,
    RetryOwed,
    Live,
    Ended(String),
}

#[derive(Debug, Default)]
pub(super) struct RunCheck {
    request: Seq,
    /// Where its first wait began: with its request, or where another attempt was asked for.
    from: Seq,
    pub(super) asked: Option<Arc<RunRequest>>,
    pub(super) cancelled: bool,
    /// For whose sake, or for what, where no user has asked.
    sake: Option<CancelCause>,
    /// It was being cancelled, or has ended otherwise than it should, at some time.
    pub(super) fell: bool,
    /// Whether it has completed, and whether it has failed, at some time.
    pub(super) ends: (bool, bool),
    pub(super) stands: Stands,
    due: Timestamp,
    pub(super) attempts: u32,
    tries: u32,
    /// Another attempt was asked for while something of the last one was there.
    again: bool,
    pub(super) live: Option<LiveCheck>,
    pub(super) time: TimeCheck,
}

/// What a record was: in order, or why not.
pub(super) type Legal = Result<(), String>;

impl RunCheck {
    /// `asked` is `None` where the request cannot be read.
    pub(super) fn requested(
        request: Seq,
        asked: Option<Arc<RunRequest>>,
        cancelled: bool,
        time: TimeCheck,
    ) -> Self {
        let stands = if asked.is_some() {
            Stands::Waits
        } else {
            Stands::Unreadable
        };
        Self {
            request,
            from: request,
            asked,
            cancelled,
            stands,
            due: time.due,
            time,
            ..Self::default()
        }
    }

    pub(super) fn cancel(&mut self) {
        if matches!(self.stands, Stands::Ended(_)) {
            self.again = false;
        } else {
            self.cancelled = true;
        }
    }

    /// Somebody asks for another attempt of what has ended.
    pub(super) fn retry(&mut self, seq: Seq, after: Option<Attempt>) {
        let meant = after.is_none_or(|after| after.0 == self.attempts);
        if !matches!(self.stands, Stands::Ended(_)) || !meant || self.asked.is_none() {
            return;
        }
        if self.live.is_some() {
            self.again = true;
        } else {
            self.from = seq;
            self.begin_again();
        }
    }

    fn begin_again(&mut self) {
        self.again = false;
        self.cancelled = false;
        self.sake = None;
        self.time.run_again();
        self.tries = 0;
        self.due = Timestamp::MIN;
        self.stands = Stands::Waits;
    }

    pub(super) fn on_claimed(
        &mut self,
        seq: Seq,
        at: Timestamp,
        decided: Timestamp,
        claimed: &Claimed,
    ) -> Legal {
        let Claimed {
            attempt,
            request,
            take_within,
            waits,
            ..
        } = claimed;
        explained(waits, self.from, *attempt, at)?;
        if self.stands != Stands::Waits || self.live.is_some() {
            return Err(format!(
                "{attempt:?} is claimed where the run stands at {:?}",
                self.stands
            ));
        }
        if attempt.0 != self.attempts + 1 || *request != self.request {
            return Err(format!(
                "{attempt:?} of {request:?} is claimed after {} of {:?}",
                self.attempts, self.request
            ));
        }
        self.time.may_be_claimed(decided)?;
        // The simulated broker stamps what comes within a turn of the programs with the turn's beginning.
        if at.after(TICK) < self.due {
            return Err(format!(
                "{attempt:?} is claimed {:?} before it is due, by the broker's stamp",
                self.due.since(at)
            ));
        }
        if decided < self.due {
            return Err(format!(
                "{attempt:?} is claimed {:?} before it is due",
                self.due.since(decided)
            ));
        }
        self.attempts = attempt.0;
        self.stands = Stands::Live;
        self.live = Some(LiveCheck {
            attempt: *attempt,
            claim: seq,
            take_by: at.after(*take_within),
            by: Arc::new(claimed.clone()),
            holder: None,
            first: None,
            n: 0,
            revoked: false,
            ordered: false,
            wait: None,
            last_k: 0,
            overdue: None,
            taken: Timestamp::MIN,
            started: None,
            finished: None,
        });
        Ok(())
    }

    /// A revocation that finds nothing is void: what it was about has ended meanwhile.
    pub(super) fn on_revoked(
        &mut self,
        decided: Timestamp,
        revoked: &Revoked,
        sessions: &BTreeMap<SessionId, (Timestamp, Duration, bool)>,
    ) -> (Legal, Option<Freed>) {
        let Revoked {
            attempt,
            cause,
            grace: _,
        } = revoked;
        let Some(live) = self.live.as_mut().filter(|live| live.attempt == *attempt) else {
            return (Ok(()), None);
        };
        let legal = match cause {
            RevokeCause::NotTaken if decided < live.take_by => {
                Err(format!("{attempt:?} is revoked too early"))
            }
            RevokeCause::Cancel if !self.cancelled => {
                Err(format!("{attempt:?} is revoked and nobody cancelled"))
            }
            RevokeCause::WorkerLost { session } => match sessions.get(session) {
                Some((at, lease, false)) if decided < at.after(*lease) => Err(format!(
                    "{attempt:?}: session {session} is taken for lost {:?} before its lease is over",
                    at.after(*lease).since(decided)
                )),
                Some(_) | None => Ok(()),
            },
            RevokeCause::NotTaken | RevokeCause::Cancel => Ok(()),
            RevokeCause::NotSubmitted | RevokeCause::NotStarted | RevokeCause::RanTooLong => {
                live.time_is_up(cause, decided)
            }
        };
        let Some(holder) = &live.holder else {
            self.live = None;
            if self.stands == Stands::Live {
                self.stands = Stands::Waits;
            }
            return (legal, Some(Freed(*attempt)));
        };
        if let RevokeCause::WorkerLost { session } = cause
            && session == holder
        {
            let outcome = live
                .finished
                .take()
                .unwrap_or_else(|| Outcome::of(OutcomeClass::Lost));
            let (outcome, by) = (live.overdue(outcome), live.by.clone());
            self.live = None;
            self.conclude(&outcome, &by);
            return (legal, Some(Freed(*attempt)));
        }
        live.revoked = true;
        (legal, None)
    }

    /// What it has come through, once a record about it is folded.
    pub(super) fn note(&mut self) {
        match &self.stands {
            Stands::Ended(name) if name == "Completed" => self.ends.0 = true,
            Stands::Ended(_) => self.ends.1 = true,
            Stands::Unknown
            | Stands::Waits
            | Stands::Unreadable
            | Stands::RetryOwed
            | Stands::Live => {}
        }
        self.fell |= self.cancelled || self.ends.1;
    }

    /// Whether something of it was tried, or asked for once more.
    pub(super) fn was_tried(&self) -> bool {
        self.attempts > 0 || self.from != self.request
    }

    /// Its queue is deleted: it may be cancelled although no user asked for it.
    pub(super) fn goes_with_its_queue(&mut self) {
        self.cancelled = true;
    }

    pub(super) fn on_decision(&mut self, decided: Timestamp, decision: &Decision) -> Legal {
        let idle = self.live.is_none()
            && matches!(
                self.stands,
                Stands::Waits | Stands::Unreadable | Stands::RetryOwed
            );
        match decision {
            // Void where it has started meanwhile, has ended, or is being cancelled anyway.
            Decision::Cancelled {
                cause: CancelCause::Lapsed,
                ..
            } => {
                if idle {
                    self.time.may_lapse(decided)?;
                    self.stands = Stands::Ended("Lapsed".to_owned());
                }
            }
            Decision::CancelOrdered {
                attempt,
                cause: CancelCause::Lapsed,
                ..
            } => return self.lapses(decided, *attempt),
            Decision::Rejected(_) if idle => self.stands = Stands::Ended("Rejected".to_owned()),
            Decision::Cancelled { cause, .. } if idle && (self.cancelled || for_others(*cause)) => {
                self.stands = Stands::Ended(ending(Some(*cause)).to_owned());
            }
            Decision::RetryScheduled { attempt, due }
                if idle && self.stands == Stands::RetryOwed && attempt.0 == self.attempts =>
            {
                self.due = *due;
                self.stands = Stands::Waits;
            }
            // Void where the attempt has ended meanwhile.
            Decision::CancelOrdered { attempt, cause, .. } if for_others(*cause) => {
                let ended = matches!(self.stands, Stands::Ended(_));
                if let Some(live) = self.live.as_mut().filter(|live| live.attempt == *attempt) {
                    live.ordered = true;
                    if !self.cancelled && !ended {
                        self.cancelled = true;
                        self.sake = Some(*cause);
                    }
                }
            }
            Decision::CancelOrdered { attempt, .. } if self.cancelled || self.is_over(*attempt) => {
                if let Some(live) = self.live.as_mut().filter(|live| live.attempt == *attempt) {
                    live.ordered = true;
                }
            }
            // Likewise, and they change nothing but slots.
            Decision::Yielded { .. }
            | Decision::Regranted { .. }
            | Decision::FoundInCycle { .. } => {}
            Decision::Rejected(_)
            | Decision::Cancelled { .. }
            | Decision::RetryScheduled { .. }
            | Decision::CancelOrdered { .. } => {
                let (stands, live) = (&self.stands, self.live.is_some());
                return Err(format!(
                    "{decision:?} where the run stands at {stands:?} (live: {live})"
                ));
            }
        }
        Ok(())
    }

    /// It is ordered to stop because it has not started in time.
    fn lapses(&mut self, decided: Timestamp, attempt: Attempt) -> Legal {
        let open = self
            .live
            .as_mut()
            .filter(|live| live.attempt == attempt && live.finished.is_none());
        if let Some(live) = open
            && !self.cancelled
            && !self.time.has_started
        {
            live.ordered = true;
            self.time.may_lapse(decided)?;
            self.cancelled = true;
            self.sake = Some(CancelCause::Lapsed);
        }
        Ok(())
    }

    /// What an attempt's end means: the run's end, or another try.
    pub(super) fn conclude(&mut self, outcome: &Outcome, by: &Claimed) {
        if matches!(self.stands, Stands::Ended(_)) {
            if self.again && self.live.is_none() {
                self.begin_again();
            }
            return;
        }
        self.time.concluded(outcome.class);
        let name = match outcome.class {
            OutcomeClass::Completed => "Completed",
            OutcomeClass::Stopped | OutcomeClass::Lost if self.cancelled => ending(self.sake),
            OutcomeClass::Failed => "Failed",
            OutcomeClass::Signaled | OutcomeClass::Crashed => "Crashed",
            OutcomeClass::TimedOut => "TimedOut",
            OutcomeClass::StartFailed => "StartFailed",
            OutcomeClass::Stopped => "WorkerStopped",
            OutcomeClass::Lost => "WorkerLost",
        };
        let ends = self.would_end(outcome, by);
        if !matches!(name, "Completed" | "Cancelled" | "Lapsed") {
            self.tries += 1;
        }
        self.stands = if ends {
            Stands::Ended(name.to_owned())
        } else {
            Stands::RetryOwed
        };
    }

    /// Whether this attempt's end would be the run's.
    pub(super) fn would_end(&self, outcome: &Outcome, by: &Claimed) -> bool {
        let Some(failure) = weir_core::failure::FailureClass::of(outcome) else {
            return true;
        };
        let policy = by.retry_policy.as_deref();
        let spared = policy.is_some_and(|policy| !policy.retries(failure));
        self.cancelled || spared || self.tries + 1 > by.retries
    }

    pub(super) fn may_run(&self, attempt: Attempt, claim: Seq, session: &SessionId) -> Legal {
        let live = self
            .live
            .as_ref()
            .filter(|live| live.attempt == attempt && live.claim == claim);
        let live = live.ok_or_else(|| format!("{attempt:?} holds no slots"))?;
        if live.holder.as_ref() == Some(session) {
            Ok(())
        } else {
            Err(format!(
                "{attempt:?} is started by {session} and held by {:?}",
                live.holder
            ))
        }
    }
}
