//! One record's place in a run's life: what everything that is told of it goes by.

use std::sync::{Arc, OnceLock};

use super::{
    context::Ids,
    span::{Key, Span, SpanId, SpanKind, SpanStatus, Value},
    vocabulary as is,
};
use crate::{
    bounds,
    event::{Outcome, OutcomeClass},
    failure::FailureClass,
    ids::{Attempt, InstallationId, QueueStream, RunId},
    state::{Past, Run},
    time::Timestamp,
};

/// What is the same in all spans of a run.
#[derive(Clone, Debug)]
pub(super) struct Common {
    ids: Ids,
    attributes: Arc<[(Key, Value)]>,
}

impl Common {
    fn of(
        installation: Option<&InstallationId>,
        stream: &QueueStream,
        run_id: &RunId,
        run: &Run,
    ) -> Self {
        let key = &stream.key;
        let deployment = run.class.deployment.as_ref();
        let own = [
            (is::RUN_ID, text(run_id)),
            (is::POOL, text(&key.pool)),
            (is::QUEUE, text(&key.queue)),
        ];
        let deployment = deployment.map(|name| (is::DEPLOYMENT, text(name)));
        Self {
            ids: Ids::of(installation, stream, run_id, run.traceparent.as_deref()),
            attributes: own.into_iter().chain(deployment).collect(),
        }
    }
}

/// A record about a run has been folded: how the run stood before it, and how it stands.
pub(super) struct Scene<'a> {
    installation: Option<&'a InstallationId>,
    pub(super) stream: &'a QueueStream,
    pub(super) run_id: &'a RunId,
    common: &'a OnceLock<Common>,
    pub(super) at: Timestamp,
    pub(super) before: Option<&'a Past>,
    pub(super) run: &'a Run,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        installation: Option<&'a InstallationId>,
        stream: &'a QueueStream,
        run_id: &'a RunId,
        common: &'a OnceLock<Common>,
        at: Timestamp,
        before: Option<&'a Past>,
        run: &'a Run,
    ) -> Self {
        Self {
            installation,
            stream,
            run_id,
            common,
            at,
            before,
            run,
        }
    }

    /// Made with the run's first span.
    fn common(&self) -> &'a Common {
        self.common
            .get_or_init(|| Common::of(self.installation, self.stream, self.run_id, self.run))
    }

    /// The ids of the run's trace.
    pub(super) fn ids(&self) -> &'a Ids {
        &self.common().ids
    }

    /// A span of this run, with what all of its spans say. It ends no earlier than it begins, whatever the stamps say.
    pub(super) fn span(
        &self,
        name: &'static str,
        span_id: SpanId,
        parent: SpanId,
        (start, end): (Timestamp, Timestamp),
    ) -> Span {
        Span {
            trace_id: self.ids().trace_id,
            span_id,
            parent: Some(parent),
            parent_is_remote: false,
            sampled: self.ids().sampled,
            kind: SpanKind::Internal,
            name,
            start,
            end: end.max(start),
            of_run: Arc::clone(&self.common().attributes),
            attributes: Vec::new(),
            events: Vec::new(),
            links: Vec::new(),
            status: SpanStatus::Unset,
        }
    }

    /// A span that belongs to an attempt.
    pub(super) fn span_of_attempt(
        &self,
        name: &'static str,
        span_id: SpanId,
        parent: SpanId,
        attempt: Attempt,
        during: (Timestamp, Timestamp),
    ) -> Span {
        let mut span = self.span(name, span_id, parent, during);
        let attempt = Value::Int(i64::from(attempt.0));
        span.attributes.push((is::ATTEMPT_N, attempt));
        span
    }
}

impl Span {
    pub(super) fn say(&mut self, key: Key, value: Value) {
        self.attributes.push((key, value));
    }
    /// Says one of a few words; an empty one is none.
    pub(super) fn say_word(&mut self, key: Key, word: &'static str) {
        if !word.is_empty() {
            self.say(key, Value::Word(word));
        }
    }
    /// Says a text, where there is one.
    pub(super) fn say_text(&mut self, key: Key, text: &str) {
        if !text.is_empty() {
            self.say(key, Value::Text(bounds::bounded_text(text)));
        }
    }
    /// What it stands for went wrong.
    pub(super) fn fail(&mut self, kind: &str, message: &str) {
        self.say_text(is::ERROR_TYPE, kind);
        let message = if message.is_empty() { kind } else { message };
        self.status = SpanStatus::Error(bounds::bounded_text(message));
    }
    /// How an attempt ended: its codes and words, and whether that is an error.
    pub(super) fn end_by(&mut self, outcome: &Outcome) {
        let Outcome {
            class,
            exit_code,
            signal,
            reason,
            message,
        } = outcome;
        self.say_word(is::RESULT, result(*class));
        if let Some(code) = exit_code {
            self.say(is::EXIT_CODE, Value::Int(i64::from(*code)));
        }
        if let Some(signal) = signal {
            self.say(is::SIGNAL, Value::Int(i64::from(*signal)));
        }
        self.say_text(is::REASON, reason);
        self.say_text(is::MESSAGE, message);
        match class {
            OutcomeClass::Completed => self.status = SpanStatus::Ok,
            // Somebody wanted it so.
            OutcomeClass::Stopped => {}
            OutcomeClass::Failed
            | OutcomeClass::Signaled
            | OutcomeClass::TimedOut
            | OutcomeClass::StartFailed
            | OutcomeClass::Lost
            | OutcomeClass::Crashed => self.fail(&error_type(outcome), message),
        }
    }
}

/// What went wrong, of few values: the reason, where there is one, else the failure.
fn error_type(outcome: &Outcome) -> String {
    if !outcome.reason.is_empty() {
        return outcome.reason.clone();
    }
    FailureClass::of(outcome).map_or_else(String::new, |failure| failure.to_string())
}

/// The word of [`is::RESULT`].
const fn result(class: OutcomeClass) -> &'static str {
    match class {
        OutcomeClass::Completed => "Completed",
        OutcomeClass::Failed => "Failed",
        OutcomeClass::Signaled => "Signaled",
        OutcomeClass::TimedOut => "TimedOut",
        OutcomeClass::StartFailed => "StartFailed",
        OutcomeClass::Stopped => "Stopped",
        OutcomeClass::Lost => "Lost",
        OutcomeClass::Crashed => "Crashed",
    }
}

pub(super) fn text(shown: &impl ToString) -> Value {
    Value::Text(shown.to_string())
}
