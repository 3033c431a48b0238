//! A stand-in of an OTLP collector for tests: the real messages over real HTTP, kept in memory, with faults to order.
//!
//! It runs on a thread of its own, so that any test can use it, and shows what it was sent as plain values: the generated
//! types of the protocol stay in here.

mod collector;
mod read;
mod server;
mod state;

pub use collector::Collector;
pub use read::{Event, Point, Reading, Span};
pub use state::Answer;
