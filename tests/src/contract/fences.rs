//! Fences: who may say what depends on what was said last.

use futures::future::join_all;
use weir_core::{
    event::Body,
    ids::{LANES, Lane, QueueStream, Seq},
};
use weir_log::{AppendError, Fence, Log, QueueLog, Written};

use super::{everything, fresh, make};

/// Writes a leader's epoch on all lanes, over what stands there.
pub async fn lead(
    log: &impl QueueLog,
    queue: &QueueStream,
    epoch: u64,
    last: &[Seq],
) -> anyhow::Result<Vec<Seq>> {
    let writes = (0..LANES).map(|lane| {
        let last = last.get(usize::from(lane)).copied().unwrap_or(Seq(0));
        log.append(queue, make::epoch(epoch, lane, last))
    });
    let written = join_all(writes)
        .await
        .into_iter()
        .map(|result| result.map(|appended| appended.seq));
    Ok(written.collect::<Result<_, _>>()?)
}

/// The fence of a lane on which the leader's epoch stands at `lanes[lane]`.
pub fn lane(lanes: &[Seq], lane: u8) -> Fence {
    Fence::Lane {
        lane: Lane(lane),
        seq: lanes[usize::from(lane)],
    }
}

pub async fn a_late_losers_epoch_is_refused(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "late-loser").await?;
    let first = log.append(&queue, make::epoch(1, 4, Seq(0))).await?.seq;
    let second = log.append(&queue, make::epoch(2, 4, first)).await?.seq;
    // The first leader, and one that had seen nothing at all, come late.
    for seen in [first, Seq(0)] {
        let error = log.append(&queue, make::epoch(9, 4, seen)).await;
        assert_eq!(
            error,
            Err(AppendError::Fenced {
                expected: seen,
                found: Some(second)
            })
        );
    }
    // Another lane is another subject.
    log.append(&queue, make::epoch(2, 5, Seq(0))).await?;
    assert_eq!(everything(log, &queue).await?.len(), 3);
    Ok(())
}

pub async fn a_deposed_leader_is_refused_on_every_lane(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "deposed").await?;
    let old = lead(log, &queue, 1, &[]).await?;
    for n in 0..LANES {
        log.append(
            &queue,
            make::claim(&queue, &make::run(&format!("a-{n}")), 1, lane(&old, n)),
        )
        .await?;
    }
    let new = lead(log, &queue, 2, &old).await?;
    let before = log.usage(&queue).await?.messages;
    for n in 0..LANES {
        let (run_id, at) = (make::run(&format!("b-{n}")), usize::from(n));
        let moved = Err(AppendError::Fenced {
            expected: old[at],
            found: Some(new[at]),
        });
        assert_eq!(
            log.append(&queue, make::claim(&queue, &run_id, 1, lane(&old, n)))
                .await,
            moved,
            "lane {n}"
        );
        assert_eq!(
            log.append(&queue, make::decision(&run_id, 1, lane(&old, n)))
                .await,
            moved,
            "lane {n}"
        );
    }
    assert_eq!(
        log.usage(&queue).await?.messages,
        before,
        "nothing that was refused is stored"
    );
    for n in 0..LANES {
        log.append(
            &queue,
            make::decision(&make::run("c"), u64::from(n), lane(&new, n)),
        )
        .await?;
    }
    Ok(())
}

pub async fn a_superseded_worker_is_refused(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "superseded").await?;
    let run_id = make::run("r");
    let lanes = lead(log, &queue, 1, &[]).await?;
    let first = log
        .append(&queue, make::claim(&queue, &run_id, 1, lane(&lanes, 0)))
        .await?
        .seq;
    log.append(&queue, make::taken(&run_id, 1, "w", first))
        .await?;
    // A claim on another run is none of its business.
    log.append(
        &queue,
        make::claim(&queue, &make::run("other"), 1, lane(&lanes, 0)),
    )
    .await?;
    let revoked = log
        .append(&queue, make::revoke(&run_id, 1, lane(&lanes, 1)))
        .await?
        .seq;
    let error = log
        .append(&queue, make::finished(&run_id, 1, "w", first))
        .await;
    assert_eq!(
        error,
        Err(AppendError::Fenced {
            expected: first,
            found: Some(revoked)
        })
    );
    // `Gone` rests on the revocation that it answers.
    log.append(&queue, make::gone(&run_id, 1, "w", revoked))
        .await?;
    let second = log
        .append(&queue, make::claim(&queue, &run_id, 2, lane(&lanes, 2)))
        .await?
        .seq;
    for late in [first, revoked] {
        let error = log.append(&queue, make::gone(&run_id, 1, "w", late)).await;
        assert_eq!(
            error,
            Err(AppendError::Fenced {
                expected: late,
                found: Some(second)
            })
        );
    }
    log.append(&queue, make::taken(&run_id, 2, "v", second))
        .await?;
    let reports = everything(log, &queue).await?;
    let reports = reports
        .iter()
        .filter(|record| matches!(record.body, Body::Report { .. }))
        .count();
    assert_eq!(reports, 3);
    Ok(())
}

pub async fn as_many_appends_as_lanes_are_stored_at_once(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "lanes").await?;
    let lanes = lead(log, &queue, 1, &[]).await?;
    for round in 0..8 {
        let appends = (0..LANES).map(|n| {
            let run_id = make::run(&format!("run-{round}-{n}"));
            log.append(&queue, make::claim(&queue, &run_id, 1, lane(&lanes, n)))
        });
        for (n, appended) in join_all(appends).await.into_iter().enumerate() {
            assert!(appended.is_ok(), "round {round}, lane {n}: {appended:?}");
        }
    }
    assert_eq!(log.usage(&queue).await?.messages, 9 * u64::from(LANES));
    Ok(())
}

/// An append whose outcome is unknown may arrive at any time. After a new epoch on its lane it cannot be stored any
/// more, so what stands behind that epoch is all there will ever be of it.
pub async fn a_late_append_is_cut_off_by_a_new_epoch(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "cut-off").await?;
    let run_id = make::run("r");
    let old = log.append(&queue, make::epoch(1, 0, Seq(0))).await?.seq;
    let late = make::claim(
        &queue,
        &run_id,
        1,
        Fence::Lane {
            lane: Lane(0),
            seq: old,
        },
    );
    let new = log.append(&queue, make::epoch(2, 0, old)).await?.seq;
    let error = log.append(&queue, late).await;
    assert_eq!(
        error,
        Err(AppendError::Fenced {
            expected: old,
            found: Some(new)
        })
    );
    assert_eq!(error.err().map(|error| error.written()), Some(Written::No));
    assert_eq!(log.last_claim(&queue, &run_id).await?, None);
    Ok(())
}
