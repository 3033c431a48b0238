//! What `weir up` says: where everything is, and what to do with it.

use weir_client::Client;
use weir_runtime::health::Readiness;

use super::Args;
use crate::{context::Context, local_stack::LocalStack, value::one_line};

/// Why the stack is not ready after a while. It may become so yet.
pub(super) fn not_ready(readiness: &Readiness) -> String {
    let parts = readiness
        .reasons
        .iter()
        .map(|(part, reasons)| format!("{part}: {}", reasons.join(", ")));
    format!(
        "not everything is ready yet, going on ({})",
        parts.collect::<Vec<_>>().join("; ")
    )
}

/// Says that the stack is there and how to reach it.
pub(super) async fn ready(
    context: &Context,
    args: &Args,
    stack: &LocalStack,
    client: &Client,
) -> anyhow::Result<()> {
    if context.out.is_json() {
        return context.out.json(&serde_json::to_string(stack)?);
    }
    let sync = if args.no_sync {
        "the disk is written every two minutes"
    } else {
        "each append is on the disk first"
    };
    context.out.line(&format!(
        "broker at {}, data in {}, {sync}",
        stack.url,
        stack.data.display()
    ))?;
    match client.queues(None).await {
        Ok(list) => {
            for queue in list.queues {
                let (waiting, live, ended) = (queue.waiting, queue.live, queue.ended);
                let words = format!(
                    "queue {}: {waiting} runs wait, {live} are under way, {ended} have ended",
                    queue.key
                );
                context.out.line(&words)?;
            }
        }
        Err(error) => context.out.note(&one_line(&error))?,
    }
    context.out.line("")?;
    context.out.text(&next_steps(&stack.url, None))?;
    context.out.line("")?;
    context.out.line("ready; Ctrl-C stops it")?;
    Ok(())
}

/// What to try, with any NATS client and with this program.
pub(super) fn next_steps(url: &str, run: Option<&str>) -> String {
    let run = run.unwrap_or("RUN");
    let subject = "weir.run.local.default.$(uuidgen).request";
    let body = r#"{"jobVariables":{"command":"echo hello"}}"#;
    format!(
        "export NATS_URL={url}   # for the nats CLI and other clients; `weir` finds a local stack by itself\n\
         nats pub -J {subject} '{body}'   # or `nats req`: both wait for the acknowledgement\n\
         nats sub 'weir.live.local.*.*.>'   # every step of every run, as it is stored\n\
         {weir} run submit --pool local --queue high --command 'echo hello' --watch --logs\n\
         {weir} run ls\n\
         {weir} run watch {run}\n\
         {weir} run logs {run}\n",
        weir = program(),
    )
}

/// How to call this program: by its name where that is enough, by its path where it was started by one (`cargo run`).
pub(super) fn program() -> String {
    let called = std::env::args_os().next().unwrap_or_default();
    let called = called.to_string_lossy();
    if called.contains('/') {
        called.into_owned()
    } else {
        "weir".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_steps_name_the_broker_and_the_run() {
        let text = next_steps("nats://127.0.0.1:9", Some("r7"));
        assert!(
            text.contains("NATS_URL=nats://127.0.0.1:9 ") && text.contains("run watch r7\n"),
            "{text}"
        );
        assert!(next_steps("nats://x", None).contains("run logs RUN\n"));
    }

    #[test]
    fn what_is_in_the_way_is_said_part_by_part() {
        let reasons = [("scheduler", vec!["is starting".to_owned()])].into();
        let text = not_ready(&Readiness {
            ready: false,
            reasons,
        });
        assert!(text.ends_with("(scheduler: is starting)"), "{text}");
    }
}
