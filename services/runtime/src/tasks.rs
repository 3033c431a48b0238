//! The few long-lived tasks of a program, which live and end together.
//!
//! A task that dies unseen leaves a program that looks alive and does nothing. So nothing is detached here: each task
//! has a name, a stop token and this owner, and its end, a panic included, stops its siblings. One-shot work does not
//! belong here (any return counts as the end); it sits in a `JoinSet` that one of these tasks owns.

use std::{any::Any, borrow::Cow, future::Future, time::Duration};

use anyhow::anyhow;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, debug, error, info_span};

/// How long an aborted task may take to notice. One that blocks its thread never does.
const ABORT_GRACE: Duration = Duration::from_secs(1);

type Name = Cow<'static, str>;

/// A set of named tasks with one stop token. Dropping it aborts them all.
#[derive(Debug, Default)]
pub struct Tasks {
    stop: CancellationToken,
    set: JoinSet<anyhow::Result<()>>,
    names: Vec<(Id, Name)>,
}

impl Tasks {
    /// No tasks yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The token that stops them all. Cancel it to begin the drain.
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Starts a task. It must end soon after its token is cancelled; when it ends, however it ends, all others are
    /// told to stop.
    pub fn spawn<F>(&mut self, name: impl Into<Name>, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let name = name.into();
        let stop_all = self.stop.clone().drop_guard();
        let span = info_span!("task", name = %name);
        let task = task(self.stop.child_token());
        let handle = self.set.spawn(
            async move {
                let _stop_all = stop_all;
                task.await
            }
            .instrument(span),
        );
        self.names.push((handle.id(), name));
    }

    /// Waits until all tasks have ended: for as long as they work, and for `grace` once the first has ended or the
    /// stop token was cancelled. What still runs then is aborted.
    ///
    /// # Errors
    /// The first error or panic, under the name of its task; if there was none, the names of the tasks that outlived
    /// the grace.
    pub async fn join(mut self, grace: Duration) -> anyhow::Result<()> {
        let mut first = None;
        let stop = self.stop.clone();
        while !stop.is_cancelled() && !self.set.is_empty() {
            tokio::select! {
                () = stop.cancelled() => {}
                ended = self.set.join_next_with_id() => self.note(ended, &mut first),
            }
        }
        if tokio::time::timeout(grace, self.drain(&mut first))
            .await
            .is_err()
        {
            let late = self.running();
            error!(tasks = %late, ?grace, "tasks still run after the grace and are aborted");
            self.set.abort_all();
            // Noted before they end, since an end by our own abort is not an error of its own.
            first.get_or_insert_with(|| {
                anyhow!("still running {grace:?} after the order to stop, aborted: {late}")
            });
            if tokio::time::timeout(ABORT_GRACE, self.drain(&mut first))
                .await
                .is_err()
            {
                error!(tasks = %self.running(), "tasks block their thread and cannot be aborted");
            }
        }
        first.map_or(Ok(()), Err)
    }

    async fn drain(&mut self, first: &mut Option<anyhow::Error>) {
        while let Some(ended) = self.set.join_next_with_id().await {
            self.note(Some(ended), first);
        }
    }

    fn note(
        &mut self,
        ended: Option<Result<(Id, anyhow::Result<()>), JoinError>>,
        first: &mut Option<anyhow::Error>,
    ) {
        let (id, result) = match ended {
            None => return,
            Some(Ok((id, result))) => (id, result),
            Some(Err(error)) => (error.id(), Err(anyhow!(words(error)))),
        };
        let name = self.forget(id);
        match result {
            Ok(()) => debug!(task = %name, "task ended"),
            Err(error) if first.is_none() => {
                *first = Some(error.context(format!("task {name}")));
            }
            Err(error) => {
                error!(task = %name, error = format!("{error:#}"), "task failed after another one");
            }
        }
    }

    fn forget(&mut self, id: Id) -> Name {
        self.names
            .iter()
            .position(|(known, _)| *known == id)
            .map_or(Cow::Borrowed("unknown"), |at| self.names.swap_remove(at).1)
    }

    fn running(&self) -> String {
        let names: Vec<_> = self.names.iter().map(|(_, name)| name.as_ref()).collect();
        names.join(", ")
    }
}

fn words(error: JoinError) -> String {
    match error.try_into_panic() {
        Ok(payload) => format!("panicked: {}", panic_text(payload.as_ref())),
        Err(cancelled) => format!("aborted: {cancelled}"),
    }
}

fn panic_text(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

#[cfg(test)]
mod tests;
