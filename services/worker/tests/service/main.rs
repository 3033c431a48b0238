//! The worker service on the in-memory log.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "in a test, whatever is not as expected fails the test"
)]

mod claims;
mod output;
mod processes;
mod sessions;
mod stage;
mod watch;
