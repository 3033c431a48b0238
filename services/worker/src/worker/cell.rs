//! What the cell log says about this worker's pool and queues, followed as it changes.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use weir_core::{
    cell::{CellState, PoolType},
    ids::{InstallationId, QueueStream},
    kubernetes::JobPolicy,
};
use weir_log::{CellLog, LogError, Tail as _, TailEvent};
use weir_runtime::{Backoff, Clock};

use crate::config::WorkerConfig;

/// What there is to serve, by the cell log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// The installation of weir.
    pub installation: Option<InstallationId>,
    /// The type of the pool, once there is one of this name.
    pub kind: Option<PoolType>,
    /// What the pool allows its manifests.
    pub policy: Option<Arc<JobPolicy>>,
    /// The queues that are open, of those that this worker is for.
    pub queues: Vec<QueueStream>,
    /// All open queues of the pool.
    pub pool_queues: Vec<QueueStream>,
    /// The queues that it is for by name and that are not open.
    pub missing: Vec<String>,
}

/// Follows the cell log until it is dropped.
pub(super) async fn follow<L: CellLog>(
    log: L,
    clock: Clock,
    config: WorkerConfig,
    view: watch::Sender<Served>,
) {
    let mut cell = CellState::default();
    let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));
    loop {
        let error = match follow_once(&log, &config, &mut cell, &view).await {
            Ok(never) => match never {},
            Err(error) => error,
        };
        tracing::warn!(%error, "the cell log cannot be followed; trying again");
        clock.sleep(backoff.next_delay()).await;
    }
}

async fn follow_once<L: CellLog>(
    log: &L,
    config: &WorkerConfig,
    cell: &mut CellState,
    view: &watch::Sender<Served>,
) -> Result<std::convert::Infallible, LogError> {
    let mut tail = log.tail_cell(cell.applied()).await?;
    let mut caught_up = false;
    loop {
        match tail.next().await? {
            TailEvent::Records(records) => {
                for record in records {
                    cell.apply(record);
                }
            }
            TailEvent::CaughtUp => caught_up = true,
        }
        if caught_up {
            let served = served(cell, config);
            view.send_if_modified(|seen| {
                let changed = *seen != served;
                *seen = served;
                changed
            });
        }
    }
}

fn served(cell: &CellState, config: &WorkerConfig) -> Served {
    let opened = cell.all_opened().map(|open| &open.stream);
    let pool_queues: Vec<_> = opened
        .filter(|queue| queue.key.pool == config.pool)
        .cloned()
        .collect();
    let is_ours =
        |queue: &&QueueStream| config.queues.is_empty() || config.queues.contains(&queue.key.queue);
    let queues: Vec<_> = pool_queues.iter().filter(is_ours).cloned().collect();
    let is_open =
        |name: &&weir_core::ids::QueueName| !queues.iter().any(|queue| queue.key.queue == **name);
    let missing = config
        .queues
        .iter()
        .filter(is_open)
        .map(ToString::to_string)
        .collect();
    let pool = cell.pool(&config.pool).map(|held| &held.value);
    Served {
        installation: cell.installation().cloned(),
        kind: pool.map(|pool| pool.kind),
        policy: pool.and_then(|pool| pool.policy.clone()),
        queues,
        pool_queues,
        missing,
    }
}
