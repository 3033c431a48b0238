//! What a program that weir runs says of its own run: that it waits for other runs, and goes on.

use std::{str::FromStr, sync::Arc, time::Duration};

use weir_core::{
    awaits::{WaitId, Waits},
    event::Record,
    ids::{Attempt, QueueKey, RunKey, Seq, SessionId},
    request::Request,
    state::{Awaiting, Live, QueueState},
};
use weir_log::{
    LogError,
    traits::{LiveFeed as _, Log},
};

use crate::{CancelError, Client, InspectError, retry::pause_for};

/// After so long without news the stored records are read again, because the live feed may lose some.
const READ_AGAIN: Duration = Duration::from_secs(1);

/// Which run, and which attempt of it, a program is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsideRun {
    /// The run.
    pub run: RunKey,
    /// The attempt.
    pub attempt: Attempt,
    /// The session of the worker that holds it.
    pub session: SessionId,
}

impl InsideRun {
    /// As a program's environment tells it; `None` where weir does not run it. `var` looks a variable up.
    pub fn of(var: impl Fn(&str) -> Option<String>) -> Option<Self> {
        fn read<T: FromStr>(text: Option<String>) -> Option<T> {
            text?.parse().ok()
        }
        Some(Self {
            run: RunKey {
                queue: QueueKey::new(read(var("WEIR_POOL"))?, read(var("WEIR_QUEUE"))?),
                run_id: read(var("WEIR_RUN_ID"))?,
            },
            attempt: Attempt(read(var("WEIR_ATTEMPT"))?),
            session: read(var("WEIR_SESSION"))?,
        })
    }
}

/// A wait that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenWait {
    id: WaitId,
    from: Seq,
}

impl OpenWait {
    /// Which wait of the attempt it is, and where its beginning stands in the queue's log.
    pub fn place(&self) -> (u32, u64) {
        (self.id.k, self.from.0)
    }

    /// The wait at that place, for another program of the same attempt that ends it.
    pub fn at(inside: &InsideRun, k: u32, from: u64) -> Self {
        let id = WaitId {
            attempt: inside.attempt,
            session: inside.session.clone(),
            k,
        };
        let from = Seq(from);
        Self { id, from }
    }
}

/// Why a wait could not be begun, or ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// It could not be said.
    #[error("the run's wait could not be told")]
    Say(#[source] CancelError),
    /// What became of it could not be read.
    #[error("the run's own log could not be read")]
    Read(#[source] InspectError),
}

impl<L: Log> Client<L> {
    /// Says that the run waits for others from here on. With `yields` it gives its slots back meanwhile, and whoever says so
    /// must not go on before [`Client::end_wait`] has returned. `None`: another wait of the attempt is under way that has
    /// given its slots back or is to, or it is not the run's attempt any more; nothing was said. Any other wait of the attempt
    /// is over with it, for who has said it may have been killed.
    ///
    /// # Errors
    /// When the run's log cannot be read, or the broker does not acknowledge.
    pub async fn begin_wait(
        &self,
        inside: &InsideRun,
        runs: Vec<RunKey>,
        yields: bool,
    ) -> Result<Option<OpenWait>, WaitError> {
        let (_, state) = self.own(inside).await?;
        let free = |live: &&Live| live.awaits.as_deref().is_none_or(Awaiting::gives_way);
        let live = live_of(&state, inside).filter(free);
        let Some(last_k) = live.map(|live| live.last_k) else {
            return Ok(None);
        };
        let id = WaitId {
            attempt: inside.attempt,
            session: inside.session.clone(),
            k: last_k.saturating_add(1),
        };
        let waits = Waits {
            id: id.clone(),
            runs: runs.into_iter().map(Into::into).collect(),
            yields,
        };
        let said = Request::Waits(Arc::new(waits));
        let from = self.ask_about(&inside.run, said).await;
        let from = from.map_err(WaitError::Say)?;
        Ok(Some(OpenWait { id, from }))
    }

    /// Says that a wait is over, and returns when the run holds its slots: at once where it never gave them back, else when
    /// the scheduler has given them back to it. Without a wait of its own it waits for the run's slots all the same, for
    /// another program of the run may have given them back. Where the attempt is over it returns at once.
    ///
    /// To ask again after an error does no harm.
    ///
    /// # Errors
    /// When the run's log cannot be read, or the broker does not acknowledge.
    pub async fn end_wait(
        &self,
        inside: &InsideRun,
        wait: Option<&OpenWait>,
    ) -> Result<(), WaitError> {
        let feed = self.log.live(&inside.run.queue, Some(&inside.run.run_id));
        let mut feed = feed.await.map_err(|source| unread(inside, source))?;
        let mut after = wait.map_or(Seq(0), |wait| wait.from);
        let mut said = false;
        loop {
            let (last, state) = self.own(inside).await?;
            if last >= after {
                let Some(live) = live_of(&state, inside) else {
                    return Ok(());
                };
                let open = live.awaits.as_deref();
                // Only what it has begun itself: two programs of one run may have thought of the same number.
                let own = wait.filter(|wait| open.is_some_and(|open| open.from == wait.from));
                match own.filter(|_| !said) {
                    Some(wait) => {
                        let goes_on = Request::GoesOn(wait.id.clone());
                        let stored = self.ask_about(&inside.run, goes_on).await;
                        after = stored.map_err(WaitError::Say)?;
                        said = true;
                        continue;
                    }
                    None if !live.has_given() => return Ok(()),
                    None => {}
                }
            }
            // Whatever comes, and however long nothing does: the stored records say how the run stands.
            if let Ok(None) = tokio::time::timeout(READ_AGAIN, feed.next()).await {
                pause_for(READ_AGAIN).await;
            }
        }
    }

    /// The run's own records, folded, and the last of them.
    async fn own(&self, inside: &InsideRun) -> Result<(Seq, QueueState), WaitError> {
        let run = &inside.run;
        let stream = self.stream_of(&run.queue).await;
        let stream = stream.map_err(|source| WaitError::Read(InspectError::Cell(source)))?;
        let Some(stream) = stream else {
            return Err(WaitError::Read(InspectError::UnknownRun {
                run: run.clone(),
            }));
        };
        let records = self.log.run_records(&stream, &run.run_id).await;
        let records: Vec<Record> = records.map_err(|source| unread(inside, source))?;
        let mut state = QueueState::of_one_run();
        for record in records {
            state.apply(record);
        }
        Ok((state.applied(), state))
    }
}

fn unread(inside: &InsideRun, source: LogError) -> WaitError {
    WaitError::Read(InspectError::Log {
        run: inside.run.clone(),
        source,
    })
}

/// The attempt that the program is, while it is under way and nobody stops it.
fn live_of<'a>(state: &'a QueueState, inside: &InsideRun) -> Option<&'a Live> {
    let live = state.run(&inside.run.run_id)?.live.as_deref()?;
    let holder = live.holder.as_ref()?;
    let own = live.attempt == inside.attempt && holder.session == inside.session;
    (own && live.stop.is_none() && live.finished.is_none()).then_some(live)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_knows_its_run_only_where_its_environment_names_all_of_it() {
        let of = |without: &str| {
            InsideRun::of(|name| {
                let value = match name {
                    "WEIR_POOL" => "local",
                    "WEIR_QUEUE" => "default",
                    "WEIR_RUN_ID" => "parent",
                    "WEIR_ATTEMPT" => "2",
                    "WEIR_SESSION" => "s-1",
                    _ => return None,
                };
                (name != without).then(|| value.to_owned())
            })
        };
        let inside = of("").unwrap();
        assert_eq!(inside.run.to_string(), "local/default/parent");
        assert_eq!(inside.attempt, Attempt(2));
        for name in [
            "WEIR_POOL",
            "WEIR_QUEUE",
            "WEIR_RUN_ID",
            "WEIR_ATTEMPT",
            "WEIR_SESSION",
        ] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
