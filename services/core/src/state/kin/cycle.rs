//! Runs that would wait for one another for ever.

use std::collections::BTreeSet;

use super::{Kin, Standing};
use crate::{
    ids::RunKey,
    state::{Run, State},
    time::Timestamp,
};

/// Runs that are looked at for one circle; a larger one is not found. Each of them may be the one to answer for it, so this
/// many times as many steps are taken where there is one.
const LOOKED_AT_MAX: usize = 1_000;

impl State {
    /// The circle that a run has closed: all others in it were requested before. Of several the first by name; from the run
    /// that it comes after to itself.
    ///
    /// A function of the runs as they stand: whoever has folded the same finds the same, in whatever order it was folded.
    pub(super) fn circle(&self, kin: &Kin, key: &RunKey, run: &Run) -> Option<Vec<RunKey>> {
        kin.followers(key).next()?;
        let own = (run.requested_at, key);
        let earlier = |at: Timestamp, other: &RunKey| (at, other) < own;
        let mut seen = BTreeSet::new();
        // Depth first: the way here, each with those that are left to be looked at.
        let mut way: Vec<(RunKey, Vec<RunKey>)> = vec![(key.clone(), awaited(key, run))];
        while let Some((_, rest)) = way.last_mut() {
            let Some(next) = rest.pop() else {
                way.pop();
                continue;
            };
            if next == *key {
                let mut circle: Vec<_> = way.into_iter().skip(1).map(|(key, _)| key).collect();
                circle.push(next);
                return Some(circle);
            }
            if seen.len() >= LOOKED_AT_MAX || !seen.insert(next.clone()) {
                continue;
            }
            if let Some(other) = self.run(&next)
                && other.standing() == Standing::Following
                && earlier(other.requested_at, &next)
            {
                let awaited = awaited(&next, other);
                way.push((next, awaited));
            }
        }
        None
    }

    /// Where a run closes a circle, one that was requested later may be the one to answer for it: all that can be in it are
    /// looked at.
    pub(super) fn circled(
        &self,
        kin: &Kin,
        key: &RunKey,
        run: &Run,
        concerned: &mut BTreeSet<RunKey>,
    ) {
        if run.standing() != Standing::Following || kin.followers(key).next().is_none() {
            return;
        }
        let mut seen = BTreeSet::from([key.clone()]);
        let mut rest = awaited(key, run);
        let mut closes = false;
        while let Some(next) = rest.pop() {
            closes |= next == *key;
            if seen.len() < LOOKED_AT_MAX
                && let Some(other) = self.run(&next)
                && other.standing() == Standing::Following
                && seen.insert(next.clone())
            {
                rest.extend(awaited(&next, other));
            }
        }
        if closes {
            concerned.extend(seen);
        }
    }
}

fn awaited(key: &RunKey, run: &Run) -> Vec<RunKey> {
    let after = run.after().into_iter().flat_map(|after| &after.runs);
    after.map(|other| other.seen_from(&key.queue)).collect()
}
