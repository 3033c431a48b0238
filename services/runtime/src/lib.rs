//! What every long-lived program of weir needs around its own work: tasks that end together, a clock that can be
//! replaced, configuration, logging, metrics, telemetry, health.
//!
//! It decides nothing about runs. The shells (scheduler, worker) and the composition root build on it, so that time,
//! tasks and configuration have one owner each.

pub mod background;
pub mod backoff;
pub mod broker_clock;
pub mod clock;
pub mod config;
pub mod health;
pub mod lease;
pub mod logging;
pub mod metrics;
pub mod signals;
pub mod tasks;
pub mod telemetry;

pub use background::background;
pub use backoff::Backoff;
pub use broker_clock::BrokerClock;
pub use clock::{Clock, Elapsed, Ticks};

pub use health::{Health, Part, Readiness};
pub use metrics::Meter;
pub use signals::{Signal, signals};
pub use tasks::Tasks;
pub use telemetry::Telemetry;
pub use tokio_util::sync::CancellationToken;
