//! The control API: what goes over it, as protobuf and as JSON.
//!
//! For every type there is `encode_x`, `decode_x` and `x_json`, which is what `-o json` prints and what a request in
//! JSON is answered with. Requests are decoded from protobuf or from JSON, by the rule of run requests: JSON iff the
//! first byte after white space is `{`. Answers are decoded from protobuf only, as they may begin with any byte. What
//! is missing in [`weir_core::api`], because it is nothing but a request or a list, is declared here.

mod answerer;
mod config;
mod family;
mod place;
mod run;
mod schedule;
mod why;

use bytes::Bytes;
use prost::Message;
use serde::{Serialize, de::DeserializeOwned};
use weir_core::{
    api::{
        Answerer, LimitView, PoolView, QueueView, RunFilter, RunList, RunView, ScheduleFilter,
        ScheduleList, ScheduleView, Why, WorkerView,
    },
    ids::{PoolName, QueueName, RunId},
};

pub use config::{
    config_json, held_deployment_json, held_named_limit_json, held_pool_json, held_queue_json,
    held_tag_limit_json,
};

use crate::{
    error::{DecodeError, Wrong, decode},
    json,
};

/// A run by its id, with its pool and queue where the id alone is ambiguous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRef {
    /// Only of this pool.
    pub pool: Option<PoolName>,
    /// Only of this queue.
    pub queue: Option<QueueName>,
    /// The id.
    pub run_id: RunId,
}

/// Which pools, queues or workers to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Only of this pool.
    pub pool: Option<PoolName>,
}

/// An answer to a list of pools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolList {
    /// The pools.
    pub pools: Vec<PoolView>,
    /// Who answers, and how far it has folded.
    pub from: Answerer,
}

/// An answer to a list of the limits on tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitList {
    /// The limits with their use.
    pub limits: Vec<LimitView>,
    /// Who answers, and how far it has folded.
    pub from: Answerer,
}

/// An answer to a list of queues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueList {
    /// The queues.
    pub queues: Vec<QueueView>,
    /// Who answers, and how far it has folded.
    pub from: Answerer,
}

/// An answer to a list of workers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerList {
    /// The workers.
    pub workers: Vec<WorkerView>,
    /// Who answers, and how far it has folded.
    pub from: Answerer,
}

/// A type of the domain that has a message of its own.
trait Wire: Sized {
    /// The message.
    type Message: Message + Default + Serialize + DeserializeOwned;
    /// What it is called in errors.
    const WHAT: &'static str;
    fn to_wire(&self) -> Self::Message;
    fn from_wire(message: Self::Message) -> Result<Self, Wrong>;
}

fn encode<T: Wire>(value: &T) -> Bytes {
    value.to_wire().encode_to_vec().into()
}

fn text<T: Wire>(value: &T) -> String {
    json_text(&value.to_wire())
}

fn json_text(message: &impl Serialize) -> String {
    serde_json::to_string_pretty(message).expect("a view of checked values has a JSON mapping")
}

/// A request: JSON or protobuf. The messages of requests leave the fields 1, 4 and 15 out for that.
fn ask<T: Wire>(payload: &[u8]) -> Result<T, DecodeError> {
    if !json::is_json(payload) {
        return answer(payload);
    }
    match json::decode(payload) {
        Ok(message) => T::from_wire(message).map_err(|wrong| wrong.of(T::WHAT)),
        Err(json::JsonFault {
            kind: _,
            field,
            message,
        }) => Err(DecodeError {
            what: T::WHAT,
            field,
            detail: message,
        }),
    }
}

/// An answer: protobuf, which may begin with any byte.
fn answer<T: Wire>(payload: &[u8]) -> Result<T, DecodeError> {
    decode(T::WHAT, payload, T::from_wire)
}

macro_rules! messages {
    ($read:ident, $form:literal: $($domain:ident: $encode:ident, $decode:ident, $json:ident;)*) => {$(
        #[doc = concat!("The protobuf bytes of a [`", stringify!($domain), "`].")]
        pub fn $encode(value: &$domain) -> Bytes {
            encode(value)
        }
        #[doc = concat!("The [`", stringify!($domain), "`] in these bytes of ", $form, ".")]
        pub fn $decode(payload: &[u8]) -> Result<$domain, DecodeError> {
            $read(payload)
        }
        #[doc = concat!("The JSON mapping of a [`", stringify!($domain), "`], indented.")]
        pub fn $json(value: &$domain) -> String {
            text(value)
        }
    )*};
}

messages! {
    ask, "protobuf or JSON":
    RunFilter: encode_run_filter, decode_run_filter, run_filter_json;
    RunRef: encode_run_ref, decode_run_ref, run_ref_json;
    ListFilter: encode_list_filter, decode_list_filter, list_filter_json;
    ScheduleFilter: encode_schedule_filter, decode_schedule_filter, schedule_filter_json;
}

messages! {
    answer, "protobuf":
    RunView: encode_run, decode_run, run_json;
    RunList: encode_run_list, decode_run_list, run_list_json;
    PoolView: encode_pool, decode_pool, pool_json;
    PoolList: encode_pool_list, decode_pool_list, pool_list_json;
    QueueView: encode_queue, decode_queue, queue_json;
    QueueList: encode_queue_list, decode_queue_list, queue_list_json;
    LimitList: encode_limit_list, decode_limit_list, limit_list_json;
    WorkerView: encode_worker, decode_worker, worker_json;
    WorkerList: encode_worker_list, decode_worker_list, worker_list_json;
    Why: encode_why, decode_why, why_json;
    ScheduleView: encode_schedule, decode_schedule, schedule_json;
    ScheduleList: encode_schedule_list, decode_schedule_list, schedule_list_json;
    Answerer: encode_answerer, decode_answerer, answerer_json;
}

fn all<W, T>(
    field: &str,
    items: Vec<W>,
    read: impl Fn(W) -> Result<T, Wrong>,
) -> Result<Vec<T>, Wrong> {
    let read = items
        .into_iter()
        .enumerate()
        .map(|(at, item)| read(item).map_err(|wrong| wrong.under(&format!("{field}[{at}]"))));
    read.collect()
}
