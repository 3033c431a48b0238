//! Output that another observer has begun to bring.

use weir_log::{CellLog as _, Memory, OutputChunk, OutputLine};

use super::*;
use crate::kubernetes::scripted::{Act, Scripted};

fn run() -> RunKey {
    RunKey {
        queue: weir_core::ids::QueueKey::new("p".parse().unwrap(), "q".parse().unwrap()),
        run_id: "r".parse().unwrap(),
    }
}

fn log_of(lines: &str) -> Act {
    Act::Pieces {
        pieces: vec![lines.to_owned()],
        ends: true,
    }
}

/// Lines as a server gives them: second and text.
fn written(lines: &[(u32, &str)]) -> String {
    let line = |(second, text): &(u32, &str)| format!("1970-01-01T00:00:{second:02}Z {text}\n");
    lines.iter().map(line).collect()
}

async fn stored(log: &Memory) -> Vec<String> {
    let mut tail = log.output(&run(), None).await.unwrap();
    let mut texts = Vec::new();
    while let TailEvent::Records(chunks) = tail.next().await.unwrap() {
        let lines = chunks.into_iter().flat_map(|chunk| chunk.lines);
        texts.extend(lines.map(|line| String::from_utf8(line.bytes.to_vec()).unwrap()));
    }
    texts
}

/// What is in the log when somebody with these lines in it already has brought the answers' lines.
async fn brought(before: &[(u32, &str)], containers: &[&str], acts: Vec<Act>) -> Vec<String> {
    let clock = Clock::system();
    let stamps = clock.clone();
    let log = Memory::new(move || stamps.now());
    log.create_cell().await.unwrap();
    let line = |(second, text): &(u32, &str)| OutputLine {
        stream: OutputStream::Stdout,
        at: Timestamp(i64::from(*second) * 1_000_000_000),
        bytes: (*text).to_owned().into(),
    };
    let chunk = OutputChunk {
        run: run(),
        attempt: Attempt(1),
        lines: before.iter().map(line).collect(),
        last: false,
    };
    log.put_output(&chunk).await.unwrap();
    let server = Scripted::new(acts);
    let source = Source {
        run: run(),
        attempt: Attempt(1),
        namespace: "runs".to_owned(),
        pod: "p".to_owned(),
        containers: containers.iter().map(|it| (*it).to_owned()).collect(),
        resumed: true,
    };
    let (_ended, ended) = watch::channel(true);
    let streams = Arc::new(Semaphore::new(1));
    bring(server.cluster().await, log.clone(), source, ended, streams).await;
    stored(&log).await
}

#[tokio::test]
async fn whoever_takes_over_goes_on_behind_the_last_line_also_among_lines_of_one_time() {
    let all = [(1, "a"), (2, "b"), (2, "c"), (2, "d"), (3, "e")];
    for known in 0..=all.len() {
        let found = brought(&all[..known], &["main"], vec![log_of(&written(&all))]).await;
        assert_eq!(
            found,
            ["a", "b", "c", "d", "e"],
            "with {known} lines before"
        );
    }
}

#[tokio::test]
async fn each_of_several_containers_goes_on_behind_a_line_of_its_own() {
    let acts = vec![
        log_of(&written(&[(1, "a"), (9, "b")])),
        log_of(&written(&[(2, "c"), (3, "d")])),
    ];
    let before = [(1, "[x] a"), (2, "[y] c"), (9, "[x] b")];
    let mut found = brought(&before, &["x", "y"], acts).await;
    found.sort_unstable();
    assert_eq!(found, ["[x] a", "[x] b", "[y] c", "[y] d"]);
}

#[tokio::test]
async fn a_log_that_breaks_off_among_lines_of_one_time_loses_none_and_repeats_none() {
    let whole = written(&[(1, "a"), (1, "b"), (1, "c"), (2, "d")]);
    let acts = vec![Act::Half(written(&[(1, "a"), (1, "b")])), log_of(&whole)];
    assert_eq!(brought(&[], &["main"], acts).await, ["a", "b", "c", "d"]);
}
