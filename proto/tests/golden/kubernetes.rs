//! Samples of what Kubernetes brought: a pool's policy, a whole manifest, an observer's lease, claims that outlive.

use std::sync::Arc;

use weir_core::{
    cell::{CellBody, ConfigObject, PoolConfig, PoolType},
    event::{Claim, Claimed},
    json::JsonObject,
    kubernetes::JobPolicy,
    request::{Request, RunRequest},
    session::ObserverRecord,
};
use weir_proto::{
    decode_cell, decode_claim, decode_observer, decode_request, encode_cell, encode_claim,
    encode_observer, encode_request, encode_request_json,
};

use crate::{Sample, claimed, decided, queue_key, sample};

pub(crate) fn kubernetes() -> Vec<Sample> {
    let policed = PoolConfig {
        policy: Some(Arc::new(JobPolicy {
            images: vec!["registry.example/*".to_owned()],
            namespaces: vec!["runs".to_owned()],
            service_accounts: vec!["runner".to_owned()],
            host_paths: vec!["/data".to_owned()],
            privileged: true,
        })),
        ..PoolConfig::new("cluster".parse().unwrap(), PoolType::Kubernetes)
    };
    let policed = CellBody::Config {
        author: "me".into(),
        object: ConfigObject::Pool(policed),
    };
    let observer = ObserverRecord {
        worker: "w-1".parse().unwrap(),
        session: "s1".parse().unwrap(),
    };
    let manifest = r#"{"apiVersion":"batch/v1","kind":"Job","spec":{"template":{}}}"#;
    let brought = Request::Run(Arc::new(RunRequest {
        manifest: Some(JsonObject::parse(manifest).unwrap()),
        ..RunRequest::default()
    }));
    let again = brought.clone();
    let outliving = decided(Claim::Claimed(Claimed {
        outlives_worker: true,
        ..claimed()
    }));
    vec![
        sample("cell.pool.policed", encode_cell(&policed), move |bytes| {
            decode_cell(bytes) == Ok(policed.clone())
        }),
        sample("observer", encode_observer(&observer), move |bytes| {
            decode_observer(bytes) == Ok(observer.clone())
        }),
        sample(
            "request.manifest.json",
            encode_request_json(&brought),
            move |bytes| decode_request(bytes) == again,
        ),
        sample("request.manifest", encode_request(&brought), move |bytes| {
            decode_request(bytes) == brought
        }),
        sample(
            "claim.claimed.outliving",
            encode_claim(&outliving, &queue_key()),
            move |bytes| decode_claim(bytes, &queue_key()) == Ok(outliving.clone()),
        ),
    ]
}
