//! Limits, start rates and slots on their way to and from the wire.

use std::{collections::BTreeMap, fmt, num::NonZeroU32, str::FromStr};

use weir_core::{
    bounds,
    ids::{LimitName, QueueKey},
    limit::{LimitKey, Slot},
    rate::{PERIOD_MIN, Pace, StartRate},
    time::Timestamp,
};

use crate::{error::Wrong, field, wire};

/// `own`: the queue of the record's subject, whose own limits are spelled in two bytes.
pub(crate) fn limit_to_wire(limit: &LimitKey, own: Option<&QueueKey>) -> wire::slot::Limit {
    use wire::slot::Limit;
    match limit {
        LimitKey::Pool(pool) if own.is_some_and(|own| own.pool == *pool) => {
            Limit::OwnPool(wire::Own {})
        }
        LimitKey::Pool(pool) => Limit::Pool(pool.to_string()),
        LimitKey::Queue(queue) if own == Some(queue) => Limit::OwnQueue(wire::Own {}),
        LimitKey::Queue(queue) => Limit::Queue(queue_to_wire(queue)),
        LimitKey::Deployment(deployment) => Limit::Deployment(deployment.to_string()),
        LimitKey::Tag(tag) => Limit::Tag(tag.to_string()),
        LimitKey::Named(name) => Limit::Named(name.to_string()),
    }
}

pub(crate) fn limit_from_wire(
    limit: Option<wire::slot::Limit>,
    own: Option<&QueueKey>,
) -> Result<LimitKey, Wrong> {
    use wire::slot::Limit;
    let own = || own.ok_or_else(|| Wrong::missing("limit"));
    Ok(match field::required("limit", limit)? {
        Limit::OwnPool(wire::Own {}) => LimitKey::Pool(own()?.pool.clone()),
        Limit::OwnQueue(wire::Own {}) => LimitKey::Queue(own()?.clone()),
        Limit::Pool(pool) => LimitKey::Pool(field::name("pool", &pool)?),
        Limit::Queue(queue) => {
            LimitKey::Queue(queue_from_wire(&queue).map_err(|wrong| wrong.under("queue"))?)
        }
        Limit::Deployment(deployment) => {
            LimitKey::Deployment(field::name("deployment", &deployment)?)
        }
        Limit::Tag(tag) => LimitKey::Tag(field::name("tag", &tag)?),
        Limit::Named(name) => LimitKey::Named(field::name("named", &name)?),
    })
}

pub(crate) fn queue_to_wire(queue: &QueueKey) -> wire::LimitedQueue {
    let QueueKey { pool, queue } = queue;
    wire::LimitedQueue {
        pool: pool.to_string(),
        queue: queue.to_string(),
    }
}

pub(crate) fn queue_from_wire(queue: &wire::LimitedQueue) -> Result<QueueKey, Wrong> {
    let wire::LimitedQueue { pool, queue } = queue;
    Ok(QueueKey::new(
        field::name("pool", pool)?,
        field::name("queue", queue)?,
    ))
}

pub(crate) fn slot_to_wire(slot: &Slot, own: Option<&QueueKey>) -> wire::Slot {
    let Slot {
        limit,
        weight,
        value,
        pace,
    } = slot;
    wire::Slot {
        limit: Some(limit_to_wire(limit, own)),
        weight: if *weight == 1 { 0 } else { *weight },
        value: *value,
        pace: pace.as_ref().map(|Pace { rate, used_up }| wire::Pace {
            rate: Some(rate_to_wire(rate)),
            used_up_ns: used_up.as_nanos(),
        }),
    }
}

pub(crate) fn slot_from_wire(slot: wire::Slot, own: Option<&QueueKey>) -> Result<Slot, Wrong> {
    let wire::Slot {
        limit,
        weight,
        value,
        pace,
    } = slot;
    Ok(Slot {
        limit: limit_from_wire(limit, own)?,
        weight: weight.max(1),
        value,
        pace: pace
            .map(|wire::Pace { rate, used_up_ns }| {
                let rate = rate_from_wire(field::required("rate", rate)?)?;
                let used_up = Timestamp(used_up_ns);
                Ok(Pace { rate, used_up })
            })
            .transpose()
            .map_err(|wrong: Wrong| wrong.under("pace"))?,
    })
}

pub(crate) fn rate_to_wire(rate: &StartRate) -> wire::StartRate {
    let StartRate { starts, per, burst } = rate;
    wire::StartRate {
        starts: starts.get(),
        per: field::span_to_wire(*per),
        burst: if burst == starts { 0 } else { burst.get() },
    }
}

pub(crate) fn rate_from_wire(rate: wire::StartRate) -> Result<StartRate, Wrong> {
    let wire::StartRate { starts, per, burst } = rate;
    let starts = positive("starts", starts)?;
    let per = field::span("per", per)?;
    if !(PERIOD_MIN..=bounds::SPAN_MAX).contains(&per) {
        return Err(Wrong::new("per", "use a period from 1 ms to 366 days"));
    }
    Ok(StartRate {
        starts,
        per,
        burst: NonZeroU32::new(burst).unwrap_or(starts),
    })
}

pub(crate) fn optional_rate(
    field: &str,
    rate: Option<wire::StartRate>,
) -> Result<Option<StartRate>, Wrong> {
    let rate = rate.map(rate_from_wire).transpose();
    rate.map_err(|wrong| wrong.under(field))
}

fn positive(field: &str, number: u32) -> Result<NonZeroU32, Wrong> {
    NonZeroU32::new(number).ok_or_else(|| Wrong::new(field, "it is missing or 0: use 1 or more"))
}

/// Numbers by name, each at least 1.
pub(crate) fn numbers<K: FromStr<Err: fmt::Display> + Ord>(
    field: &str,
    numbers: &BTreeMap<String, u32>,
    most: usize,
) -> Result<BTreeMap<K, NonZeroU32>, Wrong> {
    if numbers.len() > most {
        let text = format_args!("{} names: use at most {most}", numbers.len());
        return Err(Wrong::new(field, text));
    }
    let entry = |(name, number): (&String, &u32)| {
        let at = format!("{field}.{name}");
        let number = positive(&at, *number)?;
        if number.get() > bounds::WEIGHT_MAX {
            let text = format_args!("{number} is too large: use at most {}", bounds::WEIGHT_MAX);
            return Err(Wrong::new(&at, text));
        }
        Ok((field::name(&at, name)?, number))
    };
    numbers.iter().map(entry).collect()
}

/// The weights of a request's named limits, where 0 takes back what the deployment says.
pub(crate) fn weights(limits: &BTreeMap<LimitName, u32>) -> BTreeMap<String, u32> {
    let limits = limits.iter();
    limits
        .map(|(name, weight)| (name.to_string(), *weight))
        .collect()
}
