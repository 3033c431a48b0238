//! A queue's log as a story: who says what, and when.

use std::{sync::Arc, time::Duration};

use weir_core::{
    awaits::{WaitId, Waits},
    event::{
        Basis, Body, CancelCause, Claim, Claimed, Decided, Decision, EpochRecord, Outcome,
        OutcomeClass, Record, Report, Reported, RevokeCause, Revoked,
    },
    ids::{
        Attempt, DecisionId, Epoch, InstallationId, Lane, QueueKey, QueueStream, RunId, Seq,
        SessionId,
    },
    limit::{LimitKey, Slot},
    request::{CancelRequest, Fault, Request, RunRequest},
    time::Timestamp,
    trace::{Span, TracedQueue},
    wait::{LogName, Place, Wait, WaitCause},
};

pub(crate) fn run_id() -> RunId {
    "run-1".parse().unwrap()
}
pub(crate) fn queue() -> QueueKey {
    QueueKey::new("etl".parse().unwrap(), "urgent".parse().unwrap())
}
pub(crate) fn installation() -> InstallationId {
    "k3v9".parse().unwrap()
}
pub(crate) fn stream() -> QueueStream {
    QueueStream {
        key: queue(),
        incarnation: 1,
    }
}
pub(crate) fn session() -> SessionId {
    "session-1".parse().unwrap()
}
pub(crate) fn pool_limit() -> LimitKey {
    LimitKey::Pool("etl".parse().unwrap())
}
pub(crate) fn tag_limit() -> LimitKey {
    LimitKey::Tag("db".parse().unwrap())
}

fn millis(ms: i64) -> Timestamp {
    Timestamp(ms * 1_000_000)
}

/// The log so far. Times are milliseconds since its beginning.
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) records: Vec<Record>,
    at: i64,
    epoch: u64,
    decisions: u64,
    pub(crate) request: Seq,
    attempt: u32,
    n: u32,
    pub(crate) waits: Vec<Wait>,
}

impl Story {
    /// A queue that somebody leads.
    pub(crate) fn new() -> Self {
        let story = Self {
            records: Vec::new(),
            at: 0,
            epoch: 0,
            decisions: 0,
            request: Seq(0),
            attempt: 0,
            n: 0,
            waits: Vec::new(),
        };
        story.led_by("scheduler-1")
    }
    /// The same with a request at 1 s for a deployment, with tags.
    pub(crate) fn requested() -> Self {
        Self::new().at(1_000).asked(None)
    }

    /// What comes next is stored at this point.
    pub(crate) fn at(mut self, ms: i64) -> Self {
        self.at = ms;
        self
    }
    pub(crate) fn say(mut self, body: Body) -> Self {
        self.records.push(Record {
            seq: Seq(self.records.len() as u64 + 1),
            at: millis(self.at),
            body,
        });
        self
    }

    /// Another scheduler leads.
    pub(crate) fn led_by(mut self, leader: &str) -> Self {
        self.epoch += 1;
        let epoch = EpochRecord {
            lane: Lane(0),
            epoch: Epoch(self.epoch),
            leader: leader.parse().unwrap(),
        };
        self.say(Body::Epoch(epoch))
    }

    pub(crate) fn asked(mut self, traceparent: Option<&str>) -> Self {
        self.request = Seq(self.records.len() as u64 + 1);
        let request = RunRequest {
            deployment: Some("etl/nightly".parse().unwrap()),
            tags: vec!["db".parse().unwrap()],
            ..RunRequest::default()
        };
        let request = Request::Run(Arc::new(request));
        self.user(request, traceparent)
    }
    pub(crate) fn user(self, request: Request, traceparent: Option<&str>) -> Self {
        self.say(Body::Request {
            run_id: run_id(),
            request,
            digest: 1,
            traceparent: traceparent.map(str::to_owned),
        })
    }
    pub(crate) fn cancel_asked(self) -> Self {
        let cancel = CancelRequest {
            grace: Some(Duration::from_secs(5)),
            force: false,
            reason: "not today".to_owned(),
        };
        self.user(Request::Cancel(cancel), None)
    }
    pub(crate) fn priority(self, priority: i32) -> Self {
        self.user(Request::SetPriority(priority), None)
    }
    pub(crate) fn again_asked(self) -> Self {
        self.user(Request::Retry(None), None)
    }

    /// From this point on, until another cause or the claim, this is why it waits.
    pub(crate) fn waits_for(mut self, ms: i64, cause: WaitCause) -> Self {
        self.waits.push(Wait {
            cause,
            from: Place {
                log: LogName::Queue(queue()),
                seq: Seq(1),
                at: millis(ms),
            },
            merged: None,
        });
        self
    }

    fn decided<T>(&mut self, what: T) -> Decided<T> {
        self.decisions += 1;
        Decided {
            id: DecisionId {
                epoch: Epoch(self.epoch),
                n: self.decisions,
            },
            at: millis(self.at),
            basis: Basis::default(),
            what,
        }
    }
    fn claim(mut self, claim: Claim) -> Self {
        let decided = self.decided(claim);
        self.say(Body::Claim {
            run_id: run_id(),
            decided,
        })
    }
    pub(crate) fn decides(mut self, decision: Decision) -> Self {
        let decided = self.decided(decision);
        self.say(Body::Decision {
            run_id: run_id(),
            decided,
        })
    }

    pub(crate) fn claimed(self) -> Self {
        self.claimed_as(|_| {})
    }
    pub(crate) fn claimed_as(mut self, change: impl FnOnce(&mut Claimed)) -> Self {
        self.attempt += 1;
        self.n = 0;
        let slot = |limit| Slot {
            limit,
            weight: 1,
            value: Some(2),
            pace: None,
        };
        let mut claimed = Claimed {
            slots: vec![slot(pool_limit()), slot(tag_limit())],
            waits: std::mem::take(&mut self.waits),
            ..Claimed::bare(Attempt(self.attempt), self.request)
        };
        change(&mut claimed);
        self.claim(Claim::Claimed(claimed))
    }
    pub(crate) fn revoked(self, cause: RevokeCause) -> Self {
        let attempt = self.attempt;
        self.revoked_of(attempt, cause)
    }
    /// Of an attempt that is not under way.
    pub(crate) fn revoked_of(self, attempt: u32, cause: RevokeCause) -> Self {
        let attempt = Attempt(attempt);
        let grace = Duration::from_secs(5);
        self.claim(Claim::Revoked(Revoked {
            attempt,
            cause,
            grace,
        }))
    }
    pub(crate) fn worker_lost(self) -> Self {
        let session = session();
        self.revoked(RevokeCause::WorkerLost { session })
    }
    pub(crate) fn rejected(self, fault: Fault) -> Self {
        self.decides(Decision::Rejected(fault))
    }
    pub(crate) fn retry_due(self, ms: i64) -> Self {
        let attempt = Attempt(self.attempt);
        let due = millis(ms);
        self.decides(Decision::RetryScheduled { attempt, due })
    }
    pub(crate) fn cancel_ordered(self) -> Self {
        let attempt = Attempt(self.attempt);
        self.decides(Decision::CancelOrdered {
            attempt,
            grace: Duration::from_secs(5),
            reason: "not today".to_owned(),
            cause: CancelCause::Asked,
        })
    }
    pub(crate) fn waits(self, k: u32) -> Self {
        let waits = Waits {
            id: self.wait_id(k),
            runs: vec!["child".parse().unwrap()],
            yields: true,
        };
        self.user(Request::Waits(Arc::new(waits)), None)
    }
    pub(crate) fn goes_on(self, k: u32) -> Self {
        let id = self.wait_id(k);
        self.user(Request::GoesOn(id), None)
    }
    pub(crate) fn yielded(self, k: u32) -> Self {
        let attempt = Attempt(self.attempt);
        self.decides(Decision::Yielded { attempt, k })
    }
    pub(crate) fn regranted(self, k: u32) -> Self {
        let (attempt, slots) = (Attempt(self.attempt), Vec::new());
        self.decides(Decision::Regranted { attempt, k, slots })
    }
    pub(crate) fn found_in_cycle(self, k: u32) -> Self {
        let attempt = Attempt(self.attempt);
        self.decides(Decision::FoundInCycle {
            attempt,
            k,
            links: Vec::new(),
            runs: 2,
        })
    }
    fn wait_id(&self, k: u32) -> WaitId {
        WaitId {
            attempt: Attempt(self.attempt),
            session: session(),
            k,
        }
    }
    pub(crate) fn cancelled(mut self) -> Self {
        let waits = std::mem::take(&mut self.waits);
        self.decides(Decision::Cancelled {
            reason: "not today".to_owned(),
            cause: CancelCause::Asked,
            waits,
        })
    }

    pub(crate) fn reports(mut self, what: Reported) -> Self {
        self.n += 1;
        let report = Report {
            attempt: Attempt(self.attempt),
            session: session(),
            n: self.n,
            what,
        };
        self.say(Body::Report {
            run_id: run_id(),
            report,
        })
    }
    pub(crate) fn taken(self) -> Self {
        self.reports(Reported::Taken {
            worker: "worker-1".parse().unwrap(),
            lease: Duration::from_secs(15),
        })
    }
    pub(crate) fn submitted(self) -> Self {
        self.reports(Reported::Submitted {
            infrastructure: "3f8e:batch:weir-nightly-1-x".to_owned(),
        })
    }
    pub(crate) fn started(self, infrastructure: &str) -> Self {
        self.reports(Reported::Started {
            infrastructure: infrastructure.to_owned(),
        })
    }
    pub(crate) fn waiting(self, reason: &str, message: &str) -> Self {
        self.reports(Reported::Waiting {
            reason: reason.to_owned(),
            message: message.to_owned(),
        })
    }
    pub(crate) fn finished(self, outcome: Outcome, gone: bool) -> Self {
        self.reports(Reported::Finished { outcome, gone })
    }
    pub(crate) fn gone(self) -> Self {
        self.reports(Reported::Gone { outcome: None })
    }

    /// What becomes of it all.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let mut traced = TracedQueue::new(Some(installation()), stream());
        let records = self.records.iter().cloned();
        records.flat_map(|record| traced.apply(record)).collect()
    }
}

pub(crate) fn completed() -> Outcome {
    Outcome {
        exit_code: Some(0),
        ..Outcome::of(OutcomeClass::Completed)
    }
}
pub(crate) fn failed(exit_code: i32) -> Outcome {
    Outcome {
        exit_code: Some(exit_code),
        message: format!("exit code {exit_code}"),
        ..Outcome::of(OutcomeClass::Failed)
    }
}
pub(crate) fn stopped() -> Outcome {
    Outcome {
        signal: Some(15),
        reason: "Cancelled".to_owned(),
        ..Outcome::of(OutcomeClass::Stopped)
    }
}
