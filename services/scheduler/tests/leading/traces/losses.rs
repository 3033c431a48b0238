//! What is in no trace: what nobody takes, and what was cut away. Each is counted, and nothing else is lost with it.

use std::time::Duration;

use weir_core::ids::Seq;
use weir_log::Leases;

use super::{Collector, Mood, Running, expected, led, live, names, text, until_all_is_taken};

#[tokio::test(start_paused = true)]
async fn what_is_never_taken_is_left_out_and_counted_and_holds_nothing_up() {
    let mut cell = led().await;
    let sink = Collector::new(Mood::RefusesOne("execution"));
    let mut tracer = Running::start(&cell, "one", &sink);
    live(&mut cell, &names('a', 15)).await;
    let mut wanted = expected(&cell).await;
    let before = wanted.len();
    wanted.retain(|_, span| span.name != "execution");
    let dropped = (before - wanted.len()) as u64;
    assert_eq!(dropped, 15);
    tracer
        .until(&cell, "all others have been taken", |progress| {
            progress.accepted == wanted.len() as u64 && progress.dropped == dropped
        })
        .await;
    assert_eq!(sink.distinct(), wanted);
    // Nobody is asked for it again.
    tracer.stop().await;
    let next = Running::start(&cell, "two", &sink);
    sink.is(Mood::Takes);
    live(&mut cell, &names('b', 1)).await;
    wanted.extend(
        expected(&cell)
            .await
            .into_iter()
            .filter(|(_, span)| text(span, "weir.run.id") == "b0"),
    );
    let mut tries = sink.tries.subscribe();
    let whole = async {
        while sink.distinct() != wanted {
            tries.changed().await.unwrap();
        }
    };
    let within = cell.clock.timeout(Duration::from_mins(10), whole).await;
    assert!(within.is_ok(), "{:#?}", sink.distinct());
    next.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_cut_away_before_it_was_told_is_counted() {
    let mut cell = led().await;
    live(&mut cell, &names('a', 5)).await;
    let cut = Seq(cell.folded.applied().0 + 1);
    cell.log.faults().purge(&cell.queue, cut);
    let sink = Collector::new(Mood::Takes);
    let mut tracer = Running::start(&cell, "one", &sink);
    tracer
        .until(&cell, "the gap is counted", |progress| {
            progress.lost_records == cut.0 - 1
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn of_a_cut_only_the_gap_is_counted_and_not_what_was_told_before() {
    let mut cell = led().await;
    let sink = Collector::new(Mood::Takes);
    let first = Running::start(&cell, "one", &sink);
    live(&mut cell, &names('a', 5)).await;
    until_all_is_taken(&cell, &sink).await;
    first.stop().await;
    let before = sink.distinct();
    let (_, told) = cell.log.traced(&cell.queue).await.unwrap().unwrap();
    live(&mut cell, &names('b', 5)).await;
    let cut = Seq(cell.folded.applied().0 + 1);
    let gap = cut.0 - 1 - told.up_to.0;
    assert!(0 < gap && gap < told.up_to.0, "{gap} of {cut:?}");
    cell.log.faults().purge(&cell.queue, cut);
    let mut second = Running::start(&cell, "two", &sink);
    second
        .until(&cell, "the gap is counted", |progress| {
            progress.lost_records > 0
        })
        .await;
    assert_eq!(second.progress.borrow().lost_records, gap);
    assert_eq!(sink.distinct(), before);
}
