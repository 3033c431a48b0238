//! What a claim tells of the wait that it ends.

use weir_core::{
    ids::{Attempt, Seq},
    time::Timestamp,
    wait::Wait,
};

use super::run::Legal;

/// What a claim tells of the wait is without gaps from the request on, as far as its own places tell.
pub(super) fn explained(waits: &[Wait], began: Seq, attempt: Attempt, at: Timestamp) -> Legal {
    let Some(first) = waits.first() else {
        return Err("a claim tells nothing of the wait".to_owned());
    };
    if attempt == Attempt(1) && first.from.seq != began {
        return Err(format!(
            "the wait begins at {:?} and not at {began:?}",
            first.from
        ));
    }
    let rising = waits.iter().map(|wait| wait.from.at);
    if !rising.is_sorted() || first.from.at > at || waits.len() > weir_core::bounds::WAITS_MAX {
        return Err(format!("the parts of the wait are out of order: {waits:?}"));
    }
    Ok(())
}
