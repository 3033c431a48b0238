//! Every recording, event by event, against a table of what is to be read from it.

use std::fmt::Write as _;

use super::world::{World, by_job, recordings};
use crate::kubernetes::reading::Reading;

const EXPECTED: &str = include_str!("../../../../tests/data/kubernetes/readings.txt");

/// The table of all recordings, in the form of `readings.txt`.
fn table() -> String {
    let mut text = String::new();
    for (name, events) in recordings() {
        for (number, events) in by_job(&events).values().enumerate() {
            writeln!(text, "{name} {}", number + 1).unwrap();
            let mut world = World::default();
            let mut last = None;
            for event in events {
                world.take(event);
                let reading = words(&world.read(false));
                if last.as_ref() != Some(&reading) {
                    writeln!(text, "{:>4} {reading}", event.seq).unwrap();
                    last = Some(reading);
                }
            }
            let listed = words(&world.read(true));
            if last.as_ref() != Some(&listed) {
                writeln!(text, "list {listed}").unwrap();
            }
        }
    }
    text
}

fn words(reading: &Reading) -> String {
    let mut words = Vec::new();
    if let Some(node) = &reading.node {
        words.push(format!("on {node}"));
    }
    if let Some(told) = &reading.waiting {
        words.push(format!("waits: {}", told.reason));
    }
    if reading.started.is_some() {
        words.push("started".to_owned());
    }
    if let Some(outcome) = &reading.outcome {
        let code = outcome
            .exit_code
            .map_or("-".to_owned(), |code| code.to_string());
        let message: String = outcome.message.chars().take(48).collect();
        words.push(format!(
            "{:?} {code} {} {message:?}",
            outcome.class, outcome.reason
        ));
    }
    words.push(format!("left: {:?}", reading.left));
    words.join(", ")
}

#[test]
fn each_recording_reads_as_the_table_says() {
    let found = table();
    let differs = found
        .lines()
        .zip(EXPECTED.lines())
        .find(|(found, expected)| found != expected);
    assert!(
        found == EXPECTED,
        "first difference: {differs:?}\n\n{found}"
    );
}
