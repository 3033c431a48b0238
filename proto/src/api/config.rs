//! Configuration objects as `inspect -o json` prints them: the value, and when it was written and by whom.

use weir_core::cell::{
    ConfigObject, DeploymentConfig, Held, NamedLimitConfig, PoolConfig, QueueConfig, TagLimitConfig,
};

use super::json_text;
use crate::config;

/// The JSON mapping of a configuration object's value alone, indented.
pub fn config_json(object: &ConfigObject) -> String {
    match object {
        ConfigObject::Pool(pool) => json_text(&config::pool_to_wire(pool, None)),
        ConfigObject::Queue(queue) => json_text(&config::queue_to_wire(queue, None)),
        ConfigObject::Deployment(deployment) => {
            json_text(&config::deployment_to_wire(deployment, None))
        }
        ConfigObject::TagLimit(limit) => json_text(&config::tag_limit_to_wire(limit, None)),
        ConfigObject::NamedLimit(limit) => json_text(&config::named_limit_to_wire(limit, None)),
        ConfigObject::Deletion(deletion) => json_text(&crate::cell::deletion_to_wire(deletion)),
    }
}

/// The JSON mapping of a pool's configuration, indented.
pub fn held_pool_json(held: &Held<PoolConfig>) -> String {
    json_text(&config::pool_to_wire(
        &held.value,
        Some(config::written(held)),
    ))
}

/// The JSON mapping of a queue's configuration, indented.
pub fn held_queue_json(held: &Held<QueueConfig>) -> String {
    json_text(&config::queue_to_wire(
        &held.value,
        Some(config::written(held)),
    ))
}

/// The JSON mapping of a tag's limit, indented.
pub fn held_tag_limit_json(held: &Held<TagLimitConfig>) -> String {
    json_text(&config::tag_limit_to_wire(
        &held.value,
        Some(config::written(held)),
    ))
}

/// The JSON mapping of a named limit, indented.
pub fn held_named_limit_json(held: &Held<NamedLimitConfig>) -> String {
    json_text(&config::named_limit_to_wire(
        &held.value,
        Some(config::written(held)),
    ))
}

/// The JSON mapping of a deployment, indented.
pub fn held_deployment_json(held: &Held<DeploymentConfig>) -> String {
    json_text(&config::deployment_to_wire(
        &held.value,
        Some(config::written(held)),
    ))
}
