//! The stand-in against the recordings of a real Kubernetes 1.36: the same requests, and what comes of them.

mod conformance {
    pub(crate) mod names;
    pub(crate) mod replay;
    pub(crate) mod states;
    pub(crate) mod traces;
    pub(crate) mod unseen;
}

use std::time::Duration;

use conformance::replay::{Replay, SPEED};
use serde_json::{Value, json};
use weir_kube_standin::{Account, Blocked, End, Options, Script, Scripts, Speed, Standin};

/// The account that the recordings call dispatcher.
fn dispatcher() -> Account {
    let role = |namespace: &str| {
        json!({
            "kind": "Role", "metadata": { "name": "dispatcher", "namespace": namespace },
            "rules": [
                { "apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["*"] },
                { "apiGroups": [""], "resources": ["pods", "pods/log", "events"], "verbs": ["get", "list", "watch"] },
            ],
        })
    };
    let account = Account::from_role(&role("runs")).expect("it is a role");
    account.also(&role("quota")).expect("it is a role")
}

/// What the recordings `sim_*` had their pods do, whose kubelet was a stand-in as well.
fn simulated(pod: &Value) -> Option<Script> {
    let annotations = pod["metadata"]["annotations"].as_object()?;
    let text = |key: &str| annotations.get(key).and_then(Value::as_str);
    let whole = |key: &str| text(key).and_then(|it| it.parse::<u32>().ok());
    if !annotations.keys().any(|key| key.starts_with("sim/")) {
        return None;
    }
    let run = Duration::from_secs(whole("sim/duration").unwrap_or_default().into());
    let code = whole("sim/exit-code").and_then(|code| code.try_into().ok());
    let mut script = Script::exits(run, code.unwrap_or_default());
    script.sigterm_ms = u64::from(whole("sim/term-delay").unwrap_or_default()) * 1_000;
    match text("sim/reason") {
        Some("Evicted") => script.end = End::Evicted,
        Some("OOMKilled") => script.end = End::OOMKilled,
        Some("ImagePullBackOff") => script.blocked = Some(Blocked::ImagePull),
        Some(_) | None => {}
    }
    Some(script)
}

fn options() -> Options {
    Options {
        speed: Speed(SPEED),
        server_speed: Speed(SPEED),
        accounts: vec![dispatcher()],
        namespaces: ["runs", "other", "quota"].map(str::to_owned).to_vec(),
        scripts: Scripts::by(simulated),
        ..Options::default()
    }
}

/// Replays a recording; what differs must be what the table says, no more and no less. Only a race may go either way.
async fn replay(name: &str, known: &[(&str, &str)]) {
    let standin = Standin::start(options()).await.expect("a free port");
    let report = Replay::new(&standin).all(name).await;
    let mut unknown = vec![];
    let differences = report.differences();
    for (at, text) in &differences {
        if known.iter().all(|it| it.0 != *at) {
            unknown.push(format!("== {name}: {at}\n{text}"));
        }
    }
    for (at, why) in known {
        if !why.starts_with("race: ") && differences.iter().all(|it| it.0 != *at) {
            unknown.push(format!("== {name}: {at} no longer differs ({why})"));
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

/// The kubelet of the recordings `sim_*` was a stand-in too, and skipped steps that the real one shows. The control plane
/// was real: all that it says must be the same.
const SHORTER: &str = "the recorded kubelet shows no container that is being made";

macro_rules! scenarios {
    ($($test:ident: $name:literal, [$(($at:literal, $why:expr)),* $(,)?];)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                replay($name, &[$(($at, $why)),*]).await;
            }
        )*
    };
}

scenarios! {
    a_job_that_succeeds: "success", [];
    a_job_that_fails: "fail_exit1", [];
    a_job_that_fails_three_times: "fail_exit1_backoff2", [];
    a_job_out_of_memory: "oom_killed", [];
    an_image_that_cannot_be_pulled: "image_pull_backoff", [];
    an_image_that_is_never_pulled: "image_never_pull", [];
    an_image_name_that_is_none: "invalid_image_name", [];
    a_config_map_that_is_missing: "config_error", [];
    a_pod_that_fits_nowhere: "unschedulable", [];
    a_command_that_is_no_file: "command_not_found", [];
    a_deadline_of_the_job: "active_deadline", [];
    a_deadline_of_the_pod: "pod_active_deadline", [];
    a_pod_deleted_from_outside: "pod_deleted_backoff0", [];
    a_pod_deleted_and_replaced: "pod_deleted_backoff3", [];
    a_pod_deleted_by_force: "pod_force_deleted", [];
    a_pod_evicted_by_the_api: "pod_evicted_api", [];
    a_pod_evicted_under_a_policy: "pod_evicted_failure_policy", [];
    a_pod_evicted_by_its_node: "pod_evicted_node_pressure", [];
    a_node_that_is_lost: "node_lost", [];
    a_delete_in_the_background: "delete_background", [];
    a_delete_in_the_foreground: "delete_foreground", [];
    a_delete_that_orphans: "delete_orphan", [
        ("http 4 GET", "race: the garbage collector may have let the pod go by then"),
    ];
    a_ttl: "ttl_after_finished", [];
    a_second_create: "duplicate_create", [
        ("stream jobs 1", "race: the recorder deleted before the controller wrote the status"),
        ("stream pods 1", "race: the recorder deleted before the pod was scheduled"),
    ];
    what_is_forbidden: "forbidden", [];
    namespaces_that_are_missing_or_dying: "missing_namespace", [
        ("http 10 PATCH", "race: the namespace controller is quicker to delete the content"),
    ];
    a_quota_of_jobs: "quota_jobs", [
        ("stream pods 1", "race: the delete comes a moment later in the start of the pod"),
    ];
    a_quota_of_pods: "quota_pods", [
        ("http 6 GET", "the recording has events of an earlier run of that name"),
    ];
    manifests_that_are_refused: "invalid_manifest", [];
    names_made_by_the_server: "generate_name", [];
    lists_in_pages: "list_pages", [
        ("http 15 GET", "there are no tables: only kubectl asks for them"),
    ];
    writes_that_conflict: "conflicts", [
        ("stream jobs 0", "race: the recorder patched before the controller had looked"),
        ("http 11 PATCH", "the value in the message is our JSON, not a dump of Go structs"),
    ];
    a_job_suspended_and_resumed: "suspend_resume", [];
    watches_from_the_past_and_the_future: "watch_too_old", [
        ("stream jobs-rv-compacted 0", "race: the recorder patched after the controller had marked the Job as suspended"),
        ("stream jobs-rv-compacted 1", "race: the recorder patched after the controller had marked the Job as suspended"),
        ("stream jobs-rv-compacted 2", "race: the recorder patched after the controller had marked the Job as suspended"),
        ("stream jobs-rv-compacted 3", "race: the recorder patched after the controller had marked the Job as suspended"),
    ];
    lists_from_before_a_restart: "list_410_after_restart", [];
    a_restart_of_the_server: "apiserver_restart", [];
    watches_with_bookmarks: "watch_bookmarks", [];
    a_simulated_success: "sim_success", [("stream pods 0", SHORTER)];
    a_simulated_failure: "sim_exit3", [("stream pods 0", SHORTER)];
    a_simulated_lack_of_memory: "sim_oom_killed", [("stream pods 0", SHORTER)];
    a_simulated_eviction: "sim_evicted", [("stream pods 0", SHORTER)];
    a_simulated_image_that_cannot_be_pulled: "sim_image_pull_backoff", [("stream pods 0", SHORTER)];
    a_simulated_delete_of_a_running_job: "sim_delete_running", [("stream pods 0", SHORTER)];
}
