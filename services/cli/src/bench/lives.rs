//! What the records of one queue tell about the lives of its runs, by the broker's own stamps.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use weir_client::{Body, Record, RunId, Timestamp};
use weir_core::event::{Claim, Reported};

/// The first stamp of each step of one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Life {
    requested: Option<Timestamp>,
    claimed: Option<Timestamp>,
    started: Option<Timestamp>,
    finished: Option<Timestamp>,
}

/// All lives of one queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lives {
    by_run: BTreeMap<RunId, Life>,
    /// The limit in force.
    limit: u64,
    /// Records about runs; the leaders' epochs are none.
    pub(crate) events: u64,
    first_request: Option<Timestamp>,
    last_request: Option<Timestamp>,
    last_end: Option<Timestamp>,
    waiting: u64,
    /// Slots that were released while runs waited, oldest first, and have not been given on yet.
    released: VecDeque<Timestamp>,
    handovers: Vec<Duration>,
    /// Attempts that hold a slot, and the most that ever did.
    held: u64,
    pub(crate) held_max: u64,
}

impl Lives {
    /// Of a queue that lets `limit` runs through at once.
    pub(crate) fn under(limit: u32) -> Self {
        Self {
            limit: limit.into(),
            ..Self::default()
        }
    }

    /// Takes the next record of the stream.
    pub(crate) fn take(&mut self, record: &Record) {
        let at = record.at;
        match &record.body {
            Body::Request { run_id, .. } => {
                self.events += 1;
                self.waiting += 1;
                self.first_request.get_or_insert(at);
                self.last_request = Some(at);
                self.life(run_id).requested.get_or_insert(at);
            }
            Body::Claim { run_id, decided } => {
                self.events += 1;
                match decided.what {
                    Claim::Claimed(_) => self.claimed(run_id, at),
                    Claim::Revoked(_) => {}
                }
            }
            Body::Report { run_id, report } => {
                self.events += 1;
                self.reported(run_id, &report.what, at);
            }
            Body::Decision { .. } | Body::Malformed { .. } => self.events += 1,
            Body::Epoch(_) => {}
        }
    }

    fn life(&mut self, run_id: &RunId) -> &mut Life {
        self.by_run.entry(run_id.clone()).or_default()
    }

    fn claimed(&mut self, run_id: &RunId, at: Timestamp) {
        self.life(run_id).claimed.get_or_insert(at);
        self.waiting = self.waiting.saturating_sub(1);
        self.held += 1;
        self.held_max = self.held_max.max(self.held);
        if let Some(released) = self.released.pop_front() {
            self.handovers.push(at.since(released));
        }
    }

    fn reported(&mut self, run_id: &RunId, what: &Reported, at: Timestamp) {
        match what {
            Reported::Started { .. } => {
                self.life(run_id).started.get_or_insert(at);
            }
            Reported::Finished { .. } => {
                self.life(run_id).finished.get_or_insert(at);
                self.last_end = Some(at);
                // A slot that nobody waits for is not handed over, nor is one when others were free anyway.
                let on_their_way = self.released.len() as u64;
                if self.waiting > on_their_way && self.held + on_their_way >= self.limit {
                    self.released.push_back(at);
                }
                self.held = self.held.saturating_sub(1);
            }
            Reported::Taken { .. }
            | Reported::Submitted { .. }
            | Reported::Waiting { .. }
            | Reported::Gone { .. }
            | Reported::HandedBack => {}
        }
    }

    /// Runs that have gone from request to end.
    pub(crate) fn complete(&self) -> u64 {
        self.by_run
            .values()
            .filter(|life| life.requested.is_some() && life.finished.is_some())
            .count() as u64
    }

    /// From the first request to the last.
    pub(crate) fn request_span(&self) -> Duration {
        span(self.first_request, self.last_request)
    }

    /// From the first request to the last end.
    pub(crate) fn life_span(&self) -> Duration {
        span(self.first_request, self.last_end)
    }

    pub(crate) fn request_to_claimed(&self) -> Vec<Duration> {
        self.between(|life| (life.requested, life.claimed))
    }

    pub(crate) fn claimed_to_started(&self) -> Vec<Duration> {
        self.between(|life| (life.claimed, life.started))
    }

    pub(crate) fn request_to_started(&self) -> Vec<Duration> {
        self.between(|life| (life.requested, life.started))
    }

    /// From a slot's release to the claim that got it. With a limit in force and runs waiting, the k-th claim after a
    /// full house is made of the k-th slot that was released.
    pub(crate) fn handovers(&self) -> Vec<Duration> {
        self.handovers.clone()
    }

    fn between(
        &self,
        points: impl Fn(&Life) -> (Option<Timestamp>, Option<Timestamp>),
    ) -> Vec<Duration> {
        let pairs = self.by_run.values().map(points);
        pairs
            .filter_map(|(from, to)| Some(to?.since(from?)))
            .collect()
    }
}

fn span(from: Option<Timestamp>, to: Option<Timestamp>) -> Duration {
    match (from, to) {
        (Some(from), Some(to)) => to.since(from),
        (None, _) | (_, None) => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use weir_client::{Attempt, Seq};
    use weir_core::{
        event::{Basis, Claimed, Decided, Outcome, OutcomeClass, Report},
        ids::DecisionId,
        request::Request,
    };

    use super::*;

    enum Step {
        Request,
        Claim,
        Start,
        Finish,
    }
    use Step::{Claim as C, Finish as F, Request as R, Start as S};

    fn claimed() -> Claimed {
        Claimed {
            slots: Vec::new(),
            ..Claimed::bare(Attempt(1), Seq(1))
        }
    }

    fn body(run: &str, step: &Step) -> Body {
        let run_id: RunId = run.parse().unwrap();
        let report = |what| Report {
            attempt: Attempt(1),
            session: "s".parse().unwrap(),
            n: 1,
            what,
        };
        match step {
            Step::Request => {
                let request = Request::Run(std::sync::Arc::default());
                Body::Request {
                    run_id,
                    request,
                    digest: 0,
                    traceparent: None,
                }
            }
            Step::Claim => {
                let what = Claim::Claimed(claimed());
                let decided = Decided {
                    id: DecisionId::default(),
                    at: Timestamp(0),
                    basis: Basis::default(),
                    what,
                };
                Body::Claim { run_id, decided }
            }
            Step::Start => Body::Report {
                run_id,
                report: report(Reported::Started {
                    infrastructure: String::new(),
                }),
            },
            Step::Finish => {
                let outcome = Outcome::of(OutcomeClass::Completed);
                Body::Report {
                    run_id,
                    report: report(Reported::Finished {
                        outcome,
                        gone: true,
                    }),
                }
            }
        }
    }

    /// Steps at points in milliseconds.
    fn lives(limit: u32, steps: &[(i64, &str, Step)]) -> Lives {
        let mut lives = Lives::under(limit);
        for (n, (at, run, step)) in (1..).zip(steps) {
            lives.take(&Record {
                seq: Seq(n),
                at: Timestamp(at * 1_000_000),
                body: body(run, step),
            });
        }
        lives
    }

    fn millis(spans: &[Duration]) -> Vec<u128> {
        spans.iter().map(Duration::as_millis).collect()
    }

    #[test]
    fn the_steps_of_a_life_are_measured_by_their_stamps() {
        let lives = lives(1, &[(0, "a", R), (3, "a", C), (5, "a", S), (9, "a", F)]);
        assert_eq!(millis(&lives.request_to_claimed()), [3]);
        assert_eq!(millis(&lives.claimed_to_started()), [2]);
        assert_eq!(millis(&lives.request_to_started()), [5]);
        assert_eq!(
            (
                lives.life_span().as_millis(),
                lives.complete(),
                lives.events
            ),
            (9, 1, 4)
        );
    }

    #[test]
    fn a_released_slot_is_handed_to_the_next_claim_if_somebody_waited() {
        let lives = lives(
            1,
            &[
                (0, "a", R),
                (0, "b", R),
                (0, "c", R),
                (1, "a", C),
                (2, "a", F),
                (6, "b", C),
                (7, "b", F),
                (8, "c", C),
                (9, "c", F),
            ],
        );
        assert_eq!(millis(&lives.handovers()), [4, 1]);
        assert_eq!(lives.held_max, 1);
    }

    #[test]
    fn a_release_while_other_slots_are_free_is_no_handover() {
        let steps = [
            (0, "a", R),
            (0, "b", R),
            (1, "a", C),
            (2, "a", F),
            (6, "b", C),
            (7, "b", F),
        ];
        assert!(lives(2, &steps).handovers().is_empty());
        assert_eq!(lives(1, &steps).handovers().len(), 1);
    }

    #[test]
    fn a_slot_that_nobody_waits_for_is_not_handed_over() {
        let lives = lives(
            1,
            &[
                (0, "a", R),
                (1, "a", C),
                (2, "a", F),
                (500, "b", R),
                (501, "b", C),
                (502, "b", F),
            ],
        );
        assert!(lives.handovers().is_empty(), "{:?}", lives.handovers());
        assert_eq!(lives.request_span().as_millis(), 500);
    }
}
