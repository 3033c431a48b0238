//! Time that passes in a history.

use std::time::Duration;

use crate::{model::Model, steps::queues};

impl Model {
    /// Time passes, and what is due by now may be claimed.
    pub(crate) fn wake(&mut self) {
        self.now = self.now.after(Duration::from_nanos(40));
        for key in queues() {
            // One that is closed is followed no more.
            let Some(queue) = self.state.queues.get_mut(&key) else {
                continue;
            };
            let touched = queue.wake(self.now);
            let place = self.place(&key);
            self.lines.touch(&self.state, &key, touched, &place);
        }
    }
}
