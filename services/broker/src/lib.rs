//! Finds or provisions the `nats-server` binary and runs it as a child process.
//!
//! `weir up`, the tests and `weir bench` share this one crate, so all of them look in the same
//! places, accept the same versions and stop a broker in the same way.

mod cluster;
mod command;
mod digest;
mod find;
mod permit;
mod pins;
mod port;
mod provision;
mod server;
mod version;

pub use cluster::{Cluster, ClusterConfig, ClusterError};
pub use find::{Binary, FindError, Skipped, Sources, Unfit, Want};
pub use permit::Permit;
pub use pins::{MINIMUM, PINNED};
pub use server::{Fsync, Routes, Server, ServerConfig, StartError};
pub use version::{ParseVersionError, Version};
