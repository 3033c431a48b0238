//! The keeper with real processes.

#![expect(
    clippy::panic,
    reason = "in a test, whatever is not as expected fails the test"
)]

mod kept;
mod start;
mod stop;
