//! Appends that nobody has acknowledged are sent again: same bytes, same id, so that they count once.

use std::{future::Future, time::Duration};

use weir_log::{AppendError, Appended, MsgId};

use crate::run_id::{RandomError, hex, random_bytes};

/// How often an append is tried before its error is handed on.
const TRIES: u32 = 6;
/// The pause after the first failed try; it doubles.
const PAUSE: Duration = Duration::from_millis(50);

/// An id for one append that nobody else can guess.
pub(crate) fn message_id() -> Result<MsgId, RandomError> {
    Ok(MsgId(hex(random_bytes()?)))
}

/// Tries again what is worth trying again. Only for appends that carry a message id.
pub(crate) async fn append_surely<F>(mut append: impl FnMut() -> F) -> Result<Appended, AppendError>
where
    F: Future<Output = Result<Appended, AppendError>>,
{
    let mut pause = PAUSE;
    for _ in 1..TRIES {
        match append().await {
            Err(AppendError::Busy { .. } | AppendError::Unacknowledged { .. }) => {
                pause_for(pause).await;
            }
            settled => return settled,
        }
        pause *= 2;
    }
    append().await
}

/// Waits; the client's only pause.
#[expect(
    clippy::disallowed_methods,
    reason = "the client is below weir-runtime and its clock; this backs off from the broker"
)]
pub(crate) async fn pause_for(span: Duration) {
    tokio::time::sleep(span).await;
}
