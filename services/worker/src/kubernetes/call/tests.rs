//! What the answers of a real Kubernetes mean, and those of whatever stands between.

use std::io::Read as _;

use flate2::read::GzDecoder;
use http::HeaderValue;
use serde::Deserialize;
use serde_json::Value;

use super::*;

const REFUSALS: &[u8] = include_bytes!("../../../tests/data/kubernetes/refusals.jsonl.gz");

#[derive(Deserialize)]
struct Refusal {
    scenario: String,
    seq: u32,
    status: u16,
    headers: std::collections::BTreeMap<String, String>,
    body: Value,
}

impl Refusal {
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name: http::HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        headers
    }
    fn failure(&self) -> Failure {
        let status = StatusCode::from_u16(self.status).unwrap();
        Failure::of_answer(status, &self.headers(), self.body.to_string().as_bytes())
    }
}

fn refusals() -> Vec<Refusal> {
    let mut text = String::new();
    GzDecoder::new(REFUSALS).read_to_string(&mut text).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn word(failure: &Failure) -> String {
    match failure {
        Failure::Throttled { after, .. } => format!("throttled {after:?}"),
        Failure::Transient { after, .. } => format!("transient {after:?}"),
        Failure::Forbidden { .. } => "forbidden".to_owned(),
        Failure::QuotaExceeded { .. } => "quota".to_owned(),
        Failure::NotFound { .. } => "not found".to_owned(),
        Failure::AlreadyExists { .. } => "already exists".to_owned(),
        Failure::Conflict { .. } => "conflict".to_owned(),
        Failure::Expired { .. } => "expired".to_owned(),
        Failure::Final { code, reason, .. } => format!("final {code} {reason}"),
    }
}

/// What each recorded refusal means; where a scenario has several of one kind, they mean the same.
fn expected(refusal: &Refusal) -> &'static str {
    match (refusal.scenario.as_str(), refusal.status, refusal.seq) {
        ("quota_jobs", 403, _) => "quota",
        // Not a matter of rights: the namespace is on its way out.
        ("missing_namespace", 403, 10) => "final 403 Forbidden",
        ("missing_namespace", 404, 2) | ("invalid_manifest", 404, _) => "final 404 NotFound",
        (_, 401 | 403, _) => "forbidden",
        (_, 404, _) => "not found",
        ("duplicate_create", 409, _) => "already exists",
        (_, 409, _) => "conflict",
        (_, 410, _) => "expired",
        (_, 400, _) => "final 400 BadRequest",
        (_, 413, _) => "final 413 RequestEntityTooLarge",
        (_, 415, _) => "final 415 UnsupportedMediaType",
        (_, 422, _) => "final 422 Invalid",
        (_, 500, _) => "transient None",
        (_, 504, _) => "transient Some(1s)",
        other => panic!("nobody said what {other:?} means"),
    }
}

#[test]
fn each_recorded_refusal_means_what_it_should() {
    let refusals = refusals();
    let refused = refusals.iter().filter(|refusal| refusal.status >= 400);
    let mut count = 0;
    for refusal in refused {
        let failure = refusal.failure();
        assert_eq!(
            word(&failure),
            expected(refusal),
            "{} {}",
            refusal.scenario,
            refusal.seq
        );
        let message = refusal.body["message"].as_str().unwrap();
        assert!(failure.to_string().ends_with(message), "{failure}");
        count += 1;
    }
    assert_eq!(count, 60);
}

#[test]
fn the_recorded_warning_is_read_as_text() {
    let warned: Vec<_> = refusals()
        .iter()
        .flat_map(|refusal| warnings(&refusal.headers()).collect::<Vec<_>>())
        .filter(|text| text.starts_with("unknown"))
        .collect();
    assert_eq!(warned, ["unknown field \"spec.nonsense\""]);
}

#[test]
fn what_stands_between_is_understood_by_its_status_alone() {
    let of = |code: u16, headers: &HeaderMap| {
        let html = b"<html>nginx</html>";
        Failure::of_answer(StatusCode::from_u16(code).unwrap(), headers, html)
    };
    let none = HeaderMap::new();
    assert_eq!(word(&of(502, &none)), "transient None");
    assert_eq!(word(&of(403, &none)), "forbidden");
    assert_eq!(word(&of(404, &none)), "final 404 ");
    assert_eq!(word(&of(302, &none)), "final 302 ");
    let mut wait = HeaderMap::new();
    wait.insert(RETRY_AFTER, HeaderValue::from_static("7"));
    assert_eq!(word(&of(429, &wait)), "throttled Some(7s)");
    wait.insert(RETRY_AFTER, HeaderValue::from_static("86400"));
    assert_eq!(word(&of(503, &wait)), "transient Some(300s)");
    wait.insert(
        RETRY_AFTER,
        HeaderValue::from_static("Fri, 31 Dec 1999 23:59:59 GMT"),
    );
    assert_eq!(word(&of(503, &wait)), "transient None");
}

fn of_message(code: u16, kind: &str, message: &str) -> String {
    let body = serde_json::json!({ "kind": "Status", "status": "Failure", "code": code, "message": message,
        "reason": "Forbidden", "details": { "name": "j", "kind": kind, "retryAfterSeconds": 3 } });
    let status = StatusCode::from_u16(code).unwrap();
    word(&Failure::of_answer(
        status,
        &HeaderMap::new(),
        body.to_string().as_bytes(),
    ))
}

#[test]
fn a_403_is_told_by_its_words() {
    assert_eq!(
        of_message(
            403,
            "jobs",
            "jobs.batch \"j\" is forbidden: status unknown for quota: q, resources: count/jobs.batch"
        ),
        "quota"
    );
    for never in [
        "jobs.batch \"j\" is forbidden: failed quota: q: must specify limits.cpu",
        "pods \"j\" is forbidden: violates PodSecurity \"restricted:latest\"",
        "admission webhook \"x\" denied the request: no",
    ] {
        assert_eq!(
            of_message(403, "jobs", never),
            "final 403 Forbidden",
            "{never}"
        );
    }
}

#[test]
fn a_collision_in_the_counting_of_a_quota_is_no_conflict_of_ours() {
    let message =
        "Operation cannot be fulfilled on resourcequotas \"q\": the object has been modified";
    assert_eq!(
        of_message(409, "resourcequotas", message),
        "transient Some(3s)"
    );
}
