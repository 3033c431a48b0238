//! A run with the only slot of its queue, and an heir that waits for that slot: the witness that it came free when
//! nothing of the run was left, and not before.
//!
//! Two witnesses that know nothing of each other: the log, where the heir's claim stands behind the record that frees
//! the slot, and the kernel, which holds a lock for as long as any process of the run lives.

use std::time::Duration;

use serde_json::{Value, json};

use super::{fate::Fate, history::History, seats::Seats, stack::Stack, wait::until, wire::Wire};

const SOON: Duration = Duration::from_secs(30);

/// What each run does first: it starts a process that listens to no polite word, in a session of its own, so that
/// something of the run is left when the run itself has ended.
const LINGER: &str = r#"
setsid sh -c 'trap "" TERM HUP; : >"$FOLDER/lingers-$WEIR_RUN_ID-$WEIR_ATTEMPT"; while :; do sleep 0.1; done' &
while [ ! -e "$FOLDER/lingers-$WEIR_RUN_ID-$WEIR_ATTEMPT" ]; do sleep 0.02; done
: >"$FOLDER/up-$WEIR_RUN_ID-$WEIR_ATTEMPT"
"#;

/// Both, in a queue of their own.
#[derive(Debug)]
pub struct Succession {
    seats: Seats,
    pool: String,
    /// The run's id, which is its queue's name too.
    pub id: &'static str,
    heir: String,
}

impl Succession {
    /// Makes a queue of the pool with one slot, and publishes a run for it that does what the script says once something
    /// of it lingers; `more` joins the request. Behind it waits the heir.
    pub fn publish(
        stack: &Stack,
        wire: &Wire,
        pool: &str,
        id: &'static str,
        script: &str,
        more: Value,
    ) -> Self {
        Self::queue(stack, pool, id).request(wire, script, more)
    }

    /// Only the queue.
    pub fn queue(stack: &Stack, pool: &str, id: &'static str) -> Self {
        stack
            .weir(&format!("work-queue create {id} --pool {pool} --limit 1"))
            .ok();
        Self {
            seats: stack.seats(&format!("{pool}-{id}"), 1),
            pool: pool.to_owned(),
            id,
            heir: format!("{id}-heir"),
        }
    }

    /// Publishes both.
    #[must_use]
    pub fn request(self, wire: &Wire, script: &str, more: Value) -> Self {
        let mut run = json!({"jobVariables": self.seats.job(&format!("{LINGER}\n{script}"))});
        if let (Value::Object(run), Value::Object(more)) = (&mut run, more) {
            run.extend(more);
        }
        let heir = json!({"jobVariables": self.seats.job("true")});
        for (id, request) in [(self.id, run), (&self.heir, heir)] {
            wire.publish(&self.subject(id, "request"), request.to_string())
                .stored();
        }
        self
    }

    /// Where one of the voices speaks about a run of the queue.
    pub fn subject(&self, id: &str, voice: &str) -> String {
        format!("weir.run.{}.{}.{id}.{voice}", self.pool, self.id)
    }

    /// Waits until an attempt of the run is up, with all that lingers of it.
    #[track_caller]
    pub fn is_up(&self, attempt: u32) {
        let name = format!("up-{}-{attempt}", self.id);
        until(&format!("{} is up", self.id), SOON, || {
            self.seats.has(&name).then_some(())
        });
    }

    /// Opens a gate in the queue's folder, for scripts that wait for `$FOLDER/NAME`.
    pub fn open(&self, gate: &str) {
        self.seats.open(gate);
    }

    /// Whether a script has left a file of this name in the queue's folder.
    pub fn has(&self, name: &str) -> bool {
        self.seats.has(name)
    }

    /// Waits until the run has come to its end and holds nothing any more: then no process of it is left. The heir comes
    /// to its own end.
    #[track_caller]
    pub fn ends(&self, stack: &Stack, fate: Fate) {
        fate.is_of(&stack.run_is(self.id, fate.name, SOON));
        until(&format!("{} holds nothing", self.id), SOON, || {
            let holds = &stack.inspect(self.id)["holds"];
            holds.as_array().is_none_or(Vec::is_empty).then_some(())
        });
        let left = stack.processes_of(self.id);
        assert!(
            left.is_empty(),
            "processes of {} are left: {left:?}",
            self.id
        );
        stack.run_is(&self.heir, "Completed", SOON);
    }

    /// By the log each attempt that held the slot had given it back before the next one had it; by the kernel nobody
    /// met a process of another. How often the run was started is told by the seats.
    #[track_caller]
    pub fn was_in_turn(&self, history: &History, starts: usize) {
        let mut holds = history.holds(self.id);
        holds.extend(history.holds(&self.heir));
        holds.sort_unstable();
        for pair in holds.windows(2) {
            let [(_, free), (taken, _)] = pair else {
                continue;
            };
            assert!(
                free.is_some_and(|free| free < *taken),
                "the slot of {} was given twice at once: {holds:?}",
                self.id
            );
        }
        assert!(
            holds.iter().all(|(_, free)| free.is_some()),
            "the slot of {} is still held: {holds:?}",
            self.id
        );
        self.seats.assert_nobody_stood();
        assert_eq!(self.seats.starts(self.id), starts, "starts of {}", self.id);
        assert_eq!(self.seats.starts(&self.heir), 1, "starts of {}", self.heir);
    }
}
