//! Queues' streams: what is stored, in which order, and what is refused.

use std::collections::BTreeSet;

use weir_core::{
    bounds::REQUEST_BYTES_MAX,
    event::{Body, Voice},
    ids::Seq,
    request::{FaultCode, Request},
};
use weir_log::{
    Append, AppendError, Entry, Fence, Log, LogError, Tail, TailEvent, Written,
    types::TAIL_BATCH_MAX,
};

use super::{NOT_WITHIN, ROOMY, caught_up, everything, fresh, make, soon, take};

pub async fn requests_come_back_in_the_order_of_their_positions(
    log: &impl Log,
) -> anyhow::Result<()> {
    let queue = fresh(log, "order").await?;
    let mut stored = Vec::new();
    for n in 0..50 {
        let run_id = make::run(&format!("run-{n}"));
        let appended = log
            .append(
                &queue,
                make::request(&run_id, &format!(r#"{{"name":"number {n}"}}"#)),
            )
            .await?;
        assert!(!appended.duplicate);
        stored.push((appended.seq, run_id));
    }
    assert!(stored.is_sorted_by_key(|(seq, _)| *seq));
    let mut tail = log.tail(&queue, Seq(0)).await?;
    let records = take(&mut tail, 50).await?;
    assert!(
        records.is_sorted_by_key(|record| record.at),
        "stamps go with positions"
    );
    let mut digests = BTreeSet::new();
    for (n, (record, (seq, wanted))) in records.iter().zip(&stored).enumerate() {
        assert_eq!(record.seq, *seq);
        let Body::Request {
            run_id,
            request: Request::Run(request),
            digest,
            traceparent: None,
        } = &record.body
        else {
            anyhow::bail!("not a request: {record:?}");
        };
        assert_eq!(
            (run_id, request.name.as_deref()),
            (wanted, Some(format!("number {n}").as_str()))
        );
        digests.insert(*digest);
    }
    assert_eq!(digests.len(), 50, "a digest tells payloads apart");
    // It goes on with what is stored later, and another tail can begin in the middle.
    let late = log
        .append(&queue, make::request(&make::run("late"), "{}"))
        .await?;
    assert_eq!(take(&mut tail, 1).await?[0].seq, late.seq);
    let rest = caught_up(&mut log.tail(&queue, stored[19].0).await?).await?;
    assert_eq!(rest.len(), 31);
    assert_eq!(rest[0].seq, stored[20].0);
    Ok(())
}

pub async fn a_tail_catches_up_once(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "catch-up").await?;
    let mut empty = log.tail(&queue, Seq(0)).await?;
    assert_eq!(
        soon("the first event", empty.next()).await??,
        TailEvent::CaughtUp,
        "an empty stream is caught up"
    );
    for n in 0..3_000 {
        let run_id = make::run(&format!("run-{}", n % 7));
        log.append(&queue, make::request(&run_id, "{}")).await?;
    }
    let mut full = log.tail(&queue, Seq(0)).await?;
    let mut seen = 0;
    while let TailEvent::Records(records) = soon("the next event", full.next()).await?? {
        assert!(
            records.len() <= TAIL_BATCH_MAX,
            "a batch of {}",
            records.len()
        );
        for record in records {
            seen += 1;
            assert_eq!(record.seq, Seq(seen), "no hole, nothing twice");
        }
    }
    assert_eq!(seen, 3_000);
    log.append(&queue, make::request(&make::run("late"), "{}"))
        .await?;
    // From here on there is nothing but records.
    let TailEvent::Records(late) = soon("the late one", full.next()).await?? else {
        anyhow::bail!("it has caught up twice");
    };
    assert_eq!(late[0].seq, Seq(3_001));
    nothing_at_all(&mut full).await?;
    assert_eq!(take(&mut empty, 3_001).await?.len(), 3_001);
    let mut at_end = log.tail(&queue, Seq(3_001)).await?;
    assert_eq!(
        soon("the first event", at_end.next()).await??,
        TailEvent::CaughtUp
    );
    nothing_at_all(&mut at_end).await
}

/// Fails when the tail says anything: it has caught up, and nothing is stored.
async fn nothing_at_all<R: std::fmt::Debug>(tail: &mut impl Tail<R>) -> anyhow::Result<()> {
    let event = tokio::time::timeout(NOT_WITHIN, tail.next()).await;
    anyhow::ensure!(event.is_err(), "{event:?} came");
    Ok(())
}

pub async fn what_is_not_legal_is_seen_by_every_reader(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "illegal").await?;
    let run_id = make::run("r");
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for payload in [
        r#"{"nonsense":1}"#,
        "\u{1}\u{2}\u{3}",
        r#"{"deployment":"no slash"}"#,
    ] {
        let entry = Entry::Request {
            run_id: run_id.clone(),
            payload: payload.to_owned().into(),
            traceparent: Some(trace.to_owned()),
        };
        log.append(
            &queue,
            Append {
                entry,
                fence: None,
                msg_id: None,
            },
        )
        .await?;
    }
    let records = everything(log, &queue).await?;
    let mut codes = Vec::new();
    for record in &records {
        let Body::Request {
            request: Request::Bad(fault),
            traceparent,
            ..
        } = &record.body
        else {
            anyhow::bail!("this is good?! {record:?}");
        };
        assert_eq!(traceparent.as_deref(), Some(trace));
        codes.push(fault.code);
    }
    assert_eq!(
        codes,
        [
            FaultCode::UnknownField,
            FaultCode::Undecodable,
            FaultCode::InvalidField
        ]
    );
    Ok(())
}

pub async fn making_a_queue_again_changes_nothing(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "again").await?;
    log.append(&queue, make::request(&make::run("r"), "{}"))
        .await?;
    let before = log.usage(&queue).await?;
    assert_eq!(
        (before.bytes_max, before.messages, before.first, before.last),
        (ROOMY, 1, Seq(1), Seq(1))
    );
    log.create_queue(&queue, 2 * ROOMY).await?;
    assert_eq!(log.usage(&queue).await?, before);
    let streams = log.queue_streams().await?;
    assert!(
        streams.contains(&queue) && streams.is_sorted(),
        "{streams:?}"
    );
    Ok(())
}

pub async fn what_does_not_exist_is_said_so(log: &impl Log) -> anyhow::Result<()> {
    let queue = make::queue("nowhere");
    let run_id = make::run("r");
    let missing = LogError::NoStream {
        stream: queue.stream_name(),
    };
    assert_eq!(log.usage(&queue).await, Err(missing.clone()));
    assert_eq!(log.resize_queue(&queue, ROOMY).await, Err(missing.clone()));
    assert_eq!(log.tail(&queue, Seq(0)).await.err(), Some(missing.clone()));
    assert_eq!(log.orders(&queue).await.err(), Some(missing.clone()));
    assert_eq!(log.claims(&queue).await.err(), Some(missing.clone()));
    assert_eq!(log.record(&queue, Seq(1)).await, Err(missing.clone()));
    assert_eq!(log.last_claim(&queue, &run_id).await, Err(missing.clone()));
    assert_eq!(log.run_records(&queue, &run_id).await, Err(missing));
    // Who appends cannot tell it from an election.
    let error = log.append(&queue, make::request(&run_id, "{}")).await;
    assert!(matches!(error, Err(AppendError::Busy { .. })), "{error:?}");
    Ok(())
}

pub async fn a_full_queue_refuses_until_it_is_resized(log: &impl Log) -> anyhow::Result<()> {
    let queue = make::queue("full");
    log.create_queue(&queue, 64 << 10).await?;
    let lane = log.append(&queue, make::epoch(1, 0, Seq(0))).await?.seq;
    let fence = Fence::Lane {
        lane: weir_core::ids::Lane(0),
        seq: lane,
    };
    let body = format!(r#"{{"name":"{}"}}"#, "x".repeat(1_000));
    let mut stored = 0;
    let refused = loop {
        match log
            .append(
                &queue,
                make::request(&make::run(&format!("run-{stored}")), &body),
            )
            .await
        {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(
        refused,
        AppendError::Full {
            stream: queue.stream_name()
        }
    );
    assert_eq!(refused.written(), Written::No);
    assert!(
        (40..=64).contains(&stored),
        "{stored} requests of 1 KB fit into 64 KiB"
    );
    let claim = || make::claim(&queue, &make::run("run-0"), 1, fence);
    // Small records may fit where large ones do not; at last none does.
    let mut small = 0;
    let refused = loop {
        match log.append(&queue, claim()).await {
            Ok(_) => small += 1,
            Err(error) => break error,
        }
        assert!(small < 100, "the bound holds for claims too");
    };
    assert_eq!(
        refused,
        AppendError::Full {
            stream: queue.stream_name()
        }
    );
    let usage = log.usage(&queue).await?;
    assert!(usage.bytes <= usage.bytes_max, "{usage:?}");
    log.resize_queue(&queue, 128 << 10).await?;
    assert_eq!(log.usage(&queue).await?.bytes_max, 128 << 10);
    log.append(&queue, claim()).await?;
    // Nothing that was refused is there, and nothing was dropped for it.
    assert_eq!(everything(log, &queue).await?.len(), 1 + stored + small + 1);
    Ok(())
}

pub async fn a_record_that_is_too_large_is_refused(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "too-large").await?;
    let run_id = make::run("r");
    let fits = "x".repeat(REQUEST_BYTES_MAX);
    log.append(&queue, make::request(&run_id, &fits)).await?;
    let error = log
        .append(
            &queue,
            make::request(&run_id, &"x".repeat(2 * REQUEST_BYTES_MAX)),
        )
        .await;
    assert_eq!(
        error,
        Err(AppendError::TooLarge {
            stream: queue.stream_name()
        })
    );
    assert_eq!(log.usage(&queue).await?.messages, 1);
    Ok(())
}

pub async fn a_message_id_is_stored_once(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "twice").await?;
    let run_id = make::run("r");
    let request = || make::with_id(make::request(&run_id, "{}"), "suite-twice-1");
    let first = log.append(&queue, request()).await?;
    let second = log.append(&queue, request()).await?;
    assert_eq!(
        (first.duplicate, second.duplicate, second.seq),
        (false, true, first.seq)
    );
    // Our own decisions, sent again after an unknown outcome: their lane still stands, so they are known too.
    let lane = log.append(&queue, make::epoch(1, 3, Seq(0))).await?.seq;
    let fence = Fence::Lane {
        lane: weir_core::ids::Lane(3),
        seq: lane,
    };
    let claim = || make::with_id(make::claim(&queue, &run_id, 1, fence), "suite-twice-2");
    let first = log.append(&queue, claim()).await?;
    let second = log.append(&queue, claim()).await?;
    assert_eq!(
        (first.duplicate, second.duplicate, second.seq),
        (false, true, first.seq)
    );
    // Without an id, the same is stored again.
    log.append(&queue, make::request(&run_id, "{}")).await?;
    assert_eq!(everything(log, &queue).await?.len(), 4);
    Ok(())
}

pub async fn single_records_are_found(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "single").await?;
    let (run_id, other) = (make::run("r"), make::run("other"));
    assert_eq!(log.last_claim(&queue, &run_id).await?, None);
    log.append(&queue, make::request(&run_id, "{}")).await?;
    log.append(&queue, make::request(&other, "{}")).await?;
    let claim = log
        .append(&queue, make::claim(&queue, &run_id, 1, Fence::Own(Seq(0))))
        .await?
        .seq;
    log.append(&queue, make::taken(&run_id, 1, "w", claim))
        .await?;
    log.append(&queue, make::finished(&run_id, 1, "w", claim))
        .await?;
    let all = everything(log, &queue).await?;
    for record in &all {
        assert_eq!(log.record(&queue, record.seq).await?.as_ref(), Some(record));
    }
    assert_eq!(log.record(&queue, Seq(99)).await?, None);
    assert_eq!(log.record(&queue, Seq(0)).await?, None);
    assert_eq!(
        log.last_claim(&queue, &run_id).await?.as_ref(),
        Some(&all[2])
    );
    assert_eq!(
        log.first_report(&queue, &run_id, Seq(0)).await?.as_ref(),
        Some(&all[3])
    );
    assert_eq!(
        log.first_report(&queue, &run_id, all[3].seq)
            .await?
            .as_ref(),
        Some(&all[4])
    );
    assert_eq!(log.first_report(&queue, &run_id, all[4].seq).await?, None);
    assert_eq!(log.first_report(&queue, &other, Seq(0)).await?, None);
    let of_run = log.run_records(&queue, &run_id).await?;
    let wanted: Vec<_> = all
        .iter()
        .filter(|record| record.seq != Seq(2))
        .cloned()
        .collect();
    assert_eq!(of_run, wanted);
    assert_eq!(log.run_records(&queue, &make::run("never")).await?, []);
    let voices: Vec<_> = all.iter().map(voice).collect();
    assert_eq!(
        voices,
        [
            Voice::Request,
            Voice::Request,
            Voice::Claim,
            Voice::Report,
            Voice::Report
        ]
    );
    Ok(())
}

fn voice(record: &weir_core::event::Record) -> Voice {
    match &record.body {
        Body::Request { .. } => Voice::Request,
        Body::Claim { .. } => Voice::Claim,
        Body::Decision { .. } => Voice::Decision,
        Body::Report { .. } => Voice::Report,
        Body::Epoch(_) => Voice::Epoch,
        Body::Malformed { voice, .. } => *voice,
    }
}
