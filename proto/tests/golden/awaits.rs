//! Samples of what is said when runs wait for others.

use std::sync::Arc;

use weir_core::{
    awaits::{CycleLink, WaitId, Waits, WaitsFor},
    event::Decision,
    ids::{Attempt, RunKey},
    limit::LimitKey,
    request::Request,
};
use weir_proto::{
    decode_decision, decode_request, encode_decision, encode_request, encode_request_json,
};

use crate::{
    Sample,
    queue::{claimed, decided},
    queue_key as queue, sample,
};

fn id() -> WaitId {
    WaitId {
        attempt: Attempt(2),
        session: "s-1".parse().unwrap(),
        k: 3,
    }
}

fn found_in_cycle() -> Decision {
    let run = |id: &str| RunKey {
        queue: queue(),
        run_id: id.parse().unwrap(),
    };
    let link = |id, waits_for| CycleLink {
        run: run(id),
        waits_for,
    };
    Decision::FoundInCycle {
        attempt: Attempt(2),
        k: 3,
        links: vec![
            link("parent", WaitsFor::Run(run("child"))),
            link(
                "child",
                WaitsFor::Slots {
                    limit: LimitKey::Pool(queue().pool),
                    held_by: vec![run("parent")],
                },
            ),
        ],
        runs: 2,
    }
}

pub(crate) fn awaits() -> Vec<Sample> {
    let (attempt, k) = (Attempt(2), 3);
    let decisions = [
        ("decision.yielded", Decision::Yielded { attempt, k }),
        (
            "decision.regranted",
            Decision::Regranted {
                attempt,
                k,
                slots: claimed().slots,
            },
        ),
        ("decision.found-in-cycle", found_in_cycle()),
    ];
    let decisions = decisions.into_iter().map(|(name, decision)| {
        let decision = decided(decision);
        sample(name, encode_decision(&decision), move |bytes| {
            decode_decision(bytes) == Ok(decision.clone())
        })
    });
    let requests = [
        (
            "request.waits",
            "request.waits.json",
            Request::Waits(Arc::new(Waits {
                id: id(),
                runs: vec![
                    "child-1".parse().unwrap(),
                    "local/low/child-2".parse().unwrap(),
                ],
                yields: true,
            })),
        ),
        (
            "request.goes-on",
            "request.goes-on.json",
            Request::GoesOn(id()),
        ),
    ];
    let requests = requests.into_iter().flat_map(|(name, json_name, request)| {
        let (wanted, json) = (request.clone(), encode_request_json(&request));
        [
            sample(name, encode_request(&request), move |bytes| {
                decode_request(bytes) == request
            }),
            sample(json_name, json, move |bytes| {
                decode_request(bytes) == wanted
            }),
        ]
    });
    decisions.chain(requests).collect()
}
