//! Which configuration was in force at a position of a queue's log: that on which the latest decision rests that is stored
//! up to there, the latest by its number. Appends overtake each other, so the last one in the log need not be it.

use std::collections::BTreeMap;

use crate::{
    event::{Basis, Body, Record},
    ids::{DecisionId, Seq},
};

/// What decisions rest on, from any of the cell's logs: a change may be told since a decision in another queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bases(BTreeMap<DecisionId, (Option<u64>, Option<Seq>)>);

impl Bases {
    /// Notes a record's basis, if it has one. Gives the decision's number.
    pub fn note(&mut self, record: &Record) -> Option<DecisionId> {
        let (id, Basis { since, cell, .. }) = match &record.body {
            Body::Claim { decided, .. } => (decided.id, &decided.basis),
            Body::Decision { decided, .. } => (decided.id, &decided.basis),
            Body::Request { .. }
            | Body::Report { .. }
            | Body::Epoch(_)
            | Body::Malformed { .. } => return None,
        };
        self.0.insert(id, (*since, *cell));
        Some(id)
    }

    /// How far the cell log had been folded when this was decided. `None`: a decision that it builds on is not noted.
    pub fn cell_of(&self, id: DecisionId) -> Option<Seq> {
        let mut id = id;
        loop {
            let (since, cell) = self.0.get(&id)?;
            if cell.is_some() {
                return *cell;
            }
            // Always an earlier one; what says otherwise is not followed.
            let n = since.filter(|since| *since < id.n)?;
            id = DecisionId { n, ..id };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Decided, Decision},
        ids::Epoch,
        time::Timestamp,
    };

    fn id(n: u64) -> DecisionId {
        DecisionId { epoch: Epoch(2), n }
    }
    fn decision(n: u64, since: Option<u64>, cell: Option<u64>) -> Record {
        let basis = Basis {
            since,
            cell: cell.map(Seq),
            queues: Vec::new(),
        };
        let what = Decision::Cancelled {
            reason: String::new(),
            cause: crate::event::CancelCause::Asked,
            waits: Vec::new(),
        };
        let decided = Decided {
            id: id(n),
            at: Timestamp(0),
            basis,
            what,
        };
        let run_id = "r".parse().unwrap();
        Record {
            seq: Seq(n),
            at: Timestamp(0),
            body: Body::Decision { run_id, decided },
        }
    }

    #[test]
    fn a_basis_is_followed_to_the_decision_that_tells_it() {
        let mut bases = Bases::default();
        for record in [
            decision(1, None, Some(7)),
            decision(2, Some(1), None),
            decision(4, Some(2), None),
            decision(5, Some(4), Some(9)),
            decision(6, Some(6), None),
            decision(8, Some(3), None),
        ] {
            assert!(bases.note(&record).is_some());
        }
        let cells = [1, 2, 4, 5, 6, 8, 9].map(|n| bases.cell_of(id(n)).map(|seq| seq.0));
        assert_eq!(
            cells,
            [Some(7), Some(7), Some(7), Some(9), None, None, None]
        );
    }
}
