//! The settings file: one section for each service.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use weir_scheduler::SchedulerConfig;
use weir_worker::WorkerSettings;

use crate::context::Context;

/// All settings. Defaults, then the file, then `WEIR_CONFIG__SECTION__KEY`, then flags.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    pub(crate) scheduler: SchedulerConfig,
    pub(crate) worker: WorkerSettings,
}

impl Settings {
    /// Loads them, from the file that the command line names if it names one.
    pub(crate) fn load(context: &Context) -> anyhow::Result<Self> {
        weir_runtime::config::load(context.config_file()).context("cannot use the settings")
    }
}
