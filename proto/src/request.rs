//! What users say on `.request`: JSON or protobuf in, a domain request or a fault that names the field out.

mod check;

pub(crate) use check::request as from_wire;

use std::sync::Arc;

use bytes::Bytes;
use prost::Message;
use weir_core::{
    bounds,
    request::{CancelRequest, Fault, FaultCode, Request, RunRequest},
};

use crate::{
    awaits, family, field,
    json::{self, JsonFault, JsonFaultKind},
    limit, retry, schedule, wire,
};

/// The request in these bytes; never fails, because what is wrong with it is an answer to be given.
///
/// It is JSON iff its first byte after white space is `{`; nothing at all is a request with nothing in it.
pub fn decode_request(payload: &[u8]) -> Request {
    read(payload)
        .and_then(check::request)
        .unwrap_or_else(Request::Bad)
}

fn read(payload: &[u8]) -> Result<wire::Request, Fault> {
    if payload.len() > bounds::REQUEST_BYTES_MAX {
        let (size, bound) = (payload.len(), bounds::REQUEST_BYTES_MAX);
        let message = format!(
            "the request is {size} bytes: use at most {bound}, and hand large values over by reference (a path, an URL)"
        );
        return Err(Fault::new(FaultCode::TooLarge, "", message));
    }
    if json::is_json(payload) {
        return json::decode(payload).map_err(json_fault);
    }
    if payload.first().copied().is_some_and(json::is_space) {
        let message = "it begins with white space, but no JSON object follows: send an object such as \
                       {\"deployment\": \"FLOW/NAME\"}";
        return Err(Fault::new(FaultCode::Undecodable, "", message));
    }
    wire::Request::decode(payload).map_err(|error| {
        let message = format!(
            "neither a JSON object (the first byte would be '{{') nor protobuf of weir.v1.Request ({error}): send an \
             object such as {{\"deployment\": \"FLOW/NAME\"}}"
        );
        Fault::new(FaultCode::Undecodable, "", message)
    })
}

fn json_fault(fault: JsonFault) -> Fault {
    let JsonFault {
        kind,
        field,
        message,
    } = fault;
    match kind {
        JsonFaultKind::Syntax => Fault::new(FaultCode::Undecodable, field, message),
        JsonFaultKind::UnknownField => Fault::new(FaultCode::UnknownField, field, message),
        JsonFaultKind::InvalidField => {
            let hint = check::hint(&field);
            Fault::new(FaultCode::InvalidField, field, format!("{message}{hint}"))
        }
    }
}

/// The request as protobuf. `Bad`, which nobody sends, becomes bytes that are refused when read.
pub fn encode_request(request: &Request) -> Bytes {
    match to_wire(request) {
        Some(request) => request.encode_to_vec().into(),
        None => Bytes::from_static(&[0]),
    }
}

/// The request as JSON, as people write it. `Bad`, which nobody sends, becomes text that is refused when read.
pub fn encode_request_json(request: &Request) -> String {
    match to_wire(request) {
        Some(request) => {
            serde_json::to_string(&request).expect("a request that was checked has a JSON mapping")
        }
        None => "null".to_owned(),
    }
}

fn to_wire(request: &Request) -> Option<wire::Request> {
    match request {
        Request::Run(run) => Some(run_to_wire(run)),
        Request::Cancel(CancelRequest {
            grace,
            force,
            reason,
        }) => Some(wire::Request {
            cancel: Some(wire::Cancel {
                grace: grace.map(Into::into),
                force: *force,
                reason: field::text(reason.clone()),
            }),
            ..wire::Request::default()
        }),
        Request::SetPriority(priority) => Some(wire::Request {
            set_priority: Some(wire::SetPriority {
                priority: *priority,
            }),
            ..wire::Request::default()
        }),
        Request::Retry(attempt) => Some(wire::Request {
            retry: Some(wire::Retry {
                attempt: attempt.map(|attempt| attempt.0),
            }),
            ..wire::Request::default()
        }),
        Request::Waits(waits) => Some(wire::Request {
            waits: Some(awaits::waits_to_wire(waits)),
            ..wire::Request::default()
        }),
        Request::GoesOn(id) => Some(wire::Request {
            goes_on: Some(awaits::goes_on_to_wire(id)),
            ..wire::Request::default()
        }),
        Request::Bad(_) => None,
    }
}

pub(crate) fn run_to_wire(run: &Arc<RunRequest>) -> wire::Request {
    let RunRequest {
        deployment,
        name,
        parameters,
        job_variables,
        tags,
        priority,
        retries,
        retry_delay,
        retry_policy,
        timeout,
        limits,
        fairness_key,
        manifest,
        schedule,
        parent,
        after,
        scheduled_time,
        max_lateness,
    } = run.as_ref();
    let (parent, after) = (parent.as_ref(), after.as_ref());
    wire::Request {
        deployment: deployment.as_ref().map(ToString::to_string),
        name: name.clone(),
        parameters: wire::JsonObject::unless_empty(parameters),
        job_variables: wire::JsonObject::unless_empty(job_variables),
        tags: tags.iter().map(ToString::to_string).collect(),
        priority: *priority,
        retries: *retries,
        retry_delay: retry_delay.map(Into::into),
        retry_policy: retry_policy.as_deref().map(retry::to_wire),
        timeout: timeout.map(Into::into),
        limits: limit::weights(limits),
        fairness_key: fairness_key.as_ref().map(ToString::to_string),
        manifest: manifest.as_ref().map(wire::JsonObject::of),
        schedule: schedule.as_deref().map(schedule::to_wire),
        parent_run_id: parent.map(|parent| parent.run.to_string()),
        on_parent_end: family::on_parent_end_to_wire(
            parent
                .map(|parent| parent.on_parent_end)
                .unwrap_or_default(),
        ),
        on_failure: family::on_failure_to_wire(
            parent.map(|parent| parent.on_failure).unwrap_or_default(),
        ),
        after: after
            .map(|after| after.runs.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        after_outcome: family::after_outcome_to_wire(
            after.map(|after| after.outcome).unwrap_or_default(),
        ),
        scheduled_time: scheduled_time.map(Into::into),
        max_lateness: max_lateness.map(Into::into),
        cancel: None,
        set_priority: None,
        retry: None,
        waits: None,
        goes_on: None,
    }
}
