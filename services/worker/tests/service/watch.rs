//! What a test sees of a worker: the log, waited for.

use weir_core::{
    event::{Body, Outcome, OutcomeClass, Record, Report, Reported},
    ids::{Attempt, RunKey, Seq},
    session::Session,
};
use weir_log::{Leases as _, OutputLine, Outputs as _, QueueLog as _, Tail as _, TailEvent};

use crate::stage::{DEADLINE, Stage, queue_key, run_id};

impl Stage {
    pub(crate) async fn records(&self, run: &str) -> Vec<Record> {
        self.log
            .run_records(&self.queue, &run_id(run))
            .await
            .unwrap()
    }

    /// What workers have reported about a run so far.
    pub(crate) async fn reports(&self, run: &str) -> Vec<Report> {
        let report = |record: Record| match record.body {
            Body::Report { report, .. } => Some(report),
            _ => None,
        };
        self.records(run)
            .await
            .into_iter()
            .filter_map(report)
            .collect()
    }

    /// Waits until the queue's log holds what is wanted about a run.
    pub(crate) async fn until(&self, run: &str, wanted: impl Fn(&Reported) -> bool) -> Report {
        let mut tail = self.log.tail(&self.queue, Seq(0)).await.unwrap();
        let found = async {
            loop {
                let TailEvent::Records(records) = tail.next().await.unwrap() else {
                    continue;
                };
                for record in records {
                    if let Body::Report { run_id: of, report } = record.body
                        && of == run_id(run)
                        && wanted(&report.what)
                    {
                        return report;
                    }
                }
            }
        };
        let Ok(report) = tokio::time::timeout(DEADLINE, found).await else {
            panic!("not in time; {run} has {:#?}", self.reports(run).await)
        };
        report
    }

    pub(crate) async fn until_started(&self, run: &str) {
        self.until(run, |what| matches!(what, Reported::Started { .. }))
            .await;
    }

    /// Waits for the end of an attempt and says how it ended, and whether it is gone.
    pub(crate) async fn until_finished(&self, run: &str) -> (Outcome, bool) {
        let report = self
            .until(run, |what| matches!(what, Reported::Finished { .. }))
            .await;
        match report.what {
            Reported::Finished { outcome, gone } => (outcome, gone),
            other => panic!("{other:?}"),
        }
    }

    /// Waits for a session record of a worker that is as wanted.
    pub(crate) async fn until_session(
        &self,
        name: &str,
        wanted: impl Fn(&Session) -> bool,
    ) -> Session {
        let mut tail = self.log.sessions().await.unwrap();
        let found = async {
            loop {
                let TailEvent::Records(records) = tail.next().await.unwrap() else {
                    continue;
                };
                for record in records {
                    if record.session.worker.as_str() == name && wanted(&record.session) {
                        return record.session;
                    }
                }
            }
        };
        tokio::time::timeout(DEADLINE, found)
            .await
            .expect("such a session in time")
    }

    /// The output of an attempt, to its last chunk.
    pub(crate) async fn output(&self, run: &str) -> Vec<OutputLine> {
        let key = RunKey {
            queue: queue_key(),
            run_id: run_id(run),
        };
        let mut tail = self.log.output(&key, Some(Attempt(1))).await.unwrap();
        let mut lines = Vec::new();
        let all = async {
            loop {
                let TailEvent::Records(chunks) = tail.next().await.unwrap() else {
                    continue;
                };
                for chunk in chunks {
                    lines.extend(chunk.lines);
                    if chunk.last {
                        return;
                    }
                }
            }
        };
        tokio::time::timeout(DEADLINE, all)
            .await
            .expect("the last chunk in time");
        lines
    }
}

/// The classes of outcomes are what most tests ask for.
pub(crate) fn class((outcome, gone): (Outcome, bool)) -> (OutcomeClass, bool) {
    (outcome.class, gone)
}
