//! A worker that takes whatever there is.

use std::{collections::BTreeSet, time::Duration};

use weir_core::{session::Session, time::Timestamp};

pub(crate) fn worker(capacity: u32) -> Session {
    Session {
        worker: "worker".parse().unwrap(),
        session: "session".parse().unwrap(),
        pool: "pool".parse().unwrap(),
        queues: BTreeSet::new(),
        kind: "null".to_owned(),
        capacity,
        in_use: 0,
        lease: Duration::from_hours(1),
        version: String::new(),
        started_at: Timestamp(0),
        draining: false,
        ended: false,
    }
}
