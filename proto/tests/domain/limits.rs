//! Rates, shares, slots and waits of every shape.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use proptest::{
    collection::{btree_map, vec},
    option::of,
    prelude::*,
};
use weir_core::{
    cell::{CollisionStrategy, FairShare},
    ids::LimitName,
    limit::Slot,
    rate::{Pace, StartRate},
    wait::{LogName, Place, Wait, WaitCause},
};

use crate::basic::{any_queue_key, at, limit_key, parsed, seq, span};

pub(crate) fn limit_name() -> impl Strategy<Value = LimitName> {
    parsed("[a-zß:. ]{1,30}")
}
fn positive(most: u32) -> impl Strategy<Value = NonZeroU32> {
    (1..=most).prop_map(|number| NonZeroU32::new(number).unwrap())
}
pub(crate) fn start_rate() -> impl Strategy<Value = StartRate> {
    let per = (1..31_622_400_000_u64).prop_map(Duration::from_millis);
    (positive(u32::MAX), per, positive(u32::MAX)).prop_map(|(starts, per, burst)| StartRate {
        starts,
        per,
        burst,
    })
}
pub(crate) fn fair_share() -> impl Strategy<Value = FairShare> {
    let aging = span().prop_filter("more than 0", |span| !span.is_zero());
    (
        aging,
        btree_map(parsed("[a-z]{1,20}"), positive(1_000_000), 0..4),
    )
        .prop_map(|(aging, weights)| FairShare { aging, weights })
}
pub(crate) fn limits() -> impl Strategy<Value = BTreeMap<LimitName, NonZeroU32>> {
    btree_map(limit_name(), positive(1_000_000), 0..4)
}
pub(crate) fn collision() -> impl Strategy<Value = CollisionStrategy> {
    proptest::sample::select(&CollisionStrategy::ALL[..])
}
pub(crate) fn slot() -> impl Strategy<Value = Slot> {
    let pace = (start_rate(), at()).prop_map(|(rate, used_up)| Pace { rate, used_up });
    (limit_key(), 1..=u32::MAX, of(any::<u32>()), of(pace)).prop_map(
        |(limit, weight, value, pace)| Slot {
            limit,
            weight,
            value,
            pace,
        },
    )
}
fn cause() -> impl Strategy<Value = WaitCause> {
    prop_oneof![
        (limit_key(), any::<u32>()).prop_map(|(limit, value)| WaitCause::Limit(limit, value)),
        limit_key().prop_map(WaitCause::Rate),
        limit_key().prop_map(WaitCause::Paused),
        limit_key().prop_map(WaitCause::Kept),
        Just(WaitCause::NoWorkers),
        Just(WaitCause::NotDue),
        Just(WaitCause::QueueNotReady),
        Just(WaitCause::Deciding),
        Just(WaitCause::BeforeLeader),
        Just(WaitCause::After),
    ]
}
pub(crate) fn waits() -> impl Strategy<Value = Vec<Wait>> {
    let log = prop_oneof![
        Just(LogName::Cell),
        any_queue_key().prop_map(LogName::Queue)
    ];
    let from = (log, seq(), at()).prop_map(|(log, seq, at)| Place { log, seq, at });
    let wait = (cause(), from, of((span(), 1..=u32::MAX)));
    let wait = wait.prop_map(|(cause, from, merged)| Wait {
        cause,
        from,
        merged,
    });
    vec(wait, 0..4)
}
