//! The client on the in-memory log, which keeps the promises of a broker.

mod config;
mod delete;
mod find;
mod output;
mod scene;
mod submit;
mod watch;
