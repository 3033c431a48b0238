//! What a program that weir runs says while it waits for other runs, and gives back meanwhile.

use std::{future::Future, time::Duration};

use anyhow::anyhow;
use weir_client::{Client, InsideRun, OpenWait, RunKey};

use super::heir::Heir;
use crate::{context::Context, value};

/// Between two tries to have the slots again, where the broker does not answer.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// A program's wait for other runs.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    inside: Option<InsideRun>,
    yields: bool,
}

impl Waiting {
    /// As the environment and the command line tell.
    pub(crate) fn of(yields: bool) -> anyhow::Result<Self> {
        let inside = InsideRun::of(|name| std::env::var_os(name)?.into_string().ok());
        if yields && inside.is_none() {
            return Err(anyhow!(
                "--yield-slots is for programs that weir runs: WEIR_RUN_ID, WEIR_ATTEMPT, WEIR_SESSION, WEIR_POOL and \
                 WEIR_QUEUE are not all set here, so there are no slots to give back"
            ));
        }
        Ok(Self { inside, yields })
    }

    /// Waits, and says so where this is a program that weir runs. Where it gives its slots back it returns only with them.
    pub(crate) async fn during<T>(
        &self,
        context: &Context,
        client: &Client,
        runs: Vec<RunKey>,
        waited: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        let Some(inside) = &self.inside else {
            return waited.await;
        };
        let open = Box::pin(self.begin(context, client, inside, runs)).await?;
        let heir = self.heir(context, open.as_ref())?;
        let ended = waited.await;
        Box::pin(self.end(context, client, inside, open.as_ref())).await?;
        if let Some(heir) = heir {
            heir.dismiss();
        }
        ended
    }

    /// Ends a wait in the place of the program that has begun it.
    pub(crate) async fn inherit(
        &self,
        context: &Context,
        (k, from): (u32, u64),
    ) -> anyhow::Result<()> {
        let Some(inside) = &self.inside else {
            return Ok(());
        };
        let client = context.client().await?;
        let open = OpenWait::at(inside, k, from);
        self.end(context, &client, inside, Some(&open)).await
    }

    fn heir(&self, context: &Context, open: Option<&OpenWait>) -> anyhow::Result<Option<Heir>> {
        let Some(open) = open.filter(|_| self.yields) else {
            return Ok(None);
        };
        // Without one all is well as long as this is not killed.
        let heir = Heir::start(context, open);
        if let Err(error) = &heir {
            let error = value::one_line(error.as_ref());
            context.out.note(&format!(
                "should this be killed, the run has its slots again only when what it waits for has ended: {error}"
            ))?;
        }
        Ok(heir.ok())
    }

    async fn begin(
        &self,
        context: &Context,
        client: &Client,
        inside: &InsideRun,
        runs: Vec<RunKey>,
    ) -> anyhow::Result<Option<OpenWait>> {
        match client.begin_wait(inside, runs, self.yields).await {
            Ok(None) if self.yields => context.out.note(
                "the slots are not given back: another program of this run waits already, or it is being stopped",
            )?,
            Ok(open) => return Ok(open),
            Err(error) if self.yields => {
                let error = value::one_line(&error);
                context
                    .out
                    .note(&format!("the slots cannot be given back: {error}"))?;
            }
            // It only helps to see who waits for whom.
            Err(error) => tracing::debug!(%error, "cannot tell that this run waits"),
        }
        Ok(None)
    }

    async fn end(
        &self,
        context: &Context,
        client: &Client,
        inside: &InsideRun,
        open: Option<&OpenWait>,
    ) -> anyhow::Result<()> {
        if !self.yields && open.is_none() {
            return Ok(());
        }
        let mut told = false;
        // To go on without the slots would be to use what others have by now.
        while let Err(error) = client.end_wait(inside, open).await {
            if !self.yields {
                tracing::debug!(%error, "cannot tell that this run waits no longer");
                break;
            }
            if !std::mem::replace(&mut told, true) {
                let error = value::one_line(&error);
                context
                    .out
                    .note(&format!("cannot have the slots again yet: {error}"))?;
            }
            context.clock.sleep(TRY_AGAIN).await;
        }
        Ok(())
    }
}
