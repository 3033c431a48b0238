//! Retry policies: of requests, deployments and claims.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use weir_core::{bounds, failure::FailurePattern, retry::RetryPolicy};

use crate::{error::Wrong, field, wire};

pub(crate) fn to_wire(policy: &RetryPolicy) -> wire::RetryPolicy {
    let RetryPolicy {
        delays,
        factor,
        jitter_percent,
        delay_max,
        on,
        not_on,
    } = policy;
    let words = |patterns: &[FailurePattern]| patterns.iter().map(ToString::to_string).collect();
    wire::RetryPolicy {
        delays: delays.iter().map(|delay| (*delay).into()).collect(),
        factor: (factor.get() != 1).then_some(factor.get()),
        jitter_percent: (*jitter_percent != 0).then_some(*jitter_percent),
        max_delay: delay_max.map(Into::into),
        on: words(on),
        not_on: words(not_on),
    }
}

pub(crate) fn optional_from_wire(
    policy: Option<wire::RetryPolicy>,
) -> Result<Option<Arc<RetryPolicy>>, Wrong> {
    let policy = policy.map(from_wire).transpose();
    let policy = policy.map_err(|wrong| wrong.under("retryPolicy"))?;
    Ok(policy.map(Arc::new))
}

fn from_wire(policy: wire::RetryPolicy) -> Result<RetryPolicy, Wrong> {
    let wire::RetryPolicy {
        delays,
        factor,
        jitter_percent,
        max_delay,
        on,
        not_on,
    } = policy;
    at_most("delays", delays.len(), bounds::RETRY_DELAYS_MAX)?;
    let delays = delays.into_iter().enumerate();
    let delays = delays.map(|(at, delay)| bounded(&format!("delays[{at}]"), delay));
    let delay_max = max_delay
        .map(|delay| bounded("maxDelay", delay))
        .transpose()?;
    if delay_max.is_some_and(|most| most.is_zero()) {
        let text =
            "it is 0: use a longer one such as \"10m\" in seconds (\"600s\"), or leave it out";
        return Err(Wrong::new("maxDelay", text));
    }
    let factor = NonZeroU32::new(factor.unwrap_or(1))
        .filter(|factor| factor.get() <= bounds::RETRY_FACTOR_MAX)
        .ok_or_else(|| Wrong::new("factor", "use a whole number from 1 to 100"))?;
    let jitter_percent = jitter_percent.unwrap_or(0);
    if jitter_percent > 100 {
        let text = format_args!("{jitter_percent} is out of range: use 0 to 100");
        return Err(Wrong::new("jitterPercent", text));
    }
    at_most("on", on.len(), bounds::RETRY_FAILURES_MAX)?;
    at_most("notOn", not_on.len(), bounds::RETRY_FAILURES_MAX)?;
    Ok(RetryPolicy {
        delays: delays.collect::<Result<_, _>>()?,
        factor,
        jitter_percent,
        delay_max,
        on: field::names("on", &on)?,
        not_on: field::names("notOn", &not_on)?,
    })
}

fn bounded(field: &str, delay: wire::Duration) -> Result<Duration, Wrong> {
    let span = delay
        .to_span()
        .map_err(|detail| Wrong::new(field, detail))?;
    if span > bounds::SPAN_MAX {
        let text = format_args!("{delay} is too long: use at most 366 days");
        return Err(Wrong::new(field, text));
    }
    Ok(span)
}

fn at_most(field: &str, given: usize, bound: usize) -> Result<(), Wrong> {
    if given <= bound {
        return Ok(());
    }
    Err(Wrong::new(
        field,
        format_args!("{given} entries: use at most {bound}"),
    ))
}
