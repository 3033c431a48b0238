//! The use of limits at each position, against the value in force there.

use std::collections::BTreeMap;

use weir_core::{
    ids::{DecisionId, PoolName, QueueKey, RunKey, Seq},
    limit::{LimitKey, Slot},
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
}

/// The values of a queue's two limits as of a position of the cell log.
pub(super) fn configured(
    pools: &BTreeMap<PoolName, Values>,
    queues: &BTreeMap<QueueKey, Values>,
    key: &QueueKey,
    cell: Seq,
) -> Vec<(LimitKey, Option<u32>)> {
    vec![
        (
            LimitKey::Pool(key.pool.clone()),
            at(pools.get(&key.pool), cell),
        ),
        (LimitKey::Queue(key.clone()), at(queues.get(key), cell)),
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
        id: DecisionId,
        slots: &[Slot],
        configured: &[(LimitKey, Option<u32>)],
    ) -> Vec<String> {
        let mut broken = Vec::new();
        let told: Vec<_> = slots
            .iter()
            .map(|slot| (slot.limit.clone(), slot.value))
            .collect();
        if told != configured || slots.iter().any(|slot| slot.weight != 1) {
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
