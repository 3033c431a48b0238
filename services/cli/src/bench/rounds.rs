//! What is measured, in turns: weir, then the broker alone with the very events that weir has just caused.

use std::{collections::BTreeSet, time::Duration};

use anyhow::bail;
use weir_client::{Body, Record, RunId};
use weir_core::{event::Reported, ids::QueueStream};
use weir_log::{
    Tail as _, TailEvent,
    ceiling::{Ceiling, PlainEvent},
};

use super::{
    cpu,
    lives::Lives,
    percentiles::{Samples, median},
    report::{Latency, Report, per_second, round},
    stand::Stand,
};
use crate::context::Context;

/// Runs of the round that is not counted.
const WARM_UP: u32 = 500;
/// Sequential publishes of which the median is the round trip.
const ROUND_TRIPS: usize = 1_000;
/// How long one run may take while nothing else goes on.
const IDLE_RUN_WITHIN: Duration = Duration::from_secs(30);
/// Connections beside the workers': the publisher's and the scheduler's.
const OTHER_CONNECTIONS: usize = 2;

/// What is to be measured.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) runs: u32,
    pub(super) rounds: u32,
    pub(super) idle: bool,
    pub(super) sync: &'static str,
    pub(super) server_version: String,
}

/// What all rounds have brought.
#[derive(Debug, Default)]
struct Figures {
    requests_per_s: Vec<f64>,
    lives_per_s: Vec<f64>,
    events_per_life: Vec<f64>,
    ceiling_events_per_s: Vec<f64>,
    weir_cpu_us: Vec<f64>,
    broker_cpu_us: Vec<f64>,
    request_to_claimed: Vec<Duration>,
    claimed_to_started: Vec<Duration>,
    request_to_started: Vec<Duration>,
    handovers: Vec<Duration>,
}

pub(super) async fn run(context: &Context, stand: &Stand, plan: Plan) -> anyhow::Result<Report> {
    let connections = OTHER_CONNECTIONS + stand.setting.workers.get() as usize;
    let ceiling = Ceiling::connect(&stand.setting.url, connections).await?;
    let round_trip = round_trip(stand, &ceiling).await?;
    let mut figures = Figures::default();
    if plan.idle {
        one_at_a_time(stand, plan.runs, &mut figures).await?;
        handed_over(stand, plan.runs, &mut figures).await?;
    } else {
        let warm_up = stand.queue("warm-up", None).await?;
        stand.publish(&warm_up, WARM_UP, "run").await?;
        stand.all_ended(&warm_up, u64::from(WARM_UP) + 1).await?;
        for n in 1..=plan.rounds {
            let stream = stand.queue(&format!("round-{n}"), None).await?;
            all_at_once(stand, &stream, plan.runs, &mut figures).await?;
            let lists = split(ceiling.stored(&stream).await?, connections);
            let events: usize = lists.iter().map(Vec::len).sum();
            let span = ceiling.publish_all(lists).await?;
            figures
                .ceiling_events_per_s
                .push(per_second(to_f64(events as u64), span));
            context.out.note(&told(n, &figures))?;
        }
    }
    ceiling.close().await?;
    Ok(report(stand, plan, round_trip, figures))
}

fn told(n: u32, figures: &Figures) -> String {
    let last = |figures: &[f64]| figures.last().copied().unwrap_or_default();
    format!(
        "round {n}: {:.0} lives/s of {:.2} events; the broker alone {:.0} events/s",
        last(&figures.lives_per_s),
        last(&figures.events_per_life),
        last(&figures.ceiling_events_per_s),
    )
}

async fn round_trip(stand: &Stand, ceiling: &Ceiling) -> anyhow::Result<Duration> {
    let mut trips = Vec::with_capacity(ROUND_TRIPS);
    for n in 0..ROUND_TRIPS {
        let event = PlainEvent {
            subject: format!("weir.run.bench.round.trip-{n:05}.request"),
            bytes: 64,
        };
        let began = stand.clock.monotonic();
        ceiling.publish_one(&event).await?;
        trips.push(stand.clock.monotonic().saturating_sub(began));
    }
    Ok(Samples::new(trips).percentile(50).unwrap_or_default())
}

/// All requests as fast as they are taken, while their runs go on.
async fn all_at_once(
    stand: &Stand,
    stream: &QueueStream,
    runs: u32,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let before = stand.records(stream).await?.len();
    let (weir, broker) = (
        cpu::used(std::process::id()),
        cpu::used(stand.setting.broker_pid),
    );
    stand.publish(stream, runs, "run").await?;
    stand.all_ended(stream, u64::from(runs) + 1).await?;
    let weir = cpu::used(std::process::id()).saturating_sub(weir);
    let broker = cpu::used(stand.setting.broker_pid).saturating_sub(broker);
    let records = stand.records(stream).await?;
    let mut lives = Lives::under(stand.setting.limit);
    records
        .iter()
        .skip(before)
        .for_each(|record| lives.take(record));
    let complete = lives.complete();
    if complete != u64::from(runs) {
        bail!(
            "{complete} of {runs} runs of {} are complete in the log",
            stream.key
        );
    }
    if lives.held_max > u64::from(stand.setting.limit) {
        bail!(
            "{} runs held slots at once, over the limit of {}",
            lives.held_max,
            stand.setting.limit
        );
    }
    figures
        .requests_per_s
        .push(per_second(runs.into(), lives.request_span()));
    figures
        .lives_per_s
        .push(per_second(runs.into(), lives.life_span()));
    figures
        .events_per_life
        .push(to_f64(lives.events) / f64::from(runs));
    figures
        .weir_cpu_us
        .push(weir.as_secs_f64() * 1e6 / f64::from(runs));
    figures
        .broker_cpu_us
        .push(broker.as_secs_f64() * 1e6 / f64::from(runs));
    figures.take(&lives);
    Ok(())
}

/// One run after the other, each published when the last has ended.
async fn one_at_a_time(stand: &Stand, runs: u32, figures: &mut Figures) -> anyhow::Result<()> {
    let stream = stand.queue("idle", None).await?;
    let mut reader = Reader::behind_all(stand, &stream).await?;
    for n in 0..runs {
        let id = stand.publish_one(&stream, &format!("idle-{n:07}")).await?;
        reader.until_ended(stand, [id]).await?;
    }
    let lives = reader.lives;
    figures
        .lives_per_s
        .push(per_second(runs.into(), lives.life_span()));
    figures
        .requests_per_s
        .push(per_second(runs.into(), lives.request_span()));
    figures
        .events_per_life
        .push(to_f64(lives.events) / f64::from(runs));
    figures.take(&lives);
    Ok(())
}

/// Two runs at a time for one slot: how soon it is handed on while nothing else goes on.
async fn handed_over(stand: &Stand, runs: u32, figures: &mut Figures) -> anyhow::Result<()> {
    let stream = stand.queue("pairs", Some(1)).await?;
    let mut reader = Reader::behind_all(stand, &stream).await?;
    reader.lives = Lives::under(1);
    for n in 0..runs.div_ceil(2) {
        let (first, second) = (format!("one-{n:07}"), format!("two-{n:07}"));
        let (first, second) = tokio::join!(
            stand.publish_one(&stream, &first),
            stand.publish_one(&stream, &second)
        );
        reader.until_ended(stand, [first?, second?]).await?;
    }
    figures.handovers = reader.lives.handovers();
    Ok(())
}

impl Figures {
    fn take(&mut self, lives: &Lives) {
        self.request_to_claimed.extend(lives.request_to_claimed());
        self.claimed_to_started.extend(lives.claimed_to_started());
        self.request_to_started.extend(lives.request_to_started());
        self.handovers.extend(lives.handovers());
    }
}

/// Reads a queue as it grows.
struct Reader {
    tail: weir_log::jetstream::JetStreamTail<Record>,
    lives: Lives,
    ended: BTreeSet<RunId>,
}

impl Reader {
    /// Behind what is there already.
    async fn behind_all(stand: &Stand, stream: &QueueStream) -> anyhow::Result<Self> {
        let mut tail = stand.tail(stream).await?;
        loop {
            let event = tail.next().await?;
            if !matches!(event, TailEvent::Records(_)) {
                break;
            }
        }
        Ok(Self {
            tail,
            lives: Lives::under(stand.setting.limit),
            ended: BTreeSet::new(),
        })
    }

    async fn until_ended<const N: usize>(
        &mut self,
        stand: &Stand,
        runs: [RunId; N],
    ) -> anyhow::Result<()> {
        let wait = async {
            while !runs.iter().all(|run| self.ended.contains(run)) {
                let TailEvent::Records(records) = self.tail.next().await? else {
                    continue;
                };
                for record in &records {
                    self.lives.take(record);
                    if let Some(run_id) = ended(record) {
                        self.ended.insert(run_id.clone());
                    }
                }
            }
            anyhow::Ok(())
        };
        match stand.clock.timeout(IDLE_RUN_WITHIN, wait).await {
            Ok(waited) => waited,
            Err(elapsed) => bail!("a run has not ended: {elapsed}"),
        }
    }
}

fn ended(record: &Record) -> Option<&RunId> {
    match &record.body {
        Body::Report { run_id, report } => match &report.what {
            Reported::Finished { .. } => Some(run_id),
            Reported::Taken { .. }
            | Reported::Submitted { .. }
            | Reported::Started { .. }
            | Reported::Waiting { .. }
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

/// The events as their connections carried them: requests, the scheduler's, and the reports of each worker.
fn split(events: Vec<PlainEvent>, connections: usize) -> Vec<Vec<PlainEvent>> {
    let mut lists = vec![Vec::new(); connections];
    let workers = connections.saturating_sub(OTHER_CONNECTIONS).max(1);
    let mut reports = 0;
    for event in events {
        let list = match event.subject.rsplit('.').next() {
            Some("request") => 0,
            Some("report") => {
                reports += 1;
                OTHER_CONNECTIONS + reports % workers
            }
            Some(_) | None => 1,
        };
        if let Some(list) = lists.get_mut(list) {
            list.push(event);
        }
    }
    lists
}

fn report(stand: &Stand, plan: Plan, round_trip: Duration, figures: Figures) -> Report {
    let lives_per_s = median(figures.lives_per_s);
    let events_per_life = median(figures.events_per_life);
    let measured = |figures: Vec<f64>| {
        if figures.is_empty() {
            None
        } else {
            Some(median(figures))
        }
    };
    let ceiling = measured(figures.ceiling_events_per_s);
    Report {
        runs: plan.runs.into(),
        rounds: plan.rounds,
        idle: plan.idle,
        workers: stand.setting.workers.get(),
        limit: stand.setting.limit,
        events_per_life: round(events_per_life, 4),
        requests_per_s: round(median(figures.requests_per_s), 1),
        lives_per_s: round(lives_per_s, 1),
        ceiling_events_per_s: ceiling.map(|ceiling| round(ceiling, 1)),
        ceiling_ratio: ceiling.map(|ceiling| round(lives_per_s * events_per_life / ceiling, 4)),
        publish_round_trip_us: round(round_trip.as_secs_f64() * 1e6, 1),
        sync: plan.sync,
        server_version: plan.server_version,
        request_to_claimed_ms: Latency::of(figures.request_to_claimed),
        claimed_to_started_ms: Latency::of(figures.claimed_to_started),
        request_to_started_ms: Latency::of(figures.request_to_started),
        handover_ms: Latency::of(figures.handovers),
        weir_cpu_us_per_life: measured(figures.weir_cpu_us).map(|figure| round(figure, 1)),
        broker_cpu_us_per_life: measured(figures.broker_cpu_us).map(|figure| round(figure, 1)),
    }
}

/// A count as a figure; exact up to 2^53.
fn to_f64(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_go_over_as_many_connections_as_they_came_by() {
        let event = |voice: &str| PlainEvent {
            subject: format!("weir.run.bench.round-1.run-1.{voice}"),
            bytes: 9,
        };
        let voices = [
            "request", "claim", "report", "report", "report", "decision", "report",
        ];
        let lists = split(voices.map(event).into(), 4);
        assert_eq!(lists.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2, 2, 2]);
    }
}
