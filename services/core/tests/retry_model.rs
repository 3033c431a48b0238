//! Retries, written a second time in the plainest way and compared on random input: which failure is tried again, after
//! how long, and when the run has had enough.

#![expect(
    clippy::unwrap_used,
    reason = "what is made here is legal, or the test is wrong"
)]

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use proptest::{collection::vec, option::of, prelude::*};
use weir_core::{
    event::{
        Basis, Body, Claim, Claimed, Decided, Decision, EpochRecord, Outcome, OutcomeClass, Record,
        Report, Reported,
    },
    failure::FailureClass,
    ids::{Attempt, DecisionId, Epoch, Lane, RunId, Seq},
    request::Request,
    retry::RetryPolicy,
    state::{QueueState, Stage, StateName},
    time::Timestamp,
};

const WORDS: [&str; 16] = [
    "exit",
    "exit:1",
    "exit:3",
    "exit:2-5",
    "exit:100-255",
    "signal",
    "signal:9",
    "signal:1-8",
    "OOMKilled",
    "Evicted",
    "ImagePull",
    "SubmissionError",
    "Timeout",
    "WorkerLost",
    "WorkerStopped",
    "Crashed",
];

fn outcome() -> impl Strategy<Value = Outcome> {
    let class = prop::sample::select(vec![
        OutcomeClass::Completed,
        OutcomeClass::Failed,
        OutcomeClass::Failed,
        OutcomeClass::Signaled,
        OutcomeClass::TimedOut,
        OutcomeClass::StartFailed,
        OutcomeClass::Stopped,
        OutcomeClass::Lost,
        OutcomeClass::Crashed,
    ]);
    let reason = prop::sample::select(vec![
        "",
        "",
        "OOMKilled",
        "Evicted",
        "ErrImagePull",
        "CommandNotFound",
    ]);
    (class, 1..=255_i32, 1..=64_i32, reason).prop_map(|(class, code, signal, reason)| Outcome {
        exit_code: (class == OutcomeClass::Failed).then_some(code),
        signal: (class == OutcomeClass::Signaled).then_some(signal),
        reason: reason.to_owned(),
        ..Outcome::of(class)
    })
}

fn policy() -> impl Strategy<Value = RetryPolicy> {
    let words = || vec(prop::sample::select(WORDS.to_vec()), 0..4);
    (
        vec(0..100_000_u64, 0..4),
        1..=5_u32,
        0..=100_u32,
        of(1..200_000_u64),
        words(),
        words(),
    )
        .prop_map(|(delays, factor, jitter_percent, most, on, not_on)| {
            let parsed =
                |words: Vec<&str>| words.iter().map(|word| word.parse().unwrap()).collect();
            RetryPolicy {
                delays: delays.into_iter().map(Duration::from_millis).collect(),
                factor: NonZeroU32::new(factor).unwrap(),
                jitter_percent,
                delay_max: most.map(Duration::from_millis),
                on: parsed(on),
                not_on: parsed(not_on),
            }
        })
}

/// What people would call this failure.
fn called(outcome: &Outcome) -> Option<(&'static str, i32)> {
    let by_itself = matches!(
        outcome.class,
        OutcomeClass::Failed | OutcomeClass::Signaled | OutcomeClass::Crashed
    );
    if by_itself && outcome.reason == "OOMKilled" {
        return Some(("OOMKilled", 0));
    }
    if by_itself && outcome.reason == "Evicted" {
        return Some(("Evicted", 0));
    }
    match outcome.class {
        OutcomeClass::Completed => None,
        OutcomeClass::Failed => Some(("exit", outcome.exit_code.unwrap())),
        OutcomeClass::Signaled => Some(("signal", outcome.signal.unwrap())),
        OutcomeClass::TimedOut => Some(("Timeout", 0)),
        OutcomeClass::StartFailed if outcome.reason == "ErrImagePull" => Some(("ImagePull", 0)),
        OutcomeClass::StartFailed => Some(("SubmissionError", 0)),
        OutcomeClass::Stopped => Some(("WorkerStopped", 0)),
        OutcomeClass::Lost => Some(("WorkerLost", 0)),
        OutcomeClass::Crashed => Some(("Crashed", 0)),
    }
}

/// Whether a word of a policy means it, by the word's text alone.
fn means(word: &str, (name, number): (&str, i32)) -> bool {
    match word.split_once(':') {
        None => word == name,
        Some((kind, range)) => {
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            let within = from.parse::<i32>().unwrap() <= number && number <= to.parse().unwrap();
            kind == name && within
        }
    }
}

fn is_tried_again(policy: &RetryPolicy, failure: (&str, i32)) -> bool {
    let any = |words: &[weir_core::failure::FailurePattern]| {
        words.iter().any(|word| means(&word.to_string(), failure))
    };
    (policy.on.is_empty() || any(&policy.on)) && !any(&policy.not_on)
}

/// The delay before a retry without its jitter, step by step from the first.
fn plainly(policy: &RetryPolicy, plain: Duration, retry: u32) -> Duration {
    let most = policy.delay_max.unwrap_or(Duration::from_hours(366 * 24));
    let mut listed = policy.delays.clone();
    if listed.is_empty() {
        listed.push(plain);
    }
    let mut delay = listed[0];
    for step in 1..retry as usize {
        delay = match listed.get(step) {
            Some(next) => *next,
            None => delay.saturating_mul(policy.factor.get()),
        };
    }
    delay.min(most)
}

fn decided<T>(n: u64, what: T) -> Decided<T> {
    Decided {
        id: DecisionId { epoch: Epoch(1), n },
        at: Timestamp(0),
        basis: Basis::default(),
        what,
    }
}

/// A fold of one run that is told what happens to it.
struct Told {
    state: QueueState,
    run_id: RunId,
}

impl Told {
    fn new() -> Self {
        let mut told = Self {
            state: QueueState::default(),
            run_id: "run".parse().unwrap(),
        };
        told.say(Body::Epoch(EpochRecord {
            lane: Lane(0),
            epoch: Epoch(1),
            leader: "leader".parse().unwrap(),
        }));
        told.say(Body::Request {
            run_id: told.run_id.clone(),
            request: Request::Run(Arc::default()),
            digest: 1,
            traceparent: None,
        });
        told
    }
    fn say(&mut self, body: Body) {
        let seq = Seq(self.state.applied().0 + 1);
        let at = Timestamp(i64::try_from(seq.0).unwrap());
        self.state.apply(Record { seq, at, body });
        assert_eq!(self.state.violation(), None);
    }
    fn report(&mut self, attempt: u32, n: u32, what: Reported) {
        let report = Report {
            attempt: Attempt(attempt),
            session: "session".parse().unwrap(),
            n,
            what,
        };
        self.say(Body::Report {
            run_id: self.run_id.clone(),
            report,
        });
    }
    /// One attempt, from its claim to its end.
    fn attempt(
        &mut self,
        attempt: u32,
        retries: u32,
        policy: &Arc<RetryPolicy>,
        outcome: &Outcome,
    ) {
        let claimed = Claimed {
            retries,
            retry_policy: Some(Arc::clone(policy)),
            ..Claimed::bare(Attempt(attempt), Seq(2))
        };
        self.say(Body::Claim {
            run_id: self.run_id.clone(),
            decided: decided(u64::from(attempt), Claim::Claimed(claimed)),
        });
        let taken = Reported::Taken {
            worker: "worker".parse().unwrap(),
            lease: Duration::from_secs(15),
        };
        self.report(attempt, 1, taken);
        let outcome = outcome.clone();
        self.report(
            attempt,
            2,
            Reported::Finished {
                outcome,
                gone: true,
            },
        );
    }
    fn name(&self) -> StateName {
        self.state.run(&self.run_id).unwrap().state_name()
    }
    fn is_owed_a_retry(&self) -> bool {
        self.state.run(&self.run_id).unwrap().stage == Stage::RetryOwed
    }
}

proptest! {
    #[test]
    fn failures_are_called_and_matched_as_people_would(policy in policy(), outcome in outcome()) {
        let failure = FailureClass::of(&outcome);
        prop_assert_eq!(failure.is_some(), called(&outcome).is_some());
        if let (Some(failure), Some(called)) = (failure, called(&outcome)) {
            prop_assert_eq!(policy.retries(failure), is_tried_again(&policy, called));
        }
    }

    #[test]
    fn delays_are_what_they_are_step_by_step_and_jitter_only_adds(
        policy in policy(),
        plain in (0..100_000_u64).prop_map(Duration::from_millis),
        retry in 1..40_u32,
        id in "[a-z0-9]{1,20}",
    ) {
        let run_id: RunId = id.parse().unwrap();
        let most = policy.delay_max.unwrap_or(Duration::from_hours(366 * 24));
        let delay = policy.delay(retry, plain, &run_id, Attempt(retry));
        let least = plainly(&policy, plain, retry);
        let jitter = least.mul_f64(f64::from(policy.jitter_percent) / 100.0);
        let slack = Duration::from_nanos(1) + least / 1_000_000_000;
        prop_assert!(delay >= least && delay <= most);
        prop_assert!(delay <= least.saturating_add(jitter).saturating_add(slack).min(most));
        if policy.jitter_percent == 0 {
            prop_assert_eq!(delay, least);
        }
        prop_assert_eq!(delay, policy.delay(retry, plain, &run_id, Attempt(retry)));
    }

    #[test]
    fn a_run_is_tried_as_often_as_a_plain_count_says(
        policy in policy().prop_map(Arc::new),
        retries in 0..4_u32,
        outcomes in vec(outcome(), 1..8),
    ) {
        let mut told = Told::new();
        let mut left = retries;
        for (attempt, outcome) in (1..).zip(&outcomes) {
            told.attempt(attempt, retries, &policy, outcome);
            let again = called(outcome).is_some_and(|failure| is_tried_again(&policy, failure)) && left > 0;
            prop_assert_eq!(told.is_owed_a_retry(), again, "after attempt {}: {:?}", attempt, outcome);
            if !again {
                let failed = told.name() != StateName::Completed;
                prop_assert_eq!(failed, called(outcome).is_some());
                prop_assert!(told.name().state().is_terminal());
                return Ok(());
            }
            left -= 1;
            let due = Timestamp(0);
            told.say(Body::Decision {
                run_id: told.run_id.clone(),
                decided: decided(100 + u64::from(attempt), Decision::RetryScheduled { attempt: Attempt(attempt), due }),
            });
            prop_assert_eq!(told.name(), StateName::AwaitingRetry);
        }
    }
}
