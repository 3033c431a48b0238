//! Deployments as tables.

use weir_client::{CollisionStrategy, DeploymentConfig, Held, Tag, Timestamp};

use super::{limit, status, time};
use crate::table::Table;

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
    table.field(
        "retries",
        format!(
            "{}, {} apart",
            deployment.retries,
            time::span(deployment.retry_delay)
        ),
    );
    table.field(
        "timeout",
        deployment
            .timeout
            .map_or_else(|| "none".to_owned(), time::span),
    );
    table.field("revision", held.revision.to_string());
    table.field("changed", time::utc(held.at));
    table.field("changed by", held.author.as_str());
    table
}

/// Tags on one line.
pub(crate) fn joined(tags: &[Tag]) -> String {
    tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(", ")
}
