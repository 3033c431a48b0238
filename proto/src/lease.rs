//! The workers' sessions and the leader's lease.

use bytes::Bytes;
use prost::Message;
use weir_core::{
    ids::Seq,
    session::{LeaseRecord, ObserverRecord, Session, TracedRecord, TracerRecord},
};

use crate::{
    error::{DecodeError, decode},
    field, wire,
};

/// The bytes of a worker's session.
pub fn encode_session(session: &Session) -> Bytes {
    let Session {
        worker,
        session,
        pool,
        queues,
        kind,
        capacity,
        in_use,
        lease,
        version,
        started_at,
        draining,
        ended,
    } = session;
    let session = wire::Session {
        worker: worker.to_string(),
        session: session.to_string(),
        pool: pool.to_string(),
        queues: queues.iter().map(ToString::to_string).collect(),
        kind: kind.clone(),
        capacity: *capacity,
        in_use: *in_use,
        lease: Some((*lease).into()),
        version: version.clone(),
        started_at: Some((*started_at).into()),
        draining: *draining,
        ended: *ended,
    };
    session.encode_to_vec().into()
}

/// The session in these bytes.
pub fn decode_session(payload: &[u8]) -> Result<Session, DecodeError> {
    decode("session", payload, |session| {
        let wire::Session {
            worker,
            session,
            pool,
            queues,
            kind,
            capacity,
            in_use,
            lease,
            version,
            started_at,
            draining,
            ended,
        } = session;
        Ok(Session {
            worker: field::name("worker", &worker)?,
            session: field::name("session", &session)?,
            pool: field::name("pool", &pool)?,
            queues: field::names("queues", &queues)?,
            kind: field::text(kind),
            capacity,
            in_use,
            lease: field::required("lease", field::optional_span("lease", lease)?)?,
            version: field::text(version),
            started_at: field::time("startedAt", started_at)?,
            draining,
            ended,
        })
    })
}

/// The bytes of the leader's lease.
pub fn encode_lease(lease: &LeaseRecord) -> Bytes {
    let LeaseRecord { leader, epoch } = lease;
    wire::Leader {
        leader: leader.to_string(),
        epoch: epoch.0,
    }
    .encode_to_vec()
    .into()
}

/// The leader's lease in these bytes.
pub fn decode_lease(payload: &[u8]) -> Result<LeaseRecord, DecodeError> {
    decode("leader lease", payload, |wire::Leader { leader, epoch }| {
        Ok(LeaseRecord {
            leader: field::name("leader", &leader)?,
            epoch: field::epoch(epoch)?,
        })
    })
}

/// The bytes of an observer's lease.
pub fn encode_observer(observer: &ObserverRecord) -> Bytes {
    let ObserverRecord { worker, session } = observer;
    wire::Observer {
        worker: worker.to_string(),
        session: session.to_string(),
    }
    .encode_to_vec()
    .into()
}

/// The observer's lease in these bytes.
pub fn decode_observer(payload: &[u8]) -> Result<ObserverRecord, DecodeError> {
    decode(
        "observer lease",
        payload,
        |wire::Observer { worker, session }| {
            Ok(ObserverRecord {
                worker: field::name("worker", &worker)?,
                session: field::name("session", &session)?,
            })
        },
    )
}

/// The bytes of the lease of the scheduler that makes the runs' traces.
pub fn encode_tracer(tracer: &TracerRecord) -> Bytes {
    let TracerRecord { scheduler, session } = tracer;
    wire::Tracer {
        scheduler: scheduler.to_string(),
        session: session.to_string(),
    }
    .encode_to_vec()
    .into()
}

/// That lease in these bytes.
pub fn decode_tracer(payload: &[u8]) -> Result<TracerRecord, DecodeError> {
    decode(
        "tracer lease",
        payload,
        |wire::Tracer { scheduler, session }| {
            Ok(TracerRecord {
                scheduler: field::name("scheduler", &scheduler)?,
                session: field::name("session", &session)?,
            })
        },
    )
}

/// The bytes of how far a queue's traces have been handed over.
pub fn encode_traced(traced: &TracedRecord) -> Bytes {
    let TracedRecord { up_to, closed } = *traced;
    wire::Traced {
        up_to: up_to.0,
        closed,
    }
    .encode_to_vec()
    .into()
}

/// How far a queue's traces have been handed over, in these bytes.
pub fn decode_traced(payload: &[u8]) -> Result<TracedRecord, DecodeError> {
    decode(
        "traced position",
        payload,
        |wire::Traced { up_to, closed }| {
            Ok(TracedRecord {
                up_to: Seq(up_to),
                closed,
            })
        },
    )
}
