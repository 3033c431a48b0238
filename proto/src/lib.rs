//! The wire of weir: what stands in its records, as protobuf and as JSON.
//!
//! The schema of record is `weir/v1/*.proto`, written for implementers in other languages. What goes in and out here
//! are the types of weir-core and a few small ones beside them; generated types never leave this crate.

mod cell;
mod claim;
mod config;
mod decided;
mod decision;
mod digest;
mod error;
mod family;
mod field;
mod json;
mod lease;
mod limit;
mod output;
mod report;
mod request;
mod retry;
mod schedule;
mod wait;
mod wire;

pub mod api;
mod awaits;

pub use cell::{decode_cell, encode_cell};
pub use claim::{decode_claim, encode_claim};
pub use decision::{decode_decision, decode_epoch, encode_decision, encode_epoch};
pub use digest::digest;
pub use error::DecodeError;
pub use json::is_json;
pub use lease::{
    decode_lease, decode_observer, decode_session, decode_traced, decode_tracer, encode_lease,
    encode_observer, encode_session, encode_traced, encode_tracer,
};
pub use output::{OutputLine, OutputLines, OutputStreamKind, decode_output, encode_output};
pub use report::{decode_report, encode_report};
pub use request::{decode_request, encode_request, encode_request_json};
