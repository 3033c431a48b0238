//! Lists in pages.

use serde_json::json;

use super::*;
use crate::kubernetes::scripted::{Act, Scripted};

fn page(names: &[&str], next: &str, version: &str) -> Act {
    let items: Vec<_> = names
        .iter()
        .map(
            |name| json!({ "metadata": { "name": name, "uid": name }, "spec": { "template": {} } }),
        )
        .collect();
    let metadata = json!({ "continue": next, "resourceVersion": version });
    Act::json(
        200,
        &json!({ "kind": "JobList", "metadata": metadata, "items": items }),
    )
}

fn expired() -> Act {
    Act::status(410, "Expired", "The provided continue parameter is too old")
}

fn names(listed: &Listed<JobSeen>) -> Vec<&str> {
    listed.items.iter().map(|job| job.name.as_str()).collect()
}

#[tokio::test]
async fn a_list_is_read_to_its_last_page() {
    let server = Scripted::new([page(&["a", "b"], "next+1", "7"), page(&["c"], "", "7")]);
    let listed = server
        .cluster()
        .await
        .list_jobs("runs", "weir.dev/installation=i")
        .await
        .unwrap();
    assert_eq!(
        (names(&listed), listed.resource_version.as_str()),
        (vec!["a", "b", "c"], "7")
    );
    let asked = server.asked();
    assert!(
        asked.iter().all(|asked| asked.uri.contains("limit=500")),
        "{asked:?}"
    );
    assert!(asked.iter().all(|asked| {
        asked
            .uri
            .contains("labelSelector=weir.dev%2Finstallation%3Di")
    }));
    assert!(
        asked
            .iter()
            .all(|asked| !asked.uri.contains("resourceVersion")),
        "{asked:?}"
    );
    assert!(
        asked[1].uri.contains("continue=next%2B1"),
        "{}",
        asked[1].uri
    );
}

#[tokio::test]
async fn a_list_whose_place_was_forgotten_is_begun_anew_as_a_whole() {
    let acts = [
        page(&["a"], "next", "7"),
        expired(),
        page(&["b"], "next", "9"),
        page(&["c"], "", "9"),
    ];
    let server = Scripted::new(acts);
    let listed = server.cluster().await.list_jobs("runs", "").await.unwrap();
    assert_eq!(
        (names(&listed), listed.resource_version.as_str()),
        (vec!["b", "c"], "9")
    );
    assert!(!server.asked()[2].uri.contains("continue="));
}

#[tokio::test]
async fn a_list_that_is_forgotten_again_and_again_is_given_up() {
    let acts = (0..8).map(|at| {
        if at % 2 == 0 {
            page(&["a"], "next", "7")
        } else {
            expired()
        }
    });
    let server = Scripted::new(acts);
    let failure = server
        .cluster()
        .await
        .list_jobs("runs", "")
        .await
        .unwrap_err();
    assert!(matches!(failure, Failure::Expired { .. }), "{failure}");
    assert_eq!(server.asked().len(), 8);
}

#[tokio::test]
async fn an_empty_list_has_a_place_too() {
    let server = Scripted::new([Act::json(
        200,
        &json!({ "metadata": { "resourceVersion": "5" }, "items": [] }),
    )]);
    let listed = server.cluster().await.list_pods("runs", "").await.unwrap();
    assert_eq!(
        (listed.items.len(), listed.resource_version.as_str()),
        (0, "5")
    );
}
