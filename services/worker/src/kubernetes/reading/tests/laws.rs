//! What holds for every recording, whatever comes twice, late, or in another order.

use weir_core::event::Outcome;

use super::world::{Event, World, by_job, recordings};
use crate::kubernetes::reading::Left;

fn each_job(mut check: impl FnMut(&str, &[Event])) {
    for (name, events) in recordings() {
        for events in by_job(&events).values() {
            check(&name, events);
        }
    }
}

#[test]
fn nothing_is_said_to_be_gone_before_the_last_container_has_ended() {
    let mut gone = 0;
    each_job(|name, events| {
        for at in 0..events.len() {
            let mut world = World::default();
            for event in &events[..=at] {
                world.take(event);
            }
            if world.read(false).left != Left::Nothing {
                continue;
            }
            gone += 1;
            assert!(
                !world.runs(),
                "{name}: something runs after event {}",
                events[at].seq
            );
            for later in &events[at..] {
                world.take(later);
                assert!(
                    !world.runs(),
                    "{name}: something runs again in event {}",
                    later.seq
                );
            }
        }
    });
    assert!(gone > 100, "only {gone} prefixes end with nothing left");
}

#[test]
fn what_comes_twice_or_late_changes_nothing() {
    each_job(|name, events| {
        let mut world = World::default();
        for (at, event) in events.iter().enumerate() {
            world.take(event);
            let reading = world.read(false);
            let mut again = world.clone();
            for old in &events[..=at] {
                again.take(old);
                assert_eq!(
                    again.read(false),
                    reading,
                    "{name}: {} after {}",
                    old.seq,
                    event.seq
                );
            }
        }
    });
}

/// The Job's events and the pods' come by two connections: in all orders that keep each in its own.
fn interleaved(events: &[Event], random: &mut fastrand::Rng) -> Vec<Event> {
    let (pods, jobs): (Vec<_>, Vec<_>) = events.iter().cloned().partition(Event::is_pod);
    let (mut pods, mut jobs) = (pods.into_iter().peekable(), jobs.into_iter().peekable());
    // How far one stream may run ahead: from hardly to wholly.
    let bias = random.u8(0..=8);
    let mut mixed = Vec::new();
    while pods.peek().is_some() || jobs.peek().is_some() {
        let next = if random.u8(0..8) < bias {
            pods.next().or_else(|| jobs.next())
        } else {
            jobs.next().or_else(|| pods.next())
        };
        mixed.extend(next);
    }
    mixed
}

#[test]
fn in_whatever_order_the_two_streams_come_an_outcome_once_said_stays() {
    let mut random = fastrand::Rng::with_seed(5);
    each_job(|name, events| {
        let mut whole = World::default();
        for event in events {
            whole.take(event);
        }
        for _ in 0..60 {
            let mut world = World::default();
            let mut said: Option<Outcome> = None;
            let mixed = interleaved(events, &mut random);
            for event in &mixed {
                world.take(event);
                let reading = world.read(false);
                if said.is_some() {
                    assert_eq!(reading.outcome, said, "{name}: after event {}", event.seq);
                }
                said = reading.outcome;
            }
            assert_eq!(world.read(false), whole.read(false), "{name}");
            assert_eq!(world.read(true), whole.read(true), "{name}");
        }
    });
}

#[test]
fn in_whatever_order_the_two_streams_come_gone_means_gone() {
    let mut random = fastrand::Rng::with_seed(15);
    each_job(|name, events| {
        for _ in 0..60 {
            let mut world = World::default();
            let mut latest = 0;
            for event in &interleaved(events, &mut random) {
                world.take(event);
                latest = latest.max(event.seq);
                if world.read(false).left != Left::Nothing {
                    continue;
                }
                // What has not been heard of yet, but has happened by then.
                let mut truth = World::default();
                let happened = events.iter().filter(|event| event.seq <= latest);
                for event in happened {
                    truth.take(event);
                }
                assert!(!truth.runs(), "{name}: event {} of {latest}", event.seq);
            }
        }
    });
}

#[test]
fn the_reason_of_the_back_off_limit_is_never_the_reason_of_an_end() {
    let mut ended = 0;
    each_job(|name, events| {
        let mut world = World::default();
        for event in events {
            world.take(event);
            if let Some(outcome) = world.read(false).outcome {
                ended += 1;
                assert_ne!(outcome.reason, "BackoffLimitExceeded", "{name}");
            }
        }
    });
    assert!(ended > 100, "{ended}");
}
