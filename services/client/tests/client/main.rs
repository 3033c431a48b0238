//! The client on the in-memory log, which keeps the promises of a broker.

mod apply;
mod config;
mod delete;
mod deployment;
mod find;
mod output;
mod pool_settings;
mod scene;
mod submit;
mod watch;
