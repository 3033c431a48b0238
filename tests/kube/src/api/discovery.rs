//! The paths by which a client finds out what there is.

use serde_json::{Value, json};

use crate::{api::Reply, resource::Resource, status::Failure};

pub(super) fn answer(path: &str) -> Result<Reply, Failure> {
    let value = match path.trim_end_matches('/') {
        "/version" => json!({
            "major": "1", "minor": "36", "gitVersion": "v1.36.2", "gitCommit": "standin", "gitTreeState": "clean",
            "buildDate": "2026-08-21T00:00:00Z", "goVersion": "go1.27.3", "compiler": "gc", "platform": "linux/amd64",
        }),
        "/api" => {
            json!({ "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [] })
        }
        "/apis" => groups(),
        "/api/v1" => resources(""),
        "/apis/batch/v1" => resources("batch"),
        "/apis/coordination.k8s.io/v1" => resources("coordination.k8s.io"),
        "/healthz" | "/readyz" | "/livez" => json!("ok"),
        _ => return Err(Failure::unknown_path()),
    };
    Ok(Reply::json(200, &value))
}

fn groups() -> Value {
    let group = |name: &str| {
        let version = json!({ "groupVersion": format!("{name}/v1"), "version": "v1" });
        json!({ "name": name, "versions": [version], "preferredVersion": version })
    };
    json!({
        "kind": "APIGroupList", "apiVersion": "v1", "groups": [group("batch"), group("coordination.k8s.io")],
    })
}

fn resources(group: &str) -> Value {
    let verbs = [
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch",
    ];
    let all = Resource::ALL.into_iter().filter(|it| it.group() == group);
    let list: Vec<Value> = all
        .map(|it| {
            json!({
                "name": it.plural(), "singularName": it.kind().to_lowercase(), "namespaced": it.namespaced(),
                "kind": it.kind(), "verbs": verbs,
            })
        })
        .collect();
    let version = if group.is_empty() {
        "v1".to_owned()
    } else {
        format!("{group}/v1")
    };
    json!({ "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": list })
}
