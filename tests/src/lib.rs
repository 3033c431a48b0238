//! weir-tests.

pub mod harness;

pub mod contract;
pub mod sim;
