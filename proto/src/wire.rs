//! The generated types, and the three that are written by hand because their JSON mapping must be exact.
//!
//! Nothing of this leaves the crate: what goes in and out are the types of weir-core.

mod duration;
mod json_object;
mod timestamp;

pub(crate) use duration::Duration;
pub(crate) use generated::*;
pub(crate) use json_object::JsonObject;
pub(crate) use timestamp::Timestamp;

#[expect(
    unreachable_pub,
    unused_qualifications,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::large_enum_variant,
    clippy::map_err_ignore,
    clippy::allow_attributes_without_reason,
    reason = "generated code is not ours to polish"
)]
mod generated {
    include!("generated/weir.v1.rs");
    include!("generated/weir.v1.serde.rs");
}
