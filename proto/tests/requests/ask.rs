//! Asks for a run in JSON, or for a fault.

use std::sync::Arc;

use weir_core::request::{Fault, FaultCode, Request, RunRequest};
use weir_proto::decode_request;

#[track_caller]
pub(crate) fn run(json: &str) -> Arc<RunRequest> {
    match decode_request(json.as_bytes()) {
        Request::Run(run) => run,
        Request::Cancel(cancel) => panic!("a cancel: {cancel:?}"),
        Request::SetPriority(priority) => panic!("a priority: {priority}"),
        Request::Retry(after) => panic!("a retry: {after:?}"),
        other @ (Request::Waits(_) | Request::GoesOn(_)) => panic!("a wait: {other:?}"),
        Request::Bad(fault) => panic!("{fault}"),
    }
}

#[track_caller]
pub(crate) fn fault(payload: impl AsRef<[u8]>) -> Fault {
    match decode_request(payload.as_ref()) {
        Request::Bad(fault) => fault,
        Request::Run(run) => panic!("a run: {run:?}"),
        Request::Cancel(cancel) => panic!("a cancel: {cancel:?}"),
        Request::SetPriority(priority) => panic!("a priority: {priority}"),
        Request::Retry(after) => panic!("a retry: {after:?}"),
        other @ (Request::Waits(_) | Request::GoesOn(_)) => panic!("a wait: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn refused(payload: impl AsRef<[u8]>, code: FaultCode, field: &str, words: &str) {
    let fault = fault(payload);
    assert_eq!((fault.code, fault.field.as_str()), (code, field), "{fault}");
    assert!(
        fault.message.contains(words),
        "{words:?} is not in: {fault}"
    );
}
