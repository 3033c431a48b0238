//! One attempt's spans: its phases as each ends, and the attempt itself when nothing of it is left.

use std::cell::OnceCell;

use super::{
    events::Events,
    fold::Said,
    place::{self, Place},
    scene::{Scene, text},
    span::{Key, Span, SpanId, Value},
    vocabulary as is,
};
use crate::{
    event::{Outcome, OutcomeClass},
    ids::Epoch,
    state::{Live, PastLive, Stop},
    time::Timestamp,
};

/// What of an attempt is told later and the fold does not keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trail {
    /// Which of the run's lives it is of.
    again: u32,
    /// The leadership that claimed it.
    epoch: Option<Epoch>,
    /// When its end was told, where something of it was left.
    finished_at: Option<Timestamp>,
    /// When it was first ordered to stop, before its end.
    stopped_at: Option<Timestamp>,
    /// Why it was taken back.
    revoked: Option<&'static str>,
    /// Its pod and the node of it.
    pod: Option<(String, String)>,
    dispatch: Events,
    pending: Events,
    execution: Events,
    told: Vec<Phase>,
}

/// A part of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Dispatch,
    Pending,
    Execution,
    Stopping,
    Cleanup,
}

impl Phase {
    const fn name(self) -> &'static str {
        match self {
            Self::Dispatch => is::DISPATCH,
            Self::Pending => is::PENDING,
            Self::Execution => is::EXECUTION,
            Self::Stopping => is::STOPPING,
            Self::Cleanup => is::CLEANUP,
        }
    }
}

/// The spans of the run's attempt that this record has ended. There is a trail as long as there is an attempt.
pub(super) fn attempted(scene: &Scene<'_>, trail: &mut Option<Trail>, said: &Said) -> Vec<Span> {
    if scene.run.live.is_some() {
        trail.get_or_insert_with(|| Trail {
            again: scene.run.again,
            epoch: said.epoch,
            ..Trail::default()
        });
    }
    let over = scene.run.live.is_none();
    let live = scene.run.live.as_deref().or(scene.run.last.as_deref());
    let (Some(live), Some(mut held)) = (live, trail.take()) else {
        return Vec::new();
    };
    held.note(scene, live, over, said);
    let over_at = over.then_some(scene.at);
    let id = OnceCell::new();
    let id = || *id.get_or_init(|| scene.ids().phase(is::ATTEMPT, live.attempt));
    let mut spans = Vec::new();
    for (phase, during) in held.ended(live, over_at) {
        if !held.told.contains(&phase) {
            held.told.push(phase);
            spans.push(held.span(scene, live, id(), phase, during));
        }
    }
    if let Some(end) = over_at {
        spans.push(held.whole(scene, live, id(), end));
    } else {
        *trail = Some(held);
    }
    spans
}

impl Trail {
    /// Remembers what this record has told.
    fn note(&mut self, scene: &Scene<'_>, live: &Live, over: bool, said: &Said) {
        let at = scene.at;
        let before = scene.before.and_then(|before| before.live.as_ref());
        let Some(before) = before else {
            return;
        };
        if !before.taken
            && let Some(holder) = &live.holder
        {
            let who = vec![
                (is::WORKER, text(&holder.worker)),
                (is::SESSION, text(&holder.session)),
            ];
            self.dispatch.add(is::EVENT_TAKEN, at, who);
        }
        if before.waiting != live.waiting
            && let Some((reason, message)) = &live.waiting
        {
            self.note_waiting(live, at, reason, message);
        }
        if !before.started && live.started_at.is_some() && said.on.is_some() {
            self.pod.clone_from(&said.on);
        }
        self.note_slots(before, live, at);
        if over || before.fence != live.fence {
            self.revoked = self.revoked.or(said.revoked);
        }
        if live.stop.is_some() && !before.finished {
            self.stopped_at.get_or_insert(at);
        }
        if !over && !before.finished && live.finished.is_some() {
            self.finished_at = Some(at);
        }
    }

    /// What has become of its slots while its program waits for other runs.
    fn note_slots(&mut self, before: &PastLive, live: &Live, at: Timestamp) {
        let awaits = live.awaits.as_deref();
        let cycle = awaits.is_some_and(|awaits| awaits.told);
        let events = [
            (is::EVENT_AWAITS, !before.awaits && awaits.is_some()),
            (is::EVENT_YIELDED, !before.has_given && live.has_given()),
            (is::EVENT_REGRANTED, before.has_given && !live.has_given()),
            (is::EVENT_CYCLE, !before.cycle && cycle),
        ];
        for (name, _) in events.into_iter().filter(|(_, happened)| *happened) {
            self.execution.add(name, at, Vec::new());
        }
    }

    fn note_waiting(&mut self, live: &Live, at: Timestamp, reason: &str, message: &str) {
        if let Some((pod, node)) = place::scheduled(reason, message) {
            let told = (pod.to_owned(), node.to_owned());
            self.pending
                .add(is::EVENT_SCHEDULED, at, on_node(&told).to_vec());
            self.pod = Some(told);
            return;
        }
        let why = vec![(is::REASON, text(&reason)), (is::MESSAGE, text(&message))];
        let events = if live.submitted_at.is_some() {
            &mut self.pending
        } else {
            &mut self.dispatch
        };
        events.add(is::EVENT_WAITING, at, why);
    }

    /// The phases that are over, and from when to when they were.
    fn ended(&self, live: &Live, over: Option<Timestamp>) -> Vec<(Phase, (Timestamp, Timestamp))> {
        let end = self.finished_at.or(over);
        let (submitted, started) = (live.submitted_at, live.started_at);
        let made = [submitted, started, end].into_iter().flatten().min();
        let pending = submitted.filter(|made| started.is_none_or(|started| *made <= started));
        let blind =
            end.filter(|_| started.is_none() && live.finished.as_ref().is_some_and(has_run));
        let phase =
            |phase, start: Option<Timestamp>, end: Option<Timestamp>| Some((phase, (start?, end?)));
        [
            phase(Phase::Dispatch, Some(live.claimed_at), made),
            phase(Phase::Pending, pending, started.or(end)),
            phase(Phase::Execution, started.or(blind), end),
            phase(Phase::Stopping, self.stopped_at, end),
            phase(Phase::Cleanup, self.finished_at, over),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn span(
        &mut self,
        scene: &Scene<'_>,
        live: &Live,
        parent: SpanId,
        phase: Phase,
        during: (Timestamp, Timestamp),
    ) -> Span {
        let id = scene.ids().phase(phase.name(), live.attempt);
        let mut span = scene.span_of_attempt(phase.name(), id, parent, live.attempt, during);
        let before_start = live.submitted_at.is_none() && live.started_at.is_none();
        match phase {
            Phase::Dispatch => {
                say_worker(&mut span, live);
                self.say_revoked(&mut span);
                say_events(&mut span, std::mem::take(&mut self.dispatch));
                fail_to_start(&mut span, live, before_start);
            }
            Phase::Pending => {
                say_place(&mut span, live);
                say_events(&mut span, std::mem::take(&mut self.pending));
                fail_to_start(&mut span, live, live.started_at.is_none());
            }
            Phase::Execution => {
                say_worker(&mut span, live);
                say_place(&mut span, live);
                span.attributes.extend(self.pod.iter().flat_map(on_node));
                say_events(&mut span, std::mem::take(&mut self.execution));
                if live.started_at.is_none() {
                    span.say(is::START_UNKNOWN, Value::Bool(true));
                }
                if let Some(outcome) = &live.finished {
                    span.end_by(outcome);
                }
            }
            Phase::Stopping => {
                let cause = if scene.run.cancel.is_some() || live.stop == Some(Stop::Ordered) {
                    "Cancel"
                } else {
                    "Revoked"
                };
                span.say_word(is::STOP, cause);
                self.say_revoked(&mut span);
            }
            Phase::Cleanup => {}
        }
        span
    }

    /// The attempt itself.
    fn whole(&self, scene: &Scene<'_>, live: &Live, id: SpanId, end: Timestamp) -> Span {
        let parent = scene.ids().life(self.again);
        let during = (live.claimed_at, end);
        let mut span = scene.span_of_attempt(is::ATTEMPT, id, parent, live.attempt, during);
        say_worker(&mut span, live);
        if let Some(holder) = &live.holder {
            span.say(is::SESSION, text(&holder.session));
            span.say(is::CICD_WORKER, text(&holder.worker));
        }
        say_place(&mut span, live);
        if !live.slots.is_empty() {
            let limits = live.slots.iter().map(|slot| slot.limit.to_string());
            span.say(is::HELD, Value::Texts(limits.collect()));
        }
        if let Some(epoch) = self.epoch {
            span.say(is::EPOCH, epoch_value(epoch));
        }
        match (&live.finished, self.revoked) {
            (Some(outcome), _) => span.end_by(outcome),
            (None, Some(_)) => span.say_word(is::RESULT, "Revoked"),
            (None, None) => span.say_word(is::RESULT, "HandedBack"),
        }
        self.say_revoked(&mut span);
        span
    }

    fn say_revoked(&self, span: &mut Span) {
        span.say_word(is::REVOKED, self.revoked.unwrap_or_default());
    }
}

/// Whether an attempt that ended so must have run.
fn has_run(outcome: &Outcome) -> bool {
    match outcome.class {
        OutcomeClass::Completed | OutcomeClass::Failed | OutcomeClass::Signaled => true,
        OutcomeClass::TimedOut | OutcomeClass::Crashed | OutcomeClass::Stopped => {
            outcome.exit_code.is_some() || outcome.signal.is_some()
        }
        OutcomeClass::StartFailed | OutcomeClass::Lost => false,
    }
}

/// A phase that was the attempt's last one before a start is where it went wrong.
fn fail_to_start(span: &mut Span, live: &Live, last: bool) {
    let outcome = live.finished.as_ref();
    if let Some(outcome) =
        outcome.filter(|outcome| last && outcome.class == OutcomeClass::StartFailed)
    {
        span.say_text(is::REASON, &outcome.reason);
        span.fail(&outcome.reason, &outcome.message);
    }
}

fn say_worker(span: &mut Span, live: &Live) {
    if let Some(holder) = &live.holder {
        span.say(is::WORKER, text(&holder.worker));
    }
}

fn say_place(span: &mut Span, live: &Live) {
    if let Some(place) = Place::of(&live.infrastructure) {
        span.attributes.extend(place.attributes());
    }
}

fn say_events(span: &mut Span, events: Events) {
    let (events, dropped) = events.told();
    span.events = events;
    span.attributes.extend(dropped);
}

fn on_node((pod, node): &(String, String)) -> [(Key, Value); 2] {
    [(is::K8S_POD, text(pod)), (is::K8S_NODE, text(node))]
}

pub(super) fn epoch_value(epoch: Epoch) -> Value {
    Value::Int(i64::try_from(epoch.0).unwrap_or(i64::MAX))
}
