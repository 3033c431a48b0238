//! Two futures of which one decides when it is over.

use std::pin::Pin;

/// Drives `work` to its end, and `side` along with it. It is pinned by whoever calls, or there would be room for it twice.
pub(super) async fn beside<T>(
    mut work: Pin<&mut impl Future<Output = T>>,
    side: &mut (impl Future<Output = ()> + Unpin),
    done: &mut bool,
) -> T {
    loop {
        tokio::select! {
            biased;
            result = work.as_mut() => return result,
            () = &mut *side, if !*done => *done = true,
        }
    }
}
