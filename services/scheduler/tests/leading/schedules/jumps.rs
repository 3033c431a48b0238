//! Clocks that jump: each time is one run all the same, and none is left out.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use weir_core::{ids::Seq, time::Timestamp};

use super::{deploy, deployment, pass, seconds, until_made};
use crate::cell::Cell;

const HOUR: i64 = 3_600;
const EVERY_MINUTE: &str = r#"{"cron":"* * * * *","slug":"often","overlap_policy":"allow_all"}"#;

/// A broker whose clock is ahead of the scheduler's by what the test says.
async fn jumping() -> (Cell, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(0));
    let by = Arc::clone(&ahead);
    let cell = Cell::stamped(None, move |clock| {
        let nanos = by.load(Ordering::Relaxed) * 1_000_000_000;
        Timestamp(clock.now().as_nanos() + nanos)
    });
    (cell.await, ahead)
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_an_hour_and_back_makes_no_run_twice_and_leaves_none_out() {
    let (mut cell, ahead) = jumping().await;
    let first = cell.schedule("one");
    cell.worker(100).await;
    deploy(
        &cell,
        deployment(&cell, "etl/load", &[EVERY_MINUTE]),
        Seq(0),
    )
    .await;
    let mut made = until_made(&mut cell, 2).await;
    // What an hour has made due at once comes at once.
    ahead.store(HOUR, Ordering::Relaxed);
    made.extend(until_made(&mut cell, 60).await);
    // While the time comes that has been already, nothing comes, whoever leads.
    ahead.store(0, Ordering::Relaxed);
    pass(&cell, Duration::from_mins(20)).await;
    first.cancel();
    let _second = cell.schedule("two");
    // The clock of the second goes on where that of the first was.
    pass(&cell, Duration::from_mins(35)).await;
    made.extend(until_made(&mut cell, 3).await);
    let dues: Vec<i64> = made.iter().map(|(_, of, _)| seconds(of.due)).collect();
    // The clock begins at 1,000 s.
    let wanted: Vec<i64> = (0..).map(|n| 1_020 + 60 * n).take(dues.len()).collect();
    assert_eq!(dues, wanted);
    let ids: BTreeSet<_> = made.iter().map(|(id, ..)| id).collect();
    assert_eq!(ids.len(), made.len());
    assert_eq!(cell.folded.violation(), None);
}
