//! Requests of every shape.

use std::sync::Arc;

use proptest::{
    collection::{btree_map, vec},
    option::of,
    prelude::*,
    strategy::Union,
};
use weir_core::request::{CancelRequest, Request, RunRequest};

use crate::{
    basic::{attempt, deployment, object, parsed, span, tag, text},
    limits::limit_name,
    retries::retry_policy,
};

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
    );
    (what, how).prop_map(
        |(
            (deployment, name, parameters, job_variables, tags),
            (priority, retries, retry_delay, timeout, limits, fairness_key, retry_policy),
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
                manifest: (priority % 3 == 0).then(|| parameters_copy.clone()),
            })
        },
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
    Union::new([run.boxed(), cancel.boxed(), priority.boxed(), retry.boxed()])
}
