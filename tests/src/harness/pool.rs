//! A pool of a test's own on the shared stack, and what is asked of it again and again.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    stack::{Shared, shared},
    wait::until,
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
    /// Waits until the leader has folded the last change of an object; `object` is how `inspect` is asked for it, such as
    /// `work-pool inspect NAME`. What is decided before that may rest on the configuration before.
    #[track_caller]
    pub fn scheduler_knows(&self, object: &str) {
        let object = self.stack.weir(&format!("{object} -o json")).ok().json();
        let number = |value: &Value| value.as_str().and_then(|text| text.parse::<u64>().ok());
        let revision = number(&object["written"]["revision"]);
        assert!(revision.is_some(), "{object}");
        until("the scheduler has read the configuration", SOON, || {
            let (status, _) = self.wire.request("weir.api.v1.cell.status", "{}").ok()?;
            let status: Value = serde_json::from_slice(&status).ok()?;
            (number(&status["cell"]) >= revision).then_some(())
        });
    }
    /// Publishes a run that goes on until the test opens the gate, a file of that name in the stack's folder. `more`
    /// joins the request.
    pub fn publish_gated(&self, id: &str, gate: &str, more: Value) {
        let script = "while [ ! -e $GATE ]; do sleep 0.02; done";
        let mut request = json!({
            "jobVariables": {"command": ["sh", "-c", script], "env": {"GATE": self.stack.path(gate)}},
        });
        if let (Value::Object(request), Value::Object(more)) = (&mut request, more) {
            request.extend(more);
        }
        self.publish(id, request.to_string()).stored();
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
        // What was requested before it was claimed before it, and may still run: its worker is not killed under it.
        let under_way = |run: &Value| {
            ["PENDING", "RUNNING", "CANCELLING"]
                .contains(&run["state"].as_str().unwrap_or_default())
        };
        until("nothing of the pool is under way", SOON, || {
            let runs = self.stack.runs(self.name);
            (!runs.iter().any(under_way)).then_some(())
        });
        drop(worker);
    }
}
