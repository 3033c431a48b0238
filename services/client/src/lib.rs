//! The client of weir: submit runs, watch them, cancel them, list them, and configure where they go.
//!
//! Publishing a run needs no library: any NATS client can publish a request to
//! `weir.run.<pool>.<queue>.<run_id>.request`. This one adds what is tedious by hand: it checks a request against the
//! configuration with the scheduler's own code before it is published, repeats what was not acknowledged, follows a
//! run without missing a record, and writes configuration by compare-and-set.
//!
//! ```no_run
//! use weir_client::{Client, ConnectOptions, Submission};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::connect(ConnectOptions::new("nats://127.0.0.1:4222")).await?;
//! let submitted = client.submit(Submission::of_deployment("etl/nightly".parse()?)).await?;
//! let mut watch = client.watch(&submitted.run).await?;
//! while let Some(run) = watch.next().await? {
//!     println!("{}", run.state_name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! All of it works while no scheduler runs, apart from the questions that only a folded state can answer
//! ([`Client::runs`], [`Client::why`], [`Client::pools`], [`Client::queues`], [`Client::workers`]).

#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod apply;
mod cancel;
mod cell;
mod config;
mod connect;
mod delete;
mod deployment;
mod drain;
mod family;
mod find;
mod fold;
mod forget;
mod history;
mod inside;
mod limit;
mod output;
mod query;
mod retry;
mod run_id;
mod submit;
mod watch;

pub use weir_core::{
    api::{
        Answerer, FamilyView, LimitView, PoolView, QueueView, RunFilter, RunList, RunView,
        ScheduleFilter, ScheduleList, ScheduleView, StreamView, Why, WhyClause, WorkerView,
    },
    bounds,
    cell::{
        CellState, CollisionStrategy, ConfigObject, Deleted, Deletion, DeploymentConfig, FairShare,
        Held, NamedLimitConfig, OnLostWorker, PoolConfig, PoolType, QueueConfig, TagLimitConfig,
        UnknownOnLostWorker, UnknownPoolType,
    },
    event::{Body, Record},
    failure::{FailurePattern, UnknownFailure},
    family::{After, AfterOutcome, OnFailure, OnParentEnd, Parent, RunName, RunNameError},
    ids::{
        Attempt, DeploymentName, FairnessKey, LimitName, NameError, PoolName, QueueKey, QueueName,
        Revision, RunId, RunKey, Seq, SessionId, Tag, WorkerName,
    },
    json::{JsonObject, JsonObjectError},
    kubernetes::JobPolicy,
    limit::LimitKey,
    rate::{RateError, StartRate},
    request::{CancelRequest, Fault, FaultCode, RunRequest},
    retry::RetryPolicy,
    state::{StateName, StateType, UnknownState},
    time::Timestamp,
    trace::TraceId,
    wait::{LogName, Place, Spent, WaitCause},
};
pub use weir_log::{AppendError, LogError, OutputChunk, OutputLine, OutputStream, Usage};

pub use weir_proto::api::{LimitList, PoolList, QueueList, WorkerList};

pub use self::{
    apply::{
        Action, Applied, Desired, Done, FieldChange, NamedTwice, Plan, PlanError, PlannedChange,
        Problem, ProblemCause, StepError, as_in_file, plan,
    },
    cancel::CancelError,
    cell::ReadCellError,
    config::{
        Change, ConfigError, Differences, LimitChange, PoolSpec, PoolUpdate, QueueSpec,
        QueueUpdate, Saved, default_base_job_template,
    },
    connect::{Client, ConnectError, ConnectOptions},
    delete::{DeleteError, DeleteOptions, Removed},
    deployment::DeploymentError,
    drain::Drain,
    family::{Family, FamilyMember},
    find::{FindError, FindScope},
    forget::ForgetError,
    history::{Configured, InForce, InForceError, Written},
    inside::{InsideRun, OpenWait, WaitError},
    output::{Output, OutputError, OutputEvent},
    query::QueryError,
    run_id::{RandomError, new_run_id},
    submit::{Submission, SubmitError, Submitted},
    watch::{InspectError, RunDetail, Watch, WatchError},
};
