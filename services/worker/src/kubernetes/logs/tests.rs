//! Lines of logs with their times.

use super::*;
use crate::kubernetes::scripted::{Act, Scripted};

const SECOND: i64 = 1_000_000_000;

fn pieces(text: &str, ends: bool) -> Act {
    Act::Pieces {
        pieces: vec![text.to_owned()],
        ends,
    }
}

async fn lines(text: &str) -> Vec<(i64, String)> {
    let server = Scripted::new([pieces(text, true)]);
    let cluster = server.cluster().await;
    let mut log = cluster
        .pod_log("runs", "p", "main", LogQuery::default())
        .await
        .unwrap();
    let mut lines = Vec::new();
    while let Some(line) = log.next().await.unwrap() {
        lines.push((line.at.0, String::from_utf8(line.text.to_vec()).unwrap()));
    }
    lines
}

#[tokio::test]
async fn each_line_has_its_time_and_its_text() {
    let text = "1970-01-01T00:00:01.000000007Z hello\n1970-01-01T00:00:02Z \n1970-01-01T00:00:03Z  two  blanks";
    let expected = [
        (SECOND + 7, "hello"),
        (2 * SECOND, ""),
        (3 * SECOND, " two  blanks"),
    ];
    assert_eq!(
        lines(text).await,
        expected.map(|(at, text)| (at, text.to_owned()))
    );
}

#[tokio::test]
async fn a_line_that_is_too_long_comes_in_pieces_of_one_time() {
    let long = "x".repeat(LINE_BYTES_MAX * 2);
    let lines = lines(&format!(
        "1970-01-01T00:00:05Z {long}\n1970-01-01T00:00:06Z end\n"
    ))
    .await;
    let whole: String = lines
        .iter()
        .filter(|line| line.0 == 5 * SECOND)
        .map(|line| line.1.as_str())
        .collect();
    assert_eq!(whole, long);
    assert!(lines.len() > 2);
    assert_eq!(lines.last().unwrap(), &(6 * SECOND, "end".to_owned()));
}

#[tokio::test]
async fn what_has_no_time_is_text() {
    assert_eq!(
        lines("unable to retrieve container logs\n").await,
        [(0, "unable to retrieve container logs".to_owned())]
    );
}

#[tokio::test]
async fn the_question_says_what_is_wanted() {
    let server = Scripted::new([pieces("", true)]);
    let query = LogQuery {
        follow: true,
        since: Some(Timestamp(5 * SECOND + 999_999_999)),
        tail: Some(7),
    };
    let mut log = server
        .cluster()
        .await
        .pod_log("runs", "p", "main", query)
        .await
        .unwrap();
    assert_eq!(log.next().await, Ok(None));
    let uri = &server.asked()[0].uri;
    // Not rounded up: what was written in that second is wanted.
    for part in [
        "container=main",
        "follow=true",
        "sinceTime=1970-01-01T00%3A00%3A05Z",
        "tailLines=7",
        "timestamps=true",
    ] {
        assert!(uri.contains(part), "{uri}");
    }
}

#[tokio::test]
async fn a_log_that_breaks_says_so_and_one_that_is_silent_for_long_is_let_go() {
    let server = Scripted::new([
        Act::Half("1970-01-01T00:00:01Z a\n".to_owned()),
        pieces("1970-01-01T00:00:01Z a\n", false),
    ]);
    let cluster = server.cluster().await;
    let follow = LogQuery {
        follow: true,
        ..LogQuery::default()
    };
    let mut broken = cluster.pod_log("runs", "p", "main", follow).await.unwrap();
    assert!(broken.next().await.unwrap().is_some());
    assert!(matches!(
        broken.next().await,
        Err(Failure::Transient { .. })
    ));
    let mut silent = cluster.pod_log("runs", "p", "main", follow).await.unwrap();
    assert!(silent.next().await.unwrap().is_some());
    tokio::time::pause();
    assert_eq!(silent.next().await, Ok(None));
}
