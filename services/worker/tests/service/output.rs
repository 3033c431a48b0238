//! The output of real processes on its way to the log.

use weir_core::event::OutcomeClass;
use weir_log::OutputStream;

use crate::{
    processes::command,
    stage::{self, Stage},
    watch::class,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_commands_output_and_exit_code_reach_the_log() {
    let stage = Stage::process().await;
    let _worker = stage.start("one", 4);
    stage
        .submit(
            "r1",
            &command(r"echo one; echo two >&2; printf 'a\377b\nno end'; exit 3"),
        )
        .await;
    let (outcome, gone) = stage.until_finished("r1").await;
    assert_eq!(
        (outcome.class, outcome.exit_code, gone),
        (OutcomeClass::Failed, Some(3), true)
    );
    let lines = stage.output("r1").await;
    let of = |wanted| {
        lines
            .iter()
            .filter(move |l| l.stream == wanted)
            .map(|l| l.bytes.to_vec())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(OutputStream::Stdout),
        [&b"one"[..], b"a\xffb", b"no end"]
    );
    assert_eq!(of(OutputStream::Stderr), [b"two"]);
    let reports = stage.reports("r1").await;
    assert_eq!(reports.len(), 3, "{reports:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_visible_while_its_run_goes_on() {
    let stage = Stage::process().await;
    let _worker = stage.start("one", 4);
    stage.submit("r1", &command("echo early; sleep 1000")).await;
    stage.until_started("r1").await;
    let key = weir_core::ids::RunKey {
        queue: stage::queue_key(),
        run_id: stage::run_id("r1"),
    };
    let mut tail = weir_log::Outputs::output(&stage.log, &key, None)
        .await
        .unwrap();
    let seen = async {
        loop {
            if let weir_log::TailEvent::Records(chunks) =
                weir_log::Tail::next(&mut tail).await.unwrap()
            {
                return chunks[0].lines[0].bytes.clone();
            }
        }
    };
    assert_eq!(
        tokio::time::timeout(stage::DEADLINE, seen)
            .await
            .expect("in time"),
        "early"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_of_output_are_stored_without_a_hole() {
    let stage = Stage::process().await;
    let _worker = stage.start("one", 4);
    stage
        .submit(
            "r1",
            &command("seq 1000000 1000000 >/dev/null; seq -w 1 1250000"),
        )
        .await;
    assert_eq!(
        class(stage.until_finished("r1").await),
        (OutcomeClass::Completed, true)
    );
    let lines = stage.output("r1").await;
    assert_eq!(lines.len(), 1_250_000);
    assert_eq!(
        (&lines[0].bytes[..], &lines[1_249_999].bytes[..]),
        (&b"0000001"[..], &b"1250000"[..])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn output_that_the_broker_does_not_take_is_dropped_and_counted_and_holds_nothing_up() {
    let stage = Stage::process().await;
    let _worker = stage.start("one", 4);
    stage.log.faults().make_unreachable("weir_logs", true);
    stage.submit("r1", &command("seq -w 1 1250000")).await;
    assert_eq!(
        class(stage.until_finished("r1").await),
        (OutcomeClass::Completed, true)
    );
    stage.log.faults().make_unreachable("weir_logs", false);
    let lines = stage.output("r1").await;
    let said: Vec<_> = lines
        .iter()
        .filter(|line| line.stream == OutputStream::Weir)
        .collect();
    assert!(!said.is_empty(), "{} lines", lines.len());
    let text = String::from_utf8(said.last().unwrap().bytes.to_vec()).unwrap();
    let dropped: u64 = said
        .iter()
        .filter_map(|line| {
            std::str::from_utf8(&line.bytes)
                .ok()?
                .split(' ')
                .nth(1)?
                .parse::<u64>()
                .ok()
        })
        .sum();
    assert_eq!(
        dropped + (lines.len() - said.len()) as u64,
        1_250_000,
        "{text}"
    );
}
