//! When an attempt lets go of its slots, by the protocol's own words.

use weir_core::{
    event::{CancelCause, Decision, Report, Reported, RevokeCause, Revoked},
    ids::Attempt,
    request::Request,
};

use super::Held;

impl Held {
    /// Nobody has taken it.
    pub(super) fn claimed(attempt: Attempt) -> Self {
        Self {
            attempt,
            holder: None,
            started: false,
            stopping: false,
            ordered: false,
            wait: None,
        }
    }

    /// Whether it has given its slots back while its program waits for other runs.
    pub(super) fn has_given(&self) -> bool {
        matches!(self.wait, Some((_, true)))
    }

    /// Its program says that it waits, or goes on. One that goes on before it was let go holds what it held.
    pub(super) fn says(&mut self, request: &Request) {
        match request {
            Request::Waits(waits) if waits.id.attempt == self.attempt && waits.yields => {
                if self.wait.is_none() {
                    self.wait = Some((waits.id.k, false));
                }
            }
            Request::GoesOn(id) if self.wait == Some((id.k, false)) => self.wait = None,
            Request::Cancel(_) => self.ordered = true,
            Request::Waits(_)
            | Request::GoesOn(_)
            | Request::Run(_)
            | Request::SetPriority(_)
            | Request::Retry(_)
            | Request::Bad(_) => {}
        }
    }

    /// The scheduler lets its slots go, or gives them back: whether it takes them.
    pub(super) fn is_told(&mut self, decision: &Decision) -> Option<bool> {
        // Of what is being stopped nothing changes until it is gone.
        if self.stopping || self.ordered {
            return None;
        }
        match decision {
            Decision::Yielded { attempt, k }
                if *attempt == self.attempt && self.wait == Some((*k, false)) =>
            {
                self.wait = Some((*k, true));
                Some(false)
            }
            Decision::Regranted { attempt, k, .. }
                if *attempt == self.attempt && self.wait == Some((*k, true)) =>
            {
                self.wait = None;
                Some(true)
            }
            // What has started does not lapse any more.
            Decision::CancelOrdered { attempt, cause, .. } if *attempt == self.attempt => {
                self.ordered = *cause != CancelCause::Lapsed || !self.started;
                None
            }
            Decision::Yielded { .. }
            | Decision::Regranted { .. }
            | Decision::CancelOrdered { .. }
            | Decision::FoundInCycle { .. }
            | Decision::Rejected(_)
            | Decision::RetryScheduled { .. }
            | Decision::Cancelled { .. } => None,
        }
    }
}

/// Whether a revocation frees the slots where it stands.
pub(super) fn frees(held: &mut Held, revoked: &Revoked) -> bool {
    if held.attempt != revoked.attempt {
        return false;
    }
    let lost = match &revoked.cause {
        RevokeCause::WorkerLost { session } => held.holder.as_ref() == Some(session),
        RevokeCause::NotTaken
        | RevokeCause::Cancel
        | RevokeCause::NotSubmitted
        | RevokeCause::NotStarted
        | RevokeCause::RanTooLong => false,
    };
    held.stopping = true;
    held.holder.is_none() || lost
}

/// Whether a report frees the slots where it stands.
pub(super) fn goes(held: &mut Held, report: &Report) -> bool {
    let Report {
        attempt,
        session,
        n: _,
        what,
    } = report;
    if *attempt != held.attempt {
        return false;
    }
    if matches!(what, Reported::Taken { .. }) {
        if held.holder.is_none() && !held.stopping {
            held.holder = Some(session.clone());
        }
        return false;
    }
    if held.holder.as_ref() != Some(session) {
        return false;
    }
    match what {
        Reported::Gone { .. } => true,
        Reported::Finished { gone, .. } => *gone && !held.stopping,
        Reported::HandedBack => !held.stopping,
        Reported::Started { .. } => {
            held.started = true;
            false
        }
        Reported::Taken { .. } | Reported::Submitted { .. } | Reported::Waiting { .. } => false,
    }
}
