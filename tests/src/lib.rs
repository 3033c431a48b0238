//! weir-tests.

pub mod harness;

pub mod contract;
pub mod debian;
pub mod deploy;
pub mod sim;
