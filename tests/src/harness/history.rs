//! What the log of a pool says, read back after the fact and counted by the protocol's own words.
//!
//! An attempt holds its slots from `Claimed` until it is revoked before anybody took it, its holder has said that it is
//! gone, or its holder's session was lost as a whole. Nothing of the scheduler's fold or plan is used here.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
    time::Duration,
};

use weir_core::{
    event::{Body, Claim, Claimed, Decision, Outcome, Record, Report, Reported},
    ids::{Attempt, PoolName, QueueKey, RunId, Seq, SessionId},
    limit::LimitKey,
    time::Timestamp,
};
use weir_log::{
    TailEvent,
    jetstream::{ConnectSettings, JetStream},
    traits::{QueueLog as _, Tail as _},
};
use weir_runtime::Clock;

use self::frees::{frees, goes};
use super::wait::block_on;

/// How long the whole log may take to read.
const READ: Duration = Duration::from_secs(30);

/// The most slots that were ever held at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peak {
    /// Of the pool, over all its queues.
    pub pool: usize,
    /// Of each queue, by name.
    pub queues: BTreeMap<String, usize>,
}

/// How a run's last attempt ended, by the word of its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Which attempt.
    pub attempt: u32,
    /// How.
    pub outcome: Outcome,
}

/// The log of one pool.
#[derive(Debug)]
pub struct History {
    pool: PoolName,
    queues: BTreeMap<QueueKey, Vec<Record>>,
}

/// An attempt that holds slots.
#[derive(Debug)]
struct Held {
    attempt: Attempt,
    holder: Option<SessionId>,
    started: bool,
    stopping: bool,
    /// A cancel was asked for, or ordered.
    ordered: bool,
    /// The wait of its program for other runs, and whether it has given its slots back.
    wait: Option<(u32, bool)>,
}

/// One change of what a queue holds.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    at: Timestamp,
    /// What comes free goes first: a broker of one node stamps in the order in which it stores.
    takes: bool,
    queue: String,
    seq: Seq,
    run: RunId,
}

impl History {
    /// Reads all of it.
    pub fn read(url: &str, pool: &str) -> Self {
        let pool = PoolName::from_str(pool).expect("tests name their pools legally");
        let clock = Clock::system();
        let read = async { clock.timeout(READ, Self::read_all(url, pool)).await };
        block_on(read).expect("the log can be read in time")
    }

    async fn read_all(url: &str, pool: PoolName) -> Self {
        let log = JetStream::connect(ConnectSettings::new(url, "weir-tests"))
            .await
            .expect("the broker is there");
        let streams = log.queue_streams().await.expect("streams can be listed");
        let mut queues = BTreeMap::new();
        for stream in streams.into_iter().filter(|stream| stream.key.pool == pool) {
            let mut tail = log
                .tail(&stream, Seq(0))
                .await
                .expect("a queue can be read");
            let mut all = Vec::new();
            while let TailEvent::Records(records) = tail.next().await.expect("a queue can be read")
            {
                all.extend(records);
            }
            queues.insert(stream.key, all);
        }
        Self { pool, queues }
    }

    /// All records of a run, in order.
    pub fn of(&self, run_id: &str) -> Vec<&Record> {
        let id = RunId::from_str(run_id).expect("tests name their runs legally");
        self.queues
            .values()
            .flatten()
            .filter(|record| run_of(&record.body) == Some(&id))
            .collect()
    }

    /// The ids of all runs that were requested.
    pub fn runs(&self) -> BTreeSet<RunId> {
        let ids = self
            .queues
            .values()
            .flatten()
            .filter_map(|record| match &record.body {
                Body::Request { run_id, .. } => Some(run_id.clone()),
                Body::Claim { .. }
                | Body::Decision { .. }
                | Body::Report { .. }
                | Body::Epoch(_)
                | Body::Malformed { .. } => None,
            });
        ids.collect()
    }

    /// The leaders that have spoken in the queues, in the order in which they came.
    pub fn leaders(&self) -> Vec<String> {
        let mut found: BTreeMap<u64, String> = BTreeMap::new();
        for record in self.queues.values().flatten() {
            if let Body::Epoch(epoch) = &record.body {
                found.insert(epoch.epoch.0, epoch.leader.to_string());
            }
        }
        found.into_values().collect()
    }

    /// How the run's last attempt ended, if its holder has told.
    pub fn ended(&self, run_id: &str) -> Option<Ended> {
        self.of(run_id)
            .into_iter()
            .rev()
            .find_map(|record| match &record.body {
                Body::Report {
                    report: Report { attempt, what, .. },
                    ..
                } => match what {
                    Reported::Finished { outcome, .. }
                    | Reported::Gone {
                        outcome: Some(outcome),
                    } => Some(Ended {
                        attempt: attempt.0,
                        outcome: outcome.clone(),
                    }),
                    Reported::Taken { .. }
                    | Reported::Submitted { .. }
                    | Reported::Started { .. }
                    | Reported::Waiting { .. }
                    | Reported::Gone { outcome: None }
                    | Reported::HandedBack => None,
                },
                Body::Request { .. }
                | Body::Claim { .. }
                | Body::Decision { .. }
                | Body::Epoch(_)
                | Body::Malformed { .. } => None,
            })
    }

    /// How often a decision of a kind was made on a run.
    pub fn decisions(&self, run_id: &str, of_kind: impl Fn(&Decision) -> bool) -> usize {
        let decision = |record: &&Record| match &record.body {
            Body::Decision { decided, .. } => of_kind(&decided.what),
            Body::Request { .. }
            | Body::Claim { .. }
            | Body::Report { .. }
            | Body::Epoch(_)
            | Body::Malformed { .. } => false,
        };
        self.of(run_id).into_iter().filter(decision).count()
    }

    /// Walks the log in order and returns the most slots that were ever held at once.
    ///
    /// # Panics
    /// When a claim does not name the limits of its pool and queue, when an attempt is granted while another one of the
    /// same run holds its slots, or when the numbers of attempts do not rise one by one.
    pub fn peak(&self) -> Peak {
        let mut peak = Peak::default();
        let mut held: BTreeMap<String, usize> = BTreeMap::new();
        let mut all = 0_usize;
        for Step { takes, queue, .. } in self.steps() {
            let of_queue = held.entry(queue.clone()).or_default();
            if takes {
                all += 1;
                *of_queue += 1;
                let highest = peak.queues.entry(queue).or_default();
                *highest = (*highest).max(*of_queue);
                peak.pool = peak.pool.max(all);
            } else {
                all -= 1;
                *of_queue -= 1;
            }
        }
        assert_eq!(
            all, 0,
            "slots are still held at the end of the log: {held:?}"
        );
        peak
    }

    /// How many slots are held at the end of the log.
    pub fn held(&self) -> usize {
        let (takes, frees): (Vec<_>, Vec<_>) = self.steps().into_iter().partition(|it| it.takes);
        takes.len() - frees.len()
    }

    /// The most runs of a kind that ever held slots at once.
    pub fn peak_of(&self, of_kind: impl Fn(&RunId) -> bool) -> usize {
        let (mut held, mut peak) = (0_usize, 0);
        for step in self.steps().into_iter().filter(|step| of_kind(&step.run)) {
            held = if step.takes { held + 1 } else { held - 1 };
            peak = peak.max(held);
        }
        peak
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (queue, records) in &self.queues {
            self.walk(queue, records, &mut steps);
        }
        steps.sort();
        steps
    }

    fn walk(&self, queue: &QueueKey, records: &[Record], steps: &mut Vec<Step>) {
        let mut live: BTreeMap<&RunId, Held> = BTreeMap::new();
        let mut last: BTreeMap<&RunId, Attempt> = BTreeMap::new();
        for record in records {
            let mut step = |takes, run: &RunId| {
                let queue = queue.queue.to_string();
                steps.push(Step {
                    at: record.at,
                    takes,
                    queue,
                    seq: record.seq,
                    run: run.clone(),
                });
            };
            match &record.body {
                Body::Claim { run_id, decided } => match &decided.what {
                    Claim::Claimed(claimed) => {
                        self.check_claim(
                            queue,
                            run_id,
                            claimed,
                            last.get(run_id).copied(),
                            live.get(run_id),
                        );
                        last.insert(run_id, claimed.attempt);
                        live.insert(run_id, Held::claimed(claimed.attempt));
                        step(true, run_id);
                    }
                    Claim::Revoked(revoked) => {
                        if live
                            .get_mut(run_id)
                            .is_some_and(|held| frees(held, revoked))
                            && live.remove(run_id).is_some_and(|held| !held.has_given())
                        {
                            step(false, run_id);
                        }
                    }
                },
                Body::Report { run_id, report } => {
                    if live.get_mut(run_id).is_some_and(|held| goes(held, report))
                        && live.remove(run_id).is_some_and(|held| !held.has_given())
                    {
                        step(false, run_id);
                    }
                }
                Body::Malformed { voice, detail } => {
                    assert_eq!(
                        format!("{voice:?}"),
                        "Request",
                        "a record that nobody should have written: {detail}"
                    );
                }
                Body::Request {
                    run_id, request, ..
                } => {
                    if let Some(held) = live.get_mut(run_id) {
                        held.says(request);
                    }
                }
                Body::Decision { run_id, decided } => {
                    let held = live.get_mut(run_id);
                    if let Some(takes) = held.and_then(|held| held.is_told(&decided.what)) {
                        step(takes, run_id);
                    }
                }
                Body::Epoch(_) => {}
            }
        }
    }

    fn check_claim(
        &self,
        queue: &QueueKey,
        run_id: &RunId,
        claimed: &Claimed,
        last: Option<Attempt>,
        live: Option<&Held>,
    ) {
        assert!(
            live.is_none(),
            "run {run_id} is granted an attempt while it holds another: {live:?}, {claimed:?}"
        );
        let expected = last.map_or(1, |last| last.0 + 1);
        assert_eq!(
            claimed.attempt.0, expected,
            "attempts of run {run_id} are not counted one by one"
        );
        let mut named: Vec<&LimitKey> = claimed.slots.iter().map(|slot| &slot.limit).collect();
        named.retain(|limit| matches!(limit, LimitKey::Pool(_) | LimitKey::Queue(_)));
        named.sort();
        let both = [
            &LimitKey::Pool(self.pool.clone()),
            &LimitKey::Queue(queue.clone()),
        ];
        assert_eq!(named, both, "the claim of run {run_id} holds other slots");
    }
}

fn run_of(body: &Body) -> Option<&RunId> {
    match body {
        Body::Request { run_id, .. }
        | Body::Claim { run_id, .. }
        | Body::Decision { run_id, .. }
        | Body::Report { run_id, .. } => Some(run_id),
        Body::Epoch(_) | Body::Malformed { .. } => None,
    }
}

mod frees;
mod holds;
#[cfg(test)]
mod tests;
