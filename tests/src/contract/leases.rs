//! The leader's lease and the workers' sessions.

use std::{collections::BTreeSet, time::Duration};

use weir_core::{
    ids::{Epoch, QueueStream, Seq},
    session::{LeaseRecord, ObserverRecord, Session, SessionRecord, TracedRecord, TracerRecord},
    time::Timestamp,
};
use weir_log::{AppendError, Log, TailEvent, traits::Tail};

use super::{make, soon};

fn lease(n: u64) -> anyhow::Result<LeaseRecord> {
    Ok(LeaseRecord {
        leader: format!("leader-{n}").parse()?,
        epoch: Epoch(n),
    })
}

pub async fn a_lease_is_taken_renewed_and_lost(log: &impl Log) -> anyhow::Result<()> {
    let (ttl, brief) = (Duration::from_mins(1), Duration::from_millis(900));
    log.create_cell().await?;
    assert_eq!(log.lease().await?, None);
    let (first, at) = log.put_lease(&lease(1)?, ttl, Seq(0)).await?;
    assert_eq!(log.lease().await?, Some((first, at, lease(1)?)));
    let error = log.put_lease(&lease(2)?, ttl, Seq(0)).await;
    assert_eq!(
        error,
        Err(AppendError::Fenced {
            expected: Seq(0),
            found: Some(first)
        })
    );
    let (second, later) = log.put_lease(&lease(1)?, ttl, first).await?;
    assert!(second > first && later >= at);
    assert_eq!(log.lease().await?, Some((second, later, lease(1)?)));
    // It vanishes by itself: a fraction of a second counts as a second.
    let (third, at) = log.put_lease(&lease(1)?, brief, second).await?;
    let lost = async {
        while log.lease().await?.is_some() {
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    soon("the end of the lease", lost).await??;
    // Then nothing is there to be written over.
    let error = log.put_lease(&lease(1)?, ttl, third).await;
    assert_eq!(
        error,
        Err(AppendError::Fenced {
            expected: third,
            found: Some(Seq(0))
        })
    );
    let (fourth, after) = log.put_lease(&lease(2)?, ttl, Seq(0)).await?;
    assert!(
        after.since(at) >= Duration::from_millis(900),
        "it was lost after {:?}",
        after.since(at)
    );
    // Only who holds it gives it up.
    log.drop_lease(third).await?;
    assert_eq!(log.lease().await?, Some((fourth, after, lease(2)?)));
    log.drop_lease(fourth).await?;
    log.drop_lease(fourth).await?;
    assert_eq!(log.lease().await?, None);
    let (fifth, _) = log.put_lease(&lease(3)?, ttl, Seq(0)).await?;
    log.drop_lease(fifth).await?;
    Ok(())
}

pub async fn a_pools_observer_holds_a_lease_of_its_own(log: &impl Log) -> anyhow::Result<()> {
    let (pool, other) = ("suite-observed".parse()?, "suite-other".parse()?);
    let by = |n: u32| ObserverRecord {
        worker: make::worker("observer"),
        session: make::session(&format!("observer-{n}")),
    };
    let ttl = Duration::from_mins(1);
    log.create_cell().await?;
    let first = log.put_observer(&pool, &by(1), ttl, Seq(0)).await?;
    let refused = log.put_observer(&pool, &by(2), ttl, Seq(0)).await;
    let found = Some(first);
    let expected = Seq(0);
    assert_eq!(refused, Err(AppendError::Fenced { expected, found }));
    // Another pool has another.
    let others = log.put_observer(&other, &by(2), ttl, Seq(0)).await?;
    let seen = async {
        while log.observer(&pool).await? != Some((first, by(1))) {
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    soon("the lease", seen).await??;
    let brief = log
        .put_observer(&pool, &by(1), Duration::from_secs(1), first)
        .await?;
    let lost = async {
        while log.observer(&pool).await?.is_some() {
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    soon("the end of the lease", lost).await??;
    let second = log.put_observer(&pool, &by(2), ttl, Seq(0)).await?;
    // Only who holds it gives it up.
    log.drop_observer(&pool, brief).await?;
    let error = log.put_observer(&pool, &by(3), ttl, Seq(0)).await;
    assert!(
        matches!(error, Err(AppendError::Fenced { .. })),
        "{error:?}"
    );
    log.drop_observer(&pool, second).await?;
    let third = log.put_observer(&pool, &by(3), ttl, Seq(0)).await?;
    log.drop_observer(&pool, third).await?;
    log.drop_observer(&other, others).await?;
    Ok(())
}

pub async fn a_tracer_holds_a_lease_and_says_how_far_it_has_come(
    log: &impl Log,
) -> anyhow::Result<()> {
    let by = |n: u32| -> anyhow::Result<TracerRecord> {
        Ok(TracerRecord {
            scheduler: format!("scheduler-{n}").parse()?,
            session: make::session(&format!("tracer-{n}")),
        })
    };
    let ttl = Duration::from_mins(1);
    log.create_cell().await?;
    let first = log.put_tracer(&by(1)?, ttl, Seq(0)).await?;
    let refused = log.put_tracer(&by(2)?, ttl, Seq(0)).await;
    let (expected, found) = (Seq(0), Some(first));
    assert_eq!(refused, Err(AppendError::Fenced { expected, found }));
    let held = by(1)?;
    let seen = async {
        while log.tracer().await? != Some((first, held.clone())) {
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    soon("the lease", seen).await??;
    let brief = Duration::from_secs(1);
    let brief = log.put_tracer(&by(1)?, brief, first).await?;
    let lost = async {
        while log.tracer().await?.is_some() {
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    soon("the end of the lease", lost).await??;
    let second = log.put_tracer(&by(2)?, ttl, Seq(0)).await?;
    // Only who holds it gives it up.
    log.drop_tracer(brief).await?;
    let error = log.put_tracer(&by(3)?, ttl, Seq(0)).await;
    assert!(matches!(error, Err(AppendError::Fenced { .. })));
    log.drop_tracer(second).await?;
    log.drop_tracer(second).await?;
    how_far(log).await
}

/// Each life of a queue has a position of its own, which is written over and stays.
async fn how_far(log: &impl Log) -> anyhow::Result<()> {
    let life = |incarnation| QueueStream {
        key: make::queue("suite-traced").key,
        incarnation,
    };
    let up_to = |seq, closed| TracedRecord {
        up_to: Seq(seq),
        closed,
    };
    assert_eq!(log.traced(&life(1)).await?, None);
    let first = log.put_traced(&life(1), up_to(7, false), Seq(0)).await?;
    let other = log.put_traced(&life(2), up_to(1, false), Seq(0)).await?;
    let second = log.put_traced(&life(1), up_to(9, true), first).await?;
    for last in [Seq(0), first] {
        let refused = log.put_traced(&life(1), up_to(8, false), last).await;
        let found = Some(second);
        let expected = last;
        assert_eq!(refused, Err(AppendError::Fenced { expected, found }));
    }
    for (queue, held) in [
        (life(1), (second, up_to(9, true))),
        (life(2), (other, up_to(1, false))),
    ] {
        let seen = async {
            while log.traced(&queue).await? != Some(held) {
                tokio::task::yield_now().await;
            }
            anyhow::Ok(())
        };
        soon("the position", seen).await??;
    }
    Ok(())
}

fn session(worker: &str, start: u32) -> anyhow::Result<Session> {
    Ok(Session {
        worker: make::worker(worker),
        session: make::session(&format!("{worker}-{start}")),
        pool: "suite-sessions".parse()?,
        queues: BTreeSet::from(["q".parse()?]),
        kind: "process".to_owned(),
        capacity: 4,
        in_use: start,
        lease: Duration::from_secs(10),
        version: "0.1.0".to_owned(),
        started_at: Timestamp(1_795_442_706_000_000_000),
        draining: false,
        ended: false,
    })
}

/// The next session of this suite's pool.
async fn next(
    tail: &mut impl Tail<SessionRecord>,
    ready: &mut Vec<SessionRecord>,
) -> anyhow::Result<SessionRecord> {
    loop {
        if !ready.is_empty() {
            return Ok(ready.remove(0));
        }
        if let TailEvent::Records(records) = soon("a session", tail.next()).await?? {
            let own = |record: &SessionRecord| record.session.pool.as_str() == "suite-sessions";
            ready.extend(records.into_iter().filter(own));
        }
    }
}

pub async fn a_session_is_written_over_its_last(log: &impl Log) -> anyhow::Result<()> {
    log.create_cell().await?;
    let (pool, name) = ("suite-sessions".parse()?, make::worker("w"));
    assert_eq!(log.session(&pool, &name).await?, None);
    let first = log.put_session(&session("w", 1)?, Seq(0)).await?;
    let second = log.put_session(&session("w", 1)?, first).await?;
    // Another start of the same name must see this one first.
    for seen in [Seq(0), first] {
        let error = log.put_session(&session("w", 2)?, seen).await;
        assert_eq!(
            error,
            Err(AppendError::Fenced {
                expected: seen,
                found: Some(second)
            })
        );
    }
    let other = log.put_session(&session("v", 1)?, Seq(0)).await?;
    let found = log.session(&pool, &name).await?;
    assert_eq!(
        found.as_ref().map(|record| (record.seq, &record.session)),
        Some((second, &session("w", 1)?))
    );
    // Whoever comes new sees each one's last.
    let (mut tail, mut ready) = (log.sessions().await?, Vec::new());
    let record = next(&mut tail, &mut ready).await?;
    assert_eq!(Some(record), found);
    assert_eq!(next(&mut tail, &mut ready).await?.seq, other);
    let third = log.put_session(&session("w", 2)?, second).await?;
    let record = next(&mut tail, &mut ready).await?;
    assert_eq!((record.seq, record.session), (third, session("w", 2)?));
    Ok(())
}
