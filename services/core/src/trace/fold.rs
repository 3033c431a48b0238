//! From records to spans: a queue's log is folded as everywhere else, and each record's spans are read from how its run
//! stood before it and how it stands after. So what counts, and what is void, is decided in one place.

use std::{collections::BTreeMap, sync::OnceLock};

use super::{
    attempt::{self, Trail},
    context::Ids,
    events::Events,
    life::{self, Leader},
    place,
    scene::{Common, Scene},
    span::{Key, Link, Span, Value},
    vocabulary as is, waited,
};
use crate::{
    event::{Body, Claim, EpochRecord, Record, Reported, RevokeCause},
    ids::{Epoch, InstallationId, QueueStream, RunId, Seq},
    request::Fault,
    state::{Before, Past, QueueState, Stage},
    time::Timestamp,
};

/// Changes of leaders that are remembered per queue, to be told in the spans of the runs that lived through them.
const LEADERS_MAX: usize = 256;

/// A queue's log as it becomes spans. Each comes out with the record that ends what it stands for; the root of a trace comes
/// with the record that ends its run.
#[derive(Clone, Debug)]
pub struct TracedQueue {
    installation: Option<InstallationId>,
    stream: QueueStream,
    state: QueueState,
    open: BTreeMap<RunId, Open>,
    leaders: Vec<Leader>,
}

/// A run of which there are spans to come.
#[derive(Clone, Debug, Default)]
struct Open {
    course: Course,
    common: OnceLock<Common>,
}

/// What a run's next spans will tell that the fold does not keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Course {
    /// When the run's life began that is not over yet.
    since: Timestamp,
    life: Events,
    wait: Events,
    trail: Option<Trail>,
}

/// What a record says that no run keeps.
#[derive(Default)]
pub(super) struct Said {
    run_id: Option<RunId>,
    /// Who leads from here on.
    leads: Option<EpochRecord>,
    /// Whose decision it is.
    pub(super) epoch: Option<Epoch>,
    /// Why an attempt is taken back.
    pub(super) revoked: Option<&'static str>,
    /// The pod and the node on which it starts.
    pub(super) on: Option<(String, String)>,
}

impl Said {
    fn of(body: &Body) -> Self {
        let mut said = Self::default();
        match body {
            Body::Request { run_id, .. } => said.run_id = Some(run_id.clone()),
            Body::Report { run_id, report } => {
                said.run_id = Some(run_id.clone());
                if let Reported::Started { infrastructure } = &report.what {
                    let on = place::pod(infrastructure);
                    said.on = on.map(|(pod, node)| (pod.to_owned(), node.to_owned()));
                }
            }
            Body::Claim { run_id, decided } => {
                said.run_id = Some(run_id.clone());
                said.epoch = Some(decided.id.epoch);
                said.revoked = match &decided.what {
                    Claim::Claimed(_) => None,
                    Claim::Revoked(revoked) => Some(cause(&revoked.cause)),
                };
            }
            Body::Decision { run_id, decided } => {
                said.run_id = Some(run_id.clone());
                said.epoch = Some(decided.id.epoch);
            }
            Body::Epoch(epoch) => said.leads = Some(epoch.clone()),
            Body::Malformed { .. } => {}
        }
        said
    }
}

impl TracedQueue {
    /// The log of one life of a queue, from its first record on. `installation` is that of the cell log in which it was
    /// opened.
    pub fn new(installation: Option<InstallationId>, stream: QueueStream) -> Self {
        Self::by(installation, stream, QueueState::default())
    }

    /// The records of a single run, read without the rest of the queue.
    pub fn of_one_run(installation: Option<InstallationId>, stream: QueueStream) -> Self {
        Self::by(installation, stream, QueueState::of_one_run())
    }

    fn by(installation: Option<InstallationId>, stream: QueueStream, state: QueueState) -> Self {
        Self {
            installation,
            stream,
            state: state.looking_back(),
            open: BTreeMap::new(),
            leaders: Vec::new(),
        }
    }

    /// Folds one record. Returned are the spans of what it has ended; the same log gives the same spans.
    pub fn apply(&mut self, record: Record) -> Vec<Span> {
        if record.seq <= self.state.applied() {
            return Vec::new();
        }
        let said = Said::of(&record.body);
        let _touched = self.state.apply(record);
        if let Some(epoch) = &said.leads {
            self.lead(epoch);
        }
        let before = match self.state.take_before() {
            Before::Untouched => return Vec::new(),
            Before::New => None,
            Before::Was(past) => Some(past),
        };
        match &said.run_id {
            Some(run_id) => self.tell(run_id, before.as_ref(), self.state.applied_at(), &said),
            None => Vec::new(),
        }
    }

    /// The queue is closed: what slipped in behind all decisions ends here.
    pub fn close(&mut self, at: Timestamp, fault: &Fault) -> Vec<Span> {
        let unended = self
            .state
            .runs()
            .filter(|(_, run)| !run.is_ended() || run.live.is_some());
        let unended: Vec<(RunId, Past)> = unended
            .map(|(id, run)| (id.clone(), Past::of(run)))
            .collect();
        self.state.close(at, fault);
        self.state.take_before();
        let said = Said {
            revoked: Some("QueueClosed"),
            ..Said::default()
        };
        unended
            .iter()
            .flat_map(|(run_id, before)| self.tell(run_id, Some(before), at, &said))
            .collect()
    }

    /// How far the log has been folded.
    pub fn applied(&self) -> Seq {
        self.state.applied()
    }
    /// The runs. It has no indexes: nothing can be planned by it, and its runs cannot be counted by state.
    pub fn state(&self) -> &QueueState {
        &self.state
    }

    fn lead(&mut self, record: &EpochRecord) {
        let known = self.leaders.last().map(|leader| leader.epoch);
        // On the first lane that it reaches; the others say the same.
        if known.is_none_or(|known| known < record.epoch) && self.state.epoch() == record.epoch {
            if self.leaders.len() >= LEADERS_MAX {
                self.leaders.remove(0);
            }
            self.leaders.push(Leader {
                at: self.state.applied_at(),
                epoch: record.epoch,
                name: record.leader.clone(),
            });
        }
    }

    fn tell(
        &mut self,
        run_id: &RunId,
        before: Option<&Past>,
        at: Timestamp,
        said: &Said,
    ) -> Vec<Span> {
        let Some(run) = self.state.run(run_id) else {
            return Vec::new();
        };
        if !self.open.contains_key(run_id) {
            self.open.insert(run_id.clone(), Open::default());
        }
        let Some(Open { course, common }) = self.open.get_mut(run_id) else {
            return Vec::new();
        };
        let scene = Scene::new(
            self.installation.as_ref(),
            &self.stream,
            run_id,
            common,
            at,
            before,
            run,
        );
        course.note(&scene);
        let again = before.map_or(0, |before| before.again);
        let mut spans = waited::waited(&scene, again, &mut course.wait);
        spans.extend(attempt::attempted(&scene, &mut course.trail, said));
        if run.is_ended() && !before.is_some_and(Past::is_ended) {
            let events = std::mem::take(&mut course.life);
            let lived = life::lived(&scene, course.since, events, &self.leaders);
            let installation = self.installation.as_ref();
            let parent = parent_of(installation, &self.stream, &self.state, &scene);
            spans.extend(lived.map(|mut span| {
                span.links.extend(parent.filter(|_| again == 0));
                span
            }));
        }
        if run.is_ended() && run.live.is_none() {
            self.open.remove(run_id);
        }
        spans
    }
}

impl Course {
    fn note(&mut self, scene: &Scene<'_>) {
        let (before, run) = (scene.before, scene.run);
        // It begins, or begins once more.
        if let Stage::Waiting { since, .. } = run.stage
            && before.is_none_or(Past::is_ended)
        {
            self.since = since;
            self.life = Events::default();
        }
        if before.is_none() {
            self.since = run.requested_at;
        }
        let asked = before.is_none_or(|before| !before.cancelled);
        if let Some(cancel) = run.cancel.as_ref().filter(|_| asked) {
            let grace = cancel.grace_in_force().as_millis();
            let grace = Value::Int(i64::try_from(grace).unwrap_or(i64::MAX));
            let mut why: Vec<(Key, Value)> = vec![(is::CANCEL_GRACE_MS, grace)];
            if !cancel.reason.is_empty() {
                why.push((is::CANCEL_REASON, Value::Text(cancel.reason.clone())));
            }
            self.life.add(is::EVENT_CANCEL, scene.at, why);
        }
        let waits = run.live.is_none() && !run.is_ended();
        if before.is_some_and(|before| waits && before.priority != run.priority) {
            let priority = Value::Int(i64::from(run.priority));
            let told = vec![(is::RUN_PRIORITY, priority)];
            self.wait.add(is::EVENT_PRIORITY, scene.at, told);
        }
    }
}

/// The parent's own span, where it is in another trace. Of a parent in another queue that is not known here: its trace may
/// be its publisher's. What is submitted from inside a run is in the run's own trace, wherever it goes.
fn parent_of(
    installation: Option<&InstallationId>,
    stream: &QueueStream,
    state: &QueueState,
    scene: &Scene<'_>,
) -> Option<Link> {
    let parent = scene.run.parent()?.run.seen_from(&stream.key);
    let run_id = Some(&parent.run_id).filter(|_| parent.queue == stream.key)?;
    let published = state.run(run_id)?.traceparent.as_deref();
    let ids = Ids::of(installation, stream, run_id, published);
    (ids.trace_id != scene.ids().trace_id).then(|| Link {
        trace_id: ids.trace_id,
        span_id: ids.life(0),
        attributes: vec![(is::LINK_KIND, Value::Word("parent"))],
    })
}

/// All spans of a run that its records complete. `records` are those about the run, in the order of the log.
pub fn spans_of_run(
    installation: Option<InstallationId>,
    stream: &QueueStream,
    records: impl IntoIterator<Item = Record>,
) -> Vec<Span> {
    let mut traced = TracedQueue::of_one_run(installation, stream.clone());
    records
        .into_iter()
        .flat_map(|record| traced.apply(record))
        .collect()
}

/// The word of [`is::REVOKED`].
const fn cause(cause: &RevokeCause) -> &'static str {
    match cause {
        RevokeCause::NotTaken => "NotTaken",
        RevokeCause::Cancel => "Cancel",
        RevokeCause::WorkerLost { .. } => "WorkerLost",
        RevokeCause::NotSubmitted => "NotSubmitted",
        RevokeCause::NotStarted => "NotStarted",
        RevokeCause::RanTooLong => "RanTooLong",
    }
}
