//! Every domain type over the wire and back, whatever is in it; and what a reader does with bytes that are not his.

#![expect(
    clippy::unwrap_used,
    reason = "what is made here is legal, or the test is wrong"
)]

#[path = "domain/basic.rs"]
mod basic;
#[path = "domain/cells.rs"]
mod cells;
#[path = "domain/events.rs"]
mod events;
#[path = "domain/limits.rs"]
mod limits;
#[path = "domain/requests.rs"]
mod requests;
#[path = "domain/retries.rs"]
mod retries;
#[path = "domain/views.rs"]
mod views;

use basic::any_queue_key;
use cells::any_cell;
use events::{
    any_claim, any_decision, any_epoch, any_lease, any_output, any_report, any_session, own,
};
use proptest::prelude::*;
use requests::any_request;
use views::{
    any_answerer, any_filter, any_pool_list, any_run_list, any_schedule_filter, any_schedule_list,
    any_why, any_worker_list,
};
use weir_core::{
    ids::Seq,
    session::{ObserverRecord, TracedRecord, TracerRecord},
};
use weir_proto::{
    api, decode_cell, decode_claim, decode_decision, decode_epoch, decode_lease, decode_observer,
    decode_output, decode_report, decode_request, decode_session, decode_traced, decode_tracer,
    encode_cell, encode_claim, encode_decision, encode_epoch, encode_lease, encode_observer,
    encode_output, encode_report, encode_request, encode_request_json, encode_session,
    encode_traced, encode_tracer, is_json,
};

/// Field 2047, varint 1: what a newer writer might add to any message.
const UNKNOWN_FIELD: [u8; 3] = [0xf8, 0x7f, 0x01];

fn with_unknown(bytes: &[u8]) -> Vec<u8> {
    [bytes, &UNKNOWN_FIELD].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn claims_come_back_and_unknown_fields_are_ignored(queue in any_queue_key(), other in any_queue_key(), seed in any::<u8>(), claim in any_claim()) {
        // One time in two the claim's limits are those of the subject.
        let claim = if seed % 2 == 0 { own(claim, &queue) } else { own(claim, &other) };
        let bytes = encode_claim(&claim, &queue);
        prop_assert_eq!(decode_claim(&bytes, &queue), Ok(claim.clone()));
        prop_assert_eq!(decode_claim(&with_unknown(&bytes), &queue), Ok(claim));
    }

    #[test]
    fn decisions_come_back_and_unknown_fields_are_ignored(decision in any_decision()) {
        let bytes = encode_decision(&decision);
        prop_assert_eq!(decode_decision(&bytes), Ok(decision.clone()));
        prop_assert_eq!(decode_decision(&with_unknown(&bytes)), Ok(decision));
    }

    #[test]
    fn reports_come_back_and_unknown_fields_are_ignored(report in any_report()) {
        let bytes = encode_report(&report);
        prop_assert_eq!(decode_report(&bytes), Ok(report.clone()));
        prop_assert_eq!(decode_report(&with_unknown(&bytes)), Ok(report));
    }

    #[test]
    fn epochs_sessions_and_leases_come_back(epoch in any_epoch(), session in any_session(), lease in any_lease()) {
        prop_assert_eq!(decode_epoch(&with_unknown(&encode_epoch(&epoch))), Ok(epoch));
        prop_assert_eq!(decode_session(&with_unknown(&encode_session(&session))), Ok(session));
        prop_assert_eq!(decode_lease(&with_unknown(&encode_lease(&lease))), Ok(lease));
    }

    #[test]
    fn an_observers_lease_comes_back(session in any_session()) {
        let observer = ObserverRecord { worker: session.worker, session: session.session };
        prop_assert_eq!(decode_observer(&with_unknown(&encode_observer(&observer))), Ok(observer));
    }

    #[test]
    fn a_tracers_lease_and_how_far_it_has_come_come_back(lease in any_lease(), session in any_session(), up_to in any::<u64>(), closed in any::<bool>()) {
        let held = TracerRecord { scheduler: lease.leader, session: session.session };
        prop_assert_eq!(decode_tracer(&with_unknown(&encode_tracer(&held))), Ok(held));
        let position = TracedRecord { up_to: Seq(up_to), closed };
        prop_assert_eq!(decode_traced(&with_unknown(&encode_traced(&position))), Ok(position));
    }

    #[test]
    fn records_of_the_cell_log_come_back(body in any_cell()) {
        let bytes = encode_cell(&body);
        prop_assert_eq!(decode_cell(&bytes), Ok(body.clone()));
        prop_assert_eq!(decode_cell(&with_unknown(&bytes)), Ok(body));
    }

    #[test]
    fn output_comes_back(output in any_output()) {
        let bytes = encode_output(&output.lines, output.last);
        prop_assert_eq!(decode_output(&with_unknown(&bytes)), Ok(output));
    }

    #[test]
    fn requests_come_back_as_protobuf_and_as_json(request in any_request()) {
        let bytes = encode_request(&request);
        prop_assert_eq!(decode_request(&bytes), request.clone());
        prop_assert_eq!(decode_request(&with_unknown(&bytes)), request.clone());
        let json = encode_request_json(&request);
        prop_assert_eq!(decode_request(json.as_bytes()), request.clone());
        prop_assert_eq!(decode_request(format!(" \t\r\n{json}\n").as_bytes()), request);
    }

    #[test]
    fn a_protobuf_request_begins_with_neither_brace_nor_white_space(request in any_request()) {
        let bytes = encode_request(&request);
        prop_assert!(!is_json(&bytes));
        let first = bytes.first().copied();
        let reserved = first.is_some_and(|byte| byte.is_ascii_whitespace() || byte == 0x0b || byte == b'{');
        prop_assert!(!reserved, "it begins with {:?}", first);
        prop_assert!(is_json(encode_request_json(&request).as_bytes()));
    }

    #[test]
    fn what_is_asked_and_told_of_schedules_comes_back(
        filter in any_schedule_filter(), list in any_schedule_list(),
    ) {
        let (bytes, text) = (api::encode_schedule_filter(&filter), api::schedule_filter_json(&filter));
        prop_assert!(!is_json(&bytes));
        prop_assert_eq!(api::decode_schedule_filter(&bytes), Ok(filter.clone()));
        prop_assert_eq!(api::decode_schedule_filter(text.as_bytes()), Ok(filter));
        prop_assert!(valid(&api::schedule_list_json(&list)));
        prop_assert_eq!(api::decode_schedule_list(&with_unknown(&api::encode_schedule_list(&list))), Ok(list));
    }

    #[test]
    fn the_control_api_comes_back(
        filter in any_filter(), runs in any_run_list(), why in any_why(), answerer in any_answerer(),
        pools in any_pool_list(), workers in any_worker_list(),
    ) {
        prop_assert_eq!(api::decode_run_filter(&api::encode_run_filter(&filter)), Ok(filter.clone()));
        prop_assert_eq!(api::decode_run_filter(api::run_filter_json(&filter).as_bytes()), Ok(filter.clone()));
        prop_assert!(!is_json(&api::encode_run_filter(&filter)));
        prop_assert!(valid(&api::run_list_json(&runs)));
        prop_assert_eq!(api::decode_run_list(&with_unknown(&api::encode_run_list(&runs))), Ok(runs));
        prop_assert!(valid(&api::why_json(&why)));
        prop_assert_eq!(api::decode_why(&with_unknown(&api::encode_why(&why))), Ok(why));
        prop_assert!(valid(&api::answerer_json(&answerer)));
        prop_assert_eq!(api::decode_answerer(&with_unknown(&api::encode_answerer(&answerer))), Ok(answerer));
        prop_assert!(valid(&api::pool_list_json(&pools)));
        prop_assert_eq!(api::decode_pool_list(&with_unknown(&api::encode_pool_list(&pools))), Ok(pools));
        prop_assert!(valid(&api::worker_list_json(&workers)));
        prop_assert_eq!(api::decode_worker_list(&with_unknown(&api::encode_worker_list(&workers))), Ok(workers));
    }

    #[test]
    fn bytes_of_any_kind_are_answered_and_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200), queue in any_queue_key(),
    ) {
        every_decoder(&bytes, &queue);
    }

    #[test]
    fn broken_records_are_answered_and_never_panic(
        claim in any_claim(), report in any_report(), request in any_request(), queue in any_queue_key(),
        at in any::<proptest::sample::Index>(), byte in any::<u8>(),
    ) {
        let json = encode_request_json(&request).into_bytes();
        for bytes in [encode_claim(&claim, &queue).to_vec(), encode_report(&report).to_vec(), encode_request(&request).to_vec(), json] {
            if bytes.is_empty() {
                continue;
            }
            let at = at.index(bytes.len());
            let mut broken = bytes.clone();
            broken[at] = byte;
            every_decoder(&broken, &queue);
            every_decoder(&bytes[..at], &queue);
        }
    }

    #[test]
    fn texts_in_duration_fields_are_answered_and_never_panic(text in "-{0,2}[0-9]{0,20}[.]?[0-9-+]{0,11}s{0,2}") {
        let json = serde_json::json!({ "timeout": text, "retryDelay": text }).to_string();
        drop(decode_request(json.as_bytes()));
    }
}

fn valid(json: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(json).is_ok_and(|value| value.is_object())
}

fn every_decoder(bytes: &[u8], queue: &weir_core::ids::QueueKey) {
    drop(decode_claim(bytes, queue));
    drop(decode_decision(bytes));
    drop(decode_report(bytes));
    drop(decode_epoch(bytes));
    drop(decode_cell(bytes));
    drop(decode_session(bytes));
    drop(decode_lease(bytes));
    drop(decode_output(bytes));
    drop(decode_request(bytes));
    drop(api::decode_run_filter(bytes));
    drop(api::decode_run_list(bytes));
    drop(api::decode_why(bytes));
    drop(api::decode_pool_list(bytes));
}
