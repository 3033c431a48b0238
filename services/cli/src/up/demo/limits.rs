//! Whether a limit was ever exceeded, counted from the log alone: from the records of all queues of a pool, in the
//! order of the broker's stamps.

use std::collections::BTreeMap;

use weir_client::{Body, LimitKey, PoolName, QueueKey, Record, Timestamp};
use weir_core::{event::Claim, limit::Slot, state::QueueState};

/// What the log shows of one limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Peak {
    /// The most slots that were held at once.
    pub(super) held: u64,
    /// The value that was in force at the last claim; `None` is unlimited.
    pub(super) value: Option<u32>,
    /// Claims that found more slots held, their own included, than the value in force allowed.
    pub(super) exceeded: u64,
}

/// A change of a limit's use.
#[derive(Clone, Debug)]
struct Change {
    at: Timestamp,
    limit: LimitKey,
    before: u64,
    after: u64,
    /// What the claim says of the limit, if it is one.
    slot: Option<Slot>,
}

/// Counts the use of the pool's limit and of each of its queues' limits.
pub(super) fn peaks(
    pool: &PoolName,
    queues: &[(QueueKey, Vec<Record>)],
) -> BTreeMap<LimitKey, Peak> {
    let mut changes: Vec<Change> = Vec::new();
    for (queue, records) in queues {
        let limits = [LimitKey::Pool(pool.clone()), LimitKey::Queue(queue.clone())];
        let mut state = QueueState::default();
        for record in records {
            let before = limits.each_ref().map(|limit| state.used(limit));
            state.apply(record.clone());
            for (limit, before) in limits.iter().zip(before) {
                let after = state.used(limit);
                if before != after {
                    changes.push(Change {
                        at: record.at,
                        limit: limit.clone(),
                        before,
                        after,
                        slot: slot(record, limit),
                    });
                }
            }
        }
    }
    // Where stamps are equal the slot was free first: nobody claims what was not yet free.
    changes.sort_by_key(|change| (change.at, change.after > change.before));
    let mut used: BTreeMap<LimitKey, u64> = BTreeMap::new();
    let mut peaks: BTreeMap<LimitKey, Peak> = BTreeMap::new();
    for Change {
        at: _,
        limit,
        before,
        after,
        slot,
    } in changes
    {
        let now = used.entry(limit.clone()).or_default();
        *now = (*now + after).saturating_sub(before);
        let peak = peaks.entry(limit).or_default();
        peak.held = peak.held.max(*now);
        if let Some(slot) = slot {
            peak.value = slot.value;
            peak.exceeded += u64::from(slot.value.is_some_and(|value| *now > u64::from(value)));
        }
    }
    peaks
}

fn slot(record: &Record, limit: &LimitKey) -> Option<Slot> {
    match &record.body {
        Body::Claim { decided, .. } => match &decided.what {
            Claim::Claimed(claimed) => claimed
                .slots
                .iter()
                .find(|slot| slot.limit == *limit)
                .cloned(),
            Claim::Revoked(_) => None,
        },
        Body::Request { .. }
        | Body::Decision { .. }
        | Body::Report { .. }
        | Body::Epoch(_)
        | Body::Malformed { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use weir_client::{Attempt, RunId, Seq};
    use weir_core::{
        event::{Basis, Claimed, Decided, EpochRecord, Outcome, OutcomeClass, Report, Reported},
        ids::{DecisionId, Epoch, Lane},
        request::Request,
    };

    use super::*;
    use crate::up::pool;

    #[derive(Clone, Copy)]
    enum Step {
        Request,
        Claim,
        Take,
        Finish,
    }

    fn body(queue: &QueueKey, run: &str, step: Step) -> Body {
        let run_id: RunId = run.parse().unwrap();
        let report = |n, what| Report {
            attempt: Attempt(1),
            session: "s".parse().unwrap(),
            n,
            what,
        };
        match step {
            Step::Request => Body::Request {
                run_id,
                request: Request::Run(Arc::default()),
                digest: 0,
                traceparent: None,
            },
            Step::Claim => {
                let slot = |limit, value| Slot {
                    limit,
                    weight: 1,
                    value: Some(value),
                    pace: None,
                };
                let slots = vec![
                    slot(LimitKey::Pool(queue.pool.clone()), 2),
                    slot(LimitKey::Queue(queue.clone()), 2),
                ];
                let claimed = Claimed {
                    slots,
                    ..Claimed::bare(Attempt(1), run.len().try_into().map(Seq).unwrap())
                };
                let id = DecisionId {
                    epoch: Epoch(1),
                    n: 1,
                };
                let decided = Decided {
                    id,
                    at: Timestamp(0),
                    basis: Basis::default(),
                    what: Claim::Claimed(claimed),
                };
                Body::Claim { run_id, decided }
            }
            Step::Take => {
                let what = Reported::Taken {
                    worker: "w".parse().unwrap(),
                    lease: Duration::from_secs(15),
                };
                Body::Report {
                    run_id,
                    report: report(1, what),
                }
            }
            Step::Finish => {
                let what = Reported::Finished {
                    outcome: Outcome::of(OutcomeClass::Completed),
                    gone: true,
                };
                Body::Report {
                    run_id,
                    report: report(2, what),
                }
            }
        }
    }

    /// A queue's records: the epoch, then steps at points in time. A run's name has as many letters as the position of
    /// its request, so that its claim can name it.
    fn records(queue: &QueueKey, steps: &[(i64, &str, Step)]) -> (QueueKey, Vec<Record>) {
        let epoch = EpochRecord {
            lane: Lane(0),
            epoch: Epoch(1),
            leader: "l".parse().unwrap(),
        };
        let mut records = vec![Record {
            seq: Seq(1),
            at: Timestamp(0),
            body: Body::Epoch(epoch),
        }];
        for (n, (at, run, step)) in (2..).zip(steps) {
            records.push(Record {
                seq: Seq(n),
                at: Timestamp(*at),
                body: body(queue, run, *step),
            });
        }
        (queue.clone(), records)
    }

    use Step::{Claim as C, Finish as F, Request as R, Take as T};

    #[test]
    fn use_is_counted_over_all_queues_of_the_pool() {
        let high = records(
            &pool::high(),
            &[(1, "aa", R), (2, "aa", C), (3, "aa", T), (10, "aa", F)],
        );
        let default = records(
            &pool::default(),
            &[
                (1, "bb", R),
                (1, "ccc", R),
                (4, "bb", C),
                (5, "bb", T),
                (10, "ccc", C),
            ],
        );
        let peaks = peaks(&pool::name(), &[high, default]);
        let of = |limit| peaks.get(&limit).cloned().unwrap_or_default();
        // `aa` ends at the very stamp at which `ccc` is claimed.
        assert_eq!(
            of(LimitKey::Pool(pool::name())),
            Peak {
                held: 2,
                value: Some(2),
                exceeded: 0
            }
        );
        assert_eq!(of(LimitKey::Queue(pool::high())).held, 1);
        assert_eq!(of(LimitKey::Queue(pool::default())).held, 2);
    }

    #[test]
    fn a_claim_too_many_is_seen() {
        let high = records(
            &pool::high(),
            &[(1, "aa", R), (2, "aa", C), (3, "aa", T), (10, "aa", F)],
        );
        let default = records(
            &pool::default(),
            &[(1, "bb", R), (1, "ccc", R), (4, "bb", C), (9, "ccc", C)],
        );
        let peaks = peaks(&pool::name(), &[high, default]);
        let pool = peaks
            .get(&LimitKey::Pool(pool::name()))
            .cloned()
            .unwrap_or_default();
        assert_eq!(
            pool,
            Peak {
                held: 3,
                value: Some(2),
                exceeded: 1
            }
        );
    }
}
