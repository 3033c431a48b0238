//! The whole tree of spans of each kind of life that a run can have.

#![expect(
    clippy::unwrap_used,
    reason = "what is made here is legal, or the test is wrong"
)]

mod docs;
mod ends;
mod families;
mod lives;
mod stops;
mod story;
mod timing;
mod tree;
mod waits;
