//! The verbs, one file for each family.

pub(crate) mod apply;
pub(crate) mod completions;
mod delete;
pub(crate) mod deploy;
pub(crate) mod deployment;
pub(crate) mod drain;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod keeper;
pub(crate) mod limit;
pub(crate) mod named_limit;
pub(crate) mod orphans;
pub(crate) mod pace;
pub(crate) mod pool;
pub(crate) mod queue;
mod remarks;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod scheduler;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod trace;
pub(crate) mod tracer;
pub(crate) mod why;
pub(crate) mod worker;

use weir_client::QueryError;

use crate::{context::Context, exit::START_SCHEDULER};

/// What a scheduler answered; `None` where none is online, which is said. For verbs that have more to show.
fn ask<T>(context: &Context, answer: Result<T, QueryError>) -> anyhow::Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(QueryError::NoScheduler) => {
            context.out.note(&format!(
                "no scheduler is online, so only the configuration is shown: {START_SCHEDULER}"
            ))?;
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
