//! A pool of a test's own on the shared stack, and what is asked of it again and again.

use std::time::Duration;

use serde_json::json;

use super::{
    stack::{Shared, shared},
    wire::{Published, Wire},
};

const SOON: Duration = Duration::from_secs(20);

/// A pool of its own for each test of this program.
#[derive(Debug)]
pub struct Pool {
    /// A stock client; dropped before the broker goes.
    pub wire: Wire,
    /// Its stack, shared with others.
    pub stack: std::sync::Arc<Shared>,
    /// Its name.
    pub name: &'static str,
}

impl Pool {
    /// Makes it, of type process.
    pub fn new(name: &'static str) -> Self {
        let stack = shared();
        stack
            .weir(&format!("work-pool create {name} --type process"))
            .ok();
        Self {
            wire: stack.wire(),
            stack,
            name,
        }
    }
    /// Where a request for a run of that id goes.
    pub fn subject(&self, queue: &str, id: &str) -> String {
        format!("weir.run.{}.{queue}.{id}.request", self.name)
    }
    /// Publishes a request for a run of that id.
    pub fn publish(&self, id: &str, payload: impl AsRef<[u8]>) -> Published {
        self.wire.publish(&self.subject("default", id), payload)
    }
    /// Publishes and expects a rejection with this code, whose message has all these words.
    #[track_caller]
    pub fn is_rejected(&self, id: &str, payload: impl AsRef<[u8]>, reason: &str, words: &[&str]) {
        self.publish(id, payload).stored();
        let run = self
            .stack
            .run_is(&format!("{}/default/{id}", self.name), "Rejected", SOON);
        assert_eq!(
            (&run["state"], &run["reason"]),
            (&json!("FAILED"), &json!(reason)),
            "{run}"
        );
        let message = run["message"].as_str().unwrap_or_default();
        for word in words {
            assert!(
                message.contains(word),
                "{id}: the message lacks {word:?}: {message}"
            );
        }
    }
    /// Nothing else is disturbed: the next good run is done.
    #[track_caller]
    pub fn still_works(&self) {
        let worker = self
            .stack
            .worker(self.name, &format!("--pool {}", self.name));
        let id = format!("{}-good", self.name);
        self.publish(&id, r#"{"jobVariables":{"command":"echo good"}}"#)
            .stored();
        self.stack.run_is(&id, "Completed", SOON);
        drop(worker);
    }
}
