//! Requests of every shape.

use std::sync::Arc;

use proptest::{
    collection::{btree_map, vec},
    option::of,
    prelude::*,
    sample,
    strategy::Union,
};
use weir_core::{
    awaits::{CycleLink, WaitId, Waits, WaitsFor},
    family::{After, AfterOutcome, OnFailure, OnParentEnd, Parent, RunName},
    ids::Epoch,
    request::{CancelRequest, Request, RunRequest},
    schedule::{PassedOver, PassedReason, ScheduleRef},
    time::Timestamp,
};

use crate::{
    basic::{
        any_queue_key, at, attempt, deployment, limit_key, object, parsed, run_key, span, tag,
        text, token,
    },
    limits::limit_name,
    retries::retry_policy,
};

fn run_name() -> impl Strategy<Value = RunName> {
    (token(), of(any_queue_key())).prop_map(|(run_id, queue)| RunName { run_id, queue })
}

fn parent() -> impl Strategy<Value = Parent> {
    let policies = (
        sample::select(&OnParentEnd::ALL[..]),
        sample::select(&OnFailure::ALL[..]),
    );
    (run_name(), policies).prop_map(|(run, (on_parent_end, on_failure))| Parent {
        run,
        on_parent_end,
        on_failure,
    })
}

fn after() -> impl Strategy<Value = After> {
    let outcome = sample::select(&AfterOutcome::ALL[..]);
    (vec(run_name(), 1..4), outcome).prop_map(|(runs, outcome)| After { runs, outcome })
}

pub(crate) fn any_run() -> impl Strategy<Value = Arc<RunRequest>> {
    let what = (
        of(deployment()),
        of("[a-zé ]{1,40}"),
        object(),
        object(),
        vec(tag(), 0..5),
    );
    let how = (
        -1_000_000..=1_000_000_i32,
        of(0..=1000_u32),
        of(span()),
        of(span()),
        btree_map(limit_name(), 0..=1_000_000_u32, 0..4),
        of(parsed("[a-z]{1,20}")),
        of(retry_policy()),
        (of(at()), of(span()), of(schedule())),
    );
    // A strategy's value is a tree of its parts: on the heap, or a test's stack is too small for it.
    (
        what.boxed(),
        how.boxed(),
        of(parent()).boxed(),
        of(after()).boxed(),
    )
        .prop_map(
            |(
                (deployment, name, parameters, job_variables, tags),
                (priority, retries, retry_delay, timeout, limits, fairness_key, retry_policy, when),
                parent,
                after,
            )| {
                let parameters_copy = parameters.clone();
                Arc::new(RunRequest {
                    deployment,
                    name,
                    parameters,
                    job_variables,
                    tags,
                    priority,
                    retries,
                    retry_delay,
                    retry_policy,
                    timeout: timeout.filter(|timeout| !timeout.is_zero()),
                    limits,
                    fairness_key,
                    schedule: when.2.map(Arc::new),
                    manifest: (priority % 3 == 0).then(|| parameters_copy.clone()),
                    parent,
                    after,
                    scheduled_time: when.0,
                    max_lateness: when.1.filter(|lateness| !lateness.is_zero()),
                })
            },
        )
}

fn schedule() -> impl Strategy<Value = ScheduleRef> {
    let key = parsed("[a-z~][a-z0-9]{0,16}");
    let (due, further) = (at(), 0..100_000_000_000_i64);
    (
        key,
        due,
        further,
        any::<bool>(),
        any::<u64>(),
        of(passed_over()),
    )
        .prop_map(
            |(key, due, further, backfill, epoch, passed_over)| ScheduleRef {
                key,
                due,
                settled: Timestamp(due.0.saturating_add(further)),
                database: "2026a".to_owned(),
                backfill,
                epoch: Epoch(epoch),
                passed_over,
            },
        )
}

pub(crate) fn passed_over() -> impl Strategy<Value = PassedOver> {
    (at(), sample::select(&PassedReason::ALL[..]))
        .prop_map(|(at, reason)| PassedOver { at, reason })
}

pub(crate) fn any_cycle() -> impl Strategy<Value = Vec<CycleLink>> {
    let waits_for = prop_oneof![
        run_key().prop_map(WaitsFor::Run),
        (limit_key(), vec(run_key(), 0..3))
            .prop_map(|(limit, held_by)| WaitsFor::Slots { limit, held_by }),
    ];
    vec(
        (run_key(), waits_for).prop_map(|(run, waits_for)| CycleLink { run, waits_for }),
        0..4,
    )
}

pub(crate) fn any_request() -> impl Strategy<Value = Request> {
    let run = any_run().prop_map(Request::Run);
    let cancel = (of(span()), any::<bool>(), text()).prop_map(|(grace, force, reason)| {
        Request::Cancel(CancelRequest {
            grace,
            force,
            reason,
        })
    });
    let priority = (-1_000_000..=1_000_000_i32).prop_map(Request::SetPriority);
    let retry = of(attempt()).prop_map(Request::Retry);
    let id = || {
        (attempt(), token(), 1..=u32::MAX).prop_map(|(attempt, session, k)| WaitId {
            attempt,
            session,
            k,
        })
    };
    let waits = (id(), vec(run_name(), 1..4), any::<bool>())
        .prop_map(|(id, runs, yields)| Request::Waits(Arc::new(Waits { id, runs, yields })));
    let goes_on = id().prop_map(Request::GoesOn);
    Union::new([
        run.boxed(),
        cancel.boxed(),
        priority.boxed(),
        retry.boxed(),
        waits.boxed(),
        goes_on.boxed(),
    ])
}
