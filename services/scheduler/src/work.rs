//! What a leader asks to be done on the wire, and what came of it.

use std::time::Duration;

use weir_core::{
    ids::{DeploymentName, Lane, QueueKey, QueueStream, Seq, SessionId},
    session::{LeaseRecord, Session},
    time::Timestamp,
};
use weir_log::{Append, AppendError, Appended, CellAppend, Entry, Log, LogError, Usage};
use weir_runtime::Clock;

use crate::measure::{AppendMeasures, measured};

/// Something to do on the wire.
#[derive(Debug)]
pub(crate) enum Work {
    /// Append a decision.
    Decide {
        queue: QueueStream,
        n: u64,
        append: Append,
    },
    /// Append an epoch record on a lane.
    Fence {
        queue: QueueStream,
        lane: Lane,
        append: Append,
    },
    /// Append to the cell log.
    Cell { what: CellWork, append: CellAppend },
    /// Make a queue's stream, then open it.
    Create { queue: QueueStream, bytes_max: u64 },
    /// Look how full a queue's stream is.
    Usage { queue: QueueStream },
    /// Shut the door of a queue's stream to requests.
    Shut(QueueStream),
    /// Seal a queue's stream.
    Seal(QueueStream),
    /// Raise a stream's bound.
    Resize { queue: QueueStream, bytes_max: u64 },
    /// Write the lease.
    Lease {
        lease: LeaseRecord,
        ttl: Duration,
        last: Seq,
    },
    /// Read the lease.
    ReadLease,
    /// End a session that is not renewed any more.
    Close {
        id: SessionId,
        session: Box<Session>,
        last: Seq,
    },
}

/// Why something is appended to the cell log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CellWork {
    /// The leader's epoch.
    Epoch,
    /// A queue is opened.
    Open(QueueKey),
    /// A queue is closed.
    Close(QueueKey),
    /// The barrier before rejections for what config lacks.
    Barrier,
    /// A deployment that cannot be started is paused.
    Pause(DeploymentName),
}

/// What came of a [`Work`]. A leadership that is over is told by its number.
#[derive(Debug)]
pub(crate) enum Done {
    Decided {
        queue: QueueKey,
        n: u64,
        result: Result<Appended, AppendError>,
    },
    Fenced {
        queue: QueueKey,
        lane: Lane,
        result: Result<Appended, AppendError>,
    },
    Cell {
        what: CellWork,
        result: Result<Appended, AppendError>,
    },
    Created {
        queue: QueueStream,
        result: Result<(), LogError>,
    },
    Usage {
        queue: QueueKey,
        result: Result<Usage, LogError>,
    },
    /// With the last position in the stream.
    Shut {
        queue: QueueStream,
        last: Result<Seq, LogError>,
    },
    /// Likewise.
    Sealed {
        queue: QueueStream,
        last: Result<Seq, LogError>,
    },
    Resized {
        queue: QueueKey,
        result: Result<(), LogError>,
    },
    /// With the monotonic time at which the renewal was sent.
    Lease {
        sent: Duration,
        epoch: weir_core::ids::Epoch,
        result: Result<(Seq, Timestamp), AppendError>,
    },
    /// A session's closing.
    Closed {
        id: SessionId,
        result: Result<Seq, AppendError>,
    },
    ReadLease {
        result: Result<Option<(Seq, Timestamp, LeaseRecord)>, LogError>,
    },
    /// An API request has been answered.
    Answered,
}

/// Does it. Nothing is tried twice here: that is the leader's to decide.
///
/// Each way stands in a box: a task is as large as the largest of them, and is moved several times before it begins.
pub(crate) async fn carry_out<L: Log>(
    log: L,
    clock: Clock,
    appends: &AppendMeasures,
    work: Work,
) -> Done {
    match work {
        Work::Decide { queue, n, append } => {
            let result = append_to(&log, &clock, appends, &queue, append).await;
            let queue = queue.key;
            Done::Decided { queue, n, result }
        }
        Work::Fence {
            queue,
            lane,
            append,
        } => {
            let result = append_to(&log, &clock, appends, &queue, append).await;
            Done::Fenced {
                queue: queue.key,
                lane,
                result,
            }
        }
        Work::Cell { what, append } => {
            let result = measured(&appends.cell, &clock, Box::pin(log.append_cell(append))).await;
            Done::Cell { what, result }
        }
        Work::Create { queue, bytes_max } => {
            let result = Box::pin(log.create_queue(&queue, bytes_max)).await;
            Done::Created { queue, result }
        }
        Work::Usage { queue } => {
            let result = Box::pin(log.usage(&queue)).await;
            Done::Usage {
                queue: queue.key,
                result,
            }
        }
        Work::Resize { queue, bytes_max } => {
            let result = Box::pin(log.resize_queue(&queue, bytes_max)).await;
            Done::Resized {
                queue: queue.key,
                result,
            }
        }
        Work::Shut(queue) => {
            let last = Box::pin(last_after(&log, &queue, log.shut_queue(&queue))).await;
            Done::Shut { queue, last }
        }
        Work::Seal(queue) => {
            let last = Box::pin(last_after(&log, &queue, log.seal_queue(&queue))).await;
            Done::Sealed { queue, last }
        }
        Work::Lease { lease, ttl, last } => {
            let sent = clock.monotonic();
            let put = Box::pin(log.put_lease(&lease, ttl, last));
            let result = measured(&appends.lease, &clock, put).await;
            Done::Lease {
                sent,
                epoch: lease.epoch,
                result,
            }
        }
        Work::Close { id, session, last } => {
            let result = Box::pin(log.put_session(&session, last)).await;
            Done::Closed { id, result }
        }
        Work::ReadLease => Done::ReadLease {
            result: Box::pin(log.lease()).await,
        },
    }
}

async fn append_to<L: Log>(
    log: &L,
    clock: &Clock,
    appends: &AppendMeasures,
    queue: &QueueStream,
    append: Append,
) -> Result<Appended, AppendError> {
    let kind = match &append.entry {
        Entry::Claim { .. } => &appends.claim,
        Entry::Epoch(_) => &appends.fence,
        Entry::Decision { .. } | Entry::Request { .. } | Entry::Report { .. } => &appends.decision,
    };
    measured(kind, clock, Box::pin(log.append(queue, append))).await
}

/// The last position in a queue's stream, once that is done to it.
async fn last_after<L: Log>(
    log: &L,
    queue: &QueueStream,
    done: impl Future<Output = Result<(), LogError>>,
) -> Result<Seq, LogError> {
    done.await?;
    Ok(log.usage(queue).await?.last)
}

#[cfg(test)]
mod tests {
    use weir_log::JetStream;

    use super::*;

    /// The size of what a function returns, without a call.
    const fn returned<A, F: Future>(_: &impl Fn(A) -> F) -> usize {
        size_of::<F>()
    }

    /// There is one for each claim, and it is moved several times before it begins.
    #[test]
    fn a_piece_of_work_is_small() {
        let carry_out =
            |(log, clock, appends, work): (JetStream, Clock, &'static AppendMeasures, Work)| {
                carry_out(log, clock, appends, work)
            };
        let size = returned(&carry_out);
        assert!(size <= 2_560, "{size} bytes");
    }
}
