//! The worker: it takes claims, has an executor run them, and reports.
//!
//! - [`Worker`] is the service: claims in, reports out.
//! - [`executor`] is the border to what runs become: local processes, or nothing at all for benchmarks.
//! - [`kubernetes`] is what Kubernetes says of Jobs, and the calls to it.
//! - [`keeper`] is the process that stands above each local process and never lets it outlive the worker's lease.

pub mod config;
pub mod executor;
pub mod keeper;
pub mod kubernetes;
pub mod metrics;
pub mod output;
mod worker;

pub use config::{Drain, WorkerConfig, WorkerSettings};
pub use executor::{
    Executor, LocalExecutor, NullExecutor, ProcessExecutor,
    process::{KeeperCommand, ProcessConfig},
};
pub use kubernetes::KubernetesExecutor;
pub use worker::{Served, Worker, WorkerError};
