//! Where the attempts of one run held its slots.

use super::{History, Step};

impl History {
    /// Where each attempt of a run took its slots, and where it gave them back; `None` while it holds them. Positions of
    /// its queue's log.
    pub fn holds(&self, run_id: &str) -> Vec<(u64, Option<u64>)> {
        let mut holds: Vec<(u64, Option<u64>)> = Vec::new();
        for Step {
            takes, seq, run, ..
        } in self.steps()
        {
            if run.as_str() != run_id {
                continue;
            }
            match holds.last_mut() {
                Some((_, free @ None)) if !takes => *free = Some(seq.0),
                Some(_) | None => holds.push((seq.0, None)),
            }
        }
        holds
    }
}
