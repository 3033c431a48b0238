//! Samples of what times and families of runs have brought.

use std::time::Duration;

use weir_core::{
    cell::DeploymentConfig,
    event::{CancelCause, Decision},
    family::{After, AfterOutcome, OnFailure, OnParentEnd, Parent},
    ids::{Attempt, Seq},
    request::RunRequest,
    wait::{LogName, Place, Wait, WaitCause},
};

use crate::{AT, queue_key};

pub(crate) fn decisions() -> Vec<(&'static str, Decision)> {
    let (attempt, grace) = (Attempt(1), Duration::from_secs(30));
    vec![
        (
            "decision.cancel-ordered.child-failed",
            Decision::CancelOrdered {
                attempt,
                grace,
                reason: "why".into(),
                cause: CancelCause::ChildFailed,
            },
        ),
        (
            "decision.cancelled.not-reached",
            Decision::Cancelled {
                reason: "why".into(),
                cause: CancelCause::NotReached,
                waits: vec![Wait {
                    cause: WaitCause::After,
                    from: Place {
                        log: LogName::Cell,
                        seq: Seq(7),
                        at: AT,
                    },
                    merged: None,
                }],
            },
        ),
        (
            "decision.cancel-ordered.lapsed",
            Decision::CancelOrdered {
                attempt,
                grace,
                reason: "not started by 06:10".into(),
                cause: CancelCause::Lapsed,
            },
        ),
        (
            "decision.cancelled.lapsed",
            Decision::Cancelled {
                reason: "not started by 06:10".into(),
                cause: CancelCause::Lapsed,
                waits: Vec::new(),
            },
        ),
    ]
}

pub(crate) fn of_a_family() -> RunRequest {
    RunRequest {
        parent: Some(Parent {
            run: "local/high/p-1".parse().unwrap(),
            on_parent_end: OnParentEnd::Detach,
            on_failure: OnFailure::FailParent,
        }),
        after: Some(After {
            runs: vec!["a-1".parse().unwrap(), "local/low/a-2".parse().unwrap()],
            outcome: AfterOutcome::Any,
        }),
        ..RunRequest::default()
    }
}

pub(crate) fn timed() -> RunRequest {
    RunRequest {
        scheduled_time: Some(AT),
        max_lateness: Some(Duration::from_mins(10)),
        ..RunRequest::default()
    }
}

pub(crate) fn timed_deployment() -> DeploymentConfig {
    DeploymentConfig {
        max_lateness: Some(Duration::from_mins(10)),
        ..DeploymentConfig::new("etl/nightly".parse().unwrap(), queue_key())
    }
}
