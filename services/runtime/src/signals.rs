//! SIGINT and SIGTERM: the first one drains, the second one means now.

use std::{fmt, future::Future, io};

use tokio::signal::unix::{self, SignalKind};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// A signal that asks the program to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT: somebody pressed Ctrl-C.
    Interrupt,
    /// SIGTERM: a supervisor stops the program.
    Terminate,
}

impl Signal {
    /// The exit code that shells use for a death by this signal: 130 or 143.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

/// Takes over SIGINT and SIGTERM from now on. The future cancels `stop` at the first of them and resolves at the
/// second, so that main can leave with [`Signal::exit_code`]. It works only while it is polled: put it beside
/// [`crate::Tasks::join`] in one `select!`.
///
/// # Errors
/// When the handlers cannot be installed.
pub fn signals(stop: CancellationToken) -> io::Result<impl Future<Output = Signal> + Send> {
    let mut interrupt = unix::signal(SignalKind::interrupt())?;
    let mut terminate = unix::signal(SignalKind::terminate())?;
    Ok(async move {
        let first = either(&mut interrupt, &mut terminate).await;
        info!(signal = %first, "stopping; a second signal stops at once");
        stop.cancel();
        let second = either(&mut interrupt, &mut terminate).await;
        warn!(signal = %second, "second signal: not waiting for the rest");
        second
    })
}

async fn either(interrupt: &mut unix::Signal, terminate: &mut unix::Signal) -> Signal {
    tokio::select! {
        _ = interrupt.recv() => Signal::Interrupt,
        _ = terminate.recv() => Signal::Terminate,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustix::process::{Signal as Number, getpid, kill_process};

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(10);

    // One test for both signals: they go to the whole process, so two tests would see each other's.
    #[tokio::test]
    async fn the_first_signal_drains_and_the_second_ends_it() {
        let stop = CancellationToken::new();
        let mut second = Box::pin(signals(stop.clone()).expect("handlers install"));
        kill_process(getpid(), Number::TERM).expect("one may signal oneself");
        let drain = async {
            tokio::select! {
                signal = &mut second => panic!("resolved at the first signal, {signal}"),
                () = stop.cancelled() => {}
            }
        };
        tokio::time::timeout(DEADLINE, drain)
            .await
            .expect("the first signal cancels the token");
        kill_process(getpid(), Number::INT).expect("one may signal oneself");
        let signal = tokio::time::timeout(DEADLINE, second)
            .await
            .expect("the second signal resolves it");
        assert_eq!((signal, signal.exit_code()), (Signal::Interrupt, 130));
    }
}
