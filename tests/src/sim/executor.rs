//! The scripted executor: what each attempt does follows from the seed, the run and the attempt alone.

use std::{hash::Hasher as _, time::Duration};

use weir_core::{
    cell::PoolType,
    event::{Outcome, OutcomeClass},
    ids::{Attempt, RunKey},
    time::Timestamp,
};
use weir_runtime::Clock;
use weir_worker::executor::{Control, Ended, Ending, Executor, Job, News};

use super::{
    net::Net,
    procs::{ProcKey, Script, Start},
};

/// Runs attempts of one worker.
#[derive(Debug)]
pub(super) struct Scripted {
    pub(super) net: Net,
    pub(super) clock: Clock,
    pub(super) seed: u64,
    /// When the worker's machine was switched on.
    pub(super) born: Timestamp,
}

/// The keeper's pipe: closed when the worker lets go of the attempt.
struct Pipe {
    net: Net,
    key: ProcKey,
}

impl Drop for Pipe {
    fn drop(&mut self) {
        let now = self.net.now();
        self.net.state().procs.close_pipe(&self.key, now);
    }
}

fn ended(class: OutcomeClass) -> Ended {
    Ended {
        outcome: Outcome::of(class),
        gone: true,
    }
}

impl Executor for Scripted {
    fn supports(&self, kind: PoolType) -> bool {
        kind == PoolType::Null
    }

    async fn run(&self, job: Job, control: Control) -> Ending {
        self.play(job, control).await.into()
    }
}

impl Scripted {
    async fn play(&self, job: Job, control: Control) -> Ended {
        let (script, spawning) = script(self.seed, &job.run, job.attempt);
        self.clock.sleep(spawning).await;
        let stop = *control.stop.borrow();
        if let Some(stop) = stop {
            return Ended::stopped_before_start(stop.cause);
        }
        if script.outcome.class == OutcomeClass::StartFailed {
            return Ended::not_started("CommandNotFound", "the script says so");
        }
        let key = (job.run.clone(), job.attempt);
        let Some(changed) = self.start(&job, script, &control) else {
            return ended(OutcomeClass::Lost);
        };
        let pipe = Pipe {
            net: self.net.clone(),
            key,
        };
        control.tell(News::Started {
            infrastructure: String::new(),
        });
        let mut told = false;
        loop {
            changed.notified().await;
            let (exited, gone) = {
                let state = self.net.state();
                let proc = state.procs.0.get(&pipe.key);
                let exited = proc
                    .and_then(|proc| proc.exited.clone())
                    .map(|(_, outcome)| outcome);
                (exited, proc.is_none_or(|proc| proc.gone.is_some()))
            };
            match exited {
                Some(outcome) if gone => {
                    return Ended {
                        outcome,
                        gone: true,
                    };
                }
                Some(outcome) if !told => {
                    told = true;
                    control.tell(News::Exited(outcome));
                }
                Some(_) | None => {}
            }
        }
    }

    fn start(
        &self,
        job: &Job,
        script: Script,
        control: &Control,
    ) -> Option<std::sync::Arc<tokio::sync::Notify>> {
        // The keeper looks at its own clock, which is this machine's.
        let now = self.born.after(self.clock.boottime());
        let mut state = self.net.state();
        let key = (job.run.clone(), job.attempt);
        let start = Start {
            key: key.clone(),
            script,
            timeout: job.timeout,
            born: self.born,
            stop: control.stop.clone(),
            lease: control.lease.clone(),
        };
        let (run, attempt) = &key;
        if state.procs.0.contains_key(&key) {
            state.broken(format!("{run} {attempt:?} is started twice"));
        }
        let others = state.procs.of_run(run);
        if !state.procs.start(start, now) {
            state.say(format_args!(
                "{run} {attempt:?} is not started: the lease is over"
            ));
            return None;
        }
        state.say(format_args!("{run} {attempt:?} starts"));
        if !others.is_empty() {
            state.broken(format!(
                "{run} {attempt:?} starts while {others:?} is there"
            ));
        }
        if let Err(what) = state
            .check
            .may_run(run, *attempt, job.claim_seq, &job.session)
        {
            state.broken(format!("{run} starts: {what}"));
        }
        state.procs.0.get(&key).map(|proc| proc.changed.clone())
    }
}

/// FNV-1a, so that the draw is the same with every compiler.
#[derive(Debug)]
struct Fnv(u64);

impl std::hash::Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

fn script(seed: u64, run: &RunKey, attempt: Attempt) -> (Script, Duration) {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325 ^ seed);
    hash.write(run.to_string().as_bytes());
    hash.write(&attempt.0.to_le_bytes());
    let mut random = fastrand::Rng::with_seed(hash.finish());
    let ms = |random: &mut fastrand::Rng, most: u64| Duration::from_millis(random.u64(0..=most));
    let outcome = match random.u32(0..20) {
        0..=10 => Outcome {
            exit_code: Some(0),
            ..Outcome::of(OutcomeClass::Completed)
        },
        11..=16 => Outcome {
            exit_code: Some(random.i32(1..100)),
            ..Outcome::of(OutcomeClass::Failed)
        },
        17..=18 => Outcome {
            signal: Some(11),
            ..Outcome::of(OutcomeClass::Signaled)
        },
        _ => Outcome::of(OutcomeClass::StartFailed),
    };
    let runs_for = match random.u32(0..10) {
        0..=2 => Duration::ZERO,
        3..=7 => ms(&mut random, 2_000),
        _ => ms(&mut random, 12_000),
    };
    let heeds_after = if random.bool() {
        Duration::ZERO
    } else {
        ms(&mut random, 4_000)
    };
    let lingers = if random.u32(0..4) == 0 {
        ms(&mut random, 3_000)
    } else {
        Duration::ZERO
    };
    let own_end = random.u32(0..5) == 0;
    let spawning = if random.bool() {
        Duration::ZERO
    } else {
        ms(&mut random, 50)
    };
    (
        Script {
            runs_for,
            outcome,
            heeds_after,
            own_end,
            lingers,
        },
        spawning,
    )
}
