//! The recorded conversations with a real cluster, as they were recorded.

use std::{fs::File, io::Read, path::Path, time::Duration};

use flate2::read::GzDecoder;
use serde_json::Value;

/// One thing that the recorder did or saw, in the order in which it began.
pub(crate) enum Item {
    Http(Value),
    Open(Value),
    Event(Value),
    Close(Value),
    Note(Value),
}

/// Reads a recording: what was done, and how long after the thing before it was. Requests stand where they were sent, not where they were answered.
pub(crate) fn load(name: &str) -> Vec<(Duration, Item)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("traces")
        .join(format!("{name}.jsonl.gz"));
    let mut text = String::new();
    GzDecoder::new(File::open(&path).expect("the recording is there"))
        .read_to_string(&mut text)
        .expect("it is gzip");
    let mut items: Vec<(i64, Item)> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"))
        .filter(|line| line["kind"] != "meta")
        .map(|line| {
            let time: jiff::Timestamp = line["t"]
                .as_str()
                .unwrap_or_default()
                .parse()
                .expect("it is as it was recorded");
            let at = time.as_microsecond();
            match line["kind"].as_str().unwrap_or_default() {
                "http" => {
                    let took = line["ms"].as_f64().unwrap_or_default() * 1000.0;
                    (
                        at - format!("{took:.0}")
                            .parse::<i64>()
                            .expect("it is as it was recorded"),
                        Item::Http(line),
                    )
                }
                "watch_open" => (at, Item::Open(line)),
                "watch_event" => (at, Item::Event(line)),
                "watch_close" => (at, Item::Close(line)),
                _ => (at, Item::Note(line)),
            }
        })
        .collect();
    items.sort_by_key(|it| it.0);
    let mut last = items.first().map_or(0, |it| it.0);
    let pause = |(at, item): (i64, Item)| {
        let pause = u64::try_from(at - std::mem::replace(&mut last, at)).unwrap_or(0);
        (Duration::from_micros(pause), item)
    };
    items.into_iter().map(pause).collect()
}
