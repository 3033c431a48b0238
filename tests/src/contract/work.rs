//! The work list: every claim is offered until somebody deals with it.

use std::{collections::BTreeSet, time::Duration};

use weir_core::{
    event::{Body, Record, Reported},
    ids::{QueueStream, RunId, Seq},
};
use weir_log::{
    Append, AppendError, Appended, ClaimItem, Fence, Log, QueueLog, WorkList, traits::ClaimAck as _,
};

use super::{NOT_WITHIN, SOON, fresh, make, soon};

const OWN: Fence = Fence::Own(Seq(0));

/// Pulls until there is something.
pub async fn pull<W: WorkList>(work: &mut W, max: usize) -> anyhow::Result<Vec<ClaimItem<W::Ack>>> {
    let items = soon("a claim", work.pull(max, SOON)).await??;
    anyhow::ensure!(
        !items.is_empty() && items.len() <= max,
        "{} claims of at most {max}",
        items.len()
    );
    Ok(items)
}

fn runs<A>(items: &[ClaimItem<A>]) -> Vec<RunId> {
    items.iter().map(|item| item.run.run_id.clone()).collect()
}

async fn nothing<W: WorkList>(work: &mut W) -> anyhow::Result<()> {
    let items = work.pull(10, NOT_WITHIN).await?;
    anyhow::ensure!(
        items.is_empty(),
        "claims came that should not: {:?}",
        runs(&items)
    );
    Ok(())
}

pub async fn a_claim_is_offered_until_it_is_dealt_with(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "offered").await?;
    let claims: Vec<RunId> = (0..5).map(|n| make::run(&format!("run-{n}"))).collect();
    for run_id in &claims {
        log.append(&queue, make::request(run_id, "{}")).await?;
        log.append(&queue, make::claim(&queue, run_id, 1, OWN))
            .await?;
    }
    let mut work = log.claims(&queue).await?;
    let mut items = Vec::new();
    while items.len() < 5 {
        items.extend(pull(&mut work, 5 - items.len()).await?);
    }
    assert_eq!(runs(&items), claims, "in the order of the log");
    for item in &items {
        assert_eq!((item.delivered, &item.stream), (1, &queue));
        assert_eq!(
            log.record(&queue, item.record.seq).await?.as_ref(),
            Some(&item.record)
        );
    }
    nothing(&mut work).await?;
    let mut items = items.into_iter();
    let (done, back, later) = (items.next(), items.next(), items.next());
    done.expect("five came").ack.done().await;
    back.expect("five came").ack.back(Duration::ZERO).await;
    later
        .expect("five came")
        .ack
        .back(Duration::from_millis(700))
        .await;
    let begun = tokio::time::Instant::now();
    let again = pull(&mut work, 5).await?;
    assert_eq!(
        (runs(&again), again[0].delivered),
        (vec![claims[1].clone()], 2)
    );
    let again = pull(&mut work, 5).await?;
    assert_eq!(
        (runs(&again), again[0].delivered),
        (vec![claims[2].clone()], 2)
    );
    assert!(
        begun.elapsed() >= Duration::from_millis(600),
        "it was asked to wait and came at {:?}",
        begun.elapsed()
    );
    nothing(&mut work).await
}

pub async fn a_pull_waits_and_returns_with_the_first(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "waits").await?;
    let mut work = log.claims(&queue).await?;
    let begun = tokio::time::Instant::now();
    nothing(&mut work).await?;
    assert!(begun.elapsed() >= NOT_WITHIN);
    let run_id = make::run("r");
    let (pulled, appended) = tokio::join!(
        pull(&mut work, 10),
        log.append(&queue, make::claim(&queue, &run_id, 1, OWN))
    );
    appended?;
    assert_eq!(runs(&pulled?), [run_id], "one is enough to return with");
    assert!(work.pull(0, Duration::ZERO).await?.is_empty());
    nothing(&mut work).await
}

pub async fn a_pull_that_is_dropped_loses_nothing(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "dropped").await?;
    let mut work = log.claims(&queue).await?;
    for round in 0..5 {
        // The pull waits at the log, is dropped, and then the claim comes: at once, not after the ack wait.
        let dropped = tokio::time::timeout(Duration::from_millis(50), work.pull(4, SOON)).await;
        assert!(dropped.is_err(), "there is nothing yet");
        let wanted: Vec<RunId> = (0..3)
            .map(|n| make::run(&format!("run-{round}-{n}")))
            .collect();
        for run_id in &wanted {
            log.append(&queue, make::claim(&queue, run_id, 1, OWN))
                .await?;
        }
        let mut found = Vec::new();
        while found.len() < 3 {
            for item in pull(&mut work, 4).await? {
                assert_eq!(item.delivered, 1, "it was never lost");
                found.push(item.run.run_id.clone());
                item.ack.done().await;
            }
        }
        assert_eq!(found, wanted);
    }
    Ok(())
}

pub async fn revocations_are_no_work(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "revocations").await?;
    let (run_id, next) = (make::run("r"), make::run("next"));
    let claim = log
        .append(&queue, make::claim(&queue, &run_id, 1, OWN))
        .await?
        .seq;
    log.append(&queue, make::revoke(&run_id, 1, Fence::Own(claim)))
        .await?;
    log.append(&queue, make::claim(&queue, &next, 1, OWN))
        .await?;
    let mut work = log.claims(&queue).await?;
    let mut items = pull(&mut work, 10).await?;
    if items.len() < 2 {
        items.extend(pull(&mut work, 10).await?);
    }
    // The revoked claim is offered all the same: its fence tells whoever takes it.
    assert_eq!(runs(&items), [run_id, next]);
    for item in items {
        item.ack.done().await;
    }
    nothing(&mut work).await
}

pub async fn of_two_workers_with_one_claim_the_first_report_decides(
    log: &impl Log,
) -> anyhow::Result<()> {
    let queue = fresh(log, "two-workers").await?;
    let run_id = make::run("r");
    log.append(&queue, make::claim(&queue, &run_id, 1, OWN))
        .await?;
    let (mut one, mut two) = (log.claims(&queue).await?, log.claims(&queue).await?);
    let first = pull(&mut one, 1).await?.remove(0);
    let claim = first.record.seq;
    // The first stands still between pull and start; its claim is offered again.
    first.ack.back(Duration::ZERO).await;
    let second = pull(&mut two, 1).await?.remove(0);
    assert_eq!((second.record.seq, second.delivered), (claim, 2));
    // Both report, and the fence lets both through: nothing but their order tells them apart.
    let (b, a) = tokio::join!(
        unless_busy(log, &queue, make::taken(&run_id, 1, "worker-b", claim)),
        unless_busy(log, &queue, make::taken(&run_id, 1, "worker-a", claim))
    );
    let winner = if b?.seq < a?.seq {
        "worker-b"
    } else {
        "worker-a"
    };
    let mut record = None;
    while record.is_none() {
        record = log.first_report(&queue, &run_id, claim).await?;
    }
    assert_eq!(
        record.as_ref().and_then(taker),
        Some(make::worker(winner)),
        "both read the same"
    );
    second.ack.done().await;
    nothing(&mut one).await?;
    nothing(&mut two).await
}

/// Appends as a worker does: with three replicas the other's report, in flight under the same fence, refuses ours.
async fn unless_busy(
    log: &impl QueueLog,
    queue: &QueueStream,
    append: Append,
) -> Result<Appended, AppendError> {
    loop {
        match log.append(queue, append.clone()).await {
            Err(AppendError::Busy { .. }) => tokio::task::yield_now().await,
            other => return other,
        }
    }
}

fn taker(record: &Record) -> Option<weir_core::ids::WorkerName> {
    match &record.body {
        Body::Report { report, .. } => match &report.what {
            Reported::Taken { worker, .. } => Some(worker.clone()),
            Reported::Submitted { .. }
            | Reported::Started { .. }
            | Reported::Waiting { .. }
            | Reported::Finished { .. }
            | Reported::Gone { .. }
            | Reported::HandedBack => None,
        },
        Body::Request { .. }
        | Body::Claim { .. }
        | Body::Decision { .. }
        | Body::Epoch(_)
        | Body::Malformed { .. } => None,
    }
}

pub async fn two_lists_share_the_work(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "share").await?;
    let (mut one, mut two) = (log.claims(&queue).await?, log.claims(&queue).await?);
    let mut seen = BTreeSet::new();
    let (workers, appended) = tokio::join!(
        async {
            while seen.len() < 60 {
                let items = tokio::select! {
                    items = one.pull(3, SOON) => items?,
                    items = two.pull(3, SOON) => items?,
                };
                anyhow::ensure!(!items.is_empty(), "{} of 60 came", seen.len());
                for item in items {
                    anyhow::ensure!(
                        seen.insert(item.run.run_id.clone()),
                        "{:?} was offered twice",
                        item.run
                    );
                    item.ack.done().await;
                }
            }
            Ok(())
        },
        append_claims(log, &queue, 60)
    );
    appended?;
    soon("all claims", async { workers }).await??;
    nothing(&mut one).await?;
    nothing(&mut two).await
}

async fn append_claims(log: &impl QueueLog, queue: &QueueStream, count: u32) -> anyhow::Result<()> {
    for n in 0..count {
        log.append(
            queue,
            make::claim(queue, &make::run(&format!("run-{n}")), 1, OWN),
        )
        .await?;
    }
    Ok(())
}
