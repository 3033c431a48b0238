//! Whether settings are within their bounds.

use std::time::Duration;

use weir_core::{
    bounds,
    cell::{CellBody, PoolType, QUEUE_MAX_BYTES_MIN},
    json::JsonObject,
    template::{Template, process::ProcessJob},
};

use super::ConfigError;

pub(super) fn check_max_bytes(given: Option<u64>) -> Result<(), ConfigError> {
    match given {
        Some(bytes) if bytes < QUEUE_MAX_BYTES_MIN => Err(ConfigError::OutOfBounds {
            setting: "max-bytes",
            problem: format!("{bytes} is less than the least, {QUEUE_MAX_BYTES_MIN} (64 KiB)"),
        }),
        Some(_) | None => Ok(()),
    }
}

/// How long a worker may take: more than no time, and no longer than anything may.
pub(super) fn check_pool_spans(
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

pub(super) fn check_template(kind: PoolType, template: &JsonObject) -> Result<(), ConfigError> {
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
        PoolType::Kubernetes | PoolType::Null => Ok(()),
    }
}

/// What no reader takes is not written: it would count for nothing, and stand on the object's subject, where no later
/// change could be fenced by what readers know.
pub(super) fn check_readable(what: &str, body: &CellBody) -> Result<(), ConfigError> {
    match weir_proto::decode_cell(&weir_proto::encode_cell(body)) {
        Ok(_) => Ok(()),
        Err(weir_proto::DecodeError { field, detail, .. }) => Err(ConfigError::Unreadable {
            what: what.to_owned(),
            field: field.strip_prefix("config.").unwrap_or(&field).to_owned(),
            problem: detail,
        }),
    }
}
