//! `weir run logs`: a run's output, as it is stored and as it comes.

use std::{collections::VecDeque, time::Duration};

use serde_json::json;
use weir_client::{Attempt, Client, Output, OutputEvent, OutputLine, OutputStream, RunKey};

use super::Which;
use crate::{context::Context, exit::Exit, output, table::printable, view::time};

/// How long the rest of the output of a run that has ended is waited for.
const REST: Duration = Duration::from_secs(3);

#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    /// Go on with what comes, until the run's end
    #[arg(short, long)]
    follow: bool,
    /// Only the output of this attempt
    #[arg(long, value_name = "N")]
    attempt: Option<u32>,
    /// Only the last lines; 20, or as many as --num-lines says
    #[arg(short, long, conflicts_with = "head")]
    tail: bool,
    /// Only the first lines; 20, or as many as --num-lines says
    #[arg(long, conflicts_with = "follow")]
    head: bool,
    /// How many lines --head and --tail mean
    #[arg(short, long, value_name = "N")]
    num_lines: Option<usize>,
    /// Begin each line with its time and its stream
    #[arg(long)]
    timestamps: bool,
}

pub(crate) async fn run(context: &Context, args: &Args) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let run = args.which.find(&client).await?;
    let attempt = args.attempt.map(Attempt);
    let printer = Printer {
        out: context.out,
        timestamps: args.timestamps,
    };
    let first = client.inspect(&run).await?;
    let mut output = client.output(&run, attempt).await?;
    let lines = args.num_lines.unwrap_or(20);
    let mut kept: VecDeque<OutputLine> = VecDeque::new();
    let mut shown = 0;
    // A run that has ended before the reading began has said all it had to say by the time of `CaughtUp`.
    while let OutputEvent::Lines(chunk) = output.next().await? {
        for line in chunk.lines {
            if args.tail {
                kept.push_back(line);
                kept.drain(..kept.len().saturating_sub(lines));
            } else if !args.head || shown < lines {
                shown += 1;
                printer.print(&line)?;
            }
        }
    }
    kept.iter().try_for_each(|line| printer.print(line))?;
    if args.follow && !first.view.state.is_terminal() {
        follow(&client, &run, &mut output, printer).await?;
    }
    output.close().await;
    Ok(Exit::Ok)
}

/// Prints what comes until the run has ended and its last attempt's output is complete.
async fn follow(
    client: &Client,
    run: &RunKey,
    output: &mut Output,
    printer: Printer,
) -> anyhow::Result<()> {
    let mut watch = client.watch(run).await?;
    let mut last = Last::default();
    let mut attempt = Attempt(0);
    loop {
        tokio::select! {
            event = output.next() => printer.event(event?, &mut last)?,
            state = watch.next() => match state? {
                Some(view) => attempt = view.attempt,
                None => break,
            },
        }
    }
    rest(output, printer, &mut last, attempt).await
}

/// Prints the output that is still to come of a run that has ended.
pub(crate) async fn rest(
    output: &mut Output,
    printer: Printer,
    last: &mut Last,
    attempt: Attempt,
) -> anyhow::Result<()> {
    while attempt.0 > 0 && last.complete != attempt {
        match tokio::time::timeout(REST, output.next()).await {
            Ok(event) => printer.event(event?, last)?,
            // The worker that held it is gone, or its output was dropped.
            Err(_elapsed) => break,
        }
    }
    Ok(())
}

/// Which attempt's output has come to its end.
#[derive(Debug, Default)]
pub(crate) struct Last {
    complete: Attempt,
}

/// Prints lines of output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    pub(crate) out: output::Output,
    pub(crate) timestamps: bool,
}

impl Printer {
    /// Prints what an output has brought.
    pub(crate) fn event(self, event: OutputEvent, last: &mut Last) -> anyhow::Result<()> {
        let OutputEvent::Lines(chunk) = event else {
            return Ok(());
        };
        chunk.lines.iter().try_for_each(|line| self.print(line))?;
        if chunk.last {
            last.complete = chunk.attempt;
        }
        Ok(())
    }

    /// Prints a line: its own bytes, whatever they are.
    fn print(self, line: &OutputLine) -> anyhow::Result<()> {
        if self.out.is_json() {
            return self.out.json_line(&line_json(line));
        }
        let mut bytes = Vec::new();
        if self.timestamps {
            bytes.extend_from_slice(
                format!("{} {:6} ", time::utc(line.at), stream(line.stream)).as_bytes(),
            );
        }
        if line.stream == OutputStream::Weir {
            let words = String::from_utf8_lossy(&line.bytes);
            bytes.extend_from_slice(format!("[weir] {}", printable(&words)).as_bytes());
        } else {
            bytes.extend_from_slice(&line.bytes);
        }
        Ok(self.out.bytes(&bytes)?)
    }
}

/// A line as JSON. Bytes that are not UTF-8 become replacement characters.
pub(crate) fn line_json(line: &OutputLine) -> String {
    let text = String::from_utf8_lossy(&line.bytes);
    json!({ "at": time::utc(line.at), "stream": stream(line.stream), "text": text }).to_string()
}

const fn stream(stream: OutputStream) -> &'static str {
    match stream {
        OutputStream::Stdout => "stdout",
        OutputStream::Stderr => "stderr",
        OutputStream::Weir => "weir",
    }
}
