//! What workers report about a run.

use weir_core::{
    event::{Outcome, OutcomeClass, Report, Reported},
    ids::Seq,
    time::Timestamp,
};

use super::{
    Freed,
    run::{Legal, RunCheck, Stands},
};

impl RunCheck {
    /// `given` is what the executor gave, where the report tells an outcome and a process was started. Reports of
    /// anybody but the holder are void.
    pub(super) fn on_report(
        &mut self,
        seq: Seq,
        at: Timestamp,
        report: &Report,
        given: Option<&Outcome>,
    ) -> (Legal, Option<Freed>) {
        let Report {
            attempt,
            session,
            n,
            what,
        } = report;
        let Some(live) = self.live.as_mut().filter(|live| live.attempt == *attempt) else {
            return (Ok(()), None);
        };
        let first = live.first.is_none();
        live.first.get_or_insert(seq);
        if let Reported::Taken { .. } = what {
            if first && !live.revoked {
                live.holder = Some(session.clone());
                live.taken = at;
                live.n = *n;
            }
            return (Ok(()), None);
        }
        if first {
            return (
                Err(format!(
                    "the first report on {attempt:?} is none of taking it"
                )),
                None,
            );
        }
        if live.holder.as_ref() != Some(session) || *n <= live.n {
            return (Ok(()), None);
        }
        match what {
            Reported::Started { .. } => {
                live.n = *n;
                live.started.get_or_insert(at);
                self.time.has_started = true;
                (Ok(()), None)
            }
            Reported::Taken { .. } | Reported::Submitted { .. } | Reported::Waiting { .. } => {
                live.n = *n;
                (Ok(()), None)
            }
            Reported::HandedBack if live.revoked || live.started.is_some() => (Ok(()), None),
            Reported::HandedBack => {
                self.live = None;
                self.stands = Stands::Waits;
                let legal = match given {
                    None => Ok(()),
                    Some(_) => Err("it is handed back and was begun".to_owned()),
                };
                (legal, Some(Freed(*attempt)))
            }
            Reported::Finished { .. } if live.revoked || live.finished.is_some() => (Ok(()), None),
            Reported::Finished {
                outcome,
                gone: true,
            } => self.gone(Some(outcome), given),
            Reported::Finished {
                outcome,
                gone: false,
            } => {
                live.n = *n;
                live.finished = Some(outcome.clone());
                let by = live.by.clone();
                if self.would_end(outcome, &by) {
                    self.conclude(outcome, &by);
                }
                (told_truly(outcome, given), None)
            }
            Reported::Gone { outcome } => self.gone(outcome.as_ref(), given),
        }
    }

    fn gone(&mut self, told: Option<&Outcome>, given: Option<&Outcome>) -> (Legal, Option<Freed>) {
        let Some(live) = self.live.take() else {
            return (Ok(()), None);
        };
        let told = live.finished.clone().or_else(|| told.cloned());
        let outcome = told.unwrap_or_else(|| Outcome::of(OutcomeClass::Lost));
        self.conclude(&live.overdue(outcome.clone()), &live.by);
        (told_truly(&outcome, given), Some(Freed(live.attempt)))
    }
}

/// What the executor gave is what the run ends with; where nothing was started it ends without success.
fn told_truly(told: &Outcome, given: Option<&Outcome>) -> Legal {
    match given {
        Some(given) if given == told => Ok(()),
        Some(given) => Err(format!(
            "{} is told where the executor gave {}",
            words(told),
            words(given)
        )),
        None => match told.class {
            OutcomeClass::Stopped | OutcomeClass::StartFailed | OutcomeClass::Lost => Ok(()),
            OutcomeClass::Completed
            | OutcomeClass::Failed
            | OutcomeClass::Signaled
            | OutcomeClass::Crashed
            | OutcomeClass::TimedOut => {
                Err(format!("{} is told where nothing was started", words(told)))
            }
        },
    }
}

fn words(outcome: &Outcome) -> String {
    crate::sim::words::outcome(outcome)
}
