//! Which installation of weir an object in a cluster belongs to.

use crate::{
    ids::{InstallationId, SchedulerName},
    time::Timestamp,
};

/// The id of an installation: of the first leadership in its cell log, by the nanosecond at which the broker stored it and
/// by who led. So it is made once, lives as long as the log, and nobody has to keep it elsewhere.
pub(crate) fn installation_id(first_led_at: Timestamp, leader: &SchedulerName) -> InstallationId {
    let text = format!("{} {leader}", first_led_at.as_nanos());
    let id = format!("{:016x}", fnv(text.as_bytes()));
    id.parse().expect("hexadecimal digits are legal")
}

/// FNV-1a, 64 bits.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
