//! Names, numbers, texts and free JSON of every shape.

use std::time::Duration;

use proptest::prelude::*;
use weir_core::{
    bounds,
    ids::{Attempt, Epoch, QueueKey, RunKey, Seq},
    json::JsonObject,
    limit::LimitKey,
    time::Timestamp,
};

pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Debug> + std::fmt::Debug>(
    pattern: &str,
) -> impl Strategy<Value = T> + use<T> {
    proptest::string::string_regex(pattern)
        .unwrap()
        .prop_map(|text| text.parse().unwrap())
}
pub(crate) fn label<T: std::str::FromStr<Err: std::fmt::Debug> + std::fmt::Debug>()
-> impl Strategy<Value = T> {
    parsed("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
}
pub(crate) fn token<T: std::str::FromStr<Err: std::fmt::Debug> + std::fmt::Debug>()
-> impl Strategy<Value = T> {
    parsed("[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
}
pub(crate) fn tag() -> impl Strategy<Value = weir_core::ids::Tag> {
    parsed("[a-zäß/:= ]{1,30}")
}
pub(crate) fn deployment() -> impl Strategy<Value = weir_core::ids::DeploymentName> {
    parsed("[a-zÄ_]{1,20}/[a-z0-9_.-]{1,20}")
}
pub(crate) fn at() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp)
}
pub(crate) fn span() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(bounds::SPAN_MAX),
        (0..31_622_400_u64, 0..1_000_000_000_u32)
            .prop_map(|(secs, nanos)| Duration::new(secs, nanos)),
    ]
}
pub(crate) fn text() -> impl Strategy<Value = String> {
    "\\PC{0,60}"
}
pub(crate) fn object() -> impl Strategy<Value = JsonObject> {
    prop_oneof![
        Just(JsonObject::empty()),
        Just(
            r#"{"n":9007199254740993,"price":1.10,"big":1e300,"deep":{"a":[null,true,"ü\u0041"]}}"#
                .to_owned()
        )
        .prop_map(|text| JsonObject::parse(&text).unwrap()),
        (any::<i64>(), text()).prop_map(|(n, text)| {
            let text = serde_json::to_string(&text).unwrap();
            JsonObject::parse(&format!("{{ \"a\" : {n},\n\"b\": {text} }}")).unwrap()
        }),
    ]
}

pub(crate) fn any_queue_key() -> impl Strategy<Value = QueueKey> {
    (label(), label()).prop_map(|(pool, queue)| QueueKey::new(pool, queue))
}
pub(crate) fn run_key() -> impl Strategy<Value = RunKey> {
    (any_queue_key(), token()).prop_map(|(queue, run_id)| RunKey { queue, run_id })
}
pub(crate) fn limit_key() -> impl Strategy<Value = LimitKey> {
    prop_oneof![
        label().prop_map(LimitKey::Pool),
        any_queue_key().prop_map(LimitKey::Queue),
        deployment().prop_map(LimitKey::Deployment),
        tag().prop_map(LimitKey::Tag),
        crate::limits::limit_name().prop_map(LimitKey::Named),
    ]
}
pub(crate) fn attempt() -> impl Strategy<Value = Attempt> {
    (1..=u32::MAX).prop_map(Attempt)
}
pub(crate) fn epoch() -> impl Strategy<Value = Epoch> {
    (1..=u64::MAX).prop_map(Epoch)
}
pub(crate) fn seq() -> impl Strategy<Value = Seq> {
    (1..=u64::MAX).prop_map(Seq)
}
