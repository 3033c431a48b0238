//! Schedules by the records: each time is made once and in order, none is left out without cause, and the overlap policy
//! holds. Intervals only, so that when a time is due is one line of arithmetic here.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use weir_core::{
    cell::{CellBody, CellRecord, ConfigObject, DeploymentConfig},
    event::{Body, Record},
    ids::{DeploymentName, QueueKey, RunId, RunKey},
    request::{Request, RunRequest},
    schedule::ScheduleRef,
    time::Timestamp,
};

use super::{Checker, run::Stands};

/// 2020-01-01 in UTC, from which intervals count.
const ANCHOR: i64 = 1_577_836_800;
/// Leaders' clocks follow the broker's.
const AHEAD_MAX: Duration = Duration::from_millis(100);
/// What was due so long before a pause in good times has been made.
const BEHIND_MAX: Duration = Duration::from_secs(10);

/// Which schedule: of a deployment, and its slug.
type Key = (DeploymentName, String);

/// What the configuration says of a schedule, and how far it has come.
#[derive(Debug)]
struct Schedule {
    queue: QueueKey,
    interval_ns: i64,
    policy: String,
    /// What was missed by more is not made up for.
    window: Option<Duration>,
    /// For what would be later than this no run is made.
    lateness: Option<Duration>,
    since: Timestamp,
    settled: Timestamp,
    ended_at: Timestamp,
    runs: Vec<RunId>,
}

impl Schedule {
    /// The first time behind this.
    fn next(&self, after: Timestamp) -> Timestamp {
        let anchor = ANCHOR * 1_000_000_000;
        let since = after.0 - anchor;
        Timestamp(anchor + (since.div_euclid(self.interval_ns) + 1) * self.interval_ns)
    }

    /// Up to here all has been decided on.
    fn base(&self) -> Timestamp {
        let settled = self.since.max(self.settled);
        match self.policy.as_str() {
            "skip" => settled.max(self.ended_at),
            _ => settled,
        }
    }

    /// Whether a run for this time may be requested now, where none of its runs is unended.
    fn may_make(&self, made: &ScheduleRef, at: Timestamp) -> Result<(), String> {
        let (due, first) = (made.due, self.next(self.base()));
        if due > at.after(AHEAD_MAX) {
            return Err(format!("made {:?} before its time", due.since(at)));
        }
        if due < first || self.next(Timestamp(due.0 - 1)) != due {
            return Err(format!("{due:?} is not due behind {:?}", self.base()));
        }
        if self.policy != "cancel_other" && due > first {
            // All before it were missed, or would lapse, or it leaves some out.
            let last = Timestamp(due.0 - self.interval_ns);
            let spans = [self.window, self.lateness].into_iter().flatten();
            if spans
                .min()
                .is_none_or(|span| last.after(span) > at.after(AHEAD_MAX))
            {
                return Err(format!("{due:?} leaves {first:?} out"));
            }
        }
        let settled = match self.policy.as_str() {
            "buffer_one" => due.max(self.ended_at),
            _ => due,
        };
        // A leader settles nothing that is ahead of its clock.
        let ahead = settled.since(made.settled);
        if made.settled < due || made.settled > settled || ahead > AHEAD_MAX {
            return Err(format!(
                "{due:?} settles {:?} and not {settled:?}",
                made.settled
            ));
        }
        Ok(())
    }
}

/// All schedules.
#[derive(Debug, Default)]
pub(super) struct ScheduleCheck(BTreeMap<Key, Schedule>);

impl Checker {
    /// A deployment is written: it begins, or is paused at the end.
    pub(super) fn on_schedules(&mut self, record: &CellRecord) {
        let CellBody::Config {
            object: ConfigObject::Deployment(deployment),
            author: _,
        } = &record.body
        else {
            return;
        };
        let at = record.at;
        for text in &deployment.schedules {
            let fields = text.to_map();
            if fields.get("active") == Some(&false.into()) {
                return self.on_pause(deployment, at);
            }
            let word = |field: &str| fields.get(field).and_then(|value| value.as_str());
            let number = |field: &str| fields.get(field).and_then(serde_json::Value::as_i64);
            let seconds = number("catchup_window").and_then(|window| u64::try_from(window).ok());
            let schedule = Schedule {
                queue: deployment.queue.clone(),
                interval_ns: number("interval").unwrap_or(1) * 1_000_000_000,
                policy: word("overlap_policy").unwrap_or("skip").to_owned(),
                window: seconds.map(Duration::from_secs),
                lateness: deployment.max_lateness,
                since: at,
                settled: Timestamp::MIN,
                ended_at: Timestamp::MIN,
                runs: Vec::new(),
            };
            let slug = word("slug").unwrap_or_default().to_owned();
            let key = (deployment.name.clone(), slug);
            self.schedules.0.insert(key, schedule);
        }
    }

    /// All has been well for a while: what was due and had nothing in its way has been made.
    fn on_pause(&mut self, deployment: &DeploymentConfig, at: Timestamp) {
        let mut late = Vec::new();
        for ((name, slug), schedule) in &self.schedules.0 {
            if *name != deployment.name || self.deleted.contains_key(&schedule.queue) {
                continue;
            }
            let stuck = schedule.policy != "allow_all" && self.unended(schedule).is_some();
            let owed = schedule.next(schedule.base());
            if !stuck && owed.max(schedule.ended_at).after(BEHIND_MAX) < at {
                late.push(format!("{name} {slug}: {owed:?} was never made, by {at:?}"));
            }
        }
        for what in late {
            self.breaks(what);
        }
    }

    /// After each record of a run: it may be one that a schedule has made, and may have ended with it.
    pub(super) fn note_schedule(&mut self, queue: &QueueKey, record: &Record) {
        self.note(queue, &record.body);
        if self.schedules.0.is_empty() {
            return;
        }
        let run_id = match &record.body {
            Body::Request { run_id, .. }
            | Body::Claim { run_id, .. }
            | Body::Decision { run_id, .. }
            | Body::Report { run_id, .. } => run_id,
            Body::Epoch(_) | Body::Malformed { .. } => return,
        };
        let log = self.logs.get(queue);
        let known = log.and_then(|log| log.runs.get(run_id)?.asked.clone());
        // The first body under an id is what it was made with; what comes later is another leader's word for the same.
        if let Body::Request {
            request: Request::Run(asked),
            ..
        } = &record.body
            && known.is_some_and(|known| Arc::ptr_eq(&known, asked))
        {
            let run = RunKey {
                queue: queue.clone(),
                run_id: run_id.clone(),
            };
            self.on_made(&run, record.at, asked);
        }
        self.note_end(queue, run_id, record.at);
    }

    /// A run is requested that nobody has asked for before.
    fn on_made(&mut self, run: &RunKey, at: Timestamp, asked: &RunRequest) {
        let Some(made) = asked.schedule.as_deref() else {
            return;
        };
        let Some(deployment) = asked.deployment.clone() else {
            return self.breaks(format!("{run}: a schedule of no deployment"));
        };
        let key = (deployment, made.key.to_string());
        let Some(schedule) = self.schedules.0.get(&key) else {
            return self.breaks(format!("{run}: nobody has made the schedule {key:?}"));
        };
        if self.deleted.contains_key(&run.queue) {
            return;
        }
        let legal = match self.unended(schedule) {
            Some(other) if schedule.policy != "allow_all" => {
                Err(format!("{other} has not ended ({})", schedule.policy))
            }
            Some(_) | None => schedule.may_make(made, at),
        };
        if let Err(what) = legal {
            self.breaks(format!("{run} of schedule {key:?}: {what}"));
        }
        if let Some(schedule) = self.schedules.0.get_mut(&key) {
            schedule.settled = schedule.settled.max(made.settled);
            schedule.runs.push(run.run_id.clone());
        }
    }

    fn unended<'a>(&self, schedule: &'a Schedule) -> Option<&'a RunId> {
        let log = self.logs.get(&schedule.queue)?;
        schedule.runs.iter().find(|run_id| {
            let run = log.runs.get(*run_id);
            run.is_none_or(|run| !matches!(run.stands, Stands::Ended(_)))
        })
    }

    fn note_end(&mut self, queue: &QueueKey, run_id: &RunId, at: Timestamp) {
        let log = self.logs.get(queue);
        let Some(run) = log.and_then(|log| log.runs.get(run_id)) else {
            return;
        };
        if !matches!(run.stands, Stands::Ended(_)) {
            return;
        }
        for schedule in self.schedules.0.values_mut() {
            if schedule.queue == *queue && schedule.runs.contains(run_id) {
                schedule.runs.retain(|other| other != run_id);
                schedule.ended_at = schedule.ended_at.max(at);
            }
        }
    }
}
