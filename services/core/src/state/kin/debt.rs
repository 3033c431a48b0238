//! What is owed to a run on account of others.

use super::{Kin, Reach, Standing};
use crate::{
    bounds,
    event::CancelCause,
    family::{OnFailure, OnParentEnd},
    ids::RunKey,
    request::{Fault, FaultCode},
    state::{End, Run, Stage, State},
    time::Timestamp,
};

/// What is owed to a run on account of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Debt {
    /// It ends: at once where it waits, by an order to its holder where somebody holds it.
    End {
        /// Why.
        cause: CancelCause,
        /// The reason for people; it names the run on whose account.
        reason: String,
    },
    /// Its request cannot be run.
    Rejected(Fault),
}

impl State {
    /// What is owed to a run on account of others, as they stand.
    pub(super) fn debt(&self, kin: &Kin, key: &RunKey, run: &Run) -> Option<Debt> {
        let standing = run.standing();
        let open = match standing {
            Standing::Following | Standing::Open => !matches!(run.stage, Stage::Unreadable(_)),
            Standing::Stopping | Standing::Ended(_) => false,
        };
        // What has ended and is tried again once nothing of it is left is no one's to end before.
        if !open || run.is_ended() {
            return None;
        }
        self.failed_child(kin, key, run)
            .or_else(|| self.ended_parent(key, run))
            .or_else(|| {
                if standing == Standing::Following {
                    self.never_reached(kin, key, run)
                } else {
                    None
                }
            })
    }

    /// The child that a run fails with: of several, the one that ended first.
    fn failed_child(&self, kin: &Kin, key: &RunKey, run: &Run) -> Option<Debt> {
        let failed = kin.children(key).filter_map(|child| {
            let other = self.run(child)?;
            let parent = other.parent()?;
            let fails = parent.on_failure == OnFailure::FailParent
                && parent.run.seen_from(&child.queue) == *key
                && other.standing().is_failure();
            let end = end_of(other).filter(|_| fails)?;
            is_news(end.at, run).then_some((end.at, child, end))
        });
        let (_, child, end) = failed.min_by_key(|(at, child, _)| (*at, *child))?;
        Some(Debt::End {
            cause: CancelCause::ChildFailed,
            reason: format!(
                "its child {child} has ended {}, and it fails with it{}",
                end.name,
                why(end)
            ),
        })
    }

    fn ended_parent(&self, key: &RunKey, run: &Run) -> Option<Debt> {
        let parent = run
            .parent()
            .filter(|parent| parent.on_parent_end == OnParentEnd::Propagate)?;
        let parent = parent.run.seen_from(&key.queue);
        let other = self.run(&parent)?;
        let reason = match other.standing() {
            Standing::Stopping => format!("its parent {parent} is being cancelled"),
            standing @ Standing::Ended(name) if standing.is_failure() => {
                let end = end_of(other).filter(|end| is_news(end.at, run))?;
                format!("its parent {parent} has ended {name}{}", why(end))
            }
            Standing::Following | Standing::Open | Standing::Ended(_) => return None,
        };
        Some(Debt::End {
            cause: CancelCause::ParentEnded,
            reason,
        })
    }

    fn never_reached(&self, kin: &Kin, key: &RunKey, run: &Run) -> Option<Debt> {
        if let Some(circle) = self.circle(kin, key, run) {
            return Some(Debt::Rejected(would_wait_for_itself(key, &circle)));
        }
        match self.reach(key, run) {
            Reach::Never(other, name) => Some(Debt::End {
                cause: CancelCause::NotReached,
                reason: format!(
                    "it comes after run {other}, which was to end with {} and has ended {name}",
                    run.after().map(|after| after.outcome).unwrap_or_default()
                ),
            }),
            Reach::Reached(_) | Reach::Waits => None,
        }
    }
}

/// The way round, or the first part of it.
fn would_wait_for_itself(key: &RunKey, circle: &[RunKey]) -> Fault {
    let named = circle.iter().take(bounds::CYCLE_LINKS_MAX);
    let named: Vec<_> = named.map(ToString::to_string).collect();
    let more = match circle.len() - named.len() {
        0 => String::new(),
        more => format!(", and so on over {more} more"),
    };
    let text = format!(
        "it would wait for itself: {key} comes after {}{more}: leave one of them out",
        named.join(", which comes after ")
    );
    Fault::new(FaultCode::InvalidField, "after", text)
}

pub(super) fn end_of(run: &Run) -> Option<&End> {
    match &run.stage {
        Stage::Ended(end) => Some(end),
        Stage::Waiting { .. } | Stage::Unreadable(_) | Stage::Live | Stage::RetryOwed => None,
    }
}

/// Whether the end of another counts for a run: whoever asked for another attempt of this one behind that end has wanted it
/// all the same. By the broker's stamps, which are of two logs: a matter of policy, on which no limit rests.
fn is_news(at: Timestamp, run: &Run) -> bool {
    run.again_at.is_none_or(|again| at > again)
}

fn why(end: &End) -> String {
    let said = if end.message.is_empty() {
        &end.reason
    } else {
        &end.message
    };
    if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    }
}
