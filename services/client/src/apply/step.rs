//! One change of a plan, written over the record that the plan has seen.

use weir_core::{
    cell::{CellState, ConfigObject, Deletion, QueueConfig, hard_bound},
    ids::Revision,
};
use weir_log::traits::Log;

use super::{
    Done, StepError,
    difference::differences,
    form::whole,
    plan::{Action, PlannedChange, queues_of},
    present,
};
use crate::{
    Client, ConfigError, Configured, DeleteOptions, Saved,
    config::{Wish, not_going},
    deployment::fits,
};

impl<L: Log> Client<L> {
    pub(super) async fn step(
        &self,
        change: &PlannedChange,
        options: &DeleteOptions,
    ) -> Result<Done, StepError> {
        let deletion = match (&change.object, &change.what) {
            (Some(object), _) => return Ok(Done::Saved(self.write(change, object).await?)),
            (None, Configured::Pool(name)) => Deletion::Pool(name.clone()),
            (None, Configured::Queue(key)) => Deletion::Queue(key.clone()),
            (None, Configured::Deployment(name)) => Deletion::Deployment(name.clone()),
            (None, Configured::TagLimit(_) | Configured::NamedLimit(_)) => return Ok(Done::Gone),
        };
        let cell = self.cell().await.map_err(ConfigError::Cell)?;
        if present::one(&cell, &change.what).is_none() {
            return Ok(Done::Gone);
        }
        let removed = self
            .delete_if(&deletion, options, |cell| change.unmoved(cell))
            .await?;
        Ok(Done::Removed(removed))
    }

    async fn write(
        &self,
        change: &PlannedChange,
        object: &ConfigObject,
    ) -> Result<Saved, ConfigError> {
        if let ConfigObject::Queue(queue) = object {
            self.make_room(change, queue).await?;
        }
        let saved = self
            .save(&change.what.to_string(), |cell| change.wish(cell, object))
            .await?;
        if let Configured::Queue(key) = &change.what {
            // Its pool may have been deleted in the same moment, and then it goes with it.
            let cell = self.cell().await.map_err(ConfigError::Cell)?;
            not_going(&cell, &Deletion::Queue(key.clone()))?;
        }
        Ok(saved)
    }

    /// A queue's stream is there, and has its bound, before the configuration says so: whoever is stopped in between finds
    /// the configuration still to be changed, and comes by here again.
    async fn make_room(
        &self,
        change: &PlannedChange,
        queue: &QueueConfig,
    ) -> Result<(), ConfigError> {
        let bounded = change.fields.iter().any(|field| field.field == "max_bytes");
        if change.action == Action::Update && !bounded {
            return Ok(());
        }
        let cell = self.cell().await.map_err(ConfigError::Cell)?;
        change.wish(&cell, &ConfigObject::Queue(queue.clone()))?;
        let stream = |source| ConfigError::Stream {
            what: change.what.to_string(),
            source,
        };
        if change.action == Action::Create {
            let life = cell.present_life(&queue.key);
            let made = self.log.create_queue(&life, hard_bound(queue.max_bytes));
            made.await.map_err(stream)?;
        }
        self.resize(&queue.key, queue.max_bytes)
            .await
            .map_err(stream)
    }
}

impl PlannedChange {
    /// What is to be written, if what it changes is as the plan has seen it.
    fn wish(&self, cell: &CellState, object: &ConfigObject) -> Result<Wish, ConfigError> {
        let is = present::one(cell, &self.what);
        let last = present::last_written(cell, &self.what);
        let wanted = self.action != Action::Delete;
        let so = match &is {
            Some(is) => wanted && differences(&whole(is), &whole(object)).is_empty(),
            None => !wanted,
        };
        if so {
            return Ok(Wish::Keep(last));
        }
        self.unmoved(cell)?;
        match object {
            ConfigObject::Queue(queue) => {
                let pool = &queue.key.pool;
                if cell.pool(pool).is_none() {
                    return Err(ConfigError::UnknownPool(pool.clone()));
                }
                not_going(cell, &Deletion::Pool(pool.clone()))?;
            }
            ConfigObject::Deployment(deployment) => {
                let (queue, pool) = (&deployment.queue, &deployment.queue.pool);
                let held = cell.pool(pool);
                let held = held.ok_or_else(|| ConfigError::UnknownPool(pool.clone()))?;
                if cell.queue(queue).is_none() {
                    return Err(ConfigError::UnknownQueue(queue.clone()));
                }
                not_going(cell, &Deletion::Queue(queue.clone()))?;
                fits(&held.value, deployment)?;
            }
            ConfigObject::Pool(_)
            | ConfigObject::TagLimit(_)
            | ConfigObject::NamedLimit(_)
            | ConfigObject::Deletion(_) => {}
        }
        let object = Box::new(object.clone());
        Ok(match is {
            Some(_) => Wish::Write(object, last),
            None => Wish::Make(object, last),
        })
    }

    /// That nobody else has changed it since it was planned.
    fn unmoved(&self, cell: &CellState) -> Result<(), ConfigError> {
        let moved = |what: String, revision: Revision| ConfigError::Moved { what, revision };
        let last = present::last_written(cell, &self.what);
        if last != self.over {
            return Err(moved(self.what.to_string(), last));
        }
        if let Configured::Pool(name) = &self.what
            && self.action == Action::Delete
        {
            // A queue that somebody has made since would go unseen.
            let new = queues_of(cell, name);
            let new = new.into_iter().find(|key| !self.queues.contains(key));
            if let Some(key) = new {
                let what = Configured::Queue(key);
                let revision = present::last_written(cell, &what);
                return Err(moved(what.to_string(), revision));
            }
        }
        Ok(())
    }
}
