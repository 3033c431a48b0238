//! The subjects of queues that are being deleted, and of what is left of them.

use weir_core::{
    cell::Deletion,
    ids::{QueueKey, QueueStream},
};

use super::{CellSubject, QueueSubjects, RunVoice};

impl CellSubject {
    /// Where the deleted object was kept, and where its deletion is.
    pub(super) fn of_deleted(deletion: &Deletion) -> Self {
        match deletion {
            Deletion::Pool(name) => Self::Pool(name.clone()),
            Deletion::Queue(key) => Self::Queue(key.clone()),
            Deletion::Deployment(name) => Self::Deployment(name.clone()),
        }
    }
}

impl QueueSubjects {
    /// What the stream stores when its door is shut: everything but `.request`.
    pub(crate) fn stored_behind_the_door(&self) -> Vec<String> {
        let requests = self.all(RunVoice::Request);
        let mut all = self.stored();
        all.retain(|subject| *subject != requests);
        all
    }
}

/// What a sealed stream listens to when its subjects have gone to the queue's next life: nothing, but it must be called
/// something.
pub(crate) fn closed(queue: &QueueStream) -> String {
    let QueueKey { pool, queue: name } = &queue.key;
    format!("weir.closed.{pool}.{name}.{}", queue.incarnation)
}
