//! A run's output.

use bytes::Bytes;
use weir_client::{Attempt, OutputChunk, OutputEvent, OutputLine, OutputStream, Timestamp};
use weir_log::Outputs;

use crate::scene::{Scene, run};

fn chunk(attempt: u32, lines: std::ops::Range<u32>) -> OutputChunk {
    let line = |n| OutputLine {
        stream: OutputStream::Stdout,
        at: Timestamp(1),
        bytes: Bytes::from(format!("line {n}")),
    };
    OutputChunk {
        run: run("default", "r1"),
        attempt: Attempt(attempt),
        lines: lines.map(line).collect(),
        last: false,
    }
}

fn text(lines: &[OutputLine]) -> Vec<String> {
    lines
        .iter()
        .map(|line| String::from_utf8_lossy(&line.bytes).into_owned())
        .collect()
}

#[tokio::test]
async fn the_last_lines_are_those_of_the_attempt_that_is_meant() {
    let scene = Scene::new().await;
    for chunk in [chunk(1, 0..30), chunk(2, 30..45), chunk(2, 45..60)] {
        scene.log.put_output(&chunk).await.expect("it is stored");
    }
    let run = run("default", "r1");
    let last = scene
        .client
        .last_output(&run, Some(Attempt(2)), 20)
        .await
        .expect("it can be read");
    assert_eq!(
        text(&last),
        (40..60).map(|n| format!("line {n}")).collect::<Vec<_>>()
    );
    let all = scene
        .client
        .last_output(&run, None, 1000)
        .await
        .expect("it can be read");
    assert_eq!(all.len(), 60);
}

#[tokio::test]
async fn output_goes_on_after_what_was_stored() {
    let scene = Scene::new().await;
    scene
        .log
        .put_output(&chunk(1, 0..1))
        .await
        .expect("it is stored");
    let mut output = scene
        .client
        .output(&run("default", "r1"), None)
        .await
        .expect("it can be read");
    assert_eq!(output.next().await, Ok(OutputEvent::Lines(chunk(1, 0..1))));
    assert_eq!(output.next().await, Ok(OutputEvent::CaughtUp));
    scene
        .log
        .put_output(&chunk(1, 1..2))
        .await
        .expect("it is stored");
    assert_eq!(output.next().await, Ok(OutputEvent::Lines(chunk(1, 1..2))));
}
