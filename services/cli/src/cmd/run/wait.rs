//! `weir run wait`: the end of several runs, without a word.

use std::time::Duration;

use weir_client::{FindScope, PoolName, QueueName, RunKey, RunName};

use super::{
    follow::{self, Shown},
    inside::Waiting,
};
use crate::{context::Context, exit::Exit, value};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The runs' ids, or POOL/QUEUE/ID; at most 1000
    #[arg(value_name = "RUN", required = true, num_args = 1..=weir_client::bounds::AWAITED_MAX)]
    runs: Vec<RunName>,
    /// Their pool, where an id alone is ambiguous
    #[arg(short, long)]
    pool: Option<PoolName>,
    /// Their queue, where an id alone is ambiguous
    #[arg(short, long, visible_alias = "work-queue")]
    queue: Option<QueueName>,
    /// Give up after so long; the runs go on
    #[arg(long, value_name = "SPAN", value_parser = value::span)]
    give_up: Option<Duration>,
    /// In a program that weir runs: give this run's slots back meanwhile, and take them again before going on
    #[arg(long)]
    yield_slots: bool,
}

pub(crate) async fn run(context: &Context, args: Args) -> anyhow::Result<Exit> {
    let waiting = Waiting::of(args.yield_slots)?;
    let client = context.client().await?;
    let mut runs: Vec<RunKey> = Vec::new();
    for name in &args.runs {
        let scope = match &name.queue {
            Some(key) => FindScope {
                pool: Some(key.pool.clone()),
                queue: Some(key.queue.clone()),
            },
            None => FindScope {
                pool: args.pool.clone(),
                queue: args.queue.clone(),
            },
        };
        runs.push(client.find(&name.run_id, &scope).await?);
    }
    // One after another: what has ended meanwhile is told at once when its turn comes.
    let ends = Box::pin(async {
        let mut exit = Exit::Ok;
        for run in &runs {
            let ended = follow::until(context, &client, run, Shown::default(), None).await?;
            if exit == Exit::Ok {
                exit = ended;
            }
        }
        anyhow::Ok(exit)
    });
    let ends = async {
        let Some(span) = args.give_up else {
            return ends.await;
        };
        let elapsed = context.clock.timeout(span, ends).await;
        elapsed.map_err(|_late| {
            anyhow::anyhow!("not all of the runs have ended within {span:?}; they go on")
        })?
    };
    waiting.during(context, &client, runs.clone(), ends).await
}
