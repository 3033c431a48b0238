//! Random families with random ends, cancels and deaths of leaders, against an oracle that knows no log: it goes through
//! the runs until nothing changes any more.

use proptest::{collection::vec, prelude::*, sample::Index};
use weir_core::{
    event::OutcomeClass,
    family::{After, AfterOutcome, OnFailure, OnParentEnd, Parent, RunName},
    ids::{QueueKey, RunKey},
    request::{CancelRequest, Request, RunRequest},
    state::{StateName, StateType},
};

use super::world::World;

/// One run of a family, as the oracle has it.
#[derive(Clone, Debug)]
struct Member {
    queue: usize,
    parent: Option<(usize, OnParentEnd, OnFailure)>,
    after: Option<(Vec<usize>, AfterOutcome)>,
    stands: Stands,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// Named by others, and not requested yet.
    Unheard,
    Waiting,
    Running,
    Ended(StateName),
}

#[derive(Clone, Debug)]
enum Step {
    /// A run without kin.
    Alone(bool),
    Child(bool, Index, OnParentEnd, OnFailure),
    /// A run after some that there are, and after one that is requested right behind it where that is wanted.
    After(bool, Vec<Index>, AfterOutcome, bool),
    End(Index, bool),
    Cancel(Index),
    /// The leader dies as soon as the next step is on the log.
    Death,
}

fn step() -> impl Strategy<Value = Step> {
    let on_end = proptest::sample::select(&OnParentEnd::ALL[..]);
    let on_failure = proptest::sample::select(&OnFailure::ALL[..]);
    let outcome = proptest::sample::select(&AfterOutcome::ALL[..]);
    prop_oneof![
        1 => any::<bool>().prop_map(Step::Alone),
        5 => (any::<bool>(), any::<Index>(), on_end, on_failure)
            .prop_map(|(queue, parent, end, failure)| Step::Child(queue, parent, end, failure)),
        2 => (any::<bool>(), vec(any::<Index>(), 0..3), outcome, any::<bool>())
            .prop_map(|(queue, runs, outcome, later)| Step::After(queue, runs, outcome, later)),
        4 => (any::<Index>(), any::<bool>()).prop_map(|(run, well)| Step::End(run, well)),
        2 => any::<Index>().prop_map(Step::Cancel),
        2 => Just(Step::Death),
    ]
}

/// What the policies say, in so many words.
#[derive(Debug, Default)]
struct Oracle(Vec<Member>);

impl Oracle {
    fn settle(&mut self) {
        loop {
            let next: Vec<Stands> = (0..self.0.len()).map(|at| self.next(at)).collect();
            let before: Vec<Stands> = self.0.iter().map(|member| member.stands).collect();
            if next == before {
                return;
            }
            for (member, stands) in self.0.iter_mut().zip(next) {
                member.stands = stands;
            }
        }
    }

    fn next(&self, at: usize) -> Stands {
        let member = &self.0[at];
        if !matches!(member.stands, Stands::Waiting | Stands::Running) {
            return member.stands;
        }
        let dooms = |other: &Member| {
            matches!(other.parent, Some((parent, _, OnFailure::FailParent)) if parent == at)
                && failed(other.stands)
        };
        if self.0.iter().any(dooms) {
            return Stands::Ended(StateName::ChildFailed);
        }
        if let Some((parent, OnParentEnd::Propagate, _)) = member.parent
            && failed(self.0[parent].stands)
        {
            return Stands::Ended(StateName::Cancelled);
        }
        let (Stands::Waiting, Some((others, wanted))) = (member.stands, &member.after) else {
            return Stands::Running;
        };
        let mut reached = true;
        for other in others {
            match self.0[*other].stands {
                Stands::Ended(name) => {
                    let completed = name.state() == StateType::Completed;
                    let fits = match wanted {
                        AfterOutcome::Success => completed,
                        AfterOutcome::Failure => !completed,
                        AfterOutcome::Any => true,
                    };
                    if !fits {
                        return Stands::Ended(StateName::NotReached);
                    }
                }
                Stands::Unheard | Stands::Waiting | Stands::Running => reached = false,
            }
        }
        if reached {
            Stands::Running
        } else {
            Stands::Waiting
        }
    }

    fn those(&self, wanted: impl Fn(Stands) -> bool) -> Vec<usize> {
        let all = self.0.iter().enumerate();
        all.filter(|(_, member)| wanted(member.stands))
            .map(|(at, _)| at)
            .collect()
    }

    fn add(&mut self, queue: bool, stands: Stands) -> usize {
        self.0.push(Member {
            queue: usize::from(queue),
            parent: None,
            after: None,
            stands,
        });
        self.0.len() - 1
    }
}

fn failed(stands: Stands) -> bool {
    matches!(stands, Stands::Ended(name) if name.state() != StateType::Completed)
}

fn name(at: usize) -> String {
    format!("r{at}")
}

fn named(oracle: &Oracle, at: usize) -> RunName {
    let queue = if oracle.0[at].queue == 0 {
        "default"
    } else {
        "other"
    };
    RunName::from(RunKey {
        queue: QueueKey::new("pool".parse().unwrap(), queue.parse().unwrap()),
        run_id: name(at).parse().unwrap(),
    })
}

async fn request(world: &World, oracle: &mut Oracle, at: usize) {
    let member = &oracle.0[at];
    let parent = member
        .parent
        .map(|(parent, on_parent_end, on_failure)| Parent {
            run: named(oracle, parent),
            on_parent_end,
            on_failure,
        });
    let after = member.after.as_ref().map(|(runs, outcome)| After {
        runs: runs.iter().map(|run| named(oracle, *run)).collect(),
        outcome: *outcome,
    });
    let request = RunRequest {
        parent,
        after,
        ..RunRequest::default()
    };
    world.request(member.queue, &name(at), request).await;
    oracle.0[at].stands = Stands::Waiting;
}

async fn take(world: &World, oracle: &mut Oracle, step: Step) {
    let known = oracle.those(|stands| stands != Stands::Unheard);
    match step {
        Step::Alone(queue) => {
            let at = oracle.add(queue, Stands::Unheard);
            request(world, oracle, at).await;
        }
        Step::Child(queue, parent, on_end, on_failure) if !known.is_empty() => {
            let parent = *parent.get(&known);
            let at = oracle.add(queue, Stands::Unheard);
            oracle.0[at].parent = Some((parent, on_end, on_failure));
            request(world, oracle, at).await;
        }
        Step::After(queue, runs, outcome, later) if !known.is_empty() => {
            let mut others: Vec<usize> = runs.iter().map(|run| *run.get(&known)).collect();
            let unheard = later.then(|| oracle.add(!queue, Stands::Unheard));
            others.extend(unheard);
            let at = oracle.add(queue, Stands::Unheard);
            oracle.0[at].after = (!others.is_empty()).then_some((others, outcome));
            request(world, oracle, at).await;
            if let Some(unheard) = unheard {
                request(world, oracle, unheard).await;
            }
        }
        Step::End(run, well) => {
            let running = oracle.those(|stands| stands == Stands::Running);
            if running.is_empty() {
                return;
            }
            let at = *run.get(&running);
            let (class, name_of) = if well {
                (OutcomeClass::Completed, StateName::Completed)
            } else {
                (OutcomeClass::Failed, StateName::Failed)
            };
            world.end(oracle.0[at].queue, &name(at), class).await;
            oracle.0[at].stands = Stands::Ended(name_of);
        }
        Step::Cancel(run) => {
            let open = oracle.those(|stands| matches!(stands, Stands::Waiting | Stands::Running));
            if open.is_empty() {
                return;
            }
            let at = *run.get(&open);
            let cancel = Request::Cancel(CancelRequest::default());
            world.say(oracle.0[at].queue, &name(at), cancel).await;
            oracle.0[at].stands = Stands::Ended(StateName::Cancelled);
        }
        Step::Child(..) | Step::After(..) | Step::Death => {}
    }
}

fn compare(world: &World, oracle: &Oracle) -> Result<(), TestCaseError> {
    for (at, member) in oracle.0.iter().enumerate() {
        let run = name(at);
        prop_assert!(world.is_known(member.queue, &run));
        let is = world.state_of(member.queue, &run);
        let wanted = match member.stands {
            Stands::Unheard | Stands::Waiting => StateName::Scheduled,
            Stands::Running => StateName::Running,
            Stands::Ended(name) => name,
        };
        prop_assert_eq!(is, wanted, "{} of {:#?}", run, oracle);
    }
    prop_assert_eq!(world.void_decisions(), 0);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn families_end_as_their_policies_say_whoever_leads(steps in vec(step(), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            let mut oracle = Oracle::default();
            let mut dies = false;
            for step in steps {
                if let Step::Death = step {
                    dies = true;
                    continue;
                }
                take(&world, &mut oracle, step).await;
                if std::mem::take(&mut dies) {
                    world.some_records().await;
                    world.change_leader();
                }
                oracle.settle();
                world.settle().await;
                compare(&world, &oracle)?;
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}
