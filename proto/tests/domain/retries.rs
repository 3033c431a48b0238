//! Retry policies of every shape.

use std::{num::NonZeroU32, sync::Arc};

use proptest::{collection::vec, option::of, prelude::*};
use weir_core::{
    failure::{FailureKind, FailurePattern},
    retry::RetryPolicy,
};

use crate::basic::span;

fn failure() -> impl Strategy<Value = FailurePattern> {
    prop_oneof![
        Just("exit".parse().unwrap()),
        Just("signal".parse().unwrap()),
        (1..=255_i32)
            .prop_flat_map(|from| (Just(from), from..=255))
            .prop_map(|(from, to)| FailurePattern::Exit(from, to)),
        (1..=64_i32)
            .prop_flat_map(|from| (Just(from), from..=64))
            .prop_map(|(from, to)| FailurePattern::Signal(from, to)),
        proptest::sample::select(FailureKind::ALL.to_vec()).prop_map(FailurePattern::Is),
    ]
}

pub(crate) fn retry_policy() -> impl Strategy<Value = Arc<RetryPolicy>> {
    (
        vec(span(), 0..4),
        1..=100_u32,
        0..=100_u32,
        of(span().prop_filter("none is shorter", |span| !span.is_zero())),
        vec(failure(), 0..4),
        vec(failure(), 0..4),
    )
        .prop_map(|(delays, factor, jitter_percent, delay_max, on, not_on)| {
            Arc::new(RetryPolicy {
                delays,
                factor: NonZeroU32::new(factor).unwrap(),
                jitter_percent,
                delay_max,
                on,
                not_on,
            })
        })
}
