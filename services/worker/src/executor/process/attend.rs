//! One keeper from its start to its last word.

use std::{io, process::Stdio};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, ChildStdin, ChildStdout, Command},
};
use weir_core::event::{Outcome, OutcomeClass};
use weir_log::OutputStream;

use super::{ProcessExecutor, launch, lines::Lines, orphans, outcome};
use crate::{
    executor::{Control, Ended, Job, News, StopCause},
    keeper::frame::{self, Decoder, Notice, Order, Word},
};

/// Starts the keeper and follows it.
pub(super) async fn attend(
    executor: &ProcessExecutor,
    job: &Job,
    prepared: frame::Job,
    control: Control,
) -> Ended {
    let timeout = prepared.timeout;
    let (keeper, to, from) = match spawn(executor) {
        Ok(parts) => parts,
        Err(error) => {
            let program = executor.keeper.program.display();
            let message = format!("the worker cannot start its keeper {program}: {error}");
            return Ended::not_started("CannotStart", message);
        }
    };
    let mut watch = Watch {
        control,
        to,
        from,
        host: &executor.host,
        timeout,
        lines: [Lines::default(), Lines::default()],
        ordered: None,
        outcome: None,
        gone: false,
    };
    // A broken pipe shows as the keeper's end, which is dealt with below.
    if let Err(error) = watch
        .to
        .write_all(&frame::encode_order(&Order::Start(Box::new(prepared))))
        .await
    {
        tracing::debug!(weir.run = %job.run, %error, "the keeper does not take its job");
    }
    if let Err(error) = watch.follow().await {
        tracing::warn!(weir.run = %job.run, weir.attempt = %job.attempt, %error, "the keeper's words cannot be read");
    }
    let ended = watch.end(job).await;
    drop(keeper); // it has said its last word, or it is dead; the runtime reaps it
    ended
}

fn spawn(executor: &ProcessExecutor) -> io::Result<(Child, ChildStdin, ChildStdout)> {
    let mut keeper = Command::new(&executor.keeper.program)
        .args(&executor.keeper.args)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()?;
    let broken = || io::Error::other("it has no pipes");
    let to = keeper.stdin.take().ok_or_else(broken)?;
    let from = keeper.stdout.take().ok_or_else(broken)?;
    Ok((keeper, to, from))
}

struct Watch<'a> {
    control: Control,
    to: ChildStdin,
    from: ChildStdout,
    host: &'a str,
    timeout: Option<std::time::Duration>,
    lines: [Lines; 2],
    ordered: Option<StopCause>,
    outcome: Option<Outcome>,
    gone: bool,
}

impl Watch<'_> {
    async fn follow(&mut self) -> io::Result<()> {
        let mut decoder = Decoder::default();
        let mut bytes = vec![0; 64 << 10];
        // Orders that came before the keeper was there count as changes.
        self.control.stop.mark_changed();
        let (mut stops, mut lease) = (true, true);
        loop {
            tokio::select! {
                read = self.from.read(&mut bytes) => {
                    let count = read?;
                    if count == 0 {
                        return Ok(());
                    }
                    decoder.push(bytes.get(..count).unwrap_or_default());
                    while let Some(notice) = decoder.next_notice().map_err(io::Error::other)? {
                        self.take(notice).await;
                    }
                    if self.gone {
                        return Ok(());
                    }
                }
                changed = self.control.stop.changed(), if stops => {
                    stops = changed.is_ok();
                    self.pass_stop_on().await;
                }
                changed = self.control.lease.changed(), if lease => {
                    lease = changed.is_ok();
                    let deadlines = *self.control.lease.borrow_and_update();
                    self.order(&Order::Lease(launch::deadlines(deadlines))).await;
                }
            }
        }
    }

    async fn pass_stop_on(&mut self) {
        let stop = *self.control.stop.borrow_and_update();
        if let Some(stop) = stop {
            self.ordered.get_or_insert(stop.cause);
            self.order(&Order::Stop { grace: stop.grace }).await;
        }
    }

    async fn order(&mut self, order: &Order) {
        if let Err(error) = self.to.write_all(&frame::encode_order(order)).await {
            tracing::debug!(%error, "a keeper takes no more orders"); // it ends, and that is seen
        }
    }

    async fn take(&mut self, notice: Notice) {
        match notice {
            Notice::Output { stderr, bytes } => {
                let [stdout_lines, stderr_lines] = &mut self.lines;
                let (lines, stream) = if stderr {
                    (stderr_lines, OutputStream::Stderr)
                } else {
                    (stdout_lines, OutputStream::Stdout)
                };
                for line in lines.push(&bytes) {
                    self.control.output.line(stream, line).await;
                }
            }
            Notice::Word(Word::Started { pid }) => {
                let infrastructure = format!("pid {pid} on {}", self.host);
                self.control.tell(News::Started { infrastructure });
            }
            Notice::Word(Word::Failed(failure)) => {
                self.outcome = Some(Ended::not_started(&failure.reason, failure.message).outcome);
            }
            Notice::Word(Word::Ended(end)) => {
                let outcome = outcome::outcome(end, self.ordered, self.timeout);
                self.control.tell(News::Exited(outcome.clone()));
                self.outcome = Some(outcome);
            }
            Notice::Word(Word::Gone) => self.gone = true,
        }
    }

    async fn end(mut self, job: &Job) -> Ended {
        for (lines, stream) in self
            .lines
            .iter_mut()
            .zip([OutputStream::Stdout, OutputStream::Stderr])
        {
            if let Some(line) = lines.finish() {
                self.control.output.line(stream, line).await;
            }
        }
        if !self.gone {
            tracing::warn!(weir.run = %job.run, weir.attempt = %job.attempt, "a keeper died; killing what it kept");
            self.gone = orphans::kill_all(job).await;
        }
        let lost = || {
            Outcome {
            reason: "KeeperLost".to_owned(),
            message: "the process that watches over it ended unexpectedly; what was left of it was killed".to_owned(),
            ..Outcome::of(OutcomeClass::Lost)
        }
        };
        Ended {
            outcome: self.outcome.unwrap_or_else(lost),
            gone: self.gone,
        }
    }
}
