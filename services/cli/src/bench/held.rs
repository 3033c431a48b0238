//! What is held at each position of a log, counted from its records alone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use weir_client::{Body, Record, RunId, Timestamp};
use weir_core::event::{Claim, Reported};

/// A record that takes or frees a slot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    /// Of two with the same stamp in two queues, the one that frees goes first.
    pub(super) takes: bool,
    pub(super) run: RunId,
    /// Where it stands among the records that were looked at of its queue, from 0.
    pub(super) place: usize,
}

/// The steps of one queue's records, in their order.
///
/// Runs that do nothing end with one record that says that nothing is left. Whatever else frees a slot means that the
/// machine did not keep up, and then the figures would mean nothing.
pub(super) fn steps(records: &[Record]) -> anyhow::Result<Vec<Step>> {
    let mut steps = Vec::new();
    for (place, record) in records.iter().enumerate() {
        let (takes, run) = match &record.body {
            Body::Claim { run_id, decided } => match &decided.what {
                Claim::Claimed(_) => (true, run_id),
                Claim::Revoked(revoked) => {
                    bail!("run {run_id} was revoked: {:?}", revoked.cause)
                }
            },
            Body::Report { run_id, report } => match &report.what {
                Reported::Finished { gone: true, .. } => (false, run_id),
                Reported::Finished { gone: false, .. }
                | Reported::Gone { .. }
                | Reported::HandedBack => {
                    bail!("run {run_id} ended otherwise: {:?}", report.what)
                }
                Reported::Taken { .. }
                | Reported::Submitted { .. }
                | Reported::Started { .. }
                | Reported::Waiting { .. } => continue,
            },
            Body::Request { .. }
            | Body::Decision { .. }
            | Body::Epoch(_)
            | Body::Malformed { .. } => {
                continue;
            }
        };
        steps.push(Step {
            at: record.at,
            takes,
            run: run.clone(),
            place,
        });
    }
    Ok(steps)
}

/// The most that were ever held at once of each limit, by name. `needs` names the limits of a run.
pub(super) fn peaks<'a>(
    steps: &[Step],
    needs: impl Fn(&RunId) -> Vec<&'a str>,
) -> BTreeMap<&'a str, u32> {
    let mut held: BTreeMap<&str, BTreeSet<&RunId>> = BTreeMap::new();
    let mut peaks = BTreeMap::new();
    for step in steps {
        for limit in needs(&step.run) {
            let held = held.entry(limit).or_default();
            if step.takes {
                held.insert(&step.run);
            } else {
                held.remove(&step.run);
            }
            let count = u32::try_from(held.len()).unwrap_or(u32::MAX);
            let peak = peaks.entry(limit).or_default();
            *peak = count.max(*peak);
        }
    }
    peaks
}

/// How many were held on average between the first claim and the `last`-th.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Average {
    /// Each count weighs as long as it lasted by the broker's stamps.
    pub(super) by_time: f64,
    /// Each count weighs as many records as there are under it, whatever they say.
    pub(super) by_position: f64,
}

/// `None` where there are no so many claims, or no time between them.
pub(super) fn average(steps: &[Step], last: usize) -> Option<Average> {
    let mut claims = (0..steps.len()).filter(|at| steps[*at].takes);
    let first = claims.next()?;
    let end = claims.nth(last.checked_sub(2)?)?;
    let (mut held, mut by_time, mut by_position) = (0_i32, 0.0, 0.0);
    for pair in steps[first..=end].windows(2) {
        let [this, next] = pair else { continue };
        held += if this.takes { 1 } else { -1 };
        by_time += f64::from(held) * next.at.since(this.at).as_secs_f64();
        let places = u32::try_from(next.place - this.place).unwrap_or(u32::MAX);
        by_position += f64::from(held) * f64::from(places);
    }
    let (from, to) = (&steps[first], &steps[end]);
    let time = to.at.since(from.at).as_secs_f64();
    let places = f64::from(u32::try_from(to.place - from.place).unwrap_or(u32::MAX));
    (time > 0.0).then(|| Average {
        by_time: by_time / time,
        by_position: by_position / places,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds, run, whether it takes, and its place.
    fn at(steps: &[(i64, &str, bool, usize)]) -> Vec<Step> {
        let step = |(millis, run, takes, place): &(i64, &str, bool, usize)| Step {
            at: Timestamp(millis * 1_000_000),
            takes: *takes,
            run: run.parse().unwrap(),
            place: *place,
        };
        steps.iter().map(step).collect()
    }

    #[test]
    fn an_average_weighs_by_time_and_by_records() {
        // Two are held for 8 ms and 6 records, one for 2 ms and 1 record, and one for 2 ms and 1 record.
        let steps = at(&[
            (0, "a", true, 5),
            (2, "b", true, 6),
            (10, "a", false, 12),
            (12, "c", true, 13),
            (50, "b", false, 14),
        ]);
        let average = average(&steps, 3).unwrap();
        assert!((average.by_time - 20.0 / 12.0).abs() < 1e-9, "{average:?}");
        assert!(
            (average.by_position - 14.0 / 8.0).abs() < 1e-9,
            "{average:?}"
        );
        assert_eq!(super::average(&steps, 4), None);
    }

    #[test]
    fn peaks_are_counted_for_each_limit_apart() {
        let steps = at(&[
            (0, "a", true, 0),
            (1, "b", true, 1),
            (2, "a", false, 2),
            (3, "c", true, 3),
        ]);
        let peaks = peaks(&steps, |run| {
            if run.as_str() == "b" {
                vec!["all"]
            } else {
                vec!["all", "tag"]
            }
        });
        assert_eq!(peaks, BTreeMap::from([("all", 2), ("tag", 1)]));
    }
}
