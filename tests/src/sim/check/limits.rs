//! The use of limits at each position, against the value in force there.

use std::collections::BTreeMap;

use weir_core::{
    event::{Claim, Decided},
    ids::{DecisionId, PoolName, QueueKey, RunKey, Seq},
    limit::{LimitKey, Slot},
    rate::Pace,
};

use super::Values;

/// Who holds what, and what is in force.
#[derive(Debug, Default)]
pub(super) struct Limits {
    held: BTreeMap<RunKey, Vec<Slot>>,
    used: BTreeMap<LimitKey, u64>,
    /// By the latest stored decision that names the limit. Appends overtake each other, so one may be stored behind a
    /// later one that rests on a newer configuration.
    in_force: BTreeMap<LimitKey, (DecisionId, Option<u32>)>,
    /// How far each start rate was used up, by the decisions that used it.
    paces: BTreeMap<LimitKey, BTreeMap<DecisionId, Pace>>,
}

/// A limit, its value, and how many of its slots a run needs.
pub(super) type Need = (LimitKey, Option<u32>, u32);

/// The values of a queue's two limits as of a position of the cell log.
pub(super) fn configured(
    pools: &BTreeMap<PoolName, Values>,
    queues: &BTreeMap<QueueKey, Values>,
    key: &QueueKey,
    cell: Seq,
) -> Vec<Need> {
    vec![
        (
            LimitKey::Pool(key.pool.clone()),
            at(pools.get(&key.pool), cell),
            1,
        ),
        (LimitKey::Queue(key.clone()), at(queues.get(key), cell), 1),
    ]
}

/// The value as of a position of the cell log.
pub(super) fn at(values: Option<&Values>, cell: Seq) -> Option<u32> {
    values
        .and_then(|values| values.range(..=cell).next_back())
        .and_then(|(_, value)| *value)
}

impl Limits {
    /// A claim is stored.
    pub(super) fn claim(
        &mut self,
        run: &RunKey,
        decided: &Decided<Claim>,
        slots: &[Slot],
        configured: &[Need],
    ) -> Vec<String> {
        let mut broken = self.pace(decided, slots);
        broken.extend(self.take(run, decided.id, slots, configured));
        broken
    }

    /// An attempt has again what it gave back; no start, so no rate counts it.
    pub(super) fn regrant(
        &mut self,
        run: &RunKey,
        id: DecisionId,
        slots: &[Slot],
        configured: &[Need],
    ) -> Vec<String> {
        let mut broken = self.take(run, id, slots, configured);
        if slots.iter().any(|slot| slot.pace.is_some()) {
            broken.push(format!("{run}: a start rate counts what is no start"));
        }
        broken
    }

    fn take(
        &mut self,
        run: &RunKey,
        id: DecisionId,
        slots: &[Slot],
        configured: &[Need],
    ) -> Vec<String> {
        let mut broken = Vec::new();
        let told: Vec<_> = slots
            .iter()
            .map(|slot| (slot.limit.clone(), slot.value, slot.weight))
            .collect();
        if told != configured {
            broken.push(format!(
                "{run} claims {told:?} where {configured:?} is configured"
            ));
        }
        self.free(run);
        for slot in slots {
            *self.used.entry(slot.limit.clone()).or_default() += u64::from(slot.weight);
            let force = self
                .in_force
                .entry(slot.limit.clone())
                .or_insert((id, slot.value));
            if force.0 <= id {
                *force = (id, slot.value);
            }
        }
        self.held.insert(run.clone(), slots.to_vec());
        for slot in slots {
            let used = self.used.get(&slot.limit).copied().unwrap_or(0);
            let value = self.in_force.get(&slot.limit).and_then(|(_, value)| *value);
            if value.is_some_and(|value| used > u64::from(value)) {
                broken.push(format!(
                    "{run}: {used} slots of {:?} are held and {value:?} is in force",
                    slot.limit
                ));
            }
        }
        broken
    }

    /// The use of a start rate, which is the same all along: each start counts from the one decided before it, and none
    /// comes sooner than the rate allows.
    fn pace(&mut self, decided: &Decided<Claim>, slots: &[Slot]) -> Vec<String> {
        let mut broken = Vec::new();
        for (limit, pace) in slots
            .iter()
            .filter_map(|slot| Some((&slot.limit, slot.pace?)))
        {
            let (interval, burst) = (pace.rate.interval(), pace.rate.burst.get());
            if pace.used_up > decided.at.after(interval * burst) {
                broken.push(format!(
                    "{limit:?} is used up beyond its burst: {pace:?} at {:?}",
                    decided.at
                ));
            }
            let paces = self.paces.entry(limit.clone()).or_default();
            paces.insert(decided.id, pace);
            let before = paces.range(..decided.id).next_back().map(|(_, pace)| *pace);
            let after = paces.range(decided.id..).nth(1).map(|(_, pace)| *pace);
            for (first, second) in [(before, Some(pace)), (Some(pace), after)] {
                if let (Some(first), Some(second)) = (first, second)
                    && second.used_up < first.used_up.after(interval)
                {
                    broken.push(format!(
                        "{limit:?} forgets a start: {first:?} then {second:?}"
                    ));
                }
            }
        }
        broken
    }

    pub(super) fn free(&mut self, run: &RunKey) {
        for slot in self.held.remove(run).unwrap_or_default() {
            if let Some(used) = self.used.get_mut(&slot.limit) {
                *used = used.saturating_sub(u64::from(slot.weight));
            }
        }
    }

    pub(super) fn held(&self) -> impl Iterator<Item = &RunKey> {
        self.held.keys()
    }
}
