//! How failed runs are tried again, as the file says it.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use weir_client::bounds;
use weir_core::{failure::FailurePattern, judge::RETRY_DELAY_DEFAULT, retry::RetryPolicy};

use super::{
    form::Entry,
    written::{Share, Texts},
};

/// The plain delay, and the policy where more than that is said.
type Retries = (Duration, Option<Arc<RetryPolicy>>);

impl Entry {
    /// Takes out what it says of retries, apart from their number.
    pub(super) fn take_retries(&mut self) -> anyhow::Result<Retries> {
        let delays = self.retry_delay.take().map(|spans| spans.0);
        let mut delays = delays.unwrap_or_default();
        let plain = delays.first().copied().unwrap_or(RETRY_DELAY_DEFAULT);
        if delays.len() == 1 {
            delays.clear();
        }
        within("retry_delay", delays.len(), bounds::RETRY_DELAYS_MAX)?;
        for delay in delays.iter().chain([&plain]) {
            not_too_long("retry_delay", *delay)?;
        }
        let max = self.max_retry_delay.map(|span| span.0);
        if max.is_some_and(|max| max.is_zero()) {
            bail!("max_retry_delay: it is 0: use a longer one, or leave it out");
        }
        not_too_long("max_retry_delay", max.unwrap_or_default())?;
        let policy = RetryPolicy {
            delays,
            factor: self.factor()?,
            jitter_percent: self.retry_jitter.map_or(0, |Share(percent)| percent),
            delay_max: max,
            on: failures("retry_on", self.retry_on.take())?,
            not_on: failures("no_retry_on", self.no_retry_on.take())?,
        };
        let said = policy != RetryPolicy::default();
        Ok((plain, said.then(|| Arc::new(policy))))
    }

    fn factor(&self) -> anyhow::Result<NonZeroU32> {
        let given = self.retry_backoff_factor.map_or(1, |factor| factor.0);
        let factor = NonZeroU32::new(given);
        let factor = factor.filter(|factor| factor.get() <= bounds::RETRY_FACTOR_MAX);
        let most = bounds::RETRY_FACTOR_MAX;
        factor.with_context(|| format!("retry_backoff_factor: it is {given}: use 1 to {most}"))
    }
}

fn failures(key: &str, given: Option<Texts>) -> anyhow::Result<Vec<FailurePattern>> {
    let given = given.map(|texts| texts.0).unwrap_or_default();
    within(key, given.len(), bounds::RETRY_FAILURES_MAX)?;
    let one = |(n, text): (usize, &String)| text.parse().with_context(|| format!("{key}[{n}]"));
    given.iter().enumerate().map(one).collect()
}

fn within(key: &str, given: usize, most: usize) -> anyhow::Result<()> {
    if given > most {
        bail!("{key}: it lists {given}: use at most {most}");
    }
    Ok(())
}

fn not_too_long(key: &str, span: Duration) -> anyhow::Result<()> {
    if span > bounds::SPAN_MAX {
        bail!("{key}: it is too long: use at most 366 days");
    }
    Ok(())
}
