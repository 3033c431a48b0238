//! How much room an attempt takes, of which a worker may hold thousands.

use weir_log::jetstream::{JetStream, JetStreamAck};

use super::*;
use crate::LocalExecutor;

type Here = Shared<JetStream, LocalExecutor>;
type Speaks = Reporter<'static, JetStream>;

/// The size of what a function returns, without a call.
const fn returned<A, F: Future>(_: &impl Fn(A) -> F) -> usize {
    size_of::<F>()
}

/// A task is moved several times before it begins, and each time all of it: at 27 kB that was a tenth of all that a run
/// costs. What lives as long as the run is in it, and nothing that is done once.
#[test]
fn an_attempt_is_small_when_it_is_spawned_and_while_its_run_goes_on() {
    let run = |(attempt, shared, ack): (Attempt, Arc<Here>, JetStreamAck)| attempt.run(shared, ack);
    let spawned = returned(&run);
    assert!(spawned <= 2_560, "{spawned} bytes");
    let execute = |(attempt, shared, reporter, job): (
        &'static Attempt,
        &'static Here,
        &'static mut Speaks,
        Job,
    )| attempt.execute(shared, reporter, job);
    let goes_on = returned(&execute);
    assert!(goes_on <= 10_240, "{goes_on} bytes");
}
