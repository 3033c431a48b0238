//! Who follows a pool's Jobs: one worker at a time, by a lease in the log. Two that overlap do no harm: what they say is
//! fenced by the claim, what they do is tied to what they have seen.

use std::time::Duration;

use weir_core::{
    ids::{PoolName, Seq},
    session::ObserverRecord,
};
use weir_log::{AppendError, Leases};
use weir_runtime::lease::{Found, Place, Trouble};

/// One worker's part in it.
#[derive(Debug)]
pub(super) struct Lease<L> {
    pub(super) log: L,
    pub(super) pool: PoolName,
    pub(super) own: ObserverRecord,
}

impl<L: Leases> Place for Lease<L> {
    const WHAT: &'static str = "observer";

    async fn found(&self) -> Result<Found, Trouble> {
        Ok(match self.log.observer(&self.pool).await? {
            None => Found::Free,
            Some((seq, found)) if found == self.own => Found::Ours(seq),
            Some(_) => Found::Theirs,
        })
    }

    async fn put(&self, ttl: Duration, last: Seq) -> Result<Option<Seq>, Trouble> {
        let put = self.log.put_observer(&self.pool, &self.own, ttl, last);
        match put.await {
            Ok(seq) => Ok(Some(seq)),
            Err(AppendError::Fenced { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn give_up(&self, last: Seq) -> Result<(), Trouble> {
        Ok(self.log.drop_observer(&self.pool, last).await?)
    }
}
