//! What an attempt has to tell: its news, its end, or that it was handed back.

use std::time::Duration;

use tokio::sync::mpsc;
use weir_core::event::{Outcome, Reported};
use weir_log::Log;

use super::{Attempt, Shared};
use crate::{
    executor::{Ended, Executor, News, StopCause, Submission},
    worker::{orders::Standing, report::Reporter},
};

/// How long an attempt that has exited may take to be gone before its end is told without that.
const GONE_WAIT: Duration = Duration::from_secs(1);

impl Attempt {
    /// Nothing of it was begun and nothing will be here: another worker may have it. Where the scheduler has taken it
    /// back meanwhile, it is gone.
    pub(super) async fn hand_back<L: Log>(&self, reporter: &mut Reporter<'_, L>) {
        tracing::info!(
            weir.run = %self.run, weir.attempt = %self.claimed.attempt,
            "taken and not started: it is handed back"
        );
        if self.orders.standing() == Standing::Ours
            && reporter.report(Reported::HandedBack).await.is_ok()
        {
            return;
        }
        let ended = Ended::stopped_before_start(StopCause::WorkerStopping);
        self.tell_end(reporter, &ended, false).await;
    }

    /// Reports what the executor tells, in order. Says whether the end has been told already.
    pub(super) async fn tell_news<L: Log, E: Executor>(
        &self,
        shared: &Shared<L, E>,
        reporter: &mut Reporter<'_, L>,
        mut heard: mpsc::UnboundedReceiver<News>,
    ) -> bool {
        let mut told = false;
        while let Some(news) = heard.recv().await {
            let what = match news {
                News::Submitted {
                    infrastructure,
                    stands,
                } => {
                    let told = reporter
                        .report(Reported::Submitted { infrastructure })
                        .await;
                    let answer = match told {
                        Ok(_) => Submission::Stands,
                        Err(_) if reporter.unsure => Submission::Unsure,
                        Err(_) => Submission::Refused,
                    };
                    if stands.send(answer).is_err() {
                        tracing::trace!("the executor has let go of the attempt meanwhile");
                    }
                    continue;
                }
                News::Started { infrastructure } => Reported::Started { infrastructure },
                News::Waiting { reason, message } => Reported::Waiting { reason, message },
                News::Exited(outcome) => {
                    // Most often nothing is left of it at once, and one report says both.
                    if shared.clock.timeout(GONE_WAIT, heard.recv()).await.is_ok() {
                        return told;
                    }
                    Reported::Finished {
                        outcome,
                        gone: false,
                    }
                }
            };
            let is_end = matches!(what, Reported::Finished { .. });
            let is_start = matches!(what, Reported::Started { .. });
            if is_start {
                self.orders.tells_start();
            }
            // If it does not stand any more, the orders know, and the end is told accordingly.
            let answer = reporter.report(what).await;
            if is_start {
                let at = answer.as_ref().ok().map(|told| told.appended.seq);
                self.orders.told_start(at);
            }
            told |= answer.is_ok() && is_end;
        }
        told
    }

    /// The last report, in whatever way the attempt stands.
    pub(super) async fn tell_end<L: Log>(
        &self,
        reporter: &mut Reporter<'_, L>,
        ended: &Ended,
        exit_told: bool,
    ) {
        let Ended { outcome, gone } = ended;
        let mut standing = self.orders.standing();
        loop {
            let outcome_if_new = || (!exit_told).then(|| outcome.clone());
            let answer = match standing {
                Standing::Ours if exit_told && *gone => {
                    reporter.report(Reported::Gone { outcome: None }).await
                }
                Standing::Ours if exit_told => break,
                Standing::Ours => {
                    let what = Reported::Finished {
                        outcome: outcome.clone(),
                        gone: *gone,
                    };
                    reporter.report(what).await
                }
                Standing::Revoked(at) if *gone => {
                    reporter
                        .report_revoked(
                            Reported::Gone {
                                outcome: outcome_if_new(),
                            },
                            at,
                        )
                        .await
                }
                Standing::Revoked(_) => break,
                Standing::Forgotten => {
                    tracing::info!(
                        weir.run = %self.run, weir.attempt = %self.claimed.attempt,
                        "the attempt was given up by the scheduler; its end is not reported"
                    );
                    return;
                }
            };
            match answer {
                Ok(_) => break,
                Err(other) => standing = other,
            }
        }
        let Outcome {
            class,
            exit_code,
            reason,
            ..
        } = outcome;
        tracing::debug!(
            weir.run = %self.run, weir.attempt = %self.claimed.attempt, ?class, ?exit_code, %reason, gone,
            "attempt ended"
        );
    }
}
