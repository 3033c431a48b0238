//! Orders, live records, output, request/reply.

use std::{collections::BTreeSet, time::Duration};

use weir_core::{
    event::Body,
    ids::{Attempt, QueueStream, RunKey, Seq},
    time::Timestamp,
};
use weir_log::{
    Api, Fence, Log, LogError, OutputChunk, OutputLine, OutputStream, TailEvent,
    traits::{ApiFault, Reply as _, Service, Tail as _},
};

use super::{SOON, caught_up, fresh, make, nothing_more, soon, take, watched};

const OWN: Fence = Fence::Own(Seq(0));

pub async fn orders_begin_now_and_leave_out_what_is_none(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "orders").await?;
    let run_id = make::run("r");
    let before = log
        .append(&queue, make::claim(&queue, &run_id, 1, OWN))
        .await?
        .seq;
    let mut orders = log.orders(&queue).await?;
    log.append(&queue, make::request(&run_id, r#"{"cancel":{}}"#))
        .await?;
    log.append(&queue, make::taken(&run_id, 1, "w", before))
        .await?;
    let decision = log
        .append(&queue, make::decision(&run_id, 1, OWN))
        .await?
        .seq;
    log.append(&queue, make::finished(&run_id, 1, "w", before))
        .await?;
    let revoked = log
        .append(&queue, make::revoke(&run_id, 1, Fence::Own(before)))
        .await?
        .seq;
    let records = take(&mut orders, 2).await?;
    assert_eq!([records[0].seq, records[1].seq], [decision, revoked]);
    assert!(
        matches!(records[0].body, Body::Decision { .. })
            && matches!(records[1].body, Body::Claim { .. })
    );
    nothing_more(&mut orders).await
}

pub async fn what_is_stored_can_be_watched(log: &impl Log) -> anyhow::Result<()> {
    let queue = fresh(log, "watched").await?;
    let (run_id, other) = (make::run("r"), make::run("other"));
    let mut all = log.live(&queue.key, None).await?;
    let mut one = log.live(&queue.key, Some(&run_id)).await?;
    log.append(&queue, make::request(&other, "{}")).await?;
    log.append(&queue, make::request(&run_id, "{}")).await?;
    let epoch = log.append(&queue, make::epoch(1, 0, Seq(0))).await?.seq;
    let claim = log
        .append(&queue, make::claim(&queue, &run_id, 1, OWN))
        .await?
        .seq;
    // What is refused is not stored, so nobody sees it.
    assert!(
        log.append(&queue, make::claim(&queue, &run_id, 2, OWN))
            .await
            .is_err()
    );
    log.append(&queue, make::taken(&run_id, 1, "w", claim))
        .await?;
    let stored = caught_up(&mut log.tail(&queue, Seq(0)).await?).await?;
    for record in stored.iter().filter(|record| record.seq != epoch) {
        let (key, seen) = watched(&mut all).await?;
        assert_eq!(
            (&seen, &key.queue),
            (record, &queue.key),
            "as it was stored, with position and stamp"
        );
        if key.run_id == run_id {
            assert_eq!(watched(&mut one).await?, (key, seen));
        }
    }
    Ok(())
}

fn chunk(queue: &QueueStream, attempt: u32, lines: &[&[u8]], last: bool) -> OutputChunk {
    let lines = lines.iter().enumerate().map(|(n, line)| OutputLine {
        stream: if n % 2 == 0 {
            OutputStream::Stdout
        } else {
            OutputStream::Stderr
        },
        at: Timestamp(1_795_442_706_000_000_000),
        bytes: line.to_vec().into(),
    });
    let run = RunKey {
        queue: queue.key.clone(),
        run_id: make::run("r"),
    };
    OutputChunk {
        run,
        attempt: Attempt(attempt),
        lines: lines.collect(),
        last,
    }
}

pub async fn output_is_kept_by_attempt_and_followed(log: &impl Log) -> anyhow::Result<()> {
    log.create_cell().await?;
    let queue = make::queue("output");
    let run = RunKey {
        queue: queue.key.clone(),
        run_id: make::run("r"),
    };
    let mut nothing_yet = log.output(&run, None).await?;
    assert_eq!(
        soon("the first event", nothing_yet.next()).await??,
        TailEvent::CaughtUp
    );
    let first = chunk(&queue, 1, &[b"hello", b"\xff\xfe not UTF-8", b""], false);
    let ended = chunk(&queue, 1, &[], true);
    let second = chunk(&queue, 2, &[b"again"], false);
    for chunk in [&first, &ended, &second] {
        log.put_output(chunk).await?;
    }
    let all = caught_up(&mut log.output(&run, None).await?).await?;
    assert_eq!(all, [first.clone(), ended.clone(), second.clone()]);
    let mut of_first = log.output(&run, Some(Attempt(1))).await?;
    assert_eq!(
        caught_up(&mut of_first).await?,
        [first.clone(), ended.clone()]
    );
    assert_eq!(take(&mut nothing_yet, 3).await?, all);
    // Another run's output is not its.
    let other = RunKey {
        queue: queue.key.clone(),
        run_id: make::run("r2"),
    };
    assert_eq!(caught_up(&mut log.output(&other, None).await?).await?, []);
    nothing_more(&mut of_first).await
}

fn endpoints(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Answers one request.
async fn answer<S: Service>(
    service: &mut S,
    answer: Result<&str, ApiFault>,
) -> anyhow::Result<(String, String)> {
    let request = soon("a request", service.next()).await?;
    let request = request.ok_or_else(|| anyhow::anyhow!("the service has ended"))?;
    request
        .reply
        .answer(answer.map(|text| text.to_owned().into()))
        .await;
    Ok((
        request.endpoint,
        String::from_utf8(request.payload.to_vec())?,
    ))
}

pub async fn nobody_answers_until_somebody_serves(log: &impl Log) -> anyhow::Result<()> {
    let call = |endpoint: &'static str| Api::call(log, endpoint, "ping".into(), SOON);
    assert_eq!(call("suite.answers").await, Err(LogError::NoResponders));
    let mut service = log
        .serve(endpoints(&["suite.answers", "suite.other"]))
        .await?;
    for (endpoint, said) in [("suite.answers", "pong"), ("suite.other", "")] {
        let (answered, asked) = tokio::join!(call(endpoint), answer(&mut service, Ok(said)));
        assert_eq!(asked?, (endpoint.to_owned(), "ping".to_owned()));
        assert_eq!(answered??, said.to_owned());
    }
    assert_eq!(call("suite.nobody").await, Err(LogError::NoResponders));
    // Who does not answer is waited for so long and no longer.
    let unanswered = Api::call(log, "suite.answers", "x".into(), Duration::from_millis(200)).await;
    assert!(
        matches!(unanswered, Err(LogError::Unavailable { .. })),
        "{unanswered:?}"
    );
    drop(service);
    let gone = async {
        while call("suite.other").await != Err(LogError::NoResponders) {
            tokio::task::yield_now().await;
        }
    };
    soon("the end of the service", gone).await
}

pub async fn a_refused_call_says_why(log: &impl Log) -> anyhow::Result<()> {
    let mut service = log.serve(endpoints(&["suite.refuses"])).await?;
    let fault = ApiFault {
        code: 404,
        message: "there is no run \"x\": use `weir run ls`".to_owned(),
    };
    let (answered, asked) = tokio::join!(
        Api::call(log, "suite.refuses", "x".into(), SOON),
        answer(&mut service, Err(fault.clone()))
    );
    asked?;
    assert_eq!(answered?, Err(fault));
    Ok(())
}
