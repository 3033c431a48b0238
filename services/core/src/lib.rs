//! The arithmetic of weir: what a log means, and what may start next.
//!
//! Everything here is synchronous, deterministic and total. There is no IO, no clock (the broker's stamp and the
//! shell's `now` are arguments), no randomness and no hash order, so that the same log gives the same state, the
//! same decisions and the same bytes in every process that reads it.

#![deny(clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod api;
pub mod awaits;
pub mod bounds;
pub mod cell;
pub mod class;
pub mod event;
pub mod failure;
pub mod family;
pub mod ids;
pub mod in_force;
pub mod json;
pub mod judge;
pub mod knot;
pub mod kubernetes;
pub mod limit;
pub mod parameters;
pub mod plan;
pub mod rate;
pub mod request;
pub mod retry;
pub mod schedule;
pub mod schema;
pub mod session;
pub mod state;
pub mod template;
pub mod time;
pub mod trace;
pub mod wait;
mod words;
