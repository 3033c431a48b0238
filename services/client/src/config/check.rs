//! Whether settings are within their bounds.

use std::time::Duration;

use weir_core::{
    bounds,
    cell::{CellBody, ConfigObject, PoolType, QUEUE_MAX_BYTES_MIN},
    json::JsonObject,
    kubernetes::{JobPolicy, Manifest},
    template::{Template, process::ProcessJob},
};

use super::ConfigError;

pub(crate) fn check_max_bytes(given: Option<u64>) -> Result<(), ConfigError> {
    match given {
        Some(bytes) if bytes < QUEUE_MAX_BYTES_MIN => Err(ConfigError::OutOfBounds {
            setting: "max-bytes",
            problem: format!("{bytes} is less than the least, {QUEUE_MAX_BYTES_MIN} (64 KiB)"),
        }),
        Some(_) | None => Ok(()),
    }
}

/// How long a worker may take: more than no time, and no longer than anything may.
pub(crate) fn check_pool_spans(
    submit_timeout: Option<Duration>,
    start_timeout: Option<Duration>,
) -> Result<(), ConfigError> {
    let spans = [
        ("submit-timeout", submit_timeout),
        ("start-timeout", start_timeout),
    ];
    for (setting, span) in spans {
        if span.is_some_and(|span| span.is_zero() || span > bounds::SPAN_MAX) {
            return Err(ConfigError::OutOfBounds {
                setting,
                problem: "use a time above 0 and at most 366 days, such as 60s".to_owned(),
            });
        }
    }
    Ok(())
}

/// Only Jobs have manifests for a policy to look at.
pub(crate) fn check_policy(kind: PoolType, policy: Option<&JobPolicy>) -> Result<(), ConfigError> {
    if policy.is_none() || kind == PoolType::Kubernetes {
        return Ok(());
    }
    Err(ConfigError::OutOfBounds {
        setting: "policy",
        problem: format!(
            "it is for pools of type kubernetes, and this one is of type {}: leave it out",
            kind.as_str()
        ),
    })
}

pub(crate) fn check_template(kind: PoolType, template: &JsonObject) -> Result<(), ConfigError> {
    if template.len() > bounds::TEMPLATE_BYTES_MAX {
        return Err(ConfigError::OutOfBounds {
            setting: "base-job-template",
            problem: format!(
                "{} bytes are more than the {} allowed",
                template.len(),
                bounds::TEMPLATE_BYTES_MAX
            ),
        });
    }
    let parsed = Template::parse(template.as_str()).map_err(ConfigError::Template)?;
    match kind {
        PoolType::Process => {
            ProcessJob::check_template(&parsed).map_err(ConfigError::ProcessTemplate)
        }
        PoolType::Kubernetes => {
            Manifest::check_template(&parsed).map_err(ConfigError::KubernetesTemplate)
        }
        PoolType::Null => Ok(()),
    }
}

/// The object as every reader will see it. What no reader takes is not written: it would count for nothing, and stand on
/// the object's subject, where no later change could be fenced by what readers know.
pub(crate) fn readable(what: &str, object: &ConfigObject) -> Result<ConfigObject, ConfigError> {
    let body = CellBody::Config {
        author: String::new(),
        object: object.clone(),
    };
    let read = weir_proto::decode_cell(&weir_proto::encode_cell(&body));
    let read = read.map_err(|error| ConfigError::Unreadable {
        what: what.to_owned(),
        field: error
            .field
            .strip_prefix("config.")
            .unwrap_or(&error.field)
            .to_owned(),
        problem: error.detail,
    })?;
    Ok(if let CellBody::Config { object, .. } = read {
        object
    } else {
        object.clone()
    })
}
