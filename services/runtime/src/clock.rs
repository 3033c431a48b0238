//! The shell's one clock, as a value, so that a simulation can put virtual time in its place.
//!
//! Core never asks what time it is and the log's time is the broker's; what is left for this clock is to wait, to
//! measure and to stamp what never decides anything.

use std::{
    fmt,
    future::Future,
    io,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rustix::time::{ClockId, clock_gettime};
use tokio::time::Instant;
use weir_core::time::Timestamp;

/// Where a process takes its time from. Cheap to clone; all clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Follows tokio's clock, so that `tokio::time::pause` and `advance` move it.
    Virtual {
        base: Timestamp,
        start: Instant,
    },
}

impl Clock {
    /// The clocks of the operating system.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that shows `base` now and goes on with tokio's clock. Under `tokio::time::pause` it stands still until
    /// the runtime is idle or is told to advance; make it inside that runtime.
    pub fn virtual_from(base: Timestamp) -> Self {
        Self(Source::Virtual {
            base,
            start: Instant::now(),
        })
    }

    /// Wall time. It may jump either way; nothing that decides may rest on it.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => wall(),
            Source::Virtual { base, start } => base.after(start.elapsed()),
        }
    }

    /// Time since an arbitrary point that is the same for the whole machine until it reboots. Never goes back; stands
    /// still while the machine is suspended.
    pub fn monotonic(&self) -> Duration {
        match &self.0 {
            Source::System => read(ClockId::Monotonic),
            Source::Virtual { start, .. } => start.elapsed(),
        }
    }

    /// Like [`Clock::monotonic`], but goes on while the machine is suspended. A lease is measured with this one.
    pub fn boottime(&self) -> Duration {
        match &self.0 {
            Source::System => read(BOOTTIME),
            Source::Virtual { start, .. } => start.elapsed(),
        }
    }

    /// 128 bits that nobody can guess. Under a virtual clock they are drawn from this thread's `fastrand` instead, which
    /// a simulation seeds, so that it is the same every time.
    ///
    /// # Errors
    /// The system gives no random bits.
    pub fn random_bits(&self) -> io::Result<u128> {
        match &self.0 {
            Source::System => {
                let mut bits = [0_u8; 16];
                getrandom::fill(&mut bits).map_err(|error| io::Error::other(error.to_string()))?;
                Ok(u128::from_be_bytes(bits))
            }
            Source::Virtual { .. } => Ok(fastrand::u128(..)),
        }
    }

    /// Waits for `span`. Cancel safe. It stands still while the machine is suspended.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one lawful caller: all other code waits through a Clock"
    )]
    pub async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }

    /// Waits until [`Clock::monotonic`] shows at least `deadline`; returns at once if it already does. Cancel safe.
    pub async fn sleep_until_monotonic(&self, deadline: Duration) {
        loop {
            let left = deadline.saturating_sub(self.monotonic());
            if left.is_zero() {
                return;
            }
            self.sleep(left).await;
        }
    }

    /// Gives `future` at most `span`.
    ///
    /// # Errors
    /// [`Elapsed`] when it had not ended by then; it has been dropped.
    pub async fn timeout<F: Future>(
        &self,
        span: Duration,
        future: F,
    ) -> Result<F::Output, Elapsed> {
        tokio::time::timeout(span, future)
            .await
            .map_err(|_late| Elapsed { after: span })
    }

    /// A regular beat. The first tick comes after one `period`; a tick that comes late moves all later ones, so that
    /// a busy task is never answered with a burst. A period below 1 ms counts as 1 ms.
    #[expect(
        clippy::unused_self,
        reason = "both kinds of clock tick with tokio's; which one must not show outside"
    )]
    pub fn ticks(&self, period: Duration) -> Ticks {
        let period = period.max(Duration::from_millis(1));
        let mut interval = tokio::time::interval_at(Instant::now() + period, period);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        Ticks(interval)
    }
}

/// What [`Clock::ticks`] gives.
#[derive(Debug)]
pub struct Ticks(tokio::time::Interval);

impl Ticks {
    /// Waits for the next tick. Cancel safe.
    pub async fn tick(&mut self) {
        self.0.tick().await;
    }

    /// Counts a whole period from now until the next tick.
    pub fn reset(&mut self) {
        self.0.reset();
    }
}

/// A future did not end within the time that it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed {
    /// How long was waited.
    pub after: Duration,
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing came within {:?}", self.after)
    }
}

impl std::error::Error for Elapsed {}

#[cfg(target_os = "linux")]
const BOOTTIME: ClockId = ClockId::Boottime;
/// Elsewhere this is the nearest thing; weir's workers run on Linux.
#[cfg(not(target_os = "linux"))]
const BOOTTIME: ClockId = ClockId::Monotonic;

fn read(id: ClockId) -> Duration {
    let time = clock_gettime(id);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one lawful caller: all other code asks a Clock"
)]
fn wall() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(0).after(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Timestamp = Timestamp(1_700_000_000_000_000_000);

    #[tokio::test(start_paused = true)]
    async fn a_virtual_clock_moves_only_with_tokios_paused_time() {
        let clock = Clock::virtual_from(BASE);
        assert_eq!(clock.now(), BASE);
        clock.sleep(Duration::from_hours(1)).await;
        assert_eq!(clock.now().since(BASE), Duration::from_hours(1));
        assert_eq!(clock.monotonic(), Duration::from_hours(1));
        assert_eq!(clock.boottime(), clock.monotonic());
        assert_eq!(clock.clone().now(), clock.now());
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_until_a_point_ends_at_that_point_and_not_later() {
        let clock = Clock::virtual_from(BASE);
        clock.sleep_until_monotonic(Duration::from_secs(5)).await;
        assert_eq!(clock.monotonic(), Duration::from_secs(5));
        clock.sleep_until_monotonic(Duration::from_secs(2)).await;
        assert_eq!(clock.monotonic(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_says_how_long_it_waited() {
        let clock = Clock::virtual_from(BASE);
        let late = clock
            .timeout(Duration::from_secs(2), std::future::pending::<()>())
            .await;
        assert_eq!(
            late,
            Err(Elapsed {
                after: Duration::from_secs(2)
            })
        );
        assert_eq!(
            clock.timeout(Duration::from_secs(2), async { 7 }).await,
            Ok(7)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn ticks_come_one_period_apart_and_a_late_one_brings_no_burst() {
        let clock = Clock::virtual_from(BASE);
        let mut ticks = clock.ticks(Duration::from_secs(1));
        ticks.tick().await;
        assert_eq!(clock.monotonic().as_secs(), 1);
        clock.sleep(Duration::from_secs(10)).await;
        ticks.tick().await;
        ticks.tick().await;
        assert_eq!(clock.monotonic().as_secs(), 12);
    }

    #[test]
    fn the_system_clocks_are_those_of_the_machine() {
        let clock = Clock::system();
        let (wall, monotonic, boot) = (clock.now(), clock.monotonic(), clock.boottime());
        assert!(wall > BASE, "{wall:?}");
        assert!(!monotonic.is_zero());
        assert!(boot >= monotonic, "{boot:?} {monotonic:?}");
        assert!(clock.monotonic() >= monotonic);
    }
}
