//! What is counted and measured of an API server.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{Method, Request};
use weir_runtime::{
    Clock, Meter,
    metrics::{Counter, Family, Histogram},
};

use super::pace::Pace;
use crate::metrics;

/// The code of a request that had no answer.
const NO_ANSWER: &str = "none";

/// The instruments of the calls to one API server. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Measures {
    requests: Family<Counter>,
    spans: Family<Histogram>,
    throttled: Counter,
    waited: Histogram,
}

impl Measures {
    pub(super) fn of(meter: &Meter, pace: &Pace) -> Self {
        let (shown, pace) = (meter.single(&metrics::PACE), pace.clone());
        meter.before_reading(move || shown.set(pace.now().into()));
        Self::recording(meter)
    }

    fn recording(meter: &Meter) -> Self {
        Self {
            requests: meter.family(&metrics::REQUESTS),
            spans: meter.family(&metrics::REQUEST),
            throttled: meter.single(&metrics::THROTTLED),
            waited: meter.single(&metrics::WAITED),
        }
    }

    /// A call had its turn after this span.
    pub(super) fn waited(&self, span: Duration) {
        self.waited.record(span);
    }

    /// A request goes out now.
    pub(super) fn begin<T>(&self, request: &Request<T>, clock: &Clock) -> Asked {
        let (verb, resource) = what(request);
        Asked {
            measures: self.clone(),
            verb,
            resource,
            clock: clock.clone(),
            began: clock.monotonic(),
            answered: false,
        }
    }
}

impl Default for Measures {
    /// For nobody.
    fn default() -> Self {
        Self::recording(&Meter::new())
    }
}

/// A request that is under way. Dropped before its answer, it had none.
#[derive(Debug)]
pub(super) struct Asked {
    measures: Measures,
    verb: &'static str,
    resource: &'static str,
    clock: Clock,
    began: Duration,
    answered: bool,
}

impl Asked {
    /// The head of its answer has come.
    pub(super) fn answered(mut self, status: u16) {
        self.answered = true;
        let span = self.clock.monotonic().saturating_sub(self.began);
        let labels = [self.verb, self.resource];
        self.measures.spans.with(&labels).record(span);
        if status == 429 {
            self.measures.throttled.increment();
        }
        self.count(&status.to_string());
    }

    fn count(&self, code: &str) {
        let labels = [self.verb, self.resource, code];
        self.measures.requests.with(&labels).increment();
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if !self.answered {
            self.count(NO_ANSWER);
        }
    }
}

/// Verb and resource in the words of Kubernetes' own audit; all else than what is asked for here is `other`.
fn what<T>(request: &Request<T>) -> (&'static str, &'static str) {
    let uri = request.uri();
    let mut parts = uri.path().trim_matches('/').split('/');
    let group = match parts.next() {
        Some("api") => parts.next().is_some(),
        Some("apis") => parts.next().and(parts.next()).is_some(),
        Some(_) | None => false,
    };
    let rest: Vec<&str> = parts.collect();
    let (resource, named) = match rest.as_slice() {
        _ if !group => ("other", true),
        ["namespaces", _] => ("namespaces", true),
        ["namespaces", _, kind] | [kind] => (known(kind), false),
        ["namespaces", _, "pods", _, "log"] => ("pods/log", true),
        ["namespaces", _, kind, _] => (known(kind), true),
        _ => ("other", true),
    };
    let watches = uri.query().is_some_and(|query| {
        query
            .split('&')
            .any(|pair| matches!(pair, "watch=true" | "watch=1" | "watch"))
    });
    let verb = match *request.method() {
        Method::POST => "create",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        Method::GET if watches => "watch",
        Method::GET if named => "get",
        Method::GET => "list",
        _ => "other",
    };
    (verb, resource)
}

fn known(kind: &str) -> &'static str {
    match kind {
        "jobs" => "jobs",
        "pods" => "pods",
        "events" => "events",
        "namespaces" => "namespaces",
        _ => "other",
    }
}

/// When each follower of Jobs or pods last heard anything, by the monotonic clock.
#[derive(Clone, Debug, Default)]
pub(super) struct Hearing(Arc<Mutex<BTreeMap<u64, Duration>>>);

impl Hearing {
    /// Shows how long the one is silent that has heard nothing for longest; 0 while nobody listens.
    pub(super) fn show(meter: &Meter, pool: &str, clock: &Clock) -> Self {
        let hearing = Self::default();
        let shown = meter.family(&metrics::SILENCE).with(&[pool]);
        let (read, clock) = (hearing.clone(), clock.clone());
        meter.before_reading(move || {
            let first = read.locked().values().min().copied();
            let silence = first.map(|at| clock.monotonic().saturating_sub(at));
            shown.set_span(silence.unwrap_or_default());
        });
        hearing
    }

    /// Somebody listens from now on.
    pub(super) fn ear(&self, now: Duration) -> Ear {
        let mut heard = self.locked();
        let id = heard.keys().next_back().map_or(0, |last| last + 1);
        heard.insert(id, now);
        Ear {
            id,
            hearing: self.clone(),
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One follower. Dropped, it listens no longer.
#[derive(Debug)]
pub(super) struct Ear {
    id: u64,
    hearing: Hearing,
}

impl Ear {
    /// It has heard something.
    pub(super) fn heard(&self, now: Duration) {
        self.hearing.locked().insert(self.id, now);
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.hearing.locked().remove(&self.id);
    }
}

#[cfg(test)]
mod tests;
