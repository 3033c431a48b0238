//! What files want: whole objects, each with the place where it is said.

use std::collections::BTreeMap;

use weir_core::cell::{
    ConfigObject, DeploymentConfig, NamedLimitConfig, PoolConfig, QueueConfig, TagLimitConfig,
};

use crate::Configured;

/// The objects that are wanted. Each is wanted whole: what a file does not say is the default. Only whether something is
/// paused may be left open, because that is a switch for whoever operates it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desired {
    pub(super) wanted: BTreeMap<Configured, Wanted>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) object: ConfigObject,
    /// `None`: it stays as it is.
    pub(super) paused: Option<bool>,
    pub(super) place: String,
}

/// The same object is wanted in two places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} is named twice, at {first} and at {second}: leave one of them out")]
pub struct NamedTwice {
    /// What it is.
    pub what: Configured,
    /// The place that came first.
    pub first: String,
    /// The other.
    pub second: String,
}

impl Desired {
    /// Wants a work pool. Whether it is paused is said beside it, or stays as it is. `place` is where errors point to, such
    /// as `weir.yaml: work_pools[0]`.
    ///
    /// # Errors
    /// When it is wanted already.
    pub fn pool(
        &mut self,
        pool: PoolConfig,
        paused: Option<bool>,
        place: impl Into<String>,
    ) -> Result<(), NamedTwice> {
        let what = Configured::Pool(pool.name.clone());
        self.add(what, ConfigObject::Pool(pool), paused, place.into())
    }

    /// Wants a work queue, see [`Desired::pool`]. The queue `default` of a pool that is wanted need not be.
    ///
    /// # Errors
    /// When it is wanted already.
    pub fn queue(
        &mut self,
        queue: QueueConfig,
        paused: Option<bool>,
        place: impl Into<String>,
    ) -> Result<(), NamedTwice> {
        let what = Configured::Queue(queue.key.clone());
        self.add(what, ConfigObject::Queue(queue), paused, place.into())
    }

    /// Wants a limit on a tag.
    ///
    /// # Errors
    /// When it is wanted already.
    pub fn tag_limit(
        &mut self,
        limit: TagLimitConfig,
        place: impl Into<String>,
    ) -> Result<(), NamedTwice> {
        let what = Configured::TagLimit(limit.tag.clone());
        self.add(what, ConfigObject::TagLimit(limit), None, place.into())
    }

    /// Wants a limit of a name.
    ///
    /// # Errors
    /// When it is wanted already.
    pub fn named_limit(
        &mut self,
        limit: NamedLimitConfig,
        place: impl Into<String>,
    ) -> Result<(), NamedTwice> {
        let what = Configured::NamedLimit(limit.name.clone());
        self.add(what, ConfigObject::NamedLimit(limit), None, place.into())
    }

    /// Wants a deployment, see [`Desired::pool`].
    ///
    /// # Errors
    /// When it is wanted already.
    pub fn deployment(
        &mut self,
        deployment: DeploymentConfig,
        paused: Option<bool>,
        place: impl Into<String>,
    ) -> Result<(), NamedTwice> {
        let what = Configured::Deployment(deployment.name.clone());
        let object = ConfigObject::Deployment(Box::new(deployment));
        self.add(what, object, paused, place.into())
    }

    /// How many objects are wanted.
    pub fn len(&self) -> usize {
        self.wanted.len()
    }

    /// Whether nothing is wanted.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    fn add(
        &mut self,
        what: Configured,
        object: ConfigObject,
        paused: Option<bool>,
        place: String,
    ) -> Result<(), NamedTwice> {
        if let Some(first) = self.wanted.get(&what) {
            return Err(NamedTwice {
                what,
                first: first.place.clone(),
                second: place,
            });
        }
        let wanted = Wanted {
            object,
            paused,
            place,
        };
        self.wanted.insert(what, wanted);
        Ok(())
    }
}
