//! The settings file: one section for each service.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use weir_runtime::telemetry::{TelemetryConfig, VARIABLES};
use weir_scheduler::SchedulerConfig;
use weir_worker::WorkerSettings;

use crate::context::Context;

/// All settings. Defaults, then the file, then OpenTelemetry's own variables, then `WEIR_CONFIG__SECTION__KEY`, then flags.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    pub(crate) scheduler: SchedulerConfig,
    pub(crate) worker: WorkerSettings,
    pub(crate) telemetry: TelemetryConfig,
}

impl Settings {
    /// Loads them, from the file that the command line names if it names one.
    pub(crate) fn load(context: &Context) -> anyhow::Result<Self> {
        weir_runtime::config::load(context.config_file(), VARIABLES)
            .context("cannot use the settings")
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    const EXAMPLE: &str = include_str!("../../../deploy/weir.example.toml");

    fn describe(key: &str) -> Option<&'static str> {
        Some(match key {
            "scheduler" => {
                "The default settings of weir, all of them. `weir --config FILE …` reads such a file; what is left out keeps its\n\
                 default; WEIR_CONFIG__SECTION__KEY in the environment outranks the file.\n\n\
                 Settings of `weir scheduler start` and `weir up`. All schedulers of one cell should agree."
            }
            "scheduler.lease" => {
                "Whole seconds from 2s: how long a takeover takes after a leader died."
            }
            "scheduler.take-within" => {
                "How long a claim waits for a worker to take it before it is revoked."
            }
            "scheduler.late-after" => {
                "A run is shown as `Late` when it was to start so long ago and is still waiting."
            }
            "scheduler.usage-interval" => {
                "How often the leader looks how full the queues' streams are."
            }
            "scheduler.queue-disk-bytes-max" => {
                "Up to here the leader raises a full stream's bound, so that what has been accepted can end."
            }
            "worker" => "Settings of `weir worker start` and `weir up`.",
            "worker.limit" => "How many attempts a worker holds at once, over all its queues.",
            "worker.heartbeat-interval" => {
                "How often it shows itself, at most; at least four times per lease it does so anyway."
            }
            "worker.lease" => {
                "From 1s: how long it is believed after its last sign of life. Its processes are stopped at two thirds of it and\n\
                 killed at five sixths; the whole frees their slots."
            }
            "worker.drain" => "What a worker that is told to stop does with its running attempts.",
            "worker.drain.wait" => "How long they may go on.",
            "worker.drain.grace" => "Between SIGTERM and SIGKILL of those that are stopped then.",
            "worker.kubernetes" => {
                "Settings of pools of type kubernetes. More of them: kubeconfig, context, cluster-uid."
            }
            "worker.kubernetes.limit" => {
                "How many attempts a worker holds at once: Jobs that it has made and that are not over."
            }
            "worker.kubernetes.namespaces" => {
                "Where the pool's Jobs may be; the first is for Jobs that name none. Empty: the namespace of the context or of the\n\
                 service account."
            }
            "worker.kubernetes.calls-max" => {
                "The most calls that are under way at once; fewer while the API server struggles."
            }
            "worker.kubernetes.connect-timeout" => "How long a connection may take to be made.",
            "worker.kubernetes.call-timeout" => {
                "How long a call may take, all of its answer included."
            }
            "worker.kubernetes.compare-interval" => {
                "From 1s: how often all Jobs and pods are listed and compared with what the watches have told."
            }
            "worker.process" => "Settings of pools of type process.",
            _ => return describe_telemetry(key),
        })
    }

    fn describe_telemetry(key: &str) -> Option<&'static str> {
        Some(match key {
            "telemetry" => {
                "What is sent to a collector, by OTLP. Nothing is without an endpoint, such as endpoint = \"http://127.0.0.1:4318\". More\n\
                 of them: service-name, service-instance, and the tables headers and resource-attributes. OpenTelemetry's own\n\
                 variables are heeded: OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL, _HEADERS and _TIMEOUT, OTEL_METRIC_EXPORT_INTERVAL,\n\
                 OTEL_TRACES_SAMPLER_ARG, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES."
            }
            "telemetry.protocol" => "How it is spoken to: there is no other.",
            "telemetry.timeout" => "How long one call may take, its answer included.",
            "telemetry.metrics-interval" => {
                "From 1s: how often metrics are sent. They can be scraped at any time, at /metrics of --health-addr."
            }
            "telemetry.sample-ratio" => {
                "From 0 to 1: which share of the services' own work is traced, up to sample-rate. The traces of runs are all kept."
            }
            "telemetry.sample-rate" => {
                "How much of that work is traced at most, under whatever load: so many pieces in a period, with what is below each."
            }
            _ => return None,
        })
    }

    #[test]
    fn the_example_file_says_what_the_defaults_are() {
        let printed = weir_runtime::config::to_toml(&Settings::default(), describe).unwrap();
        assert_eq!(
            EXAMPLE, printed,
            "deploy/weir.example.toml is to read:\n{printed}"
        );
    }
}
