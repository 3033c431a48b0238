//! Deployments as tables.

use weir_client::{CollisionStrategy, DeploymentConfig, FailurePattern, Held, Tag, Timestamp};

use super::{limit, status, time};
use crate::table::{Table, printable};

/// All deployments.
pub(crate) fn list<'a>(
    all: impl Iterator<Item = &'a Held<DeploymentConfig>>,
    now: Timestamp,
) -> Table {
    let mut table = Table::new(&[
        "NAME", "POOL", "QUEUE", "LIMIT", "TAGS", "STATUS", "CHANGED",
    ]);
    for held in all {
        let deployment = &held.value;
        table.row([
            deployment.name.as_str().into(),
            deployment.queue.pool.as_str().into(),
            deployment.queue.queue.as_str().into(),
            limit(deployment.concurrency_limit).into(),
            joined(&deployment.tags).into(),
            status(deployment.paused),
            format!("{} ago", time::span(now.since(held.at))).into(),
        ]);
    }
    table
}

/// One deployment, without its JSON.
pub(crate) fn one(held: &Held<DeploymentConfig>) -> Table {
    let deployment = &held.value;
    let mut table = Table::of_fields();
    table.field("name", deployment.name.as_str());
    table.field("pool", deployment.queue.pool.as_str());
    table.field("queue", deployment.queue.queue.as_str());
    table.field("description", deployment.description.as_str());
    table.field(
        "entrypoint",
        deployment.entrypoint.as_deref().unwrap_or_default(),
    );
    table.field("tags", joined(&deployment.tags));
    let limited = limit(deployment.concurrency_limit);
    table.field(
        "concurrency limit",
        match deployment.collision_strategy {
            CollisionStrategy::Enqueue => limited,
            strategy @ (CollisionStrategy::CancelNew | CollisionStrategy::CancelRunning) => {
                format!("{limited}, {}", strategy.as_str())
            }
        },
    );
    if !deployment.limits.is_empty() {
        let slots = deployment.limits.iter();
        let slots: Vec<String> = slots
            .map(|(name, slots)| format!("{name}={slots}"))
            .collect();
        table.field("slots", slots.join(", "));
    }
    if deployment.paused {
        table.field("paused", "yes: nothing new starts");
    }
    if let Some(reason) = &deployment.paused_reason {
        table.field("paused because", printable(reason));
    }
    if let Some(starts) = deployment.pause_after_failed_starts {
        table.field(
            "pauses itself",
            format!("after {starts} failed starts in a row"),
        );
    }
    retries(&mut table, deployment);
    table.field(
        "timeout",
        deployment
            .timeout
            .map_or_else(|| "none".to_owned(), time::span),
    );
    if let Some(lateness) = deployment.max_lateness {
        let words = format!("{} after its time", time::span(lateness));
        table.field("a run lapses", words);
    }
    if let Some(name) = &deployment.run_name {
        table.field("runs are called", printable(name));
    }
    table.field("revision", held.revision.to_string());
    table.field("changed", time::utc(held.at));
    table.field("changed by", held.author.as_str());
    table
}

fn retries(table: &mut Table, deployment: &DeploymentConfig) {
    let plain = time::span(deployment.retry_delay);
    let Some(policy) = deployment.retry_policy.as_deref() else {
        let retries = format!("{}, {plain} apart", deployment.retries);
        return table.field("retries", retries);
    };
    let delays: Vec<String> = policy
        .delays
        .iter()
        .map(|delay| time::span(*delay))
        .collect();
    let delays = if delays.is_empty() {
        plain
    } else {
        delays.join(", then ")
    };
    let mut words = format!("{}, {delays} apart", deployment.retries);
    if policy.factor.get() > 1 {
        words = format!("{words}, from there each {} times as long", policy.factor);
    }
    if let Some(most) = policy.delay_max {
        words = format!("{words}, at most {}", time::span(most));
    }
    if policy.jitter_percent > 0 {
        words = format!(
            "{words}, up to {} % longer by chance",
            policy.jitter_percent
        );
    }
    table.field("retries", words);
    let named = |failures: &[FailurePattern]| {
        let names: Vec<String> = failures.iter().map(ToString::to_string).collect();
        names.join(", ")
    };
    if !policy.on.is_empty() {
        table.field("retried failures", named(&policy.on));
    }
    if !policy.not_on.is_empty() {
        table.field("failures not retried", named(&policy.not_on));
    }
}

/// Tags on one line.
pub(crate) fn joined(tags: &[Tag]) -> String {
    tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(", ")
}
