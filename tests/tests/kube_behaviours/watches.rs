//! What watches tell, and what they do not: behaviours 1, 7, 8, 9, 10 and 11.

use std::time::Duration;

use serde_json::{Value, json};
use weir_kube_standin::{Effect, Fault, History, Options, Request, Resource, Speed};
use weir_tests::harness::{Cluster, lasts, until};

use super::room::{A_WHILE, COMPARE, Room, SOON, asked};

/// What the worker asks for again and again.
const BOTH: [&str; 2] = ["jobs", "pods"];

#[test]
fn b01_an_event_before_the_answer_starts_nothing_twice_and_is_not_lost() {
    let late = || Fault::new(Effect::DelayAfter(Duration::from_millis(1500))).resource("jobs");
    let room = Room::open("b01", "", Options::default(), &[], |cluster| {
        cluster.fault(late().verb("create"));
        cluster.fault(late().verb("patch"));
        cluster.fault(
            Fault::new(Effect::CutAfter)
                .verb("create")
                .resource("jobs")
                .name("b01-lost"),
        );
    });
    room.quick("late");
    let job = room.job("late");
    assert!(room.ran("late").is_empty(), "{job} has begun unasked");
    room.completes("late", 1);
    // No answer at all: the second try finds the Job that the first one has made.
    room.quick("lost");
    room.completes("lost", 1);
}

#[test]
fn b07_a_watch_that_is_closed_without_a_word_goes_on_from_its_place() {
    let room = Room::open("b07", "", Options::default(), &[], |cluster| {
        let ends = Fault::new(Effect::WatchEnds(1)).verb("watch").times(1_000);
        cluster.fault(ends);
    });
    for number in 0..5 {
        room.quick(&number.to_string());
    }
    for number in 0..5 {
        room.completes(&number.to_string(), 1);
    }
    assert!(room.asked("watch", "jobs") > 5, "watches were closed");
    let lists = room.asked("list", "jobs");
    assert_eq!(lists, 1, "a place that is known needs no list");
}

#[test]
fn b08_a_watch_that_is_silent_about_all_is_found_out_by_the_next_comparison() {
    let settings = [(COMPARE, "1s")];
    let room = Room::open("b08", "", Options::default(), &settings, |cluster| {
        let silent = Fault::new(Effect::WatchSilent).verb("watch").times(100_000);
        cluster.fault(silent);
    });
    room.hold("first");
    let name = room.is_up("first");
    room.finish(&name, 0);
    room.completes("first", 1);
}

/// An etcd that is restored from a copy of before the Job: the versions begin anew, and the Job is not there.
#[test]
fn b08_a_cluster_that_has_gone_back_in_time_has_lost_the_job_and_takes_new_ones() {
    let settings = [(COMPARE, "1s")];
    let room = Room::open("b08r", "", Options::default(), &settings, |_| {});
    for name in ["a", "b", "c"] {
        room.quick(name);
    }
    for name in ["a", "b", "c"] {
        room.completes(name, 1);
    }
    room.hold("first");
    room.is_up("first");
    let before = room.cluster.revision();
    let Room {
        worker,
        cluster,
        stack,
        ..
    } = room;
    let port = cluster.address().port();
    drop(cluster);
    let options = Options {
        port,
        ..Options::default()
    };
    let cluster = Cluster::start_with(options);
    assert!(cluster.revision() < before, "the versions have gone back");
    let run = stack.run_is("b08r-first", "Crashed", SOON);
    assert_eq!(run["reason"], "JobDeleted", "{run:#}");
    let again = "run submit --pool b08r --id b08r-again -j image=busybox -j namespace=runs -j command='sh -c \"exit 0\"'";
    stack.weir(again).ok();
    stack.run_is("b08r-again", "Completed", SOON);
    assert_eq!(cluster.ran().len(), 1);
    drop(worker);
}

#[test]
fn b09_a_watch_whose_place_is_forgotten_lists_anew() {
    let room = Room::open("b09", "", Options::default(), &[], |cluster| {
        cluster.fault(Fault::new(Effect::WatchGone(1)).verb("watch").times(6));
    });
    for name in ["a", "b", "c"] {
        room.quick(name);
    }
    for name in ["a", "b", "c"] {
        room.completes(name, 1);
    }
    assert!(room.asked("list", "jobs") > 1);
}

#[test]
fn b09_a_list_whose_rest_is_forgotten_between_two_pages_is_begun_anew() {
    let settings = [(COMPARE, "1s")];
    let room = Room::open("b09p", "", Options::default(), &settings, |_| {});
    room.hold("first");
    let name = room.is_up("first");
    // More Jobs of this installation than a page has; the log knows none of them.
    let mut stranger = room.jobs("first")[0].clone();
    let labels = stranger["metadata"]["labels"].take();
    for number in 0..510 {
        let labels = labels.clone();
        let job = json!({
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": {"name": format!("stranger-{number}"), "labels": labels},
            "spec": {"suspend": true, "template": {"spec": {
                "restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}],
            }}},
        });
        room.posts("/apis/batch/v1/namespaces/runs/jobs", &job);
    }
    let slow = Fault::new(Effect::DelayBefore(Duration::from_millis(700)));
    room.cluster
        .fault(slow.verb("list").resource("jobs").times(1_000));
    until("the second page is asked for", SOON, || {
        let all = room.cluster.requests();
        all.iter()
            .any(|it| it.query.contains("continue="))
            .then_some(())
    });
    room.cluster.forget_history(History::Compacted);
    let expired = |it: &Request| it.verb == "list" && it.status == Some(410);
    until("the rest of it is refused", SOON, || {
        let all = room.cluster.requests();
        all.iter().any(expired).then_some(())
    });
    room.finish(&name, 0);
    room.comes_to("first", "Completed");
    room.frees("first");
    let left = room.cluster.list(Resource::Jobs, "runs").len();
    assert_eq!(left, 511, "what the log does not know is left alone");
}

#[test]
fn b10_an_idle_cluster_sends_no_bookmarks_and_that_is_no_reason_to_list() {
    let options = Options {
        // Watches of 30 s are over after one.
        server_speed: Speed(30),
        ..Options::default()
    };
    let room = Room::wide("b10", options);
    for resource in BOTH {
        room.asks("watch", resource, 3);
    }
    assert_eq!(room.asked("list", "jobs"), 1);
    room.quick("first");
    room.completes("first", 1);
}

#[test]
fn b11_a_name_that_is_taken_by_a_job_on_its_way_out_fails_clearly_and_runs_nothing() {
    let room = Room::open("b11", "", Options::default(), &[], |cluster| {
        let create = |effect| Fault::new(effect).verb("create").resource("jobs");
        cluster.fault(create(Effect::CutAfter));
        cluster.fault(create(Effect::DelayBefore(Duration::from_secs(3))));
    });
    room.quick("first");
    let job = room.job("first");
    room.patches(
        &job,
        &json!({"metadata": {"finalizers": ["example.com/kept"]}}),
    );
    room.deletes(&job, &json!({"propagationPolicy": "Background"}));
    assert!(asked(&room.cluster, "create", "jobs") < 3);
    room.ends(
        "first",
        "StartFailed",
        "JobDeleted",
        "somebody deletes the Job",
    );
    room.frees("first");
    assert!(room.ran("first").is_empty());
    room.patches(&job, &json!({"metadata": {"finalizers": Value::Null}}));
    until("the Job is gone", SOON, || {
        room.jobs("first").is_empty().then_some(())
    });
}

#[test]
fn b11_a_label_that_is_taken_away_is_no_end() {
    let settings = [(COMPARE, "1s")];
    let room = Room::open("b11l", "", Options::default(), &settings, |_| {});
    room.hold("first");
    let name = room.is_up("first");
    let job = room.job("first");
    let none = json!({"metadata": {"labels": {"weir.dev/installation": Value::Null}}});
    room.patches(&job, &none);
    room.patches(&super::room::pod(&name), &none);
    let runs = || room.run("first")["stateName"] == "Running";
    assert!(lasts(A_WHILE * 2, runs), "{:#}", room.run("first"));
    assert_eq!(room.ran("first").len(), 1);
    room.finish(&name, 0);
    room.comes_to("first", "Completed");
    room.frees("first");
}
