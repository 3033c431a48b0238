//! An API server that goes away and comes back, and one that goes away slowly: behaviours 5 and 6.

use std::{thread, time::Duration};

use weir_kube_standin::{Effect, Fault, History, Options, Restart, Speed};
use weir_tests::harness::block_on;

use super::room::Room;

#[test]
fn b05_a_restart_of_the_api_server_fails_no_run_with_a_403_that_is_not_meant() {
    let room = Room::wide("b05", Options::default());
    for name in ["held-0", "held-1"] {
        room.hold(name);
    }
    let before = room.is_up("held-0");
    let meanwhile = room.is_up("held-1");
    let restart = Restart {
        draining: Duration::ZERO,
        refused: Duration::from_secs(2),
        forbidden: Duration::from_secs(2),
        history: History::CacheLost,
    };
    let names: Vec<String> = (0..6).map(|number| format!("during-{number}")).collect();
    thread::scope(|scope| {
        let over = scope.spawn(|| block_on(room.cluster.restart(restart)));
        for name in &names {
            room.quick(name);
        }
        room.finish(&meanwhile, 0);
        over.join().expect("it serves again");
    });
    for name in &names {
        room.completes(name, 1);
    }
    room.completes("held-1", 1);
    room.finish(&before, 0);
    room.completes("held-0", 1);
    let refused = |it: &weir_kube_standin::Request| it.status == Some(403);
    assert!(room.cluster.requests().iter().any(refused), "it was met");
}

#[test]
fn b06_an_end_during_a_slow_stop_is_noticed_when_the_server_is_back() {
    let room = Room::wide("b06", Options::default());
    room.hold("first");
    let name = room.is_up("first");
    let restart = Restart {
        draining: Duration::from_secs(2),
        ..Restart::default()
    };
    thread::scope(|scope| {
        let over = scope.spawn(|| block_on(room.cluster.restart(restart)));
        room.quick("during");
        room.finish(&name, 0);
        over.join().expect("it serves again");
    });
    room.completes("first", 1);
    room.completes("during", 1);
}

#[test]
fn b06_watches_that_stay_open_and_silent_are_believed_only_up_to_their_bound() {
    let options = Options {
        // Watches of 30 s are over after three.
        server_speed: Speed(10),
        ..Options::default()
    };
    let room = Room::open("b06s", "", options, &[], |cluster| {
        cluster.fault(Fault::new(Effect::WatchSilent).verb("watch").times(2));
    });
    room.hold("first");
    let name = room.is_up("first");
    room.finish(&name, 0);
    room.completes("first", 1);
}
