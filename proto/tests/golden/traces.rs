//! How far traces have come, and who makes them.

use weir_core::{
    ids::Seq,
    session::{TracedRecord, TracerRecord},
};
use weir_proto::{decode_traced, decode_tracer, encode_traced, encode_tracer};

use crate::{Sample, sample};

pub(crate) fn traces() -> Vec<Sample> {
    let lease = TracerRecord {
        scheduler: "host-3-1".parse().unwrap(),
        session: "s1".parse().unwrap(),
    };
    let position = TracedRecord {
        up_to: Seq(300),
        closed: true,
    };
    vec![
        sample("tracer", encode_tracer(&lease), move |bytes| {
            decode_tracer(bytes) == Ok(lease.clone())
        }),
        sample("traced", encode_traced(&position), move |bytes| {
            decode_traced(bytes) == Ok(position)
        }),
    ]
}
