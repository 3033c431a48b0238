//! Work that is never in the way of other work: on a thread of its own, which the system lets run when the others of the
//! program leave it time.
//!
//! Tasks of one tokio runtime share its threads and cannot be weighed against one another. The system's scheduler can
//! weigh threads: on Linux a *nice* value is a thread's own (sched(7)), where POSIX has it for a process. So what must
//! keep up with a load but may lag while that is high stands here, with its connections: a connection's task belongs to
//! the runtime in which it was made.

use std::{future::Future, io, thread};

use tokio::sync::oneshot;
use tracing::Instrument as _;

/// A thread of 10 gets about a ninth of the time of one of 0, where both want all of a core; all of it where nobody
/// else wants it.
pub const NICE: i32 = 10;

/// Does `work` on a thread of this name with a lower priority ([`NICE`]; on Linux only), and returns what comes of it.
///
/// Whatever `work` makes (connections, tasks) lives on that thread and ends with it. When this future is dropped, `work`
/// is dropped too, at its next await.
///
/// # Errors
/// The system makes no thread, or `work` has panicked.
pub async fn background<F, T>(
    name: &str,
    work: impl FnOnce() -> F + Send + 'static,
) -> io::Result<T>
where
    F: Future<Output = T>,
    T: Send + 'static,
{
    let (mut done, outcome) = oneshot::channel();
    let span = tracing::Span::current();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(move || {
        yield_to_others();
        let ended = runtime.block_on(
            async {
                tokio::select! {
                    ended = work() => Some(ended),
                    () = done.closed() => None,
                }
            }
            .instrument(span),
        );
        // Before the outcome is told, so that nothing of the work is left when it is.
        runtime.shutdown_background();
        if let Some(ended) = ended {
            // Nobody may be waiting any more.
            done.send(ended).ok();
        }
    })?;
    outcome
        .await
        .map_err(|_gone| io::Error::other(format!("the thread {name} has panicked")))
}

#[cfg(target_os = "linux")]
fn yield_to_others() {
    // Of `None` the system makes the calling thread. Less priority is never refused for want of rights; a sandbox that
    // forbids the call costs the courtesy and nothing else.
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "a background thread keeps its priority");
    }
}

#[cfg(not(target_os = "linux"))]
const fn yield_to_others() {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The nice values of the calling thread.
    #[cfg(target_os = "linux")]
    fn nice() -> i32 {
        rustix::process::getpriority_process(None).unwrap()
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn it_runs_with_less_priority_and_nobody_else_does() {
        let own = nice();
        let there = background("test", || async {
            let name = thread::current().name().map(str::to_owned);
            (nice(), name)
        });
        let (there, name) = there.await.unwrap();
        assert_eq!(there, NICE.max(own));
        assert_eq!(name.as_deref(), Some("test"));
        assert_eq!(nice(), own);
    }

    #[tokio::test]
    async fn it_has_timers_and_tasks_of_its_own() {
        let sum = background("test", || async {
            let mut other = tokio::task::JoinSet::new();
            other.spawn(async { 1 });
            tokio::time::timeout(Duration::from_millis(1), std::future::pending::<()>())
                .await
                .unwrap_err();
            other.join_next().await.unwrap().unwrap() + 1
        });
        assert_eq!(sum.await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_panic_is_told() {
        let ended = background("test", || async { panic!("as meant") });
        let ended: io::Result<()> = ended.await;
        assert_eq!(
            ended.unwrap_err().to_string(),
            "the thread test has panicked"
        );
    }

    #[tokio::test]
    async fn it_ends_when_nobody_waits_any_more() {
        struct Tells(Option<oneshot::Sender<()>>);
        impl Drop for Tells {
            fn drop(&mut self) {
                self.0.take().and_then(|tell| tell.send(()).ok());
            }
        }
        let (tell, told) = oneshot::channel();
        let (begun, begins) = oneshot::channel();
        let work = background("test", move || async move {
            let _tells = Tells(Some(tell));
            begun.send(()).unwrap();
            std::future::pending::<()>().await;
        });
        tokio::select! {
            _ = work => unreachable!("it does not end by itself"),
            begins = begins => begins.unwrap(),
        }
        tokio::time::timeout(Duration::from_secs(20), told)
            .await
            .unwrap()
            .unwrap();
    }
}
