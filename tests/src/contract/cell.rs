//! The cell log: configuration by compare-and-set, the leaders' facts under their epoch.

use weir_core::{
    cell::{CellBody, CellRecord, ConfigObject, PoolConfig, PoolType},
    ids::{Epoch, Seq},
    json::JsonObject,
};
use weir_log::{AppendError, CellAppend, CellFence, Log, TailEvent, traits::Tail};

use super::{caught_up, make, soon};

fn pool(name: &str, limit: u32, last: Seq) -> anyhow::Result<CellAppend> {
    let object = ConfigObject::Pool(PoolConfig {
        description: "of the suite".to_owned(),
        concurrency_limit: Some(limit),
        base_job_template: JsonObject::parse(r#"{"variables":{},"job_configuration":{}}"#)?,
        ..PoolConfig::new(name.parse()?, PoolType::Process)
    });
    let body = CellBody::Config {
        author: "the suite".to_owned(),
        object,
    };
    Ok(CellAppend {
        body,
        fence: CellFence::Own(last),
        msg_id: None,
    })
}

/// Writes so many records to a cell log that has none, and returns them in order.
pub async fn fill(log: &impl Log, count: u32) -> anyhow::Result<Vec<CellBody>> {
    log.create_cell().await?;
    let mut all = Vec::new();
    let mut last = Seq(0);
    for limit in 1..=count {
        let append = pool("suite-filled", limit, last)?;
        all.push(append.body.clone());
        last = log.append_cell(append).await?.seq;
    }
    Ok(all)
}

/// The next `count` records that `wanted` knows: other cases write to the same cell log.
async fn find(
    tail: &mut impl Tail<CellRecord>,
    count: usize,
    wanted: impl Fn(&CellRecord) -> bool,
) -> anyhow::Result<Vec<CellRecord>> {
    let mut found = Vec::new();
    while found.len() < count {
        if let TailEvent::Records(records) = soon("a record of the cell log", tail.next()).await?? {
            found.extend(records.into_iter().filter(&wanted));
        }
    }
    Ok(found)
}

pub async fn configuration_is_written_over_what_was_seen(log: &impl Log) -> anyhow::Result<()> {
    log.create_cell().await?;
    log.create_cell().await?;
    let first = log.append_cell(pool("suite-config", 1, Seq(0))?).await?.seq;
    let mut tail = log.tail_cell(Seq(first.0 - 1)).await?;
    let second = log.append_cell(pool("suite-config", 2, first)?).await?.seq;
    // Who has not seen the second does not undo it.
    for seen in [Seq(0), first] {
        let error = log.append_cell(pool("suite-config", 9, seen)?).await;
        assert_eq!(
            error,
            Err(AppendError::Fenced {
                expected: seen,
                found: Some(second)
            })
        );
    }
    log.append_cell(pool("suite-config-other", 1, Seq(0))?)
        .await?;
    let wanted = [(first, 1), (second, 2)];
    let found = find(&mut tail, 2, |record| [first, second].contains(&record.seq)).await?;
    for ((seq, limit), record) in wanted.into_iter().zip(found) {
        assert_eq!(
            (record.seq, &record.body),
            (seq, &pool("suite-config", limit, Seq(0))?.body)
        );
        assert_eq!(log.cell_record(seq).await?, Some(record));
    }
    assert_eq!(log.cell_record(Seq(1_000_000)).await?, None);
    let all = caught_up(&mut log.tail_cell(Seq(0)).await?).await?;
    assert!(
        all.iter().zip(1..).all(|(record, n)| record.seq == Seq(n)),
        "the cell log has no holes"
    );
    // Other cases write meanwhile.
    let known = all.len();
    let mut read = log.read_cell(Seq(0)).await?;
    assert!(read.len() >= known, "{} of {known}", read.len());
    let behind = read.split_off(known);
    assert_eq!(read, all);
    let last = behind.last().or(all.last()).map(|record| record.seq);
    let rest = log.read_cell(last.unwrap_or_default()).await?;
    assert!(
        rest.iter().all(|record| Some(record.seq) > last),
        "{rest:?}"
    );
    Ok(())
}

pub async fn a_deposed_leaders_facts_are_refused(log: &impl Log) -> anyhow::Result<()> {
    log.create_cell().await?;
    let append = |body, fence| CellAppend {
        body,
        fence,
        msg_id: None,
    };
    let epoch = |n: u64, last| -> anyhow::Result<CellAppend> {
        let body = CellBody::Epoch {
            epoch: Epoch(n),
            leader: format!("leader-{n}").parse()?,
        };
        Ok(append(body, CellFence::Own(last)))
    };
    let opened = |n: u64, fence| {
        append(
            CellBody::QueueOpened {
                queue: make::queue("suite-opened"),
                epoch: Epoch(n),
            },
            fence,
        )
    };
    let first = log.append_cell(epoch(1, Seq(0))?).await?.seq;
    log.append_cell(opened(1, CellFence::Epoch(first))).await?;
    let second = log.append_cell(epoch(2, first)?).await?.seq;
    for refused in [
        opened(1, CellFence::Epoch(first)),
        append(
            CellBody::Barrier { epoch: Epoch(1) },
            CellFence::Epoch(first),
        ),
        epoch(3, first)?,
    ] {
        let error = log.append_cell(refused).await;
        assert_eq!(
            error,
            Err(AppendError::Fenced {
                expected: first,
                found: Some(second)
            })
        );
    }
    log.append_cell(append(
        CellBody::Barrier { epoch: Epoch(2) },
        CellFence::Epoch(second),
    ))
    .await?;
    let malformed = CellBody::Malformed {
        detail: String::new(),
    };
    let error = log
        .append_cell(append(malformed, CellFence::Epoch(second)))
        .await;
    assert!(
        matches!(error, Err(AppendError::Refused { .. })),
        "{error:?}"
    );
    Ok(())
}
