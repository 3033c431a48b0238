//! `weir run inspect`: read from the run's own log, so that it needs no scheduler.

use anyhow::anyhow;
use weir_client::{Client, FamilyMember, OutputLine, RunKey, StateType};

use super::{Which, logs};
use crate::{context::Context, exit::Exit, view};

/// How much of a failed run's output is shown.
const LINES: usize = 20;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    /// Show its whole family instead: its parents, and all that they have asked for
    #[arg(long)]
    tree: bool,
}

pub(crate) async fn run(context: &Context, args: &Args) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let run = args.which.find(&client).await?;
    if args.tree {
        return tree(context, &client, &run).await;
    }
    let detail = client.inspect(&run).await?;
    let failed = matches!(detail.view.state, StateType::Failed | StateType::Crashed)
        && detail.view.attempt.0 > 0;
    let lines: Vec<OutputLine> = if failed {
        client
            .last_output(&run, Some(detail.view.attempt), LINES)
            .await?
    } else {
        Vec::new()
    };
    if context.out.is_json() {
        let view = weir_proto::api::run_json(&detail.view);
        let lines: Vec<String> = lines.iter().map(logs::line_json).collect();
        context.out.json(&format!(
            "{{\"run\":{view},\"traceId\":\"{}\",\"lastOutput\":[{}]}}",
            detail.trace_id,
            lines.join(",")
        ))?;
        return Ok(Exit::Ok);
    }
    let mut table = view::run::one(&detail.view, context.clock.now());
    table.field("trace", detail.trace_id.to_string());
    context.out.table(&table, "")?;
    context.out.line("history:")?;
    context
        .out
        .table(&view::history::table(&detail.records), "")?;
    if failed {
        context
            .out
            .line(&format!("last output of attempt {}:", detail.view.attempt))?;
        if lines.is_empty() {
            context.out.note("  (none)")?;
        }
        for line in &lines {
            context.out.bytes(&[b"  ", line.bytes.as_ref()].concat())?;
        }
    }
    Ok(Exit::Ok)
}

async fn tree(context: &Context, client: &Client, run: &RunKey) -> anyhow::Result<Exit> {
    let family = client.family(run).await?;
    let family = family.ok_or_else(|| anyhow!("no scheduler knows a run {run}"))?;
    if context.out.is_json() {
        context.out.json(&json(&family.top))?;
        return Ok(Exit::Ok);
    }
    let table = view::tree::table(&family, run, context.clock.now());
    context.out.table(&table, "")?;
    if family.more > 0 {
        context
            .out
            .note(&format!("{} more are not shown", family.more))?;
    }
    Ok(Exit::Ok)
}

/// A run with its children, the deepest first made.
fn json(top: &FamilyMember) -> String {
    let children: Vec<String> = top.children.iter().map(json).collect();
    format!(
        "{{\"run\":{},\"children\":[{}]}}",
        weir_proto::api::run_json(&top.run),
        children.join(",")
    )
}
