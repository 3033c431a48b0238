//! Waiting for what must happen, with a deadline, and for what must not, for a span.

use std::{future::Future, sync::OnceLock, time::Duration};

use tokio::runtime::{Builder, Runtime};
use weir_runtime::Clock;

/// How often is asked.
const ASK_EVERY: Duration = Duration::from_millis(25);

/// Runs a future to its end on the harness's own runtime: what is shared between tests must outlive each test's own.
pub fn block_on<F: Future>(future: F) -> F::Output {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let build = || {
        Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
    };
    RUNTIME
        .get_or_init(|| build().expect("threads can be started"))
        .block_on(future)
}

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none within the deadline; the message says what was waited for.
#[track_caller]
pub fn until<T>(what: &str, within: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let mut last = None;
    lasts(within, || {
        last = ask();
        last.is_none()
    });
    let found = last.take();
    assert!(found.is_some(), "not within {within:?}: {what}");
    found.expect("just asserted")
}

/// Asks again and again for a whole span whether something still holds, and tells whether it always did.
pub fn lasts(span: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let clock = Clock::system();
    let end = clock.monotonic() + span;
    loop {
        // Asked once more after the deadline: a slow machine may have come to it late.
        let late = clock.monotonic() >= end;
        if !holds() {
            return false;
        }
        if late {
            return true;
        }
        block_on(async { clock.ticks(ASK_EVERY).tick().await });
    }
}

/// Lets a span pass that is itself what the test is about, such as four leases of a stopped worker.
pub fn for_a_while(span: Duration) {
    lasts(span, || true);
}
