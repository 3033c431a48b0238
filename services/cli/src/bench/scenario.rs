//! `weir bench --scenario`: how near the limits themselves are what a mixed crowd of runs waits for.
//!
//! No order of runs can be faster than its narrowest limit: the sum of the durations of the runs that need it, over its
//! value. What is measured is how much longer it took from the first request to the last end.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use serde::Serialize;
use weir_client::{Change, LimitChange, QueueKey, QueueSpec, QueueUpdate, Record, RunId, Tag};
use weir_core::ids::QueueStream;

use super::{
    held::{peaks, steps},
    lives::Lives,
    percentiles::median,
    report::round,
    stand::{Stand, pool},
};
use crate::{context::Context, table::Table};

/// The pool's limit.
pub(super) const POOL_LIMIT: u32 = 50;
const HIGH_LIMIT: u32 = 10;
const TAG_LIMIT: u32 = 5;
const TAG: &str = "five";
const HIGH: &str = "high-priority";
const RUNS: usize = 500;
/// How many times as long as the narrowest limit needs it may take.
const GOAL: f64 = 1.15;
const LIMITS: [(&str, u32); 3] = [("pool", POOL_LIMIT), (HIGH, HIGH_LIMIT), (TAG, TAG_LIMIT)];

/// One run of the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Player {
    high: bool,
    tagged: bool,
    span: Duration,
}

impl Player {
    fn needs(self) -> Vec<&'static str> {
        let more = [(self.high, HIGH), (self.tagged, TAG)].into_iter();
        let more = more.filter_map(|(needs, limit)| needs.then_some(limit));
        std::iter::once("pool").chain(more).collect()
    }

    fn request(self) -> Bytes {
        let tags: &[&str] = if self.tagged { &[TAG] } else { &[] };
        let sleep = u64::try_from(self.span.as_millis()).unwrap_or_default();
        let request = serde_json::json!({"tags": tags, "jobVariables": {"sleep": sleep}});
        request.to_string().into()
    }
}

/// The same ones in every round and on every machine: three in ten in the queue of high priority, two in ten with the
/// tag, independently, and 50 to 300 ms long.
fn players() -> Vec<Player> {
    let mut state = 0x5eed_u64;
    let mut below = |bound: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % bound
    };
    let player = |_| Player {
        high: below(10) < 3,
        tagged: below(10) < 2,
        span: Duration::from_millis(50 + below(251)),
    };
    (0..RUNS).map(player).collect()
}

/// What each limit needs for all of them, and the most of that.
fn least(players: &[Player]) -> (BTreeMap<&'static str, Duration>, Duration) {
    let of = |limit: &&str| -> Duration {
        let needing = players
            .iter()
            .filter(|player| player.needs().contains(limit));
        needing.map(|player| player.span).sum()
    };
    let spans = LIMITS.map(|(limit, value)| (limit, of(&limit) / value));
    let most = spans.iter().map(|(_, span)| *span).max();
    (spans.into(), most.unwrap_or_default())
}

/// Medians of all rounds, but for what is called most.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    runs: usize,
    rounds: u32,
    /// What each limit alone needs.
    least_s: BTreeMap<&'static str, f64>,
    /// From the first request to the last end.
    took_s: f64,
    /// `took_s` over the largest of `least_s`.
    ratio: f64,
    ratio_most: f64,
    goal: f64,
    /// The most slots that were held at once in any round.
    peaks: BTreeMap<&'static str, u32>,
}

pub(super) async fn run(context: &Context, stand: &Stand, rounds: u32) -> anyhow::Result<Report> {
    let queues = queues(stand).await?;
    let players = players();
    let (least, most) = least(&players);
    let (mut took, mut all_peaks) = (Vec::new(), BTreeMap::new());
    for n in 1..=rounds {
        let (span, peaks) = one_round(stand, &queues, &players, n).await?;
        for (limit, peak) in peaks {
            let most: &mut u32 = all_peaks.entry(limit).or_default();
            *most = peak.max(*most);
        }
        took.push(span.as_secs_f64());
        context.out.note(&format!(
            "round {n}: {:.3} s, {:.3} times what the narrowest limit needs",
            span.as_secs_f64(),
            span.as_secs_f64() / most.as_secs_f64()
        ))?;
    }
    let longest = took.iter().copied().fold(0.0, f64::max);
    let took = median(took);
    Ok(Report {
        runs: RUNS,
        rounds,
        least_s: least
            .into_iter()
            .map(|(limit, span)| (limit, round(span.as_secs_f64(), 3)))
            .collect(),
        took_s: round(took, 3),
        ratio: round(took / most.as_secs_f64(), 4),
        ratio_most: round(longest / most.as_secs_f64(), 4),
        goal: GOAL,
        peaks: all_peaks,
    })
}

/// The queue of high priority and the other one, and the limits of the pool's queue and of the tag.
async fn queues(stand: &Stand) -> anyhow::Result<[QueueStream; 2]> {
    let client = stand.client();
    let tag: Tag = TAG.parse()?;
    client
        .set_tag_limit(&tag, LimitChange::Set(TAG_LIMIT), Change::Keep)
        .await?;
    let high = QueueKey::new(pool(), HIGH.parse()?);
    let mut spec = QueueSpec::new(high.clone());
    spec.concurrency_limit = Some(HIGH_LIMIT);
    spec.priority = Some(NonZeroU32::MIN);
    client.create_queue(spec).await?;
    let other = QueueKey::new(pool(), "default".parse()?);
    let update = QueueUpdate {
        priority: NonZeroU32::new(2),
        concurrency_limit: LimitChange::Keep,
        ..QueueUpdate::default()
    };
    client.update_queue(&other, &update).await?;
    let cell = client.cell().await?;
    let streams = [cell.present_life(&high), cell.present_life(&other)];
    for stream in &streams {
        stand.first_life(stream).await?;
    }
    Ok(streams)
}

async fn one_round(
    stand: &Stand,
    queues: &[QueueStream; 2],
    players: &[Player],
    round: u32,
) -> anyhow::Result<(Duration, BTreeMap<&'static str, u32>)> {
    let mut before = Vec::new();
    for stream in queues {
        before.push(stand.records(stream).await?.len());
    }
    let of = |player: &Player| &queues[usize::from(!player.high)];
    let request = |(n, player): (usize, &Player)| {
        let id = format!("round-{round}-{n}");
        (of(player).clone(), id, player.request())
    };
    stand
        .publish_all(players.iter().enumerate().map(request))
        .await?;
    let mut all: Vec<Vec<Record>> = Vec::new();
    for (stream, before) in queues.iter().zip(before) {
        let runs = players.iter().filter(|player| of(player) == stream).count() as u64;
        // The first life is one of those that have ended.
        stand.all_ended(stream, 1 + u64::from(round) * runs).await?;
        all.push(stand.records(stream).await?.split_off(before));
    }
    let needs = |run_id: &RunId| {
        let n = run_id.as_str().rsplit('-').next();
        let player = n.and_then(|n| players.get(n.parse::<usize>().ok()?));
        player.map_or_else(Vec::new, |player| player.needs())
    };
    let mut merged = Vec::new();
    for records in &all {
        merged.extend(steps(records)?);
    }
    merged.sort();
    let peaks = peaks(&merged, needs);
    for (limit, value) in LIMITS {
        if peaks.get(limit).is_none_or(|peak| *peak > value) {
            bail!("the limit of {value} on {limit} was passed: {peaks:?}");
        }
    }
    Ok((took(&all)?, peaks))
}

/// From the first request to the last end, over both queues.
fn took(all: &[Vec<Record>]) -> anyhow::Result<Duration> {
    let mut lives = Lives::default();
    let mut records: Vec<&Record> = all.iter().flatten().collect();
    records.sort_by_key(|record| record.at);
    for record in records {
        lives.take(record);
    }
    let complete = lives.complete();
    if complete != RUNS as u64 {
        bail!("{complete} of {RUNS} runs are complete in the log");
    }
    Some(lives.life_span())
        .filter(|span| !span.is_zero())
        .context("there is no time between the first request and the last end")
}

impl Report {
    pub(super) fn short_of(&self) -> Option<String> {
        (self.ratio > GOAL).then(|| {
            format!(
                "it took {:.3} times what the narrowest limit needs, more than {GOAL}",
                self.ratio
            )
        })
    }

    pub(super) fn table(&self) -> Table {
        let mut table = Table::of_fields();
        table.field(
            "runs",
            format!("{} × {} of 50 to 300 ms, mixed", self.rounds, self.runs),
        );
        for (limit, value) in LIMITS {
            let needs = self.least_s.get(limit).copied().unwrap_or_default();
            let peak = self.peaks.get(limit).copied().unwrap_or_default();
            table.field(
                limit,
                format!("limit {value}, at most {peak} held; needs {needs:.3} s alone"),
            );
        }
        table.field("first request → last end", format!("{:.3} s", self.took_s));
        table.field(
            "of the narrowest limit",
            format!(
                "{:.3} times, most {:.3}; goal {GOAL}",
                self.ratio, self.ratio_most
            ),
        );
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_players_are_the_same_each_time_and_mixed() {
        let all = players();
        assert_eq!(all, players());
        let count = |of: fn(&&Player) -> bool| all.iter().filter(of).count();
        assert!((100..200).contains(&count(|player| player.high)));
        assert!((60..140).contains(&count(|player| player.tagged)));
        assert!(count(|player| player.high && player.tagged) > 10);
        let spans = all.iter().map(|player| player.span.as_millis());
        assert!(spans.clone().min() < Some(60) && spans.max() > Some(290));
    }

    #[test]
    fn the_narrowest_limit_says_what_it_takes_at_least() {
        let player = |high, tagged, millis| Player {
            high,
            tagged,
            span: Duration::from_millis(millis),
        };
        let (spans, most) = least(&[player(true, false, 400), player(false, true, 300)]);
        assert_eq!(spans["pool"], Duration::from_millis(14));
        assert_eq!(spans[HIGH], Duration::from_millis(40));
        assert_eq!(
            (spans[TAG], most),
            (Duration::from_millis(60), Duration::from_millis(60))
        );
    }

    #[test]
    fn what_takes_longer_than_the_goal_is_told() {
        let report = |ratio| Report {
            runs: RUNS,
            rounds: 3,
            least_s: BTreeMap::from([(TAG, 3.633)]),
            took_s: 4.0,
            ratio,
            ratio_most: 1.3,
            goal: GOAL,
            peaks: BTreeMap::from([(TAG, 5)]),
        };
        assert_eq!(report(1.15).short_of(), None);
        assert!(report(1.151).short_of().unwrap().contains("1.151"));
        let text = report(1.1).table().render(false);
        assert!(
            text.contains("limit 5, at most 5 held; needs 3.633 s"),
            "{text}"
        );
        assert!(text.contains("1.100 times, most 1.300"), "{text}");
    }
}
