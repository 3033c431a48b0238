//! What runs make of one another: children of their parents, and those that come after others. Over all queues.
//!
//! The fold of a queue knows nothing of other queues. So what a run's kin make of it is kept beside the folds, as a function
//! of the runs in them: [`State::relate`] is told which runs have changed and looks at those that it concerns. What is owed
//! to them follows from there, so that any leader finds the same, whenever it looks.

mod awaited;
mod cycle;
mod debt;

use std::collections::{BTreeMap, BTreeSet};

use awaited::Awaited;
pub use debt::Debt;
use debt::end_of;

use crate::{
    family::{AfterOutcome, OnFailure},
    ids::{QueueKey, RunId, RunKey},
    state::{QueueState, Run, State, StateName, StateType, Touched},
    time::Timestamp,
};

/// How a run stands, as its kin see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is to come after others, and nothing has been tried of it yet.
    Following,
    /// It has not ended, and nobody has asked for its end.
    Open,
    /// It is being cancelled.
    Stopping,
    /// It has ended, and nobody has asked for another attempt.
    Ended(StateName),
}

impl Standing {
    /// Whether it has ended otherwise than it should.
    pub fn is_failure(self) -> bool {
        match self {
            Self::Ended(name) => name.state() != StateType::Completed,
            Self::Following | Self::Open | Self::Stopping => false,
        }
    }
}

/// Who belongs to whom, and what follows from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kin {
    /// All that name a run as their parent.
    children: BTreeMap<RunKey, BTreeSet<RunKey>>,
    /// Those that wait for a run.
    followers: BTreeMap<RunKey, BTreeSet<RunKey>>,
    /// What is owed to runs on account of others.
    owed: BTreeMap<QueueKey, BTreeMap<RunId, Debt>>,
    /// Those of them that are to answer for a circle.
    circled: BTreeSet<RunKey>,
    /// Those that hold nothing while their programs wait for others.
    awaited: Awaited,
}

impl Kin {
    /// The runs that name this one as their parent, by pool, queue and id.
    pub fn children(&self, run: &RunKey) -> impl Iterator<Item = &RunKey> {
        self.children.get(run).into_iter().flatten()
    }
    /// How many there are.
    pub fn children_len(&self, run: &RunKey) -> usize {
        self.children.get(run).map_or(0, BTreeSet::len)
    }
    /// What is owed to runs of a queue.
    pub fn owed(&self, queue: &QueueKey) -> impl Iterator<Item = (&RunId, &Debt)> {
        self.owed.get(queue).into_iter().flatten()
    }

    fn followers(&self, run: &RunKey) -> impl Iterator<Item = &RunKey> {
        self.followers.get(run).into_iter().flatten()
    }
    fn is_empty(&self) -> bool {
        self.children.is_empty() && self.followers.is_empty() && self.awaited.is_empty()
    }
    fn owes(&self, run: &RunKey) -> bool {
        let of = self.owed.get(&run.queue);
        of.is_some_and(|owed| owed.contains_key(&run.run_id))
    }

    fn owe(&mut self, run: &RunKey, debt: Option<Debt>) {
        match &debt {
            Some(Debt::Rejected(_)) => {
                self.circled.insert(run.clone());
            }
            Some(Debt::End { .. }) | None => {
                self.circled.remove(run);
            }
        }
        match debt {
            Some(debt) => {
                let of = self.owed.entry(run.queue.clone()).or_default();
                of.insert(run.run_id.clone(), debt);
            }
            None => {
                if let Some(of) = self.owed.get_mut(&run.queue) {
                    of.remove(&run.run_id);
                    if of.is_empty() {
                        self.owed.remove(&run.queue);
                    }
                }
            }
        }
    }

    /// Enters whose child a run is.
    fn bear(&mut self, key: &RunKey, run: &Run) {
        if let Some(parent) = run.parent() {
            let children = self.children.entry(parent.run.seen_from(&key.queue));
            children.or_default().insert(key.clone());
        }
    }

    /// Enters what a run waits for.
    fn follow(&mut self, key: &RunKey, run: &Run) {
        let Some(after) = run.after() else {
            return;
        };
        let follows = run.standing() == Standing::Following;
        for other in &after.runs {
            let other = other.seen_from(&key.queue);
            if follows {
                self.followers.entry(other).or_default().insert(key.clone());
            } else if let Some(followers) = self.followers.get_mut(&other) {
                followers.remove(key);
                if followers.is_empty() {
                    self.followers.remove(&other);
                }
            }
        }
    }
}

/// How the runs stand that another comes after.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    /// All have ended as it asked, the last of them then.
    Reached(Timestamp),
    /// Some have not ended.
    Waits,
    /// This one has ended otherwise.
    Never(RunKey, StateName),
}

impl State {
    /// The run of this name, in the newest life of its queue that knows it.
    pub fn run(&self, key: &RunKey) -> Option<&Run> {
        self.lives_of(key).next()
    }

    /// The runs of this name, the newest life first.
    fn lives_of(&self, key: &RunKey) -> impl Iterator<Item = &Run> {
        let past = self.past.iter().rev();
        let past = past.filter(move |(stream, _)| stream.key == key.queue);
        let lives = past.map(|(_, queue)| queue);
        let lives = self.queues.get(&key.queue).into_iter().chain(lives);
        lives.filter_map(move |queue| queue.run(&key.run_id))
    }

    /// The runs that this one comes after and that have not ended as it asked, with how they stand; `None`: never requested.
    pub fn awaited(&self, key: &RunKey, run: &Run) -> Vec<(RunKey, Option<StateName>)> {
        let Some(after) = run
            .after()
            .filter(|_| run.standing() == Standing::Following)
        else {
            return Vec::new();
        };
        let others = after.runs.iter().map(|other| other.seen_from(&key.queue));
        let open = others.filter_map(|other| {
            let known = self.run(&other);
            match known.map(Run::standing) {
                Some(Standing::Ended(name)) if is_wanted(after.outcome, name) => None,
                Some(_) | None => Some((other, known.map(Run::state_name))),
            }
        });
        open.collect()
    }

    /// These runs of a queue have changed. Returned is what that changes of what planning goes by, in any queue.
    pub fn relate(&mut self, queue: &QueueKey, changed: &[RunId]) -> Vec<(QueueKey, Touched)> {
        if changed.is_empty() {
            return Vec::new();
        }
        let mut kin = std::mem::take(&mut self.kin);
        let mut concerned = BTreeSet::new();
        for run_id in changed {
            let key = RunKey {
                queue: queue.clone(),
                run_id: run_id.clone(),
            };
            self.lives_of(&key).for_each(|run| kin.bear(&key, run));
            if let Some(run) = self.run(&key) {
                kin.follow(&key, run);
                if kin.awaited.enter(&key, run) {
                    concerned.insert(key.clone());
                }
                self.concerns(&kin, key, run, &mut concerned);
            }
        }
        let moved = self.review(&mut kin, concerned);
        self.kin = kin;
        moved
    }

    /// Looks at all of them anew: what a state that was folded by parts owes is found at once.
    pub fn relate_all(&mut self) -> Vec<(QueueKey, Touched)> {
        let (mut kin, concerned) = self.related();
        let moved = self.review(&mut kin, concerned);
        self.kin = kin;
        moved
    }

    /// The first broken invariant, if any: what runs make of one another follows from the runs.
    pub fn violation(&self) -> Option<String> {
        let (mut kin, concerned) = self.related();
        for key in concerned {
            let Some(run) = self.run(&key) else { continue };
            if self.reached(&key, run) != run.reached || self.outwaited(&key, run) != run.outwaited
            {
                return Some(format!("run {key} does not wait as the runs say"));
            }
            kin.owe(&key, self.debt(&kin, &key, run));
        }
        (kin != self.kin).then(|| "what runs make of one another is not what they say".to_owned())
    }

    fn related(&self) -> (Kin, BTreeSet<RunKey>) {
        let mut kin = Kin::default();
        let mut concerned = BTreeSet::new();
        for (queue, folded) in self.all_lives() {
            for (run_id, run) in folded.runs() {
                let given = run.given().is_some();
                if run.parent().is_some() || run.after().is_some() || given {
                    let key = RunKey {
                        queue: queue.clone(),
                        run_id: run_id.clone(),
                    };
                    kin.bear(&key, run);
                    if let Some(run) = self.run(&key) {
                        kin.follow(&key, run);
                        kin.awaited.enter(&key, run);
                    }
                    concerned.extend(run.parent().map(|parent| parent.run.seen_from(queue)));
                    concerned.insert(key);
                }
            }
        }
        (kin, concerned)
    }

    /// Whom a change of this run concerns.
    fn concerns(&self, kin: &Kin, key: RunKey, run: &Run, concerned: &mut BTreeSet<RunKey>) {
        if let Some(parent) = run.parent()
            && parent.on_failure == OnFailure::FailParent
        {
            let parent = parent.run.seen_from(&key.queue);
            if run.standing().is_failure() || kin.owes(&parent) {
                concerned.insert(parent);
            }
        }
        if !kin.is_empty() {
            concerned.extend(kin.children(&key).cloned());
            concerned.extend(kin.followers(&key).cloned());
            concerned.extend(kin.awaited.by(&key).cloned());
            self.circled(kin, &key, run, concerned);
            if run.after().is_some() {
                concerned.extend(kin.circled.iter().cloned());
            }
        }
        let of_kin = run.parent().is_some() || run.after().is_some();
        if of_kin || kin.children.contains_key(&key) {
            concerned.insert(key);
        }
    }

    fn review(&mut self, kin: &mut Kin, concerned: BTreeSet<RunKey>) -> Vec<(QueueKey, Touched)> {
        let mut moved = Vec::new();
        for key in concerned {
            let Some(run) = self.run(&key) else { continue };
            let (debt, reached) = (self.debt(kin, &key, run), self.reached(&key, run));
            let outwaited = self.outwaited(&key, run);
            let (goes, has_waited) = (reached != run.reached, outwaited != run.outwaited);
            kin.owe(&key, debt);
            if goes {
                moved.extend(self.tell(&key, |queue| queue.reach(&key.run_id, reached)));
            }
            if has_waited {
                moved.extend(self.tell(&key, |queue| queue.outwait(&key.run_id, outwaited)));
            }
        }
        moved
    }

    /// Tells the fold of the newest life that knows a run. What that changes is news only where something is planned.
    fn tell(
        &mut self,
        key: &RunKey,
        what: impl FnOnce(&mut QueueState) -> Touched,
    ) -> Option<(QueueKey, Touched)> {
        let knows = |queue: &&mut QueueState| queue.run(&key.run_id).is_some();
        if let Some(queue) = self.queues.get_mut(&key.queue).filter(knows) {
            return Some((key.queue.clone(), what(queue)));
        }
        let past = self.past.iter_mut().rev();
        let mut past = past.filter(|(stream, _)| stream.key == key.queue);
        if let Some((_, queue)) = past.find(|(_, queue)| queue.run(&key.run_id).is_some()) {
            let _nothing_is_planned = what(queue);
        }
        None
    }

    fn reached(&self, key: &RunKey, run: &Run) -> Option<Timestamp> {
        let follows = run.standing() == Standing::Following;
        match self.reach(key, run) {
            Reach::Reached(at) if follows => Some(at),
            Reach::Reached(_) | Reach::Waits | Reach::Never(..) => None,
        }
    }

    fn reach(&self, key: &RunKey, run: &Run) -> Reach {
        let Some(after) = run.after() else {
            return Reach::Reached(Timestamp::MIN);
        };
        let (mut all, mut last) = (true, Timestamp::MIN);
        for other in &after.runs {
            let other = other.seen_from(&key.queue);
            let run = self.run(&other);
            match run.map(Run::standing) {
                Some(Standing::Ended(name)) if is_wanted(after.outcome, name) => {
                    let end = run.and_then(end_of);
                    last = end.map_or(last, |end| last.max(end.at));
                }
                Some(Standing::Ended(name)) => return Reach::Never(other, name),
                Some(Standing::Following | Standing::Open | Standing::Stopping) | None => {
                    all = false;
                }
            }
        }
        if all {
            Reach::Reached(last)
        } else {
            Reach::Waits
        }
    }
}

fn is_wanted(wanted: AfterOutcome, name: StateName) -> bool {
    match wanted {
        AfterOutcome::Success => name.state() == StateType::Completed,
        AfterOutcome::Failure => name.state() != StateType::Completed,
        AfterOutcome::Any => true,
    }
}
