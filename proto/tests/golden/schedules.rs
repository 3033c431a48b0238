//! Samples of what schedules brought: a request that says which has made it.

use std::sync::Arc;

use weir_core::{
    ids::Epoch,
    request::{Request, RunRequest},
    schedule::{PassedOver, PassedReason, ScheduleRef},
    time::Timestamp,
};
use weir_proto::{decode_request, encode_request, encode_request_json};

use crate::{Sample, sample};

pub(crate) fn schedules() -> Vec<Sample> {
    let made = ScheduleRef {
        key: "nightly".parse().unwrap(),
        due: Timestamp(1_795_000_000_000_000_000),
        settled: Timestamp(1_795_000_600_000_000_000),
        database: "2026a".to_owned(),
        backfill: false,
        epoch: Epoch(7),
        passed_over: None,
    };
    let filled = ScheduleRef {
        settled: made.due,
        backfill: true,
        epoch: Epoch(0),
        ..made.clone()
    };
    let request = |schedule| {
        Request::Run(Arc::new(RunRequest {
            deployment: Some("etl/load".parse().unwrap()),
            schedule: Some(Arc::new(schedule)),
            ..RunRequest::default()
        }))
    };
    let passing = ScheduleRef {
        passed_over: Some(PassedOver {
            at: made.settled,
            reason: PassedReason::Missed,
        }),
        ..made.clone()
    };
    let (made, filled, passing) = (request(made), request(filled), request(passing));
    let again = made.clone();
    vec![
        sample("request.scheduled", encode_request(&made), move |bytes| {
            decode_request(bytes) == again
        }),
        sample(
            "request.scheduled.json",
            encode_request_json(&made),
            move |bytes| decode_request(bytes) == made,
        ),
        sample(
            "request.backfilled",
            encode_request(&filled),
            move |bytes| decode_request(bytes) == filled,
        ),
        sample(
            "request.scheduled.passing",
            encode_request(&passing),
            move |bytes| decode_request(bytes) == passing,
        ),
    ]
}
