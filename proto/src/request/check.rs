//! The bounds of a request. Each fault names the field in its JSON spelling and what would be right.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::Arc, time::Duration};

use weir_core::{
    bounds,
    family::{After, AfterOutcome, OnFailure, OnParentEnd, Parent},
    ids::{Attempt, LimitName, Tag},
    json::JsonObject,
    request::{CancelRequest, Fault, FaultCode, Request, RunRequest},
    time::Timestamp,
};

use crate::{awaits, error::Wrong, family, field, retry, schedule, wire};

/// A request whose fields are legal each for itself. Whether it can be run depends on the configuration.
pub(crate) fn request(request: wire::Request) -> Result<Request, Fault> {
    if let Some(other) = other_than_a_run(&request)? {
        return Ok(other);
    }
    let wire::Request {
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
        parent_run_id,
        on_parent_end,
        on_failure,
        after,
        after_outcome,
        scheduled_time,
        max_lateness,
        cancel: _,
        set_priority: _,
        retry: _,
        waits: _,
        goes_on: _,
    } = request;
    let parameters = object("parameters", parameters.as_ref())?;
    let job_variables = object("jobVariables", job_variables.as_ref())?;
    let manifest = manifest
        .map(|manifest| object("manifest", Some(&manifest)))
        .transpose()?;
    together(&parameters, &job_variables, manifest.as_ref())?;
    if let Some(retries) = retries {
        at_most("retries", retries, bounds::RETRIES_MAX, "retries")?;
    }
    let limits = named_limits(&limits)?;
    let timeout = positive("timeout", timeout, "no timeout")?;
    Ok(Request::Run(Arc::new(RunRequest {
        deployment: deployment
            .map(|name| parsed("deployment", &name))
            .transpose()?,
        name: name.map(run_name).transpose()?,
        parameters,
        job_variables,
        tags: named_tags(&tags)?,
        priority: run_priority("priority", priority)?,
        retries,
        retry_delay: span("retryDelay", retry_delay)?,
        retry_policy: retry::optional_from_wire(retry_policy).map_err(wrong)?,
        timeout,
        limits,
        fairness_key: fairness_key
            .map(|key| parsed("fairnessKey", &key))
            .transpose()?,
        manifest,
        schedule: schedule::optional_from_wire(schedule).map_err(wrong)?,
        parent: parent(parent_run_id, on_parent_end, on_failure)?,
        after: comes_after(&after, after_outcome)?,
        scheduled_time: time("scheduledTime", scheduled_time)?,
        max_lateness: positive("maxLateness", max_lateness, "no end of it")?,
    })))
}

fn parent(
    run: Option<String>,
    on_parent_end: i32,
    on_failure: i32,
) -> Result<Option<Parent>, Fault> {
    let on_parent_end = family::on_parent_end("onParentEnd", on_parent_end).map_err(wrong)?;
    let on_failure = family::on_failure("onFailure", on_failure).map_err(wrong)?;
    let Some(run) = run else {
        let given = [
            ("onParentEnd", on_parent_end != OnParentEnd::default()),
            ("onFailure", on_failure != OnFailure::default()),
        ];
        return match given.into_iter().find(|(_, given)| *given) {
            Some((field, _)) => Err(invalid(
                field,
                "it is for runs that have a parent: say which in parentRunId, or leave it out",
            )),
            None => Ok(None),
        };
    };
    Ok(Some(Parent {
        run: parsed("parentRunId", &run)?,
        on_parent_end,
        on_failure,
    }))
}

fn comes_after(runs: &[String], outcome: i32) -> Result<Option<After>, Fault> {
    let outcome = family::after_outcome("afterOutcome", outcome).map_err(wrong)?;
    at_most("after", runs.len(), bounds::AFTER_MAX, "runs")?;
    if runs.is_empty() {
        return if outcome == AfterOutcome::default() {
            Ok(None)
        } else {
            Err(invalid(
                "afterOutcome",
                "it is for runs that come after others: say which in after, or leave it out",
            ))
        };
    }
    let runs = runs
        .iter()
        .enumerate()
        .map(|(at, run)| parsed(&format!("after[{at}]"), run));
    Ok(Some(After {
        runs: runs.collect::<Result<_, _>>()?,
        outcome,
    }))
}

/// What a request asks about a run that there is, if it does: then it says nothing else.
fn other_than_a_run(request: &wire::Request) -> Result<Option<Request>, Fault> {
    let named = [
        ("cancel", request.cancel.is_some()),
        ("setPriority", request.set_priority.is_some()),
        ("retry", request.retry.is_some()),
        ("waits", request.waits.is_some()),
        ("goesOn", request.goes_on.is_some()),
    ];
    let Some((field, _)) = named.into_iter().find(|(_, given)| *given) else {
        return Ok(None);
    };
    let mut rest = request.clone();
    let asked = match (
        rest.cancel.take(),
        rest.set_priority.take(),
        rest.retry.take(),
        rest.waits.take(),
        rest.goes_on.take(),
    ) {
        (Some(cancel), None, None, None, None) => cancel_request(cancel).map(Request::Cancel),
        (None, Some(wire::SetPriority { priority }), None, None, None) => {
            run_priority("setPriority.priority", priority).map(Request::SetPriority)
        }
        (None, None, Some(wire::Retry { attempt }), None, None) => {
            Ok(Request::Retry(attempt.map(Attempt)))
        }
        (None, None, None, Some(waits), None) => awaits::waits_from_wire(waits)
            .map(|waits| Request::Waits(Arc::new(waits)))
            .map_err(|fault| wrong(fault.under("waits"))),
        (None, None, None, None, Some(id)) => awaits::goes_on_from_wire(id)
            .map(Request::GoesOn)
            .map_err(|fault| wrong(fault.under("goesOn"))),
        _ => Err(alone(field)),
    };
    if rest == wire::Request::default() {
        asked.map(Some)
    } else {
        Err(alone(field))
    }
}

fn alone(field: &str) -> Fault {
    let message = format!(
        "a request either runs, cancels, sets a priority, retries, waits or goes on: send {field} alone, in a request of its own"
    );
    Fault::new(FaultCode::InvalidField, field, message)
}

fn cancel_request(cancel: wire::Cancel) -> Result<CancelRequest, Fault> {
    let wire::Cancel {
        grace,
        force,
        reason,
    } = cancel;
    Ok(CancelRequest {
        grace: span("cancel.grace", grace)?,
        force,
        reason: field::text(reason),
    })
}

fn positive(
    field: &str,
    given: Option<wire::Duration>,
    without: &str,
) -> Result<Option<Duration>, Fault> {
    let given = span(field, given)?;
    if given == Some(Duration::ZERO) {
        let message =
            format!("it is 0: use a longer one such as \"30s\", or leave it out for {without}");
        return Err(invalid(field, message));
    }
    Ok(given)
}

fn time(field: &str, given: Option<wire::Timestamp>) -> Result<Option<Timestamp>, Fault> {
    let time = given.map(|at| at.to_time().map_err(|detail| invalid(field, detail)));
    time.transpose()
}

fn named_tags(tags: &[String]) -> Result<Vec<Tag>, Fault> {
    at_most("tags", tags.len(), bounds::TAGS_MAX, "tags")?;
    let tags = tags.iter().enumerate();
    tags.map(|(at, tag)| parsed(&format!("tags[{at}]"), tag))
        .collect()
}

fn named_limits(limits: &BTreeMap<String, u32>) -> Result<BTreeMap<LimitName, u32>, Fault> {
    at_most("limits", limits.len(), bounds::NAMED_LIMITS_MAX, "limits")?;
    let entry = |(name, weight): (&String, &u32)| {
        let at = format!("limits.{name}");
        at_most(&at, *weight, bounds::WEIGHT_MAX, "slots")?;
        Ok((parsed(&at, name)?, *weight))
    };
    limits.iter().map(entry).collect()
}

fn wrong(wrong: Wrong) -> Fault {
    let Wrong { field, detail } = wrong;
    invalid(&field, detail)
}

fn invalid(field: &str, message: impl fmt::Display) -> Fault {
    Fault::new(FaultCode::InvalidField, field, message.to_string())
}

fn parsed<T: FromStr<Err: fmt::Display>>(field: &str, text: &str) -> Result<T, Fault> {
    text.parse().map_err(|error| invalid(field, error))
}

fn object(field: &str, value: Option<&wire::JsonObject>) -> Result<JsonObject, Fault> {
    wire::JsonObject::to_object(value)
        .map_err(|detail| invalid(field, format_args!("{detail}{}", hint(field))))
}

fn together(
    parameters: &JsonObject,
    job_variables: &JsonObject,
    manifest: Option<&JsonObject>,
) -> Result<(), Fault> {
    let parts = [
        ("parameters", parameters.len()),
        ("jobVariables", job_variables.len()),
        ("manifest", manifest.map_or(0, JsonObject::len)),
    ];
    let size: usize = parts.iter().map(|(_, len)| len).sum();
    let bound = bounds::PARAMETERS_AND_VARIABLES_BYTES_MAX;
    // An absent one counts two bytes, as the empty object that it means.
    if size <= bound {
        return Ok(());
    }
    let larger = parts.into_iter().max_by_key(|(_, len)| *len);
    let larger = larger.map_or("parameters", |(field, _)| field);
    let message = format!(
        "parameters, jobVariables and manifest are {size} bytes together: use at most {bound}, and hand large values \
         over by reference (a path, an URL)"
    );
    Err(Fault::new(FaultCode::TooLarge, larger, message))
}

fn at_most<T: PartialOrd + Copy + fmt::Display>(
    field: &str,
    given: T,
    bound: T,
    unit: &str,
) -> Result<(), Fault> {
    if given <= bound {
        return Ok(());
    }
    Err(Fault::new(
        FaultCode::TooLarge,
        field,
        format!("{given} {unit}: use at most {bound}"),
    ))
}

fn run_name(name: String) -> Result<String, Fault> {
    let chars = name.chars().count();
    at_most("name", chars, bounds::NAME_CHARS_MAX, "characters")?;
    if chars == 0 {
        return Err(invalid(
            "name",
            "it is empty: use 1 to 200 characters, or leave it out",
        ));
    }
    if name.chars().any(char::is_control) {
        return Err(invalid(
            "name",
            "it has control characters: use 1 to 200 characters without them",
        ));
    }
    Ok(name)
}

fn run_priority(field: &str, priority: i32) -> Result<i32, Fault> {
    let bound = bounds::PRIORITY_MAX;
    if (-bound..=bound).contains(&priority) {
        return Ok(priority);
    }
    Err(invalid(
        field,
        format_args!("{priority} is out of range: use a whole number from -{bound} to {bound}"),
    ))
}

fn span(field: &str, value: Option<wire::Duration>) -> Result<Option<Duration>, Fault> {
    let Some(value) = value else { return Ok(None) };
    let span = value.to_span().map_err(|detail| invalid(field, detail))?;
    if span > bounds::SPAN_MAX {
        let bound = bounds::SPAN_MAX.as_secs();
        let message = format!("{value} is too long: use at most \"{bound}s\" (366 days)");
        return Err(Fault::new(FaultCode::TooLarge, field, message));
    }
    Ok(Some(span))
}

/// What would be right in a field of this path, in either spelling, as the end of a sentence.
pub(super) fn hint(path: &str) -> &'static str {
    let field = path.split('[').next().unwrap_or_default();
    if field.starts_with("limits.") {
        return ": use a whole number of slots from 0 to 1000000";
    }
    match field {
        "deployment" => ": use text such as \"FLOW/NAME\"",
        "name" | "cancel.reason" => ": use text",
        "parameters" | "jobVariables" | "job_variables" => {
            ": use an object such as {\"key\": \"value\"}"
        }
        "parentRunId" | "parent_run_id" => ": use text such as \"RUN_ID\" or \"POOL/QUEUE/RUN_ID\"",
        "after" => ": use a list of runs such as [\"RUN_ID\", \"POOL/QUEUE/RUN_ID\"]",
        "afterOutcome" | "after_outcome" => ": use \"SUCCESS\", \"FAILURE\" or \"ANY\"",
        "onParentEnd" | "on_parent_end" => ": use \"PROPAGATE\" or \"DETACH\"",
        "onFailure" | "on_failure" => ": use \"DETACH\" or \"FAIL_PARENT\"",
        "tags" => ": use a list of texts such as [\"db\", \"nightly\"]",
        "retryPolicy" | "retry_policy" => {
            ": use an object such as {\"factor\": 2, \"maxDelay\": \"600s\", \"on\": [\"exit:75\"]}"
        }
        "waits" => {
            ": use an object such as {\"attempt\": 1, \"session\": \"...\", \"k\": 1, \"runs\": [\"child-1\"]}"
        }
        "goesOn" | "goes_on" => {
            ": use an object such as {\"attempt\": 1, \"session\": \"...\", \"k\": 1}"
        }
        "waits.runs" => ": use a list of run ids such as [\"child-1\"]",
        "retry" => ": use an object such as {\"attempt\": 2}, or {}",
        "setPriority" | "set_priority" => ": use an object such as {\"priority\": 5}",
        "priority" | "setPriority.priority" => ": use a whole number from -1000000 to 1000000",
        "retries" => ": use a whole number from 0 to 1000",
        "limits" => ": use an object such as {\"db-connections\": 3}",
        "fairnessKey" | "fairness_key" => ": use text such as \"customer-7\"",
        "retryDelay" | "retry_delay" | "timeout" | "cancel.grace" | "maxLateness"
        | "max_lateness" => ": use a duration such as \"30s\" or \"1.5s\"",
        "scheduledTime" | "scheduled_time" => {
            ": use a time of RFC 3339 with `Z` or an offset such as \"2026-11-27T06:00:00+01:00\""
        }
        "cancel" => {
            ": use an object such as {\"grace\": \"30s\", \"force\": false, \"reason\": \"...\"}"
        }
        "schedule" => ": leave it out: the scheduler writes it for the runs that schedules make",
        "cancel.force" | "waits.yieldSlots" | "waits.yield_slots" => ": use true or false",
        _ => "",
    }
}
