//! Settings of one signal, and what they come to with those of all.

use std::{path::PathBuf, time::Duration};

use hyper::Uri;
use serde::{Deserialize, Serialize};

use super::{Endpoint, Pairs, TelemetryConfig};

/// Settings of one signal where it goes elsewhere than the others. What is not set here is as for all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SignalConfig {
    /// Its URL as it is, such as `http://127.0.0.1:4318/v1/traces`: nothing is put behind it. Since 0.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Endpoint>,
    /// Headers that are sent along, instead of those of all. Since 0.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Pairs>,
    /// How long one call may take, its answer included. Since 0.1.
    #[serde(with = "humantime_serde", skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
}

impl SignalConfig {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a signal goes, and how.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::telemetry) struct Target {
    pub(in crate::telemetry) url: Uri,
    pub(in crate::telemetry) headers: Pairs,
    pub(in crate::telemetry) timeout: Duration,
    pub(in crate::telemetry) certificate: Option<PathBuf>,
}

impl TelemetryConfig {
    /// Where spans go; `None` where they are not wanted.
    pub(in crate::telemetry) fn traces_target(&self) -> Option<Target> {
        self.target(&self.traces, "traces")
    }

    /// Where metrics go; `None` where they are not wanted.
    pub(in crate::telemetry) fn metrics_target(&self) -> Option<Target> {
        self.target(&self.metrics, "metrics")
    }

    fn target(&self, own: &SignalConfig, path: &str) -> Option<Target> {
        let all = || self.endpoint.as_ref().map(|endpoint| endpoint.of(path));
        let own_url = own.endpoint.as_ref().map(|endpoint| endpoint.0.clone());
        Some(Target {
            url: own_url.or_else(all)?,
            headers: own.headers.clone().unwrap_or_else(|| self.headers.clone()),
            timeout: own.timeout.unwrap_or(self.timeout),
            certificate: self.certificate.clone(),
        })
    }
}
