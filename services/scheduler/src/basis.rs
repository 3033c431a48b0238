//! What each decision says it rests on: how far every log had been folded, told as a change since an earlier decision.

use std::{collections::BTreeMap, sync::Arc};

use weir_core::{event::Basis, ids::Seq, state::State};

/// The whole vector is told again after so many decisions, so that an auditor need never look back further.
const WHOLE_EVERY: u64 = 1_000;

/// How far each log had been folded at one moment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Vector {
    cell: Seq,
    queues: BTreeMap<Seq, Seq>,
}

impl Vector {
    pub(crate) fn of(state: &State) -> Self {
        let queues = state
            .cell
            .all_opened()
            .filter_map(|open| Some((open.opened, state.queues.get(&open.stream.key)?.applied())))
            .collect();
        Self {
            cell: state.cell.applied(),
            queues,
        }
    }
}

/// Numbers a leadership's decisions and tells what each rests on.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    last: u64,
    /// The latest decision that has been read back, and what it rested on.
    base: Option<(u64, Arc<Vector>)>,
}

impl Ledger {
    /// The next decision's number and basis, when the logs are folded up to `vector`.
    pub(crate) fn next(&mut self, vector: &Vector) -> (u64, Basis) {
        self.last += 1;
        let base = self.base.as_ref().filter(|_| self.last % WHOLE_EVERY != 1);
        let basis = match base {
            None => Basis {
                since: None,
                cell: Some(vector.cell),
                queues: vector
                    .queues
                    .iter()
                    .map(|(queue, seq)| (*queue, *seq))
                    .collect(),
            },
            Some((since, base)) => Basis {
                since: Some(*since),
                cell: (base.cell != vector.cell).then_some(vector.cell),
                queues: vector
                    .queues
                    .iter()
                    .filter(|(queue, seq)| base.queues.get(queue) != Some(seq))
                    .map(|(queue, seq)| (*queue, *seq))
                    .collect(),
            },
        };
        (self.last, basis)
    }
    /// A decision has been read back: later ones may be told as a change since it.
    pub(crate) fn read_back(&mut self, n: u64, vector: &Arc<Vector>) {
        if self.base.as_ref().is_none_or(|(base, _)| n > *base) {
            self.base = Some((n, Arc::clone(vector)));
        }
    }
}
