//! What a broker's death and an election do to appends and readers.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures::{StreamExt as _, stream::FuturesUnordered};
use weir_core::{
    event::{Body, Record},
    ids::{LANES, QueueStream, RunId, Seq},
};
use weir_log::{
    ACK_WAIT, Append, AppendError, Appended, Fence, JetStream, QueueLog as _, Tail, TailEvent,
    WorkList as _, Written,
};

use super::{
    SOON,
    broker::{One, Three},
    everything, fences, fresh, make, soon, take,
    work::pull,
};

/// A tail, orders, a work list and appends go on over the death of the only broker.
pub async fn everything_goes_on_after_the_broker_was_killed(mut one: One) -> anyhow::Result<()> {
    let log = one.log.clone();
    let queue = fresh(&log, "killed").await?;
    let lanes = fences::lead(&log, &queue, 1, &[]).await?;
    let claim = |n: u32| {
        make::claim(
            &queue,
            &make::run(&format!("run-{n}")),
            1,
            fences::lane(&lanes, 0),
        )
    };
    let (mut tail, mut orders) = (log.tail(&queue, Seq(0)).await?, log.orders(&queue).await?);
    let mut work = log.claims(&queue).await?;
    let mut last = log.append(&queue, claim(0)).await?.seq;
    assert_eq!(take(&mut tail, lanes.len() + 1).await?.len(), 33);
    assert_eq!(take(&mut orders, 1).await?[0].seq, last);
    assert_eq!(pull(&mut work, 1).await?.len(), 1);
    for n in 1..=3 {
        one.server.kill().await?;
        // Somebody waits for work all the while.
        let offered = pull(&mut work, 1);
        let rest = async {
            let unheard = tokio::time::timeout(
                Duration::from_millis(100),
                log.append(&queue, claim(100 + n)),
            )
            .await;
            anyhow::ensure!(!matches!(unheard, Ok(Ok(_))), "nobody could have stored it");
            one.server.restart().await?;
            Ok(retry(&log, &queue, &claim(n)).await?.seq)
        };
        let (items, stored) = tokio::join!(offered, rest);
        let (items, stored) = (items?, stored?);
        // What was lost on the way may have arrived after all: then it is a record like any other.
        let records = until(&mut tail, stored).await?;
        assert!(
            records.is_sorted_by(|a, b| a.seq.0 + 1 == b.seq.0),
            "no hole, nothing twice"
        );
        assert_eq!(records.first().map(|record| record.seq.0), Some(last.0 + 1));
        assert!(
            until(&mut orders, stored)
                .await?
                .iter()
                .any(|record| record.seq == stored)
        );
        last = stored;
        // What had been delivered before may be offered again: the broker had not written down that it was.
        let mut seen: BTreeSet<Seq> = items.iter().map(|item| item.record.seq).collect();
        while !seen.contains(&stored) {
            seen.extend(pull(&mut work, 1).await?.iter().map(|item| item.record.seq));
        }
    }
    Ok(())
}

/// Records up to a position.
async fn until(tail: &mut impl Tail<Record>, seq: Seq) -> anyhow::Result<Vec<Record>> {
    let mut all = Vec::new();
    while all.last().is_none_or(|record: &Record| record.seq < seq) {
        if let TailEvent::Records(records) = soon("the records", tail.next()).await?? {
            all.extend(records);
        }
    }
    Ok(all)
}

/// Appends until it is acknowledged. Only for what may be stored twice.
async fn retry(log: &JetStream, queue: &QueueStream, append: &Append) -> anyhow::Result<Appended> {
    let tried = async {
        loop {
            match log.append(queue, append.clone()).await {
                Ok(appended) => return Ok(appended),
                Err(error @ AppendError::Refused { .. }) => return Err(error),
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    Ok(soon("the append", tried).await??)
}

/// What became of each of a pipeline of appends.
#[derive(Default)]
struct Outcomes {
    stored: BTreeMap<Seq, RunId>,
    unknown: BTreeSet<RunId>,
    refused: BTreeSet<RunId>,
    busy: u64,
}

/// Keeps all lanes busy until `stop` says so. Nothing is sent twice.
async fn pipeline(
    log: &JetStream,
    queue: &QueueStream,
    lanes: &[Seq],
    mut stop: impl FnMut(u64) -> bool,
) -> anyhow::Result<Outcomes> {
    let mut outcomes = Outcomes::default();
    let mut flying = FuturesUnordered::new();
    let mut n = 0;
    let send = |n: u64, lane: u8| async move {
        let run_id = make::run(&format!("run-{n}"));
        let append = make::with_id(
            make::claim(queue, &run_id, 1, fences::lane(lanes, lane)),
            &format!("pipeline-{n}"),
        );
        (lane, run_id, log.append(queue, append).await)
    };
    for lane in 0..LANES {
        n += 1;
        flying.push(send(n, lane));
    }
    while let Some((lane, run_id, result)) = soon("an outcome", flying.next()).await? {
        match result {
            Ok(appended) => {
                anyhow::ensure!(!appended.duplicate, "nothing is sent twice");
                anyhow::ensure!(
                    outcomes.stored.insert(appended.seq, run_id).is_none(),
                    "two at {:?}",
                    appended.seq
                );
            }
            Err(error) if error.written() == Written::Unknown => {
                outcomes.unknown.insert(run_id);
            }
            Err(AppendError::Busy { .. }) => {
                outcomes.busy += 1;
                outcomes.refused.insert(run_id);
            }
            Err(error) => anyhow::bail!("{run_id} on lane {lane}: {error}"),
        }
        if !stop(outcomes.stored.len() as u64) {
            n += 1;
            flying.push(send(n, lane));
        }
    }
    Ok(outcomes)
}

/// Acknowledged is stored, once and where the acknowledgement says; refused is not; unknown may be either.
fn compare(outcomes: &Outcomes, records: &[Record]) -> anyhow::Result<()> {
    let mut found: BTreeMap<RunId, Seq> = BTreeMap::new();
    for record in records {
        if let Body::Claim { run_id, .. } = &record.body {
            let before = found.insert(run_id.clone(), record.seq);
            anyhow::ensure!(before.is_none(), "{run_id} is stored twice");
        }
    }
    for (seq, run_id) in &outcomes.stored {
        anyhow::ensure!(
            found.remove(run_id) == Some(*seq),
            "{run_id} was acknowledged at {seq:?} and is not there"
        );
    }
    for run_id in &outcomes.refused {
        anyhow::ensure!(
            !found.contains_key(run_id),
            "{run_id} was refused and is there"
        );
    }
    for run_id in found.keys() {
        anyhow::ensure!(
            outcomes.unknown.contains(run_id),
            "{run_id} is there and nobody wrote it"
        );
    }
    Ok(())
}

/// Steps the leader of a queue's stream down.
async fn step_down(log: &JetStream, queue: &QueueStream) -> anyhow::Result<()> {
    log.admin(
        &format!("STREAM.LEADER.STEPDOWN.{}", queue.stream_name()),
        Vec::new().into(),
    )
    .await?;
    Ok(())
}

/// Elections in the middle of pipelined appends: nothing acknowledged is lost, nothing is stored twice, and a tail
/// that reads meanwhile sees exactly what a new one sees.
pub async fn acknowledged_is_stored_over_step_downs(three: &Three) -> anyhow::Result<()> {
    let log = &three.log;
    let queue = fresh(log, "step-down").await?;
    let lanes = fences::lead(log, &queue, 1, &[]).await?;
    let mut tail = log.tail(&queue, Seq(0)).await?;
    let done = std::cell::Cell::new(false);
    let steps = async {
        for _ in 0..4 {
            let before = log.usage(&queue).await?.last;
            // Appends flow before each election, and after the last.
            let flows = async {
                while log
                    .usage(&queue)
                    .await
                    .is_ok_and(|usage| usage.last.0 < before.0 + 200)
                {
                    tokio::task::yield_now().await;
                }
            };
            soon("appends between two elections", flows).await?;
            step_down(log, &queue).await?;
        }
        done.set(true);
        anyhow::Ok(())
    };
    let mut after = None;
    let appends = pipeline(log, &queue, &lanes, |stored| {
        done.get() && stored >= *after.get_or_insert(stored + 500)
    });
    let (steps, outcomes) = tokio::join!(steps, appends);
    steps?;
    let outcomes = outcomes?;
    // A new epoch settles what is unknown: what is not stored by now can never be.
    let new = fences::lead(log, &queue, 2, &lanes).await?;
    let records = until(&mut tail, *new.iter().max().expect("32 lanes")).await?;
    assert_eq!(records, everything(log, &queue).await?);
    compare(&outcomes, &records)?;
    tracing::info!(
        stored = outcomes.stored.len(),
        unknown = outcomes.unknown.len(),
        busy = outcomes.busy,
        "over four step-downs"
    );
    Ok(())
}

/// The same over the death of the stream's leader (kill -9), which comes back.
pub async fn acknowledged_is_stored_over_the_death_of_a_server(
    mut three: Three,
) -> anyhow::Result<()> {
    let log = three.log.clone();
    let queue = fresh(&log, "server-death").await?;
    let lanes = fences::lead(&log, &queue, 1, &[]).await?;
    let mut tail = log.tail(&queue, Seq(0)).await?;
    let mut work = log.claims(&queue).await?;
    let leader = leader(&log, &queue).await?;
    let done = std::cell::Cell::new(false);
    let kill = async {
        let flows = async {
            while log
                .usage(&queue)
                .await
                .is_ok_and(|usage| usage.last.0 < 300)
            {
                tokio::task::yield_now().await;
            }
        };
        soon("appends before the death", flows).await?;
        three.cluster.kill(leader).await?;
        three.cluster.restart(leader).await?;
        done.set(true);
        anyhow::Ok(())
    };
    let mut after = None;
    let appends = pipeline(&log, &queue, &lanes, |stored| {
        done.get() && stored >= *after.get_or_insert(stored + 300)
    });
    let (killed, outcomes) = tokio::join!(kill, appends);
    killed?;
    let outcomes = outcomes?;
    let mut new = Vec::new();
    for (lane, seq) in (0..LANES).zip(&lanes) {
        new.push(retry(&log, &queue, &make::epoch(2, lane, *seq)).await?.seq);
    }
    let records = until(&mut tail, *new.iter().max().expect("32 lanes")).await?;
    compare(&outcomes, &records)?;
    // Every claim that is stored is offered as well. What the broker offered on the way through an election nobody may
    // have heard: it comes again, but no sooner than the broker takes it back.
    let wanted = records
        .iter()
        .filter(|record| matches!(record.body, Body::Claim { .. }))
        .count();
    let mut offered = BTreeSet::new();
    let all = async {
        while offered.len() < wanted {
            let items = work.pull(500, SOON).await?;
            for item in items {
                offered.insert(item.record.seq);
                weir_log::traits::ClaimAck::done(item.ack).await;
            }
        }
        anyhow::Ok(())
    };
    let heard = tokio::time::timeout(ACK_WAIT + SOON, all).await;
    heard.unwrap_or_else(|_elapsed| {
        anyhow::bail!("{} of {wanted} claims were offered", offered.len())
    })?;
    Ok(())
}

/// Which server leads a queue's stream.
async fn leader(log: &JetStream, queue: &QueueStream) -> anyhow::Result<usize> {
    let info = log
        .admin(
            &format!("STREAM.INFO.{}", queue.stream_name()),
            Vec::new().into(),
        )
        .await?;
    let info: serde_json::Value = serde_json::from_slice(&info)?;
    let name = info["cluster"]["leader"].as_str().unwrap_or_default();
    Ok(name.trim_start_matches('n').parse()?)
}

/// The broker stores a late append as little as the in-memory log does: one that left under an epoch that has been
/// overwritten meanwhile.
pub async fn fences_hold_over_a_restart(mut one: One) -> anyhow::Result<()> {
    let log = one.log.clone();
    let queue = fresh(&log, "fences-restart").await?;
    let old = fences::lead(&log, &queue, 1, &[]).await?;
    let new = fences::lead(&log, &queue, 2, &old).await?;
    one.server.kill().await?;
    one.server.restart().await?;
    retry(&log, &queue, &make::request(&make::run("r"), "{}")).await?;
    for lane in 0..LANES {
        let at = usize::from(lane);
        let late = log
            .append(
                &queue,
                make::decision(&make::run("r"), 1, fences::lane(&old, lane)),
            )
            .await;
        assert_eq!(
            late,
            Err(AppendError::Fenced {
                expected: old[at],
                found: Some(new[at])
            })
        );
    }
    let own = log
        .append(
            &queue,
            make::claim(&queue, &make::run("r"), 1, Fence::Own(Seq(0))),
        )
        .await;
    assert!(own.is_ok(), "{own:?}");
    Ok(())
}
