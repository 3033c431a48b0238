//! What is compared of an object and of an answer: all that a dispatcher decides by, and nothing that is by chance.

use std::collections::BTreeMap;

use serde_json::Value;

/// The state of a Job or a pod in an event, in one line.
pub(crate) fn state(event: &Value) -> String {
    let object = &event["object"];
    let kind = event["type"].as_str().unwrap_or_default();
    if kind == "ERROR" {
        return format!(
            "ERROR {} {}",
            object["code"],
            object["reason"].as_str().unwrap_or_default()
        );
    }
    format!("{kind} {}", of(object))
}

/// The state of an object, in one line.
pub(crate) fn of(object: &Value) -> String {
    let status = &object["status"];
    let mut words = vec![];
    if !object["metadata"]["deletionTimestamp"].is_null() {
        words.push(format!(
            "deleting({})",
            object["metadata"]["deletionGracePeriodSeconds"]
        ));
    }
    for key in ["phase", "reason"] {
        if let Some(text) = status[key].as_str() {
            words.push(text.to_owned());
        }
    }
    let interesting = |kind: &str| {
        !matches!(
            kind,
            "PodReadyToStartContainers" | "Initialized" | "Ready" | "ContainersReady"
        )
    };
    let mut conditions = BTreeMap::new();
    for condition in status["conditions"].as_array().into_iter().flatten() {
        let text = |key: &str| condition[key].as_str().unwrap_or_default();
        if interesting(text("type")) {
            conditions.insert(
                text("type"),
                format!("{}={}({})", text("type"), text("status"), text("reason")),
            );
        }
    }
    words.extend(conditions.into_values());
    for container in status["containerStatuses"].as_array().into_iter().flatten() {
        let (kind, state) = container["state"]
            .as_object()
            .and_then(|it| it.iter().next())
            .expect("a state");
        let reason = state["reason"].as_str().unwrap_or_default();
        let code = state["exitCode"]
            .as_i64()
            .map(|it| it.to_string())
            .unwrap_or_default();
        words.push(format!(
            "{}:{kind}:{reason}:{code}",
            container["name"].as_str().unwrap_or_default()
        ));
    }
    words.join(" ")
}

/// The states that each object of a stream went through, objects in the order of their appearance.
pub(crate) fn lives(events: &[Value]) -> Vec<Vec<String>> {
    let mut order: Vec<String> = vec![];
    let mut lives: Vec<Vec<String>> = vec![];
    for event in events.iter().filter(|it| it["type"] != "BOOKMARK") {
        let uid = event["object"]["metadata"]["uid"]
            .as_str()
            .unwrap_or("error")
            .to_owned();
        let at = order.iter().position(|it| *it == uid).unwrap_or_else(|| {
            order.push(uid);
            lives.push(vec![]);
            order.len() - 1
        });
        let state = state(event);
        if lives[at].last() != Some(&state) {
            lives[at].push(state);
        }
    }
    lives
}

/// What an answer says, in a few lines. Whether a Job is marked as suspended by then is a race that both sides may win
/// or lose; the streams tell it.
pub(crate) fn answer(status: u64, body: &Value) -> String {
    said(status, body).replace("Suspended=True(JobSuspended)", "")
}

fn said(status: u64, body: &Value) -> String {
    let mut out = vec![status.to_string()];
    match body["kind"].as_str() {
        Some("Status") => {
            for key in ["status", "reason", "message"] {
                out.push(body[key].as_str().unwrap_or_default().to_owned());
            }
            let details = &body["details"];
            out.push(format!("{} {}", details["group"], details["kind"]));
            for cause in details["causes"].as_array().into_iter().flatten() {
                out.push(format!(
                    "{} {} {}",
                    cause["reason"], cause["field"], cause["message"]
                ));
            }
            out.push(format!(
                "continue: {}",
                !body["metadata"]["continue"].is_null()
            ));
        }
        Some("EventList") => {
            let items = body["items"].as_array().into_iter().flatten();
            let mut reasons: Vec<_> = items
                .map(|it| it["reason"].as_str().unwrap_or_default())
                .collect();
            // The recorded cluster had no DNS, and said so.
            reasons.retain(|it| *it != "MissingClusterDNS");
            reasons.sort_unstable();
            reasons.dedup();
            out.push(reasons.join(" "));
        }
        Some(kind) if kind.ends_with("List") => {
            let metadata = &body["metadata"];
            out.push(format!(
                "{kind} continue: {} left: {}",
                !metadata["continue"].is_null(),
                metadata["remainingItemCount"]
            ));
            out.extend(body["items"].as_array().into_iter().flatten().map(of));
        }
        Some(kind) => out.push(format!("{kind} {}", of(body))),
        None => out.push(log(body.as_str().unwrap_or_default())),
    }
    out.join("\n")
}

/// A log without the times of its lines.
fn log(text: &str) -> String {
    let stamped = |it: &str| {
        it.split(' ')
            .next()
            .is_some_and(|it| it.len() > 20 && it.ends_with('Z'))
    };
    text.lines()
        .map(|it| {
            if stamped(it) {
                it.split_once(' ').map_or("", |it| it.1)
            } else {
                it
            }
        })
        .collect::<Vec<_>>()
        .join("|")
}
