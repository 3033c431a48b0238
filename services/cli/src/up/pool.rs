//! The pool that a local stack comes with. What is there already is left as it is.

use std::num::NonZeroU32;

use weir_client::{
    CellState, Client, ConfigError, LimitChange, PoolName, PoolSpec, PoolType, QueueKey, QueueName,
    QueueSpec, QueueUpdate, ReadCellError,
};

/// How many runs of the pool, and of its queue `high`, may be under way at once.
const POOL_LIMIT: u32 = 4;
const HIGH_LIMIT: u32 = 2;

/// The pool.
pub(super) fn name() -> PoolName {
    "local".parse().expect("a literal that is a legal label")
}

/// Its queues.
pub(super) fn high() -> QueueKey {
    let high: QueueName = "high".parse().expect("a literal that is a legal label");
    QueueKey::new(name(), high)
}

pub(super) fn default() -> QueueKey {
    QueueKey::new(name(), weir_core::cell::default_queue())
}

/// Creates what is not there: the pool `local` of type process with limit 4, and its queues `high` (priority 1, limit 2)
/// and `default` (priority 2, so that `high` goes before it).
pub(super) async fn ensure(client: &Client) -> anyhow::Result<()> {
    let cell = match client.cell().await {
        Ok(cell) => cell,
        Err(ReadCellError::NoCell) => CellState::default(),
        Err(error) => return Err(error.into()),
    };
    let second = NonZeroU32::new(2).expect("two is not zero");
    if cell.pool(&name()).is_none() {
        let mut spec = PoolSpec::new(name(), PoolType::Process);
        spec.concurrency_limit = Some(POOL_LIMIT);
        spec.description = Some("processes on this machine".to_owned());
        let made = client.create_pool(spec).await;
        if !is_there(made)? {
            let update = QueueUpdate {
                priority: Some(second),
                concurrency_limit: LimitChange::Keep,
                ..QueueUpdate::default()
            };
            client.update_queue(&default(), &update).await?;
        }
    }
    if cell.queue(&default()).is_none() {
        let mut spec = QueueSpec::new(default());
        spec.priority = Some(second);
        is_there(client.create_queue(spec).await)?;
    }
    if cell.queue(&high()).is_none() {
        let mut spec = QueueSpec::new(high());
        spec.concurrency_limit = Some(HIGH_LIMIT);
        spec.priority = Some(NonZeroU32::MIN);
        is_there(client.create_queue(spec).await)?;
    }
    Ok(())
}

/// Whether somebody else has created it meanwhile, otherwise than here.
fn is_there<T>(made: Result<T, ConfigError>) -> Result<bool, ConfigError> {
    match made {
        Ok(_) => Ok(false),
        Err(ConfigError::Exists { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}
