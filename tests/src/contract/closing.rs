//! The end of a queue's stream: its door is shut, it is sealed, and its next life takes its subjects over.

use weir_core::{
    event::Body,
    ids::{QueueStream, RunId, Seq},
};
use weir_log::{
    Append, AppendError, Appended, Fence, Log, LogError, Written,
    traits::{ClaimAck, WorkList},
};

use super::{ROOMY, SOON, everything, fresh, make, nothing_more, soon, take, watched};

fn life(queue: &QueueStream, incarnation: u32) -> QueueStream {
    QueueStream {
        incarnation,
        ..queue.clone()
    }
}

/// A request with an id, as clients write them.
fn request(run_id: &RunId, id: &str) -> Append {
    make::with_id(make::request(run_id, "{}"), id)
}

async fn appended(log: &impl Log, queue: &QueueStream, append: Append) -> anyhow::Result<Appended> {
    Ok(log.append(queue, append).await?)
}

/// A life with a run in it: the positions of its request and its claim.
async fn lived(log: &impl Log, queue: &QueueStream, run_id: &RunId) -> anyhow::Result<(Seq, Seq)> {
    let id = format!("{}-{run_id}", queue.stream_name());
    let requested = appended(log, queue, request(run_id, &id)).await?.seq;
    let lane = appended(log, queue, make::epoch(1, 0, Seq(0))).await?.seq;
    let fence = Fence::Lane {
        lane: weir_core::ids::Lane(0),
        seq: lane,
    };
    let claimed = appended(log, queue, make::claim(queue, run_id, 1, fence)).await?;
    Ok((requested, claimed.seq))
}

pub async fn a_shut_queue_takes_no_request_and_brings_all_else_to_its_end(
    log: &impl Log,
) -> anyhow::Result<()> {
    let queue = fresh(log, "shut").await?;
    let run_id = make::run("r");
    let (_, claimed) = lived(log, &queue, &run_id).await?;
    log.shut_queue(&queue).await?;
    log.shut_queue(&queue).await?;
    let error = log
        .append(&queue, request(&make::run("late"), "shut-late"))
        .await
        .expect_err("it is refused");
    assert!(matches!(error, AppendError::Busy { .. }), "{error:?}");
    assert_eq!(error.written(), Written::No);
    for append in [
        make::taken(&run_id, 1, "w", claimed),
        make::finished(&run_id, 1, "w", claimed),
        make::gone(&run_id, 1, "w", claimed),
        make::epoch(2, 1, Seq(0)),
    ] {
        appended(log, &queue, append).await?;
    }
    let lane = log.usage(&queue).await?.last;
    let fence = Fence::Lane {
        lane: weir_core::ids::Lane(1),
        seq: lane,
    };
    appended(log, &queue, make::decision(&run_id, 9, fence)).await?;
    let mut list = log.claims(&queue).await?;
    let items = soon("the claim", list.pull(8, SOON)).await??;
    assert_eq!(items.len(), 1, "the work list is as it was");
    for item in items {
        item.ack.done().await;
    }
    assert_eq!(everything(log, &queue).await?.len(), 8);
    // Nobody opens the door again by making what is there.
    let error = log
        .create_queue(&queue, ROOMY)
        .await
        .expect_err("it is refused");
    assert!(matches!(error, LogError::Refused { .. }), "{error:?}");
    Ok(())
}

pub async fn a_sealed_queue_refuses_everything_and_can_be_read(
    log: &impl Log,
) -> anyhow::Result<()> {
    let queue = fresh(log, "sealed").await?;
    let run_id = make::run("r");
    let (requested, claimed) = lived(log, &queue, &run_id).await?;
    let mut tail = log.tail(&queue, Seq(0)).await?;
    assert_eq!(take(&mut tail, 3).await?.len(), 3);
    log.shut_queue(&queue).await?;
    log.seal_queue(&queue).await?;
    log.seal_queue(&queue).await?;
    log.shut_queue(&queue).await?;
    let sealed = AppendError::Sealed {
        stream: queue.stream_name(),
    };
    for append in [
        request(&make::run("late"), "sealed-late"),
        make::epoch(2, 0, Seq(2)),
        make::taken(&run_id, 1, "w", claimed),
    ] {
        assert_eq!(log.append(&queue, append).await, Err(sealed.clone()));
    }
    assert_eq!(sealed.written(), Written::No);
    nothing_more(&mut tail).await?;
    holds_its_run(log, &queue, &run_id, requested, claimed).await?;
    let error = log
        .create_queue(&queue, ROOMY)
        .await
        .expect_err("it is refused");
    assert!(matches!(error, LogError::Refused { .. }), "{error:?}");
    Ok(())
}

async fn holds_its_run(
    log: &impl Log,
    queue: &QueueStream,
    run_id: &RunId,
    requested: Seq,
    claimed: Seq,
) -> anyhow::Result<()> {
    assert_eq!(everything(log, queue).await?.len(), 3);
    let records = log.run_records(queue, run_id).await?;
    let positions: Vec<Seq> = records.iter().map(|record| record.seq).collect();
    assert_eq!(positions, [requested, claimed]);
    assert!(log.record(queue, requested).await?.is_some());
    let last = log.last_claim(queue, run_id).await?;
    assert_eq!(last.map(|record| record.seq), Some(claimed));
    assert_eq!(log.usage(queue).await?.last, claimed);
    Ok(())
}

pub async fn the_next_life_takes_the_subjects_over(log: &impl Log) -> anyhow::Result<()> {
    let first = fresh(log, "lives").await?;
    let run_id = make::run("r");
    let (requested, claimed) = lived(log, &first, &run_id).await?;
    let second = life(&first, 2);
    // As long as something may still be stored in the first life there is no second.
    let refused = |made: Result<(), LogError>| matches!(made, Err(LogError::Refused { .. }));
    assert!(refused(log.create_queue(&second, ROOMY).await));
    log.shut_queue(&first).await?;
    assert!(refused(log.create_queue(&second, ROOMY).await));
    log.seal_queue(&first).await?;
    log.create_queue(&second, ROOMY).await?;
    log.create_queue(&second, ROOMY).await?;
    let mut live = log.live(&first.key, None).await?;
    // The same run id and the same positions: it is another run.
    let (again, _) = lived(log, &second, &run_id).await?;
    assert_eq!(again, Seq(1));
    let (watched_run, record) = watched(&mut live).await?;
    assert_eq!((watched_run.run_id, record.seq), (run_id.clone(), again));
    assert!(matches!(record.body, Body::Request { .. }));
    let mut list = log.claims(&second).await?;
    let items = soon("the claim", list.pull(8, SOON)).await??;
    assert_eq!(items.len(), 1, "the first life's claim is no work");
    drop(items);
    // Who still means the first life is refused, and nothing of it is stored anywhere.
    for append in [
        request(&make::run("late"), "lives-late"),
        make::taken(&run_id, 1, "w", claimed),
    ] {
        let sealed = AppendError::Sealed {
            stream: first.stream_name(),
        };
        assert_eq!(log.append(&first, append).await, Err(sealed));
    }
    assert_eq!(everything(log, &second).await?.len(), 3);
    holds_its_run(log, &first, &run_id, requested, claimed).await?;
    let third = life(&first, 3);
    log.shut_queue(&second).await?;
    log.seal_queue(&second).await?;
    log.create_queue(&third, ROOMY).await?;
    lived(log, &third, &run_id).await?;
    holds_its_run(log, &first, &run_id, requested, claimed).await?;
    holds_its_run(log, &second, &run_id, requested, claimed).await?;
    Ok(())
}
