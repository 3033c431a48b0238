//! The end of a wait: `retry backoff` and `queued`, with how the wait was spent.

use super::{
    events::Events,
    scene::{Scene, text},
    span::{Span, SpanId, Value},
    vocabulary as is,
};
use crate::{
    ids::Attempt,
    limit::LimitKey,
    state::{Run, Stage, StateName, Then},
    time::Timestamp,
    wait::{Spent, WaitCause, spent},
};

/// The spans of the wait that this record has ended, if it has. `again` says which of the run's lives it is a part of.
pub(super) fn waited(scene: &Scene<'_>, again: u32, events: &mut Events) -> Vec<Span> {
    let Some(before) = scene.before else {
        return Vec::new();
    };
    let over = !waits(scene.run);
    let life = || scene.ids().life(again);
    let attempt = Attempt(before.attempt.0.saturating_add(1));
    let backoff = |until| {
        let id = scene.ids().wait(is::RETRY_BACKOFF, before.again, attempt);
        let during = (before.since, until);
        scene.span_of_attempt(is::RETRY_BACKOFF, id, life(), attempt, during)
    };
    let events = if over {
        std::mem::take(events)
    } else {
        Events::default()
    };
    match before.then {
        // The scheduler had not even said when.
        Then::RetryOwed if over => vec![backoff(scene.at)],
        Then::Waiting { since, due } if over => {
            let mut spans = Vec::new();
            let mut from = since;
            // What was requested for later has been in the queue from the beginning: that part is told by its cause.
            let retried = before.name == StateName::AwaitingRetry;
            if let Some(due) = due.filter(|_| retried) {
                from = due.max(since).min(scene.at);
                spans.push(backoff(from));
                if due > scene.at {
                    return spans;
                }
            }
            spans.extend(queued(scene, life(), (before.again, attempt), from, events));
            spans
        }
        Then::Waiting { .. } | Then::RetryOwed | Then::Ended | Then::Other => Vec::new(),
    }
}

/// Whether it waits for an attempt, or for being told when.
fn waits(run: &Run) -> bool {
    match run.stage {
        Stage::Waiting { .. } | Stage::RetryOwed => true,
        Stage::Unreadable(_) | Stage::Live | Stage::Ended(_) => false,
    }
}

fn queued(
    scene: &Scene<'_>,
    life: SpanId,
    (again, attempt): (u32, Attempt),
    from: Timestamp,
    events: Events,
) -> Vec<Span> {
    let id = scene.ids().wait(is::QUEUED, again, attempt);
    let mut queued = scene.span_of_attempt(is::QUEUED, id, life, attempt, (from, scene.at));
    let (events, dropped) = events.told();
    queued.events = events;
    queued.attributes.extend(dropped);
    let mut spans = vec![queued];
    let parts = if is_told(scene.run) {
        spent(&scene.run.waits, scene.at)
    } else {
        Vec::new()
    };
    for (n, part) in parts.iter().enumerate() {
        let start = part.from.at.max(from).min(scene.at);
        let end = part.from.at.after(part.lasted).min(scene.at);
        // What was spent before it was due is the back-off; what lasted no time explains nothing.
        if end <= start {
            continue;
        }
        let id_of_part = scene.ids().wait_part(again, attempt, n);
        let name = kind(&part.cause).0;
        let mut span = scene.span_of_attempt(name, id_of_part, id, attempt, (start, end));
        explain(&mut span, part);
        spans.push(span);
    }
    spans
}

/// Whether the decision that ended the wait has told how it was spent: a claim and a cancel do, a rejection does not.
fn is_told(run: &Run) -> bool {
    match &run.stage {
        Stage::Live => true,
        Stage::Ended(end) => matches!(
            end.name,
            StateName::Cancelled
                | StateName::NotReached
                | StateName::ChildFailed
                | StateName::Lapsed
        ),
        Stage::Waiting { .. } | Stage::RetryOwed | Stage::Unreadable(_) => false,
    }
}

fn explain(span: &mut Span, part: &Spent) {
    span.say_word(is::WAIT_CAUSE, kind(&part.cause).1);
    let on = match &part.cause {
        WaitCause::Limit(limit, value) => Some((limit, Some(*value))),
        WaitCause::Rate(limit) | WaitCause::Paused(limit) | WaitCause::Kept(limit) => {
            Some((limit, None))
        }
        WaitCause::NoWorkers
        | WaitCause::NotDue
        | WaitCause::QueueNotReady
        | WaitCause::Deciding
        | WaitCause::BeforeLeader
        | WaitCause::After => None,
    };
    if let Some((limit, value)) = on {
        span.say(is::WAIT_ON, text(limit));
        span.say_word(is::WAIT_ON_KIND, limit_kind(limit));
        if let Some(value) = value {
            span.say(is::WAIT_ON_VALUE, Value::Int(i64::from(value)));
        }
    }
    if part.parts > 1 {
        span.say(is::WAIT_PARTS, Value::Int(i64::from(part.parts)));
    }
}

/// The name of a wait's span, and the word for its cause.
const fn kind(cause: &WaitCause) -> (&'static str, &'static str) {
    match cause {
        WaitCause::Limit(..) => (is::WAIT_LIMIT, "limit"),
        WaitCause::Rate(_) => (is::WAIT_RATE, "rate"),
        WaitCause::Paused(_) => (is::WAIT_PAUSED, "paused"),
        WaitCause::Kept(_) => (is::WAIT_KEPT, "kept"),
        WaitCause::NoWorkers => (is::WAIT_WORKER, "worker"),
        WaitCause::NotDue => (is::WAIT_DUE, "due"),
        WaitCause::After => (is::WAIT_AFTER, "after"),
        WaitCause::QueueNotReady => (is::WAIT_QUEUE, "queue"),
        WaitCause::Deciding => (is::WAIT_DECISION, "decision"),
        WaitCause::BeforeLeader => (is::WAIT_LEADER, "before_leader"),
    }
}

const fn limit_kind(limit: &LimitKey) -> &'static str {
    match limit {
        LimitKey::Pool(_) => "pool",
        LimitKey::Queue(_) => "queue",
        LimitKey::Deployment(_) => "deployment",
        LimitKey::Tag(_) => "tag",
        LimitKey::Named(_) => "limit",
    }
}
