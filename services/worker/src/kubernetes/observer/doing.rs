//! What an observer has done about one attempt, and what is under way. Nothing of it is needed by whoever takes over: there
//! it begins anew.

use std::{collections::BTreeMap, time::Duration};

use weir_core::ids::Seq;

use crate::kubernetes::reading::Told;

/// Pauses after a call that has failed for now.
const PAUSE: Duration = Duration::from_secs(2);

/// See the module. Times are of the monotonic clock.
#[derive(Debug, Default)]
pub(super) struct Doing {
    /// Since when the attempt is followed in its present standing.
    pub(super) since: Duration,
    /// It was there when this worker began to observe: another one may have observed it before.
    pub(super) inherited: bool,
    /// Its namespace has not been listed yet since this worker observes: what is not seen may well be there.
    pub(super) unlisted: bool,
    /// The number of a report that is on its way, or not read back yet.
    pub(super) telling: Option<u32>,
    /// A report was refused under this fence: another record stands there, which has not been read yet.
    pub(super) fenced: Option<Seq>,
    /// A call is under way.
    pub(super) calling: bool,
    /// No call before this.
    pub(super) not_before: Duration,
    /// When the server was last asked what there is.
    pub(super) asked_at: Option<Duration>,
    /// How often in a row it said that there is nothing.
    pub(super) absent: u32,
    /// When the Job's events were last looked at.
    pub(super) events_at: Option<Duration>,
    /// Why the Job makes no pod.
    pub(super) no_pod: Option<Told>,
    pub(super) stopping: Stopping,
    /// Output that is being read, by pod.
    pub(super) output: BTreeMap<String, Reading>,
}

/// The output of one pod.
#[derive(Debug)]
pub(super) struct Reading {
    /// Hears that the pod has ended.
    pub(super) ended: tokio::sync::watch::Sender<bool>,
    /// Since when it is known that the pod has ended.
    pub(super) ended_at: Option<Duration>,
    /// All of it is in the log.
    pub(super) done: bool,
}

/// What has been ordered to stop an attempt's pods.
#[derive(Debug, Default)]
pub(super) struct Stopping {
    /// When each pod was last ordered to go, and with which grace.
    pods: BTreeMap<String, (Duration, Duration)>,
}

impl Stopping {
    /// Notes that pods were ordered to go.
    pub(super) fn ordered(&mut self, pods: &[(String, String)], grace: Duration, now: Duration) {
        for (_, uid) in pods {
            self.pods.insert(uid.clone(), (now, grace));
        }
    }
    /// The grace that a pod was given last.
    pub(super) fn grace_of(&self, uid: &str) -> Option<Duration> {
        self.pods.get(uid).map(|(_, grace)| *grace)
    }
    /// When a pod is to be killed that is still there: so long after it was last ordered to go.
    pub(super) fn kill_at(&self, uid: &str, after: Duration) -> Duration {
        let ordered = self.pods.get(uid).map_or(Duration::ZERO, |(at, _)| *at);
        ordered.saturating_add(after)
    }
}

impl Doing {
    pub(super) fn since(now: Duration) -> Self {
        Self {
            since: now,
            ..Self::default()
        }
    }

    /// The pods have ended, or are none of our business any more: what is still to be read is read to its end.
    pub(super) fn end_output(&mut self, now: Duration, pod: Option<&str>) {
        let meant = |uid: &str| pod.is_none_or(|pod| pod == uid);
        for (_, output) in self.output.iter_mut().filter(|(uid, _)| meant(uid)) {
            if output.ended_at.is_none() {
                output.ended_at = Some(now);
                output.ended.send_replace(true);
            }
        }
    }

    /// Some of its output may be in the log: so what is brought begins behind that. Whoever observed before may have brought
    /// output before it could say that the attempt has started.
    pub(super) const fn may_have_output(&self, started: bool) -> bool {
        started || self.inherited
    }

    /// Nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        !self.calling && self.output_is_done()
    }

    /// All output that is being read is in the log.
    pub(super) fn output_is_done(&self) -> bool {
        self.output.values().all(|output| output.done)
    }

    /// A call has failed for now.
    pub(super) fn pause(&mut self, now: Duration) {
        self.not_before = now.saturating_add(PAUSE);
    }

    /// Until when the end waits for output that is still being read, if it does.
    pub(super) fn output_ends_by(&self, now: Duration, within: Duration) -> Option<Duration> {
        let reading = self.output.values().filter(|output| !output.done);
        let until = reading.map(|output| output.ended_at.unwrap_or(now).saturating_add(within));
        until.max().filter(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_looked_for_in_the_log_where_another_may_have_brought_it() {
        let own = Doing::default();
        let inherited = Doing {
            inherited: true,
            ..Doing::default()
        };
        let may = [
            own.may_have_output(false),
            own.may_have_output(true),
            inherited.may_have_output(false),
            inherited.may_have_output(true),
        ];
        assert_eq!(may, [false, true, true, true]);
    }
}
