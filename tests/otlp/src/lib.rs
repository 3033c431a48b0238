//! A stand-in of an OTLP collector for tests: the real messages over real HTTP, kept in memory, with faults to order.
//!
//! It runs on a thread of its own, so that any test can use it, and shows what it was sent as plain values: the generated
//! types of the protocol stay in here. Where it is to be killed, it is a program of its own that keeps spans on disk.

mod alone;
mod collector;
mod read;
mod server;
mod shelf;
mod state;
mod tls;

pub use alone::{Port, serve};
pub use collector::Collector;
pub use read::{Event, Point, Reading, Span};
pub use shelf::kept;
pub use state::Answer;
