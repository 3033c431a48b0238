//! The run as a whole: its root span, and one more for each time that it was run again after its end.

use super::{
    attempt::epoch_value,
    events::Events,
    scene::{Scene, text},
    span::{Span, SpanEvent, SpanKind, SpanStatus, Value},
    vocabulary as is,
};
use crate::{
    failure::FailureClass,
    ids::{Epoch, SchedulerName},
    state::{End, Stage, StateName},
    time::Timestamp,
};

/// A change of leaders, as the queue's epochs tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leader {
    pub(super) at: Timestamp,
    pub(super) epoch: Epoch,
    pub(super) name: SchedulerName,
}

/// The span of the life that this record has ended. It began at `start`.
pub(super) fn lived(
    scene: &Scene<'_>,
    start: Timestamp,
    events: Events,
    leaders: &[Leader],
) -> Option<Span> {
    let Stage::Ended(end) = &scene.run.stage else {
        return None;
    };
    let mut span = whole(scene, (start, end.at));
    describe(&mut span, scene);
    conclude(&mut span, scene, end);
    let (mut events, dropped) = events.told();
    span.attributes.extend(dropped);
    let led = leaders
        .iter()
        .filter(|leader| start < leader.at && leader.at < end.at);
    events.extend(led.map(|leader| SpanEvent {
        name: is::EVENT_LEADER,
        at: leader.at,
        attributes: vec![
            (is::LEADER, text(&leader.name)),
            (is::EPOCH, epoch_value(leader.epoch)),
        ],
    }));
    events.sort_by_key(|event| event.at);
    span.events = events;
    Some(span)
}

fn whole(scene: &Scene<'_>, during: (Timestamp, Timestamp)) -> Span {
    let (run, ids) = (scene.run, scene.ids());
    let root = ids.life(0);
    if run.again > 0 {
        let mut span = scene.span(is::RERUN, ids.life(run.again), root, during);
        span.say(is::RUN_AGAIN, Value::Int(i64::from(run.again)));
        return span;
    }
    let mut span = scene.span(is::FLOW_RUN, root, root, during);
    span.parent = ids.published;
    span.parent_is_remote = ids.published.is_some();
    span.kind = SpanKind::Consumer;
    span.say_word(is::MESSAGING_SYSTEM, "nats");
    span.say_word(is::MESSAGING_OPERATION_TYPE, "process");
    span.say_word(is::MESSAGING_OPERATION_NAME, "run");
    span.say_word(
        is::MESSAGING_DESTINATION,
        "weir.run.{pool}.{queue}.{run}.request",
    );
    span.say(is::MESSAGING_MESSAGE_ID, text(scene.run_id));
    span
}

fn describe(span: &mut Span, scene: &Scene<'_>) {
    let run = scene.run;
    let request = run.request.as_deref();
    if scene.stream.incarnation > 1 {
        let incarnation = Value::Int(i64::from(scene.stream.incarnation));
        span.say(is::INCARNATION, incarnation);
    }
    let given = request.and_then(|request| request.name.as_deref());
    let name = given.or(run.name.as_deref());
    span.say_text(is::RUN_NAME, name.unwrap_or_default());
    let tags = request.map(|request| request.tags.as_slice());
    if let Some(tags) = tags.filter(|tags| !tags.is_empty()) {
        let tags = tags.iter().map(ToString::to_string).collect();
        span.say(is::RUN_TAGS, Value::Texts(tags));
    }
    span.say(is::RUN_PRIORITY, Value::Int(i64::from(run.priority)));
    span.say(is::RUN_ATTEMPTS, Value::Int(i64::from(run.attempt.0)));
    let queue = &scene.stream.key;
    if let Some(parent) = run.parent() {
        span.say(is::RUN_PARENT, text(&parent.run.seen_from(queue)));
    }
    if let Some(after) = run.after() {
        let runs = after.runs.iter();
        let runs = runs.map(|run| run.seen_from(queue).to_string());
        span.say(is::RUN_AFTER, Value::Texts(runs.collect()));
    }
    if run.other_requests > 0 {
        let others = Value::Int(i64::from(run.other_requests));
        span.say(is::RUN_OTHER_REQUESTS, others);
    }
    if let Some(deployment) = &run.class.deployment {
        span.say(is::PIPELINE_NAME, text(deployment));
    }
    span.say(is::PIPELINE_RUN_ID, text(scene.run_id));
}

fn conclude(span: &mut Span, scene: &Scene<'_>, end: &End) {
    span.say_word(is::RUN_STATE, end.name.as_str());
    span.say_word(is::RUN_STATE_TYPE, end.name.state().as_str());
    span.say_text(is::RUN_REASON, &end.reason);
    span.say_text(is::RUN_MESSAGE, &end.message);
    let (result, failed) = match end.name {
        StateName::Completed => ("success", false),
        StateName::Cancelled | StateName::NotReached | StateName::Lapsed => ("cancellation", false),
        StateName::TimedOut => ("timeout", true),
        StateName::Failed | StateName::ChildFailed => ("failure", true),
        StateName::Rejected
        | StateName::Crashed
        | StateName::StartFailed
        | StateName::WorkerLost
        | StateName::WorkerStopped => ("error", true),
        // A run does not end in these.
        StateName::Scheduled
        | StateName::Late
        | StateName::AwaitingRetry
        | StateName::Pending
        | StateName::Submitting
        | StateName::InfrastructurePending
        | StateName::Running
        | StateName::Cancelling
        | StateName::Revoking => return,
    };
    span.say_word(is::PIPELINE_RESULT, result);
    if failed {
        let kind = error_type(scene, end);
        span.fail(&kind, &end.message);
    } else if end.name == StateName::Completed {
        span.status = SpanStatus::Ok;
    }
}

/// The end's reason, where it has one, else the failure of the attempt that ended it.
fn error_type(scene: &Scene<'_>, end: &End) -> String {
    if !end.reason.is_empty() {
        return end.reason.clone();
    }
    let attempt = scene.run.live.as_deref().or(scene.run.last.as_deref());
    let outcome = attempt.and_then(|attempt| attempt.finished.as_ref());
    let failure = outcome.and_then(FailureClass::of);
    failure.map_or_else(
        || end.name.as_str().to_owned(),
        |failure| failure.to_string(),
    )
}
