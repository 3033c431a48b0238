//! Who speaks: the attributes of all that one program sends.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value},
    resource::v1::Resource,
};

use super::config::TelemetryConfig;

/// The program that speaks.
#[derive(Clone, Debug)]
pub(super) struct Speaker {
    pub(super) service: String,
    pub(super) instance: String,
    more: Vec<(String, String)>,
}

impl Speaker {
    pub(super) fn new(config: &TelemetryConfig, service: &str, instance: &str) -> Self {
        let or =
            |own: &Option<String>, other: &str| own.clone().unwrap_or_else(|| other.to_owned());
        let more = config.resource_attributes.all();
        Self {
            service: or(&config.service_name, service),
            instance: or(&config.service_instance, instance),
            more: more
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        }
    }

    /// Of what this program tells of itself.
    pub(super) fn resource(&self) -> Resource {
        self.with(&[
            ("service.name", &self.service),
            ("service.instance.id", &self.instance),
            ("service.version", env!("CARGO_PKG_VERSION")),
        ])
    }

    /// Of the traces of runs, which are the same whoever sends them: nothing of the program, its version or its machine.
    pub(super) fn resource_of_runs(&self) -> Resource {
        self.with(&[("service.name", "weir")])
    }

    fn with(&self, own: &[(&str, &str)]) -> Resource {
        let mut attributes: Vec<KeyValue> =
            own.iter().map(|(name, value)| text(name, value)).collect();
        let more = self
            .more
            .iter()
            .filter(|(name, _)| own.iter().all(|(own, _)| own != name));
        attributes.extend(more.map(|(name, value)| text(name, value)));
        Resource {
            attributes,
            ..Resource::default()
        }
    }
}

/// What made it.
pub(super) fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: "weir".to_owned(),
        ..InstrumentationScope::default()
    }
}

pub(super) fn text(key: &str, value: &str) -> KeyValue {
    pair(key, any_value::Value::StringValue(value.to_owned()))
}

pub(super) fn pair(key: &str, value: any_value::Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}
