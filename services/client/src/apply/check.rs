//! What is wrong with an object that is wanted, before anything is written.

use std::fmt;

use weir_core::{
    cell::{ConfigObject, DeploymentConfig, PoolConfig, PoolType},
    ids::QueueKey,
};

use super::plan::Views;
use crate::{
    ConfigError, Configured,
    config::{
        check_max_bytes, check_policy, check_pool_spans, check_template, not_going, readable,
    },
    deployment::{check_itself, fits},
};

/// One thing that is wrong.
#[derive(Debug)]
#[non_exhaustive]
pub struct Problem {
    /// Where it is said.
    pub place: String,
    /// Which object.
    pub what: Configured,
    /// What is wrong.
    pub error: ProblemCause,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.place, self.what, self.error)?;
        let mut cause = std::error::Error::source(&self.error);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Why an object cannot be as it is wanted.
#[derive(Debug, thiserror::Error)]
pub enum ProblemCause {
    /// As when it is written alone.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A pool's type cannot change.
    #[error(
        "type: it is {} and cannot become {}: give the pool another name, or delete it first",
        is.as_str(), wanted.as_str()
    )]
    Type {
        /// What it is.
        is: PoolType,
        /// What it should become.
        wanted: PoolType,
    },
    /// The pool or queue that it goes to would be deleted.
    #[error("no file names {0}, which would be pruned: name it, or do not prune")]
    Pruned(Configured),
    /// A limit that limits nothing.
    #[error("it limits nothing: say limit{0}, or leave it out")]
    LimitsNothing(&'static str),
}

/// The object as every reader will see it, if nothing is wrong with it.
pub(super) fn checked(
    views: &Views<'_>,
    what: &Configured,
    object: &ConfigObject,
) -> Result<ConfigObject, ProblemCause> {
    match object {
        ConfigObject::Pool(pool) => {
            if let Some(ConfigObject::Pool(is)) = views.present.get(what)
                && is.kind != pool.kind
            {
                return Err(ProblemCause::Type {
                    is: is.kind,
                    wanted: pool.kind,
                });
            }
            views.stays(what)?;
            check_template(pool.kind, &pool.base_job_template)?;
            check_pool_spans(pool.submit_timeout, pool.start_timeout)?;
            check_policy(pool.kind, pool.policy.as_deref())?;
        }
        ConfigObject::Queue(queue) => {
            views.pool(&queue.key)?;
            views.stays(what)?;
            check_max_bytes(Some(queue.max_bytes))?;
        }
        ConfigObject::TagLimit(limit) => {
            if limit.concurrency_limit.is_none() && limit.start_rate.is_none() {
                return Err(ProblemCause::LimitsNothing(" or start_rate"));
            }
        }
        ConfigObject::NamedLimit(limit) => {
            if limit.concurrency_limit.is_none() {
                return Err(ProblemCause::LimitsNothing(""));
            }
        }
        ConfigObject::Deployment(deployment) => check_deployment(views, deployment)?,
        ConfigObject::Deletion(_) => {}
    }
    Ok(readable(&what.to_string(), object)?)
}

fn check_deployment(views: &Views<'_>, deployment: &DeploymentConfig) -> Result<(), ProblemCause> {
    check_itself(deployment)?;
    let pool = views.pool(&deployment.queue)?;
    let queue = Configured::Queue(deployment.queue.clone());
    if !views.wanted.contains_key(&queue) {
        if !views.present.contains_key(&queue) {
            return Err(ConfigError::UnknownQueue(deployment.queue.clone()).into());
        }
        views.stays(&queue)?;
    }
    Ok(fits(pool, deployment)?)
}

impl Views<'_> {
    /// The pool of a queue, as it is wanted or else as it is, unless it goes.
    fn pool(&self, queue: &QueueKey) -> Result<&PoolConfig, ProblemCause> {
        let what = Configured::Pool(queue.pool.clone());
        let wanted = self.wanted.get(&what).map(|wanted| &wanted.object);
        if wanted.is_none() {
            self.stays(&what)?;
        }
        match wanted.or_else(|| self.present.get(&what)) {
            Some(ConfigObject::Pool(pool)) => Ok(pool),
            Some(
                ConfigObject::Queue(_)
                | ConfigObject::Deployment(_)
                | ConfigObject::TagLimit(_)
                | ConfigObject::NamedLimit(_)
                | ConfigObject::Deletion(_),
            )
            | None => Err(ConfigError::UnknownPool(queue.pool.clone()).into()),
        }
    }

    /// That a pool or queue is neither being deleted nor about to be.
    fn stays(&self, what: &Configured) -> Result<(), ProblemCause> {
        let deletion = match what {
            Configured::Pool(name) => weir_core::cell::Deletion::Pool(name.clone()),
            Configured::Queue(key) => weir_core::cell::Deletion::Queue(key.clone()),
            Configured::TagLimit(_) | Configured::NamedLimit(_) | Configured::Deployment(_) => {
                return Ok(());
            }
        };
        not_going(self.cell, &deletion)?;
        if self.prune && self.present.contains_key(what) && !self.wanted.contains_key(what) {
            return Err(ProblemCause::Pruned(what.clone()));
        }
        Ok(())
    }
}
