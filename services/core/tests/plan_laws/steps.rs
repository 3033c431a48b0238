//! What can happen in a random history.

use proptest::prelude::*;
use weir_core::ids::{DeploymentName, LimitName, QueueKey, Tag};

pub(crate) fn queues() -> [QueueKey; 3] {
    ["high", "default", "low"]
        .map(|queue| QueueKey::new("pool".parse().unwrap(), queue.parse().unwrap()))
}

/// The tags of a set of bits.
pub(crate) fn tags(bits: u8) -> Vec<Tag> {
    let all = ["db", "gpu", "api"].into_iter().enumerate();
    all.filter(|(at, _)| bits & (1 << at) != 0)
        .map(|(_, tag)| tag.parse().unwrap())
        .collect()
}

pub(crate) fn deployment() -> DeploymentName {
    "etl/nightly".parse().unwrap()
}

/// The limit that runs need slots of by number.
pub(crate) fn named() -> LimitName {
    "db-connections".parse().unwrap()
}

/// What happens next in a random history.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Request {
        queue: usize,
        priority: i32,
        /// Which of the tags it has, as bits.
        tags: u8,
        deployed: bool,
        /// How many slots of the named limit it needs.
        slots: u32,
        /// When it is scheduled for, from now; 0: it names no time.
        ahead: i64,
    },
    /// The leader plans and sends; nothing of it is stored yet.
    Plan,
    /// One append in flight is stored and folded.
    Store(usize),
    /// One append in flight can never be stored.
    Lose(usize),
    /// A live attempt is taken, ends, or is taken back before that.
    Take(usize),
    End(usize),
    Revoke(usize),
    PoolLimit(Option<u32>),
    NamedLimit(Option<u32>),
    TagLimit {
        tag: usize,
        limit: Option<u32>,
    },
    /// The deployment is written anew, with other tags too.
    Deploy {
        limit: Option<u32>,
        tags: u8,
        paused: bool,
    },
    Pause {
        queue: usize,
        paused: bool,
    },
    QueueLimit {
        queue: usize,
        limit: Option<u32>,
    },
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..3usize, -2..3i32, 0..8u8, any::<bool>(), 0..4u32, prop_oneof![2 => Just(0), 1 => -100..300i64])
            .prop_map(|(queue, priority, tags, deployed, slots, ahead)| {
                Step::Request { queue, priority, tags, deployed, slots, ahead }
            }),
        1 => prop::option::of(0..6u32).prop_map(Step::NamedLimit),
        1 => (0..3usize, prop::option::of(0..4u32)).prop_map(|(tag, limit)| Step::TagLimit { tag, limit }),
        1 => (prop::option::of(0..4u32), 0..8u8, prop::bool::weighted(0.2))
            .prop_map(|(limit, tags, paused)| Step::Deploy { limit, tags, paused }),
        1 => (0..3usize, any::<bool>()).prop_map(|(queue, paused)| Step::Pause { queue, paused }),
        8 => Just(Step::Plan),
        10 => any::<usize>().prop_map(Step::Store),
        2 => any::<usize>().prop_map(Step::Lose),
        6 => any::<usize>().prop_map(Step::Take),
        6 => any::<usize>().prop_map(Step::End),
        1 => any::<usize>().prop_map(Step::Revoke),
        1 => prop::option::of(0..6u32).prop_map(Step::PoolLimit),
        1 => (0..3usize, prop::option::of(0..4u32)).prop_map(|(queue, limit)| Step::QueueLimit { queue, limit }),
    ]
}
