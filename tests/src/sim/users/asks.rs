//! What users ask about runs that there are: again, otherwise, not at all.

use std::{sync::Arc, time::Duration};

use weir_core::{
    ids::RunKey,
    request::{CancelRequest, Request},
};

use super::Users;

impl Users {
    /// The same id again, with the same content or another.
    pub(super) fn repeat(&mut self) {
        if let Some(run) = self.some_run() {
            let request = self.request();
            let payload = self.encoded(&Request::Run(Arc::new(request)));
            self.publish(&run, payload, false);
        }
    }

    pub(super) fn set_priority(&mut self) {
        if let Some(run) = self.some_run() {
            let priority = self.random.i32(-3..=3);
            let payload = self.encoded(&Request::SetPriority(priority));
            self.publish(&run, payload, false);
        }
    }

    /// Most often of one that has not ended, which means nothing.
    pub(super) fn retry(&mut self, retry: &Request) {
        if let Some(run) = self.some_run() {
            let payload = self.encoded(retry);
            self.publish(&run, payload, false);
        }
    }

    /// The runs that are on the log.
    pub(super) fn known(&self) -> Vec<RunKey> {
        let state = self.net.state();
        let runs = self.runs.iter();
        runs.filter(|run| state.check.knows(run)).cloned().collect()
    }

    fn some_run(&mut self) -> Option<RunKey> {
        // Young runs more often: those are under way.
        let span = if self.random.bool() {
            self.runs.len().min(8)
        } else {
            self.runs.len()
        };
        let back = self.random.usize(0..span.max(1));
        self.runs.iter().rev().nth(back).cloned()
    }

    pub(super) fn cancel(&mut self) {
        let run = if self.random.u32(0..8) == 0 {
            // A run that is asked for later, if ever.
            let run_id = format!("r{}", self.submitted + 1).parse().expect("legal");
            Some(RunKey {
                queue: self.queue(),
                run_id,
            })
        } else {
            self.some_run()
        };
        let Some(run) = run else { return };
        let grace = Duration::from_millis(self.random.u64(0..=3_000));
        let request = CancelRequest {
            grace: Some(grace),
            force: self.random.u32(0..4) == 0,
            reason: String::new(),
        };
        let payload = self.encoded(&Request::Cancel(request));
        self.publish(&run, payload, false);
    }
}
