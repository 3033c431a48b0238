//! Two futures of which one decides when it is over.

use std::pin::pin;

/// Drives `work` to its end, and `side` along with it.
pub(super) async fn beside<T>(
    work: impl Future<Output = T>,
    side: &mut (impl Future<Output = ()> + Unpin),
    done: &mut bool,
) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            biased;
            result = &mut work => return result,
            () = &mut *side, if !*done => *done = true,
        }
    }
}
