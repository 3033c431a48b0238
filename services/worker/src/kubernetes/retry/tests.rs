//! What is tried again, how often and until when.

use std::{num::NonZeroU32, sync::Mutex};

use serde_json::json;

use super::*;
use crate::kubernetes::{
    connect::KubernetesConfig,
    jobs::Created,
    scripted::{Act, Port, Scripted, cluster_at},
};

const SOON: Duration = Duration::from_secs(30);

fn made() -> Act {
    Act::json(
        201,
        &json!({ "metadata": { "uid": "u", "resourceVersion": "9" } }),
    )
}

fn no() -> Act {
    let message = "jobs.batch is forbidden: User \"system:serviceaccount:runs:weir\" cannot create resource \"jobs\"";
    Act::status(403, "Forbidden", message)
}

/// Makes a Job, and what was waited for.
async fn create(cluster: &Cluster, within: Duration) -> (Result<Created, Failure>, Vec<Wait>) {
    let manifest = json!({});
    let waits = Mutex::new(Vec::new());
    let patience = Patience::until(cluster.clock().monotonic() + within);
    let tell = |wait: &Wait| waits.lock().unwrap().push(wait.clone());
    let result = cluster
        .patiently(patience, tell, || cluster.create_job("runs", &manifest))
        .await;
    (result, waits.into_inner().unwrap())
}

#[tokio::test]
async fn trouble_is_tried_again_until_it_is_over_and_told_once() {
    let busy = Act::Answer(429, vec![("retry-after", "1")], "busy".to_owned());
    let down = Act::status(503, "ServiceUnavailable", "not yet");
    let server = Scripted::new([busy, down, Act::Cut, Act::Half("{".to_owned()), made()]);
    let cluster = server.cluster().await;
    let began = cluster.clock().monotonic();
    let (result, waits) = create(&cluster, SOON).await;
    let expected = Created::New {
        uid: "u".to_owned(),
        resource_version: "9".to_owned(),
    };
    assert_eq!(result, Ok(expected));
    let took = cluster.clock().monotonic().saturating_sub(began);
    assert!(took >= Duration::from_secs(1), "Retry-After: {took:?}");
    assert_eq!(waits, [Wait::Trouble("busy".to_owned())]);
    assert_eq!(server.asked().len(), 5);
    assert!(cluster.calls() < 16, "the server's trouble slows us down");
}

#[tokio::test]
async fn a_failure_that_cannot_pass_is_told_at_once() {
    for (act, code) in [
        (Act::status(422, "Invalid", "spec is bad"), 422),
        (Act::status(413, "RequestEntityTooLarge", "too large"), 413),
    ] {
        let server = Scripted::new([act]);
        let (result, waits) = create(&server.cluster().await, SOON).await;
        assert!(matches!(result, Err(Failure::Final { code: told, .. }) if told == code));
        assert_eq!((waits.len(), server.asked().len()), (0, 1));
    }
}

#[tokio::test]
async fn a_403_of_a_server_that_was_away_is_tried_again() {
    // Refused, then 403, then right: what a restart of an API server looks like (recording apiserver_restart).
    let port = Port::new();
    let cluster = cluster_at(port.address(), KubernetesConfig::default()).await;
    let (begun, waited) = tokio::sync::oneshot::channel();
    let begun = Mutex::new(Some(begun));
    let manifest = json!({});
    let patience = Patience::until(cluster.clock().monotonic() + SOON);
    let tells = Mutex::new(Vec::new());
    let tell = |wait: &Wait| {
        tells.lock().unwrap().push(wait.clone());
        let first = begun.lock().unwrap().take();
        if let Some(begun) = first {
            begun.send(()).unwrap();
        }
    };
    let call = cluster.patiently(patience, tell, || cluster.create_job("runs", &manifest));
    let restart = async {
        waited.await.unwrap();
        Scripted::on(port, [no(), no(), made()])
    };
    let (result, server) = futures::join!(call, restart);
    assert!(matches!(result, Ok(Created::New { .. })), "{result:?}");
    assert_eq!(server.asked().len(), 3);
    let tells = tells.into_inner().unwrap();
    assert!(
        matches!(tells.as_slice(), [Wait::Trouble(_), Wait::Forbidden(_)]),
        "{tells:?}"
    );
}

#[tokio::test]
async fn a_403_of_a_server_that_is_well_is_the_last_word() {
    let server = Scripted::new([made(), no()]);
    let cluster = server.cluster().await;
    create(&cluster, SOON).await.0.unwrap();
    let (result, waits) = create(&cluster, SOON).await;
    assert!(
        matches!(result, Err(Failure::Forbidden { .. })),
        "{result:?}"
    );
    assert_eq!((waits.len(), server.asked().len()), (0, 2));
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_at_the_deadline() {
    let server = Scripted::new([Act::Silence, Act::Silence, Act::Silence, Act::Silence]);
    let config = KubernetesConfig {
        call_timeout: Duration::from_millis(100),
        calls_max: NonZeroU32::new(4).unwrap(),
        ..KubernetesConfig::default()
    };
    let cluster = cluster_at(server.address, config).await;
    let (result, waits) = create(&cluster, Duration::from_millis(250)).await;
    assert!(
        matches!(result, Err(Failure::Transient { .. })),
        "{result:?}"
    );
    assert!(waits.len() <= 1, "{waits:?}");
    assert!(cluster.calls() < 4, "{cluster:?}");
}

#[tokio::test]
async fn a_call_that_would_outlast_its_deadline_is_given_up_with_it() {
    let down = Act::status(503, "ServiceUnavailable", "not yet");
    let server = Scripted::new([down, Act::Silence]);
    let cluster = server.cluster().await;
    let create = create(&cluster, Duration::from_millis(400));
    // Far less than a call may take.
    let (result, _) = tokio::time::timeout(Duration::from_secs(15), create)
        .await
        .unwrap();
    let expected = Failure::transient("not yet");
    assert_eq!(result, Err(expected), "the last thing that is known");
}

/// Whatever is made of the calls must be fit for a task of its own.
#[tokio::test]
async fn calls_may_wander_between_threads() {
    fn wanders<T: Send>(_: &T) {}
    let server = Scripted::new([]);
    let cluster = server.cluster().await;
    let manifest = json!({});
    let patience = Patience::until(SOON);
    wanders(&cluster.patiently(patience, |_| (), || cluster.create_job("runs", &manifest)));
    wanders(&cluster.patiently(patience, |_| (), || cluster.list_pods("runs", "a=b")));
    wanders(&async {
        let mut watch = cluster.watch_jobs("runs", "a=b", "1").await.unwrap();
        watch.next().await.unwrap();
        watch.place().to_owned()
    });
}

/// The waits of one call to which `failure` was the answer each time, `count` times.
fn delays(failure: &Failure, count: usize) -> Vec<Duration> {
    let mut tries = Tries::new(Duration::ZERO);
    let heard = Heard::default();
    (0..count)
        .map_while(|_| tries.next(failure, heard, Duration::ZERO))
        .map(|(_, delay)| delay)
        .collect()
}

#[test]
fn waits_grow_and_obey_the_server() {
    let after = |after| Failure::Throttled {
        after,
        message: String::new(),
    };
    let own = delays(&after(None), 20);
    assert!(
        own.iter()
            .all(|delay| (TROUBLE.0..=TROUBLE.1).contains(delay)),
        "{own:?}"
    );
    let asked = Duration::from_secs(9);
    assert!(
        delays(&after(Some(asked)), 5)
            .iter()
            .all(|delay| *delay == asked)
    );
    let quota = Failure::QuotaExceeded {
        message: String::new(),
    };
    assert!(delays(&quota, 20).iter().all(|delay| *delay >= QUOTA.0));
    let gone = Failure::NotFound {
        message: String::new(),
    };
    assert!(delays(&gone, 1).is_empty());
}

#[test]
fn how_long_a_403_is_not_believed() {
    let at = Duration::from_secs;
    let heard = |fine, trouble| Heard { fine, trouble };
    let forgiven = |heard: Heard| heard.forgiven_until(at(100));
    assert_eq!(
        forgiven(heard(None, None)),
        at(102),
        "nothing was heard yet"
    );
    assert_eq!(
        forgiven(heard(Some(at(100)), None)),
        Duration::ZERO,
        "it is well"
    );
    assert_eq!(
        forgiven(heard(Some(at(50)), None)),
        at(102),
        "it may have been restarted"
    );
    assert_eq!(
        forgiven(heard(Some(at(50)), Some(at(97)))),
        at(107),
        "it was away"
    );
    assert_eq!(
        forgiven(heard(Some(at(100)), Some(at(99)))),
        Duration::ZERO,
        "it is well again"
    );
}

#[test]
fn a_wait_is_told_again_only_when_its_kind_changes() {
    let mut tries = Tries::new(Duration::ZERO);
    let mut told = Vec::new();
    let message = String::new();
    let failure = Failure::transient("");
    for wait in [
        Wait::Trouble("one".to_owned()),
        Wait::Trouble("two".to_owned()),
        Wait::Quota("three".to_owned()),
        Wait::Quota("four".to_owned()),
        Wait::Trouble(message),
    ] {
        tries.note(failure.clone(), wait, &mut |wait: &Wait| {
            told.push(wait.clone());
        });
    }
    assert_eq!(told.len(), 3, "{told:?}");
}
