//! Bringing the whole configuration to what files say: a pure plan first, then one compare-and-set after the other.
//!
//! Each change is written over the very record that the plan has seen, so that what somebody else does in between is told
//! and never lost. What is done is in the log; whoever is stopped in the middle plans anew and goes on with the rest.

mod check;
mod desired;
mod difference;
mod form;
mod plan;
mod present;
mod step;

use weir_core::cell::{CellState, ConfigObject};
use weir_log::traits::Log;

pub use self::{
    check::{Problem, ProblemCause},
    desired::{Desired, NamedTwice},
    difference::FieldChange,
    form::as_in_file,
    plan::{Action, Plan, PlanError, PlannedChange, plan},
};
use crate::{Client, ConfigError, DeleteError, DeleteOptions, ReadCellError, Removed, Saved};

/// What one step has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It is written, or was so already.
    Saved(Saved),
    /// It is deleted.
    Removed(Removed),
    /// It was gone already.
    Gone,
}

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// It was not written.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It was not deleted, or is not gone yet.
    #[error(transparent)]
    Delete(DeleteError),
}

impl From<DeleteError> for StepError {
    fn from(error: DeleteError) -> Self {
        match error {
            DeleteError::Config(error) => Self::Config(error),
            error @ (DeleteError::Unended { .. }
            | DeleteError::NotInTime { .. }
            | DeleteError::Log { .. }
            | DeleteError::Cancel(_)) => Self::Delete(error),
        }
    }
}

/// What became of a plan.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Applied {
    /// What became of each change that was tried, in the plan's order. After a write that failed nothing more is tried;
    /// after a deletion that failed the next one is.
    pub steps: Vec<Result<Done, StepError>>,
    /// How many changes were not tried.
    pub left: usize,
}

impl Applied {
    /// Whether everything is done.
    pub fn is_complete(&self) -> bool {
        self.left == 0 && self.steps.iter().all(Result::is_ok)
    }
}

impl<L: Log> Client<L> {
    /// What has to be done so that the configuration is as it is wanted, see [`plan()`]. Where nothing is configured yet,
    /// everything. Nothing is written.
    ///
    /// # Errors
    /// When the configuration cannot be read. Within that, when what is wanted cannot be.
    pub async fn plan(
        &self,
        desired: &Desired,
        prune: bool,
    ) -> Result<Result<Plan, PlanError>, ReadCellError> {
        let cell = match self.cell().await {
            Err(ReadCellError::NoCell) => CellState::default(),
            cell => cell?,
        };
        Ok(plan(&cell, desired, prune))
    }

    /// Does what is planned, step by step; `each` is told of every step when it is over. Deletions go by `options`: runs
    /// that have not ended keep their queues, pools and deployments, unless they are to be cancelled.
    ///
    /// It can be dropped at any point: to plan and apply again completes it.
    ///
    /// # Errors
    /// When the cell's own streams cannot be made. What becomes of the steps is in the answer.
    pub async fn apply(
        &self,
        plan: &Plan,
        options: &DeleteOptions,
        mut each: impl FnMut(&PlannedChange, &Result<Done, StepError>),
    ) -> Result<Applied, ConfigError> {
        let mut applied = Applied::default();
        if !plan.changes.is_empty() {
            self.create_cell_streams().await?;
        }
        for change in &plan.changes {
            let done = self.step(change, options).await;
            each(change, &done);
            let stop = done.is_err() && change.action != Action::Delete;
            applied.steps.push(done);
            if stop {
                break;
            }
        }
        applied.left = plan.changes.len() - applied.steps.len();
        Ok(applied)
    }

    /// Everything that is configured, as files would say it: with [`as_in_file`], it is wanted without a change. What is
    /// being deleted is left out.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub async fn configured(&self) -> Result<Vec<ConfigObject>, ReadCellError> {
        let cell = self.cell().await?;
        let all = present::all(&cell).into_iter();
        let stays = all.filter(|(what, _)| !present::is_going(&cell, what));
        Ok(stays.map(|(_, object)| object).collect())
    }
}
