//! Which scheduler makes the traces: one at a time, by a lease in the log. Two that overlap do no harm: they make the same
//! spans, and of two positions the log takes the first.

use std::time::Duration;

use weir_core::{ids::Seq, session::TracerRecord};
use weir_log::{AppendError, Leases};
use weir_runtime::lease::{Found, Place, Trouble};

/// One scheduler's part in it.
#[derive(Debug)]
pub(super) struct Lease<L> {
    pub(super) log: L,
    pub(super) own: TracerRecord,
}

impl<L: Leases> Place for Lease<L> {
    const WHAT: &'static str = "tracer";

    async fn found(&self) -> Result<Found, Trouble> {
        Ok(match self.log.tracer().await? {
            None => Found::Free,
            Some((seq, found)) if found == self.own => Found::Ours(seq),
            Some(_) => Found::Theirs,
        })
    }

    async fn put(&self, ttl: Duration, last: Seq) -> Result<Option<Seq>, Trouble> {
        match self.log.put_tracer(&self.own, ttl, last).await {
            Ok(seq) => Ok(Some(seq)),
            Err(AppendError::Fenced { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn give_up(&self, last: Seq) -> Result<(), Trouble> {
        Ok(self.log.drop_tracer(last).await?)
    }
}
