//! What users say: run it, cancel it. The voice of `.request`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::{
    awaits::{WaitId, Waits},
    bounds,
    family::{After, Parent},
    ids::{Attempt, DeploymentName, FairnessKey, LimitName, Tag},
    json::JsonObject,
    retry::RetryPolicy,
    schedule::ScheduleRef,
    time::Timestamp,
};

/// A request as it was found on the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Run this.
    Run(Arc<RunRequest>),
    /// Stop the run of this id, or do not start it.
    Cancel(CancelRequest),
    /// Change the priority of the run of this id.
    SetPriority(i32),
    /// Run the run of this id again, though it has ended. With the last attempt, as whoever asks knows it: then nothing
    /// comes of it if there has been another since.
    Retry(Option<Attempt>),
    /// Its own program says that the run of this id waits for others.
    Waits(Arc<Waits>),
    /// Its own program says that this wait is over.
    GoesOn(WaitId),
    /// Bytes that are none of these. The leader answers with `Rejected`.
    Bad(Fault),
}

/// A request for a run. Everything is optional: what is absent comes from the deployment, then from the pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunRequest {
    /// The deployment to run; without one, the job variables must say what to run.
    pub deployment: Option<DeploymentName>,
    /// A name for people. It need not be unique.
    pub name: Option<String>,
    /// Handed to the run as `WEIR_PARAMETERS`, over the deployment's own, key by key.
    pub parameters: JsonObject,
    /// Values for the placeholders of the pool's base job template, over the deployment's.
    pub job_variables: JsonObject,
    /// Joined with the deployment's.
    pub tags: Vec<Tag>,
    /// Larger goes first within the queue. 0 when absent.
    pub priority: i32,
    /// How often a failed or crashed attempt is tried again.
    pub retries: Option<u32>,
    /// How long to wait before each retry.
    pub retry_delay: Option<Duration>,
    /// When a failed attempt is tried again, and how soon.
    pub retry_policy: Option<Arc<RetryPolicy>>,
    /// How long an attempt may run, from its start.
    pub timeout: Option<Duration>,
    /// Slots of named limits that the run holds, over the deployment's, name by name.
    pub limits: BTreeMap<LimitName, u32>,
    /// Whose run it is, where the pool shares fairly.
    pub fairness_key: Option<FairnessKey>,
    /// A whole manifest of a Kubernetes Job, instead of a deployment and job variables.
    pub manifest: Option<JsonObject>,
    /// The schedule that has made it, if one has.
    pub schedule: Option<Arc<ScheduleRef>>,
    /// The run that asked for it.
    pub parent: Option<Parent>,
    /// The runs that it comes after.
    pub after: Option<After>,
    /// Not before this.
    pub scheduled_time: Option<Timestamp>,
    /// How long after its time (that of the request, where it names none) it may start at the latest; more than 0.
    pub max_lateness: Option<Duration>,
}

impl RunRequest {
    /// The size of its texts, in bytes.
    pub fn bytes(&self) -> usize {
        let Self {
            deployment,
            name,
            parameters,
            job_variables,
            tags,
            priority: _,
            retries: _,
            retry_delay: _,
            retry_policy,
            timeout: _,
            limits,
            fairness_key,
            manifest,
            schedule,
            parent,
            after,
            scheduled_time: _,
            max_lateness: _,
        } = self;
        deployment.as_ref().map_or(0, |name| name.as_str().len())
            + name.as_ref().map_or(0, String::len)
            + parameters.len()
            + job_variables.len()
            + tags.iter().map(|tag| tag.as_str().len()).sum::<usize>()
            + limits.keys().map(|name| name.as_str().len()).sum::<usize>()
            + fairness_key.as_ref().map_or(0, |key| key.as_str().len())
            + schedule.as_ref().map_or(0, |schedule| schedule.bytes())
            + manifest.as_ref().map_or(0, JsonObject::len)
            + retry_policy.as_ref().map_or(0, |policy| policy.bytes())
            + parent.as_ref().map_or(0, Parent::bytes)
            + after.as_ref().map_or(0, After::bytes)
    }
}

/// A request to cancel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CancelRequest {
    /// Between the polite signal and the forced one. [`bounds::GRACE_DEFAULT`] when absent.
    pub grace: Option<Duration>,
    /// Skip the grace.
    pub force: bool,
    /// Free text, kept in the log.
    pub reason: String,
}

impl CancelRequest {
    /// The grace that holds: none when forced.
    pub fn grace_in_force(&self) -> Duration {
        if self.force {
            Duration::ZERO
        } else {
            self.grace.unwrap_or(bounds::GRACE_DEFAULT)
        }
    }
}

/// What is wrong with an input, in words that name the field and the fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", if field.is_empty() { String::new() } else { format!("{field}: ") })]
pub struct Fault {
    /// Why, as a code for programs.
    pub code: FaultCode,
    /// The path of the field, such as `jobVariables.env`; empty for the payload as a whole.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Fault {
    /// Names a fault. Long messages are cut to the bound of free text.
    pub fn new(code: FaultCode, field: impl Into<String>, message: impl AsRef<str>) -> Self {
        Self {
            code,
            field: bounds::bounded_text(&field.into()),
            message: bounds::bounded_text(message.as_ref()),
        }
    }
}

/// The causes of a rejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultCode {
    /// The bytes are neither JSON nor protobuf of a request.
    Undecodable,
    /// A JSON field that requests do not have.
    UnknownField,
    /// A field of the wrong type or out of its range.
    InvalidField,
    /// Larger than its bound.
    TooLarge,
    /// No deployment of that name, or it belongs to another queue.
    UnknownDeployment,
    /// A job variable that the pool's template does not have.
    UnknownVariable,
    /// A job variable that does not fit the template's schema, or a required one that is missing.
    InvalidVariable,
    /// The request says nothing that could be run.
    NothingToRun,
    /// The pool or queue is not configured (any more).
    UnknownQueue,
    /// The queue's stream holds as much as its bound allows.
    QueueFull,
    /// A parameter that does not fit the deployment's schema, or a required one that is missing.
    InvalidParameter,
}

impl FaultCode {
    /// Every code, for tables and metrics.
    pub const ALL: [Self; 11] = [
        Self::Undecodable,
        Self::UnknownField,
        Self::InvalidField,
        Self::TooLarge,
        Self::UnknownDeployment,
        Self::UnknownVariable,
        Self::InvalidVariable,
        Self::NothingToRun,
        Self::UnknownQueue,
        Self::QueueFull,
        Self::InvalidParameter,
    ];
    /// The code in the spelling of states and reasons.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undecodable => "Undecodable",
            Self::UnknownField => "UnknownField",
            Self::InvalidField => "InvalidField",
            Self::TooLarge => "TooLarge",
            Self::UnknownDeployment => "UnknownDeployment",
            Self::UnknownVariable => "UnknownVariable",
            Self::InvalidVariable => "InvalidVariable",
            Self::NothingToRun => "NothingToRun",
            Self::UnknownQueue => "UnknownQueue",
            Self::QueueFull => "QueueFull",
            Self::InvalidParameter => "InvalidParameter",
        }
    }
    /// Whether more config could heal it, so that the leader first reads the cell log past a barrier.
    pub const fn may_heal(self) -> bool {
        match self {
            Self::UnknownDeployment
            | Self::UnknownVariable
            | Self::InvalidVariable
            | Self::InvalidParameter
            | Self::NothingToRun
            | Self::UnknownQueue => true,
            Self::Undecodable
            | Self::UnknownField
            | Self::InvalidField
            | Self::TooLarge
            | Self::QueueFull => false,
        }
    }
}
