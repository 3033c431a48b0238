//! Who leads the cell, and which installation it is.

use super::CellState;
use crate::ids::{Epoch, InstallationId, SchedulerName, Seq};

impl CellState {
    /// The highest epoch in the log, and its position.
    pub fn epoch(&self) -> (Epoch, Seq) {
        (self.epoch, self.epoch_seq)
    }
    /// Who leads, by the highest epoch in the log.
    pub fn leader(&self) -> Option<&SchedulerName> {
        self.leader.as_ref()
    }
    /// Which installation this is; `None` before its first leadership.
    pub fn installation(&self) -> Option<&InstallationId> {
        self.installation.as_ref()
    }
}
