//! A cell in memory with a pool, and a scheduler and a worker that say what a test tells them to say.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use weir_client::{
    Attempt, Client, JsonObject, PoolSpec, PoolType, QueueKey, QueueSpec, Record, Revision, RunId,
    RunKey, RunRequest, Seq, Timestamp,
};
use weir_core::{
    event::{
        Basis, Body, Claim, Claimed, Decided, Decision, EpochRecord, Outcome, OutcomeClass, Report,
        Reported,
    },
    ids::{DecisionId, Epoch, Lane, QueueStream},
};
use weir_log::{Append, Appended, Entry, Fence, Memory, QueueLog, TailEvent, traits::Tail};

pub(crate) const POOL: &str = "local";

/// A cell with the pool `local` (type process) and its queue `default`.
pub(crate) struct Scene {
    pub(crate) log: Memory,
    pub(crate) client: Client<Memory>,
}

impl Scene {
    /// Nothing configured.
    pub(crate) fn bare() -> Self {
        let clock = Arc::new(AtomicI64::new(1_700_000_000_000_000_000));
        let log = Memory::new(move || Timestamp(clock.fetch_add(1_000_000, Ordering::Relaxed)));
        Self {
            client: Client::over(log.clone(), "tester"),
            log,
        }
    }
    /// With its pool.
    pub(crate) async fn new() -> Self {
        let scene = Self::bare();
        let spec = PoolSpec::new(POOL.parse().expect("a legal name"), PoolType::Process);
        scene
            .client
            .create_pool(spec)
            .await
            .expect("the pool is created");
        scene
    }
    /// One more queue.
    pub(crate) async fn queue(&self, name: &str) -> QueueKey {
        let key = key(name);
        self.client
            .create_queue(QueueSpec::new(key.clone()))
            .await
            .expect("the queue is created");
        key
    }
    /// A leader of one queue.
    pub(crate) async fn leader(&self, queue: &QueueKey) -> Leader {
        let stream = QueueStream {
            key: queue.clone(),
            incarnation: 1,
        };
        let leader = "leader".parse().expect("a legal name");
        let entry = Entry::Epoch(EpochRecord {
            lane: Lane(0),
            epoch: Epoch(1),
            leader,
        });
        let append = Append {
            entry,
            fence: Some(Fence::Own(Seq(0))),
            msg_id: None,
        };
        let lane = self
            .log
            .append(&stream, append)
            .await
            .expect("the lane is free")
            .seq;
        Leader {
            log: self.log.clone(),
            stream,
            lane,
            said: 0,
        }
    }
}

pub(crate) fn key(queue: &str) -> QueueKey {
    QueueKey::new(
        POOL.parse().expect("a legal name"),
        queue.parse().expect("a legal name"),
    )
}
pub(crate) fn run_id(id: &str) -> RunId {
    id.parse().expect("a legal id")
}
pub(crate) fn run(queue: &str, id: &str) -> RunKey {
    RunKey {
        queue: key(queue),
        run_id: run_id(id),
    }
}
/// A request that can be run.
pub(crate) fn echo() -> RunRequest {
    variables(r#"{"command":"echo hi"}"#)
}
pub(crate) fn variables(json: &str) -> RunRequest {
    RunRequest {
        job_variables: JsonObject::parse(json).expect("an object"),
        ..RunRequest::default()
    }
}

/// Says what a scheduler and a worker would say in one queue.
pub(crate) struct Leader {
    log: Memory,
    stream: QueueStream,
    lane: Seq,
    said: u64,
}

impl Leader {
    /// Waits for the next request in the queue.
    pub(crate) async fn next_request(&self, after: Seq) -> Record {
        let mut tail = self
            .log
            .tail(&self.stream, after)
            .await
            .expect("the queue has a stream");
        let found = async {
            loop {
                if let TailEvent::Records(records) =
                    tail.next().await.expect("the stream can be read")
                    && let Some(found) = records
                        .into_iter()
                        .find(|record| matches!(record.body, Body::Request { .. }))
                {
                    return found;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), found)
            .await
            .expect("a request comes")
    }

    async fn append(&self, entry: Entry, fence: Fence) -> Appended {
        let append = Append {
            entry,
            fence: Some(fence),
            msg_id: None,
        };
        self.log
            .append(&self.stream, append)
            .await
            .expect("the fence holds")
    }
    fn decided<T>(&mut self, what: T) -> Decided<T> {
        self.said += 1;
        let id = DecisionId {
            epoch: Epoch(1),
            n: self.said,
        };
        Decided {
            id,
            at: Timestamp(1),
            basis: Basis::default(),
            what,
        }
    }
    fn fence(&self) -> Fence {
        Fence::Lane {
            lane: Lane(0),
            seq: self.lane,
        }
    }

    pub(crate) async fn decide(&mut self, id: &str, decision: Decision) -> Seq {
        let decided = self.decided(decision);
        self.append(
            Entry::Decision {
                run_id: run_id(id),
                decided,
            },
            self.fence(),
        )
        .await
        .seq
    }

    pub(crate) async fn claim(&mut self, id: &str, request: Seq) -> Seq {
        let claimed = Claimed {
            queue_revision: Revision(2),
            ..Claimed::bare(Attempt(1), request)
        };
        let decided = self.decided(Claim::Claimed(claimed));
        self.append(
            Entry::Claim {
                run_id: run_id(id),
                decided,
            },
            self.fence(),
        )
        .await
        .seq
    }

    pub(crate) async fn report(&mut self, id: &str, claim: Seq, n: u32, what: Reported) {
        let report = Report {
            attempt: Attempt(1),
            session: "session".parse().expect("a legal id"),
            n,
            what,
        };
        self.append(
            Entry::Report {
                run_id: run_id(id),
                report,
            },
            Fence::Claim(claim),
        )
        .await;
    }

    /// The whole life of a run from its claim, ended with this exit code.
    pub(crate) async fn live(&mut self, id: &str, request: Seq, exit_code: i32) {
        let claim = self.claim(id, request).await;
        let worker = "w1".parse().expect("a legal name");
        self.report(id, claim, 1, taken(worker)).await;
        self.report(
            id,
            claim,
            2,
            Reported::Started {
                infrastructure: "pid 1".to_owned(),
            },
        )
        .await;
        let class = if exit_code == 0 {
            OutcomeClass::Completed
        } else {
            OutcomeClass::Failed
        };
        let outcome = Outcome {
            exit_code: Some(exit_code),
            ..Outcome::of(class)
        };
        self.report(
            id,
            claim,
            3,
            Reported::Finished {
                outcome,
                gone: true,
            },
        )
        .await;
    }
}

fn taken(worker: weir_client::WorkerName) -> Reported {
    Reported::Taken {
        worker,
        lease: Duration::from_secs(15),
    }
}
