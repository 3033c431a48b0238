//! A report goes into the log only while the attempt stands as it did when it was looked at.

use weir_core::ids::{Attempt, QueueKey, QueueStream};
use weir_log::{CellLog as _, Memory, Tail as _, TailEvent};

use super::*;

fn key() -> Key {
    let queue = QueueKey::new("p".parse().unwrap(), "q".parse().unwrap());
    Key {
        stream: QueueStream {
            key: queue,
            incarnation: 1,
        },
        run_id: "r".parse().unwrap(),
        attempt: Attempt(1),
    }
}

/// An attempt whose last record on `.claim` is believed to stand at `fence`.
fn stand(fence: Seq) -> Stand {
    Stand {
        fence,
        session: "s1".parse().unwrap(),
        last_n: 1,
        started_at: None,
        waiting: None,
        finished: false,
        revoked: false,
        stop: None,
        timeout: None,
        infrastructure: String::new(),
    }
}

#[tokio::test]
async fn a_report_about_an_attempt_that_has_been_taken_back_is_never_stored() {
    let clock = Clock::system();
    let stamps = clock.clone();
    let log = Memory::new(move || stamps.now());
    log.create_cell().await.unwrap();
    log.create_queue(&key().stream, 1 << 20).await.unwrap();
    let told = |fence, n| {
        let what = Reported::Started {
            infrastructure: String::new(),
        };
        let append = fenced(&key(), &stand(fence), n, what, MsgId(format!("o.{n}")));
        let (log, clock) = (log.clone(), clock.clone());
        async move { send(&log, &clock, &key(), append, fence).await }
    };
    // Nothing stands on `.claim` of this log: the believed claim has been revoked, or was never stored.
    assert_eq!(told(Seq(7), 2).await, Told::Fenced(Seq(7)));
    assert_eq!(told(Seq(0), 3).await, Told::Stored);
    let mut tail = log.tail(&key().stream, Seq(0)).await.unwrap();
    let TailEvent::Records(records) = tail.next().await.unwrap() else {
        panic!("a record is stored");
    };
    assert_eq!(records.len(), 1);
}
