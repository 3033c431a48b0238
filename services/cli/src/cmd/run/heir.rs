//! `weir run go-on`: what a `weir` that waits without slots leaves behind should it be killed.
//!
//! Others of its run go on then, and the run is to have its slots again as soon as it can. So a second process holds the
//! end of a pipe meanwhile, and says in its place that the run goes on if the pipe is closed without a word.

use std::{
    io::{Read as _, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
};

use anyhow::Context as _;
use weir_client::OpenWait;

use super::inside::Waiting;
use crate::{context::Context, exit::Exit};

/// What is written before the end where there is nothing to be done.
const DISMISSED: u8 = b'.';

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which wait of the attempt
    #[arg(long)]
    k: u32,
    /// Where its beginning stands in the queue's log
    #[arg(long)]
    from: u64,
}

/// The process that ends a wait whose own is killed.
#[derive(Debug)]
pub(crate) struct Heir {
    child: Child,
    pipe: ChildStdin,
}

impl Heir {
    pub(crate) fn start(context: &Context, wait: &OpenWait) -> anyhow::Result<Self> {
        let (k, from) = wait.place();
        let program = std::env::current_exe().context("cannot find this program")?;
        let broker = context.broker();
        let mut command = Command::new(program);
        command
            .args(["run", "go-on", "--k", &k.to_string(), "--from"])
            .arg(from.to_string())
            .env("NATS_URL", broker.url);
        if let Some(creds) = broker.creds {
            command.env("NATS_CREDS", creds);
        }
        // The run's output is not its own: whoever reads that to its end must not wait for it.
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = quiet
            .stdin(Stdio::piped())
            .spawn()
            .context("cannot start a second process")?;
        let pipe = child.stdin.take().context("a pipe was asked for")?;
        Ok(Self { child, pipe })
    }

    /// The wait has ended as it should. It is gone when this returns.
    pub(crate) fn dismiss(mut self) {
        // One that is gone already cannot be told, and need not be.
        if let Err(error) = self.pipe.write_all(&[DISMISSED]) {
            tracing::debug!(%error, "the heir of a wait cannot be told that it is over");
        }
        drop(self.pipe);
        if let Err(error) = self.child.wait() {
            tracing::debug!(%error, "the heir of a wait cannot be waited for");
        }
    }
}

/// The heir itself. Nothing else is to be done meanwhile, so it blocks.
pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    let mut said = [0];
    if std::io::stdin().read_exact(&mut said).is_ok() {
        return Ok(Exit::Ok);
    }
    let waiting = Waiting::of(true)?;
    waiting.inherit(context, (args.k, args.from)).await?;
    Ok(Exit::Ok)
}
