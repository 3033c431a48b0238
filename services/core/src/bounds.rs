//! The bound of every input. Each is enforced where the input enters, with an error that names it.

use std::time::Duration;

/// Parameters and job variables of one run together, in bytes of JSON.
pub const PARAMETERS_AND_VARIABLES_BYTES_MAX: usize = 96 * 1024;
/// One request's payload, in bytes. The queue's stream refuses larger messages itself (`max_msg_size`).
pub const REQUEST_BYTES_MAX: usize = 160 * 1024;
/// Tags of one run, its deployment's and its own together.
pub const TAGS_MAX: usize = 64;
/// Named limits of one run, its deployment's and its own together.
pub const NAMED_LIMITS_MAX: usize = 8;
/// Slots of one named limit that a run may ask for.
pub const WEIGHT_MAX: u32 = 1_000_000;
/// Fairness keys that a pool gives a weight of their own.
pub const FAIRNESS_WEIGHTS_MAX: usize = 1_000;
/// Parts of one wait that are told apart; with more, parts of the same cause are merged.
pub const WAITS_MAX: usize = 32;
/// Runs that one run may come after.
pub const AFTER_MAX: usize = 100;
/// Runs that one wait of a run may name.
pub const AWAITED_MAX: usize = 1_000;
/// Runs that one way round a cycle of waits names, and holders of a limit in it.
pub const CYCLE_LINKS_MAX: usize = 20;
/// Retries that a run may ask for.
pub const RETRIES_MAX: u32 = 1_000;
/// Delays that a retry policy may list.
pub const RETRY_DELAYS_MAX: usize = 100;
/// The largest factor by which retry delays grow.
pub const RETRY_FACTOR_MAX: u32 = 100;
/// Failures that a retry policy may name, in each of its two lists.
pub const RETRY_FAILURES_MAX: usize = 64;
/// A deployment's schema of parameters, in bytes of JSON.
pub const PARAMETER_SCHEMA_BYTES_MAX: usize = 256 * 1024;
/// Schedules of one deployment.
pub const SCHEDULES_MAX: usize = 100;
/// The longest name of a run, and the longest template of one, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// How long a worker may take to make an attempt's infrastructure, where the pool does not say.
pub const SUBMIT_TIMEOUT_DEFAULT: Duration = Duration::from_mins(1);
/// How long that may take to start, where the pool does not say.
pub const START_TIMEOUT_DEFAULT: Duration = Duration::from_mins(10);
/// The longest timeout, retry delay or grace that a run may ask for.
pub const SPAN_MAX: Duration = Duration::from_hours(366 * 24);
/// How long after its request a run may be scheduled at the latest: ten years.
pub const SCHEDULED_AHEAD_MAX: Duration = Duration::from_hours(3_660 * 24);
/// Priorities of runs lie in ±this. A larger one goes first.
pub const PRIORITY_MAX: i32 = 1_000_000;
/// Free text in a record (a reason, a message), in bytes; longer text is cut at a character with an ellipsis.
pub const TEXT_BYTES_MAX: usize = 2_048;
/// Cancels that arrived before their request, kept per queue; the oldest gives way.
pub const EARLY_CANCELS_MAX: usize = 10_000;
/// How long a cancel waits for its request.
pub const EARLY_CANCEL_KEPT: Duration = Duration::from_hours(1);
/// Slots that one run may need, over all its limits.
pub const SLOTS_MAX: usize = 80;
/// A request that a claim brings along, in bytes of its texts. A larger one is read from the log by whoever takes the
/// claim: one round trip more, and not written twice.
pub const COPY_BYTES_MAX: usize = 1_024;
/// A base job template, in bytes of JSON.
pub const TEMPLATE_BYTES_MAX: usize = 256 * 1024;
/// Entries of each list of a pool's policy.
pub const POLICY_ENTRIES_MAX: usize = 1_000;
/// One entry of a pool's policy, in bytes.
pub const POLICY_ENTRY_BYTES_MAX: usize = 512;
/// Grace of a cancel that names none.
pub const GRACE_DEFAULT: Duration = Duration::from_secs(30);

/// Cuts `text` to [`TEXT_BYTES_MAX`] at a character's border.
pub fn bounded_text(text: &str) -> String {
    if text.len() <= TEXT_BYTES_MAX {
        return text.to_owned();
    }
    let mut cut: String = text
        .char_indices()
        .take_while(|(at, c)| at + c.len_utf8() <= TEXT_BYTES_MAX - '…'.len_utf8())
        .map(|(_, c)| c)
        .collect();
    cut.push('…');
    cut
}
