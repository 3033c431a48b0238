//! The scheduler: reads the logs, folds them, decides, and appends what it decided under its epoch.
//!
//! One task owns the folded state. It reads a batch, folds it, and, if it leads and is caught up, decides and appends.
//! What may be decided is in `leader.rs`, which does no IO; what happens on the wire is in the other modules. A standby is
//! the same program without the lease, so that a takeover needs no replay.

mod answer;
mod answered;
mod barrier;
mod basis;
mod brake;
mod cell_work;
mod closing;
mod config;
mod decide;
mod deletion;
mod doubts;
mod due;
mod fence;
mod flight;
mod folding;
mod follow;
mod impediment;
mod judging;
mod kin;
mod lateness;
mod leader;
mod lease;
mod measure;
pub mod metrics;
mod planning;
mod run_views;
mod schedules;
mod service;
mod settle;
mod status;
mod traces;
mod usage;
mod views;
mod why;
mod work;
mod yielding;

pub use config::SchedulerConfig;
pub use follow::Tap;
pub use service::{Error, Scheduler};
pub use status::Status;
pub use traces::{
    Because, NotAccepted, Period, RebuildError, Rebuilt, Sending, SpanSink, TraceProgress, Tracer,
    rebuild_traces,
};
