//! The life of one attempt in this worker: take it, render it, run it, report it, let go of it.

mod telling;

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tracing::Instrument as _;
use weir_core::{
    event::{Body, Claimed, Report, Reported},
    ids::{QueueStream, RunKey, Seq},
    request::{Request, RunRequest},
};
use weir_log::{Log, traits::ClaimAck};
use weir_runtime::Backoff;

use super::{
    Shared,
    beside::beside,
    lease::Live,
    measure::class,
    orders::{Orders, Standing},
    report::{Reporter, Told},
    revisions::Ready,
};
use crate::{
    executor::{Control, Ended, Ending, Executor, Job, StopCause},
    output,
};

/// How long the end waits for the last output, so that whoever hears of it finds the output complete.
const OUTPUT_FIRST: Duration = Duration::from_millis(250);
/// How long the last output may take after the end has been told.
const OUTPUT_LAST: Duration = Duration::from_secs(5);
/// How long a request that a claim names may be missing on the replica that is asked.
const REQUEST_MISSING_MAX: Duration = Duration::from_secs(30);

/// One claim that this worker has room for.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) run: RunKey,
    pub(super) stream: QueueStream,
    pub(super) claim_seq: Seq,
    pub(super) claimed: Claimed,
    pub(super) session: Arc<Live>,
    pub(super) orders: Arc<Orders>,
    pub(super) flow: u64,
    /// Orders may have been given before this worker listened: look for them.
    pub(super) look_for_orders: bool,
    /// One of the worker's places.
    pub(super) room: OwnedSemaphorePermit,
}

type Requested = Result<(Arc<RunRequest>, Option<String>), Ended>;

/// The run's trace, as the attempt is told it.
fn trace_id(job: &Job) -> Option<String> {
    let traceparent = job.env.get("TRACEPARENT")?;
    traceparent.split('-').nth(1).map(str::to_owned)
}

impl Attempt {
    /// Takes the claim and sees the attempt through.
    pub(super) async fn run<L: Log, E: Executor, A: ClaimAck>(
        self,
        shared: Arc<Shared<L, E>>,
        ack: A,
    ) {
        let shared = &*shared;
        let mut reporter = Reporter {
            log: &shared.log,
            clock: &shared.clock,
            measures: &shared.measures,
            stream: &self.stream,
            run: &self.run,
            attempt: self.claimed.attempt,
            claim_seq: self.claim_seq,
            session: &self.session,
            orders: &self.orders,
            flow: self.flow,
            n: 0,
            unsure: false,
        };
        // What is done once is in boxes of its own: a task is as large as the largest of its steps, and an attempt that
        // runs for hours would keep the room that only its first milliseconds needed; and it is moved when it is spawned.
        let (taken, request) = tokio::join!(
            Box::pin(self.take(shared, &mut reporter)),
            Box::pin(self.request(shared))
        );
        if !taken {
            tracing::debug!(weir.run = %self.run, weir.attempt = %self.claimed.attempt, "claim is not ours");
            shared.measures.ended("refused");
            // A `Taken` without an answer may stand before the revocation that kept its repetition out: then the log
            // holds the attempt for us until we say that it is gone. If it does not stand there, the word is void.
            if reporter.unsure && matches!(self.orders.standing(), Standing::Revoked(_)) {
                let ended = Ended::stopped_before_start(StopCause::Revoked);
                Box::pin(self.tell_end(&mut reporter, &ended, false)).await;
            }
            ack.done().await;
            return;
        }
        ack.done().await;
        if self.look_for_orders {
            Box::pin(self.find_orders(shared)).await;
        }
        // The last look before anything is started: the worker may have been frozen since it took the claim.
        if !self.may_start() {
            // Told all the same: a session that is renewed later would hold the attempt for ever.
            shared.measures.ended("not-begun");
            Box::pin(self.hand_back(&mut reporter)).await;
            return;
        }
        match Box::pin(self.prepare(shared, request)).await {
            Ok(job) => {
                // Whatever is logged on the way says of which attempt it is, and of which trace.
                let trace_id = trace_id(&job);
                let life = tracing::info_span!(
                    "attempt", weir.run = %self.run, weir.attempt = %self.claimed.attempt, trace_id
                );
                let executed = Box::pin(self.execute(shared, &mut reporter, job));
                executed.instrument(life).await;
            }
            Err(ended) => {
                shared.measures.ended(class(ended.outcome.class));
                Box::pin(self.tell_end(&mut reporter, &ended, false)).await;
            }
        }
        drop(self.room);
    }

    /// Whether it may be started still: this worker goes on, and its session is good for it. An order to cancel is for
    /// later: then there is an end to be told.
    fn may_start(&self) -> bool {
        let stopping = self
            .orders
            .is_stopped()
            .is_some_and(|stop| match stop.cause {
                StopCause::WorkerStopping | StopCause::SessionLost => true,
                StopCause::Cancelled | StopCause::Revoked => false,
            });
        self.session.may_start() && !self.orders.is_handed_back() && !stopping
    }

    /// Reports `Taken` and looks whether this very report was the first. Nothing has been touched until then.
    async fn take<L: Log, E: Executor>(
        &self,
        shared: &Shared<L, E>,
        reporter: &mut Reporter<'_, L>,
    ) -> bool {
        let worker = shared.config.name.clone();
        let lease = shared.config.lease();
        let Ok(Told { appended, unsure }) = reporter.take(Reported::Taken { worker, lease }).await
        else {
            return false;
        };
        let mut backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(500));
        loop {
            match shared
                .log
                .first_report(&self.stream, &self.run.run_id, self.claim_seq)
                .await
            {
                Ok(Some(record)) => {
                    // The same session may have taken the same claim before (its ack was lost): that one has run. Only
                    // a report that may have been stored twice can stand at another place than the one acknowledged.
                    let is_this = record.seq == appended.seq || unsure;
                    return match record.body {
                        Body::Report {
                            report:
                                Report {
                                    attempt,
                                    session,
                                    what: Reported::Taken { .. },
                                    ..
                                },
                            ..
                        } => {
                            is_this && attempt == self.claimed.attempt && session == self.session.id
                        }
                        Body::Report { .. }
                        | Body::Request { .. }
                        | Body::Claim { .. }
                        | Body::Decision { .. }
                        | Body::Epoch(_)
                        | Body::Malformed { .. } => false,
                    };
                }
                Ok(None) => {} // a replica that lags
                Err(error) => {
                    tracing::debug!(weir.run = %self.run, %error, "the first report cannot be read; trying again");
                }
            }
            // Not given up when the session is over: whose the attempt is must be known to be told.
            shared.clock.sleep(backoff.next_delay()).await;
        }
    }

    /// What was asked: the claim brings it along where it is small.
    async fn request<L: Log, E: Executor>(&self, shared: &Shared<L, E>) -> Requested {
        if let Some(copy) = &self.claimed.copy {
            return Ok((Arc::clone(&copy.request), copy.traceparent.clone()));
        }
        let since = shared.clock.monotonic();
        let mut backoff = Backoff::new(Duration::from_millis(2), Duration::from_secs(1));
        let unreadable = |text: &str| {
            Ended::not_started(
                "RequestMissing",
                format!("the request at {}: {text}", self.claimed.request),
            )
        };
        loop {
            match shared.log.record(&self.stream, self.claimed.request).await {
                Ok(Some(record)) => {
                    return match record.body {
                        Body::Request {
                            request: Request::Run(request),
                            traceparent,
                            ..
                        } => Ok((request, traceparent)),
                        Body::Request {
                            request:
                                Request::Cancel(_)
                                | Request::SetPriority(_)
                                | Request::Retry(_)
                                | Request::Waits(_)
                                | Request::GoesOn(_)
                                | Request::Bad(_),
                            ..
                        }
                        | Body::Claim { .. }
                        | Body::Decision { .. }
                        | Body::Report { .. }
                        | Body::Epoch(_)
                        | Body::Malformed { .. } => {
                            Err(unreadable("is not a request to run something"))
                        }
                    };
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::debug!(weir.run = %self.run, %error, "the request cannot be read; trying again");
                }
            }
            let late = shared.clock.monotonic().saturating_sub(since) > REQUEST_MISSING_MAX;
            if late || !self.session.may_start() {
                return Err(unreadable("cannot be found in the queue's stream"));
            }
            shared.clock.sleep(backoff.next_delay()).await;
        }
    }

    /// A cancel that was ordered before this worker followed the queue's orders. Nothing starts before that is known.
    async fn find_orders<L: Log, E: Executor>(&self, shared: &Shared<L, E>) {
        let mut backoff = Backoff::new(Duration::from_millis(2), Duration::from_secs(1));
        let records = loop {
            match shared.log.run_records(&self.stream, &self.run.run_id).await {
                Ok(records) => break records,
                Err(error) => {
                    tracing::warn!(weir.run = %self.run, %error, "earlier orders for this run cannot be read; trying again");
                }
            }
            // What may not be started any more is told to be over, with or without orders.
            if !self.session.may_start() {
                return;
            }
            shared.clock.sleep(backoff.next_delay()).await;
        };
        for record in records {
            if let Body::Decision { decided, .. } = &record.body {
                self.orders
                    .obey(record.seq, self.claimed.attempt, &decided.what);
            }
        }
    }

    async fn prepare<L: Log, E: Executor>(
        &self,
        shared: &Shared<L, E>,
        request: Requested,
    ) -> Result<Job, Ended> {
        if let Some(stop) = self.orders.is_stopped() {
            return Err(Ended::stopped_before_start(stop.cause));
        }
        let (request, traceparent) = request?;
        let ready = Ready {
            run: &self.run,
            incarnation: self.stream.incarnation,
            claim_seq: self.claim_seq,
            claimed: &self.claimed,
            request: &request,
            traceparent: traceparent.as_deref(),
            session: &self.session,
        };
        let job = shared
            .revisions
            .job(&shared.log, &shared.clock, ready)
            .await?;
        if shared.executor.supports(job.kind) {
            Ok(job)
        } else {
            let text = format!(
                "this worker cannot run jobs of a pool of type {}",
                job.kind.as_str()
            );
            Err(Ended::not_started("WrongPoolType", text))
        }
    }

    async fn execute<L: Log, E: Executor>(
        &self,
        shared: &Shared<L, E>,
        reporter: &mut Reporter<'_, L>,
        job: Job,
    ) {
        let (news, heard) = mpsc::unbounded_channel();
        let (output, pump) = output::channel(shared.clock.clone());
        let control = Control {
            stop: self.orders.watch_stop(),
            lease: self.session.deadlines.clone(),
            news,
            output,
            draining: self.orders.watch_handed_back(),
        };
        let mut pump = pin!(pump.run(&shared.log, &self.run, self.claimed.attempt));
        let mut pumped = false;
        let exit_told = {
            let life = pin!(async {
                tokio::join!(
                    shared.executor.run(job, control),
                    self.tell_news(shared, reporter, heard)
                )
            });
            beside(life, &mut pump, &mut pumped).await
        };
        let (ending, exit_told) = exit_told;
        let ended = match ending {
            Ending::Ended(ended) => {
                shared.measures.ended(class(ended.outcome.class));
                ended
            }
            Ending::NotBegun => {
                shared.measures.ended("not-begun");
                return Box::pin(self.hand_back(reporter)).await;
            }
            Ending::LetGo => {
                shared.measures.ended("let-go");
                tracing::debug!(
                    weir.run = %self.run, weir.attempt = %self.claimed.attempt,
                    "let go of: its end is told by whoever follows it"
                );
                return;
            }
        };
        if !pumped && shared.clock.timeout(OUTPUT_FIRST, &mut pump).await.is_ok() {
            pumped = true;
        }
        let mut told = Box::pin(self.tell_end(reporter, &ended, exit_told));
        beside(told.as_mut(), &mut pump, &mut pumped).await;
        if !pumped && shared.clock.timeout(OUTPUT_LAST, pump).await.is_err() {
            tracing::warn!(weir.run = %self.run, "the last output of this run could not be stored in time and is lost");
        }
    }
}

#[cfg(test)]
mod tests;
