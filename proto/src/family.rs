//! What belongs together, on its way to and from the wire.

use weir_core::family::{AfterOutcome, OnFailure, OnParentEnd};

use crate::{error::Wrong, field, wire};

/// Messages that only hold an enum, so that its words are its own: nobody else makes one.
const _: (wire::OnParentEnd, wire::OnFailure, wire::AfterOutcome) = (
    wire::OnParentEnd {},
    wire::OnFailure {},
    wire::AfterOutcome {},
);

pub(crate) fn on_parent_end_to_wire(policy: OnParentEnd) -> i32 {
    use wire::on_parent_end::Policy;
    match policy {
        OnParentEnd::Propagate => Policy::Propagate,
        OnParentEnd::Detach => Policy::Detach,
    }
    .into()
}

pub(crate) fn on_parent_end(field: &str, number: i32) -> Result<OnParentEnd, Wrong> {
    use wire::on_parent_end::Policy;
    let known = match Policy::try_from(number) {
        Ok(Policy::Propagate) => Some(OnParentEnd::Propagate),
        Ok(Policy::Detach) => Some(OnParentEnd::Detach),
        Err(_) => None,
    };
    field::known(field, number, known)
}

pub(crate) fn on_failure_to_wire(policy: OnFailure) -> i32 {
    use wire::on_failure::Policy;
    match policy {
        OnFailure::Detach => Policy::Detach,
        OnFailure::FailParent => Policy::FailParent,
    }
    .into()
}

pub(crate) fn on_failure(field: &str, number: i32) -> Result<OnFailure, Wrong> {
    use wire::on_failure::Policy;
    let known = match Policy::try_from(number) {
        Ok(Policy::Detach) => Some(OnFailure::Detach),
        Ok(Policy::FailParent) => Some(OnFailure::FailParent),
        Err(_) => None,
    };
    field::known(field, number, known)
}

pub(crate) fn after_outcome_to_wire(outcome: AfterOutcome) -> i32 {
    use wire::after_outcome::Wanted;
    match outcome {
        AfterOutcome::Success => Wanted::Success,
        AfterOutcome::Failure => Wanted::Failure,
        AfterOutcome::Any => Wanted::Any,
    }
    .into()
}

pub(crate) fn after_outcome(field: &str, number: i32) -> Result<AfterOutcome, Wrong> {
    use wire::after_outcome::Wanted;
    let known = match Wanted::try_from(number) {
        Ok(Wanted::Success) => Some(AfterOutcome::Success),
        Ok(Wanted::Failure) => Some(AfterOutcome::Failure),
        Ok(Wanted::Any) => Some(AfterOutcome::Any),
        Err(_) => None,
    };
    field::known(field, number, known)
}
