//! Where telemetry goes, and how much of it.

mod rate;
mod signal;

use std::{
    collections::BTreeMap, fmt, num::NonZeroU32, path::PathBuf, str::FromStr, time::Duration,
};

use hyper::Uri;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub(super) use self::signal::Target;
pub use self::{rate::Rate, signal::SignalConfig};
use crate::config::Alias;

/// Settings of what is sent to a collector. Metrics can be scraped without any of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TelemetryConfig {
    /// The collector's OTLP endpoint over HTTP, such as `http://127.0.0.1:4318`; `/v1/traces` and `/v1/metrics` are put
    /// behind it. Without one nothing is sent. Since 0.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Endpoint>,
    /// How it is spoken to. Since 0.1.
    pub protocol: Protocol,
    /// Headers that are sent along, such as credentials. Since 0.1.
    #[serde(skip_serializing_if = "Pairs::is_empty")]
    pub headers: Pairs,
    /// How long one call may take, its answer included. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
    /// A file with the certificates (PEM) that a collector behind `https` is trusted by, instead of those that this machine
    /// trusts. Since 0.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// How often metrics are sent. At least 1 s. Since 0.1.
    #[serde(with = "humantime_serde")]
    pub metrics_interval: Duration,
    /// Which share of the services' own work is traced, from 0 to 1: of what is not below something traced, and up to
    /// `sample_rate`. The traces of runs are all kept. Since 0.1.
    pub sample_ratio: Ratio,
    /// How much of it is traced at most, such as `20/s`, whatever the load is: what is below it comes with it. Since 0.1.
    pub sample_rate: Rate,
    /// `service.name`, instead of the program's own. Since 0.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// `service.instance.id`, instead of the host's name and the process id. Since 0.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_instance: Option<String>,
    /// More attributes of all that is sent, such as `deployment.environment.name`. Since 0.1.
    #[serde(skip_serializing_if = "Pairs::is_empty")]
    pub resource_attributes: Pairs,
    /// What is different for spans, those of runs and of services. Since 0.1.
    #[serde(skip_serializing_if = "SignalConfig::is_default")]
    pub traces: SignalConfig,
    /// What is different for metrics. Since 0.1.
    #[serde(skip_serializing_if = "SignalConfig::is_default")]
    pub metrics: SignalConfig,
}

/// Enough for a picture of what a service does, and too little to be felt under any load.
const SAMPLED_PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            endpoint: None,
            protocol: Protocol::HttpProtobuf,
            headers: Pairs::default(),
            timeout: Duration::from_secs(10),
            certificate: None,
            metrics_interval: Duration::from_secs(15),
            sample_ratio: Ratio(1.0),
            sample_rate: Rate::per_second(SAMPLED_PER_SECOND),
            service_name: None,
            service_instance: None,
            resource_attributes: Pairs::default(),
            traces: SignalConfig::default(),
            metrics: SignalConfig::default(),
        }
    }
}

/// The variables that OpenTelemetry has for these settings, and where they belong. They outrank the file.
/// <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>
/// <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>
pub const VARIABLES: &[Alias] = &[
    Alias::text("OTEL_EXPORTER_OTLP_ENDPOINT", "telemetry.endpoint"),
    Alias::text("OTEL_EXPORTER_OTLP_PROTOCOL", "telemetry.protocol"),
    Alias::text("OTEL_EXPORTER_OTLP_HEADERS", "telemetry.headers"),
    Alias::milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT", "telemetry.timeout"),
    Alias::text("OTEL_EXPORTER_OTLP_CERTIFICATE", "telemetry.certificate"),
    Alias::text(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "telemetry.traces.endpoint",
    ),
    Alias::text(
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        "telemetry.traces.headers",
    ),
    Alias::milliseconds(
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
        "telemetry.traces.timeout",
    ),
    Alias::text(
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "telemetry.metrics.endpoint",
    ),
    Alias::text(
        "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
        "telemetry.metrics.headers",
    ),
    Alias::milliseconds(
        "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
        "telemetry.metrics.timeout",
    ),
    Alias::milliseconds("OTEL_METRIC_EXPORT_INTERVAL", "telemetry.metrics-interval"),
    Alias::number("OTEL_TRACES_SAMPLER_ARG", "telemetry.sample-ratio"),
    Alias::text("OTEL_SERVICE_NAME", "telemetry.service-name"),
    Alias::text("OTEL_RESOURCE_ATTRIBUTES", "telemetry.resource-attributes"),
];

/// How a collector is spoken to. gRPC would bring a second HTTP stack along; every collector takes this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    /// Protobuf over HTTP/1.1.
    #[default]
    #[serde(rename = "http/protobuf")]
    HttpProtobuf,
}

/// Where a collector listens.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Uri);

impl Endpoint {
    /// The URL of one signal, such as `traces`.
    fn of(&self, signal: &str) -> Uri {
        let base = self.0.to_string();
        format!("{}/v1/{signal}", base.trim_end_matches('/'))
            .parse()
            .unwrap_or_else(|_| self.0.clone())
    }
}

impl FromStr for Endpoint {
    type Err = NotAnEndpoint;
    fn from_str(text: &str) -> Result<Self, NotAnEndpoint> {
        let wrong = || NotAnEndpoint(text.to_owned());
        let uri: Uri = text.parse().map_err(|_error| wrong())?;
        let known = matches!(uri.scheme_str(), Some("http" | "https"));
        if known && uri.host().is_some() && uri.query().is_none() {
            Ok(Self(uri))
        } else {
            Err(wrong())
        }
    }
}

/// No such place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not of the form http://HOST:4318")]
pub struct NotAnEndpoint(String);

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.to_string().trim_end_matches('/'))
    }
}
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// A share, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Ratio(f64);

impl Ratio {
    /// As a number from 0 to 1.
    pub fn get(self) -> f64 {
        self.0
    }
}
impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let share = f64::deserialize(from)?;
        if (0.0..=1.0).contains(&share) {
            Ok(Self(share))
        } else {
            Err(de::Error::custom(format!(
                "{share} is not a share: use a number from 0 to 1"
            )))
        }
    }
}

/// Names with values: a table, or in one text as OpenTelemetry's variables have them (`a=1,b=2`, with `%20` and the like).
/// Values are not shown in logs.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Pairs(BTreeMap<String, String>);

impl Pairs {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// All of them, by name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
    fn parse(text: &str) -> Result<Self, String> {
        let pairs = text
            .split(',')
            .map(str::trim)
            .filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name.trim().to_owned(), decoded(value.trim())?))
                .filter(|(name, _)| !name.is_empty())
        });
        // The text is not repeated: it may hold credentials.
        let pairs: Option<BTreeMap<_, _>> = pairs.collect();
        pairs
            .map(Self)
            .ok_or_else(|| "not of the form NAME=VALUE,NAME=VALUE".to_owned())
    }
}

/// Without its percent-encoding; `None` where that is broken.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Table(BTreeMap<String, String>),
        }
        match Form::deserialize(from) {
            Ok(Form::Text(text)) => Self::parse(&text).map_err(de::Error::custom),
            Ok(Form::Table(table)) => Ok(Self(table)),
            Err(_) => Err(de::Error::custom(
                "not a table of texts, nor NAME=VALUE,NAME=VALUE",
            )),
        }
    }
}

#[cfg(test)]
mod tests;
