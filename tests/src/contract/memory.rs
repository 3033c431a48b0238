//! What the in-memory log can be made to do, so that other tests can rely on it.

use std::time::Duration;

use weir_core::{
    event::Voice,
    ids::{Lane, Seq},
};
use weir_log::{
    AppendError, Fence, LogError, Memory, QueueLog as _, Written,
    memory::faults::{AppendFault, AppendRule, Fate},
    traits::{Tail as _, WorkList as _},
};
use weir_runtime::Clock;

use super::{everything, fresh, make, nothing_more, take};

/// A log whose stamps are those of the clock.
pub fn log(clock: &Clock) -> Memory {
    let clock = clock.clone();
    Memory::new(move || clock.now())
}

/// The one case that needs the fault itself: the append is stored after its author gave it up.
pub async fn an_append_that_arrives_late_is_cut_off_by_a_new_epoch(
    log: &Memory,
) -> anyhow::Result<()> {
    let (queue, faults) = (fresh(log, "late").await?, log.faults());
    let old = log.append(&queue, make::epoch(1, 0, Seq(0))).await?.seq;
    let fence = Fence::Lane {
        lane: Lane(0),
        seq: old,
    };
    let run_id = make::run("r");
    faults.on_append(
        AppendRule::next(&queue, AppendFault::TimesOut(Fate::Later))
            .voice(Voice::Claim)
            .times(2),
    );
    let first = log
        .append(&queue, make::claim(&queue, &run_id, 1, fence))
        .await;
    assert_eq!(
        first.err().map(|error| error.written()),
        Some(Written::Unknown)
    );
    // A read shows nothing, and settles nothing: it is stored now.
    assert_eq!(log.last_claim(&queue, &run_id).await?, None);
    assert!(matches!(faults.release().as_slice(), [Ok(_)]));
    assert!(log.last_claim(&queue, &run_id).await?.is_some());
    // Behind a new epoch it cannot be stored any more.
    let other = make::run("other");
    log.append(&queue, make::claim(&queue, &other, 1, fence))
        .await
        .err();
    assert_eq!(faults.held(), 1);
    let new = log.append(&queue, make::epoch(2, 0, old)).await?.seq;
    assert_eq!(
        faults.release(),
        [Err(AppendError::Fenced {
            expected: old,
            found: Some(new)
        })]
    );
    assert_eq!(log.last_claim(&queue, &other).await?, None);
    Ok(())
}

/// An append that was stored although nobody said so is found by sending it again.
pub async fn an_unknown_append_is_settled_by_the_same_id(log: &Memory) -> anyhow::Result<()> {
    let (queue, faults) = (fresh(log, "unknown").await?, log.faults());
    let lane = log.append(&queue, make::epoch(1, 0, Seq(0))).await?.seq;
    let fence = Fence::Lane {
        lane: Lane(0),
        seq: lane,
    };
    for (fate, duplicate) in [(Fate::Now, true), (Fate::Never, false)] {
        let run_id = make::run(&format!("{fate:?}"));
        let claim = || make::with_id(make::claim(&queue, &run_id, 1, fence), run_id.as_str());
        faults.on_append(AppendRule::next(&queue, AppendFault::TimesOut(fate)));
        let begun = tokio::time::Instant::now();
        let error = log.append(&queue, claim()).await;
        assert_eq!(
            error,
            Err(AppendError::Unacknowledged {
                waited: Duration::from_secs(5)
            })
        );
        assert!(begun.elapsed() >= Duration::from_secs(5));
        assert_eq!(log.append(&queue, claim()).await?.duplicate, duplicate);
    }
    faults.on_append(AppendRule::next(&queue, AppendFault::Busy).skip(1));
    log.append(&queue, make::request(&make::run("passes"), "{}"))
        .await?;
    let busy = log
        .append(&queue, make::request(&make::run("busy"), "{}"))
        .await;
    assert!(matches!(busy, Err(AppendError::Busy { .. })));
    assert_eq!(everything(log, &queue).await?.len(), 4);
    Ok(())
}

/// Readers that stand still, orders that are held back, a claim that is delivered twice, a stream out of reach.
pub async fn readers_can_be_held_up(log: &Memory) -> anyhow::Result<()> {
    let (queue, faults) = (fresh(log, "held-up").await?, log.faults());
    let run_id = make::run("r");
    let (mut tail, mut orders) = (log.tail(&queue, Seq(0)).await?, log.orders(&queue).await?);
    let mut work = log.claims(&queue).await?;
    faults.pause_readers(&queue, true);
    faults.hold_orders(&queue, true);
    let claim = log
        .append(&queue, make::claim(&queue, &run_id, 1, Fence::Own(Seq(0))))
        .await?
        .seq;
    nothing_more(&mut tail).await?;
    assert!(work.pull(1, Duration::from_secs(1)).await?.is_empty());
    faults.pause_readers(&queue, false);
    assert_eq!(take(&mut tail, 1).await?[0].seq, claim);
    nothing_more(&mut orders).await?;
    faults.hold_orders(&queue, false);
    assert_eq!(take(&mut orders, 1).await?[0].seq, claim);
    let first = work.pull(1, Duration::ZERO).await?;
    faults.redeliver_claims(&queue);
    let second = work.pull(1, Duration::ZERO).await?;
    assert_eq!((first[0].delivered, second[0].delivered), (1, 2));
    // Without an answer it comes again after the ack wait.
    let begun = tokio::time::Instant::now();
    assert_eq!(work.pull(1, Duration::from_mins(1)).await?[0].delivered, 3);
    assert_eq!(begun.elapsed().as_secs(), 30);
    faults.make_unreachable(&queue.stream_name(), true);
    let lost = log
        .append(&queue, make::decision(&run_id, 1, Fence::Own(Seq(0))))
        .await;
    assert_eq!(
        lost.err().map(|error| error.written()),
        Some(Written::Unknown)
    );
    assert!(matches!(
        log.usage(&queue).await,
        Err(LogError::Unavailable { .. })
    ));
    nothing_more(&mut tail).await?;
    faults.make_unreachable(&queue.stream_name(), false);
    log.append(&queue, make::decision(&run_id, 2, Fence::Own(Seq(0))))
        .await?;
    assert_eq!(take(&mut tail, 1).await?.len(), 1);
    Ok(())
}

/// What has been cut away is said, to a new reader and to one that was too slow.
pub async fn a_cut_is_said(log: &Memory) -> anyhow::Result<()> {
    let queue = fresh(log, "cut").await?;
    for n in 0..10 {
        log.append(&queue, make::request(&make::run(&format!("run-{n}")), "{}"))
            .await?;
    }
    let mut slow = log.tail(&queue, Seq(2)).await?;
    log.faults().purge(&queue, Seq(6));
    let cut = |wanted| LogError::Cut {
        stream: queue.stream_name(),
        first: Seq(6),
        wanted: Seq(wanted),
    };
    assert_eq!(log.tail(&queue, Seq(0)).await.err(), Some(cut(1)));
    assert_eq!(slow.next().await.err(), Some(cut(3)));
    assert_eq!(
        super::caught_up(&mut log.tail(&queue, Seq(5)).await?)
            .await?
            .len(),
        5
    );
    Ok(())
}
