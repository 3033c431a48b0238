//! How runs that wait together spend their wait: kept once for all of them, and cut out for one when its wait ends.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use crate::{
    bounds::WAITS_MAX,
    wait::{Place, Wait, WaitCause},
};

/// How long each cause has lasted, and in how many parts.
type Totals = BTreeMap<WaitCause, (Duration, u32)>;

/// The causes of a group's waiting, one after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct History {
    cause: WaitCause,
    since: Place,
    /// Counts the causes.
    version: u64,
    /// The last causes before this one, with their numbers.
    past: VecDeque<(u64, WaitCause, Place)>,
    /// All causes before this one.
    totals: Totals,
    mark: Option<Arc<Mark>>,
}

/// What had been spent when runs joined; shared by all that joined under one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    version: u64,
    cause: WaitCause,
    since: Place,
    totals: Totals,
}

impl History {
    /// Nobody has looked yet: what is found is entered at the same place, so the first cause lasts no time.
    pub(super) fn new(since: Place) -> Self {
        Self {
            cause: WaitCause::Deciding,
            since,
            version: 0,
            past: VecDeque::new(),
            totals: Totals::new(),
            mark: None,
        }
    }

    pub(super) fn cause(&self) -> &WaitCause {
        &self.cause
    }
    pub(super) fn since(&self) -> &Place {
        &self.since
    }

    /// From here on it is this.
    pub(super) fn enter(&mut self, cause: WaitCause, place: &Place) {
        if self.cause == cause {
            return;
        }
        if place.at <= self.since.at {
            // It lasted no time.
            self.cause = cause;
            self.mark = None;
            return;
        }
        let ended = std::mem::replace(&mut self.cause, cause);
        let since = std::mem::replace(&mut self.since, place.clone());
        let total = self.totals.entry(ended.clone()).or_default();
        total.0 = total.0.saturating_add(place.at.since(since.at));
        total.1 = total.1.saturating_add(1);
        self.past.push_back((self.version, ended, since));
        if self.past.len() > WAITS_MAX {
            self.past.pop_front();
        }
        self.version += 1;
        self.mark = None;
    }

    /// For a run that joins now.
    pub(super) fn mark(&mut self) -> Arc<Mark> {
        let made = self.mark.get_or_insert_with(|| {
            Arc::new(Mark {
                version: self.version,
                cause: self.cause.clone(),
                since: self.since.clone(),
                totals: self.totals.clone(),
            })
        });
        Arc::clone(made)
    }

    /// How the time since `mark` was spent by one that joined at `joined`. The last part is still open.
    pub(super) fn spent(&self, mark: &Mark, joined: &Place) -> Vec<Wait> {
        let part = |cause: &WaitCause, from: &Place| Wait {
            cause: cause.clone(),
            from: if from.at < joined.at { joined } else { from }.clone(),
            merged: None,
        };
        let all_kept = mark.version == self.version
            || self
                .past
                .front()
                .is_some_and(|(first, ..)| *first <= mark.version);
        let mut parts = Vec::new();
        if all_kept {
            let since_then = self.past.iter().filter(|(n, ..)| *n >= mark.version);
            parts.extend(since_then.map(|(_, cause, from)| part(cause, from)));
        } else {
            for (cause, (spent, count)) in &self.totals {
                let before = mark.totals.get(cause).copied().unwrap_or_default();
                let mut spent = spent.saturating_sub(before.0);
                if *cause == mark.cause {
                    spent = spent.saturating_sub(joined.at.since(mark.since.at));
                }
                let count = count.saturating_sub(before.1);
                if count > 0 {
                    parts.push(Wait {
                        merged: Some((spent, count)),
                        ..part(cause, joined)
                    });
                }
            }
        }
        parts.push(part(&self.cause, &self.since));
        // Records of one stamp: its wait begins with its own.
        if let Some(first) = parts.first_mut() {
            first.from = joined.clone();
        }
        parts
    }
}

/// At most [`WAITS_MAX`] parts: one after another of the same cause are one, and if there are still too many, parts of
/// one cause are merged. The last part stays open. The sum stays what it was.
pub(super) fn squeeze(parts: Vec<Wait>) -> Vec<Wait> {
    let mut joined: Vec<Wait> = Vec::new();
    for part in parts {
        let same = joined.last().is_some_and(|last| {
            last.cause == part.cause && last.merged.is_none() && part.merged.is_none()
        });
        if !same {
            joined.push(part);
        }
    }
    if joined.len() <= WAITS_MAX {
        return joined;
    }
    let Some(last) = joined.pop() else {
        return joined;
    };
    let ends: Vec<_> = joined
        .iter()
        .skip(1)
        .chain([&last])
        .map(|part| part.from.at)
        .collect();
    let mut merged: Vec<Wait> = Vec::new();
    for (part, end) in joined.into_iter().zip(ends) {
        let (spent, count) = part.merged.unwrap_or((end.since(part.from.at), 1));
        let room = merged.len() < WAITS_MAX - 1;
        let at = merged.iter().position(|known| known.cause == part.cause);
        // More causes than there may be parts: what comes last takes the rest.
        let at = at.or(if room {
            None
        } else {
            merged.len().checked_sub(1)
        });
        match at.and_then(|at| merged.get_mut(at)) {
            Some(known) => {
                let (held, parts) = known.merged.unwrap_or_default();
                known.merged = Some((held.saturating_add(spent), parts.saturating_add(count)));
            }
            None => merged.push(Wait {
                merged: Some((spent, count)),
                ..part
            }),
        }
    }
    merged.push(last);
    merged
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{ids::Seq, time::Timestamp, wait::LogName};

    fn place(at: i64) -> Place {
        Place {
            log: LogName::Cell,
            seq: Seq(u64::try_from(at).unwrap_or_default()),
            at: Timestamp(at),
        }
    }

    fn sum(parts: &[Wait], end: Timestamp) -> Duration {
        let next = parts.iter().skip(1).map(|part| part.from.at).chain([end]);
        let lengths = parts.iter().zip(next);
        lengths
            .map(|(part, next)| {
                part.merged
                    .map_or(next.since(part.from.at), |(spent, _)| spent)
            })
            .sum()
    }

    /// A run that joins later under a cause that was found at the place where another had joined.
    #[test]
    fn a_cause_that_is_found_at_once_is_that_of_who_joins_later() {
        let limit =
            |n: u32| WaitCause::Limit(crate::limit::LimitKey::Pool("p".parse().unwrap()), n);
        let mut history = History::new(place(1));
        history.mark();
        history.enter(limit(0), &place(1));
        let (mark, joined) = (history.mark(), place(50));
        for n in 1..60 {
            history.enter(limit(n % 3), &place(100 + i64::from(n)));
        }
        let parts = squeeze(history.spent(&mark, &joined));
        let end = Timestamp(200);
        assert_eq!(sum(&parts, end), end.since(joined.at));
    }

    proptest! {
        /// However often the causes changed, what was spent adds up to the wait exactly, in at most 32 parts.
        #[test]
        fn a_wait_is_explained_without_a_gap(
            before in proptest::collection::vec((0u32..6, 0i64..3), 0..80),
            after in proptest::collection::vec((0u32..40, 0i64..3), 0..120),
        ) {
            let limit = |n: u32| WaitCause::Limit(crate::limit::LimitKey::Pool("p".parse().unwrap()), n);
            let mut history = History::new(place(0));
            let mut at = 0;
            for (cause, step) in before {
                at += step;
                history.enter(limit(cause), &place(at));
            }
            at += 1;
            let (mark, joined) = (history.mark(), place(at));
            for (cause, step) in after {
                at += step;
                history.enter(limit(cause), &place(at));
            }
            let parts = squeeze(history.spent(&mark, &joined));
            prop_assert!(parts.len() <= WAITS_MAX);
            prop_assert_eq!(&parts[0].from, &joined);
            let end = Timestamp(at + 5);
            prop_assert_eq!(sum(&parts, end), end.since(joined.at));
        }
    }
}
