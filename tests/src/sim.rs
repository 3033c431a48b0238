//! Whole cells in one process on virtual time: real schedulers and real workers on the log in memory, with everything
//! that goes wrong drawn from one seed. The same seed gives the same bytes.
//!
//! What is real: the scheduler, the worker, the fold, the log's model of the broker, the wire format. What is scripted:
//! users, processes and their keepers, the network, the machines' clocks. What is checked, by a replay that shares no
//! code with any of it: see `check`.

mod check;
mod endings;
mod executor;
mod families;
mod faults;
mod finale;
mod net;
mod node;
mod procs;
mod reader;
mod schedules;
mod sharing;
mod timing;
mod trace;
mod users;
mod wire;
mod words;
mod world;

use std::{io, path::PathBuf};

use world::World;

/// What came of one seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lived {
    /// The seed.
    pub seed: u64,
    /// Broken invariants, the first ones; none if all is well.
    pub broken: Vec<String>,
    /// All that happened, line by line.
    pub trace: String,
    /// Runs that were asked for, and those of them that ended.
    pub runs: (usize, usize),
    /// Records that were stored.
    pub records: u64,
}

/// Lives one seed through.
pub fn live(seed: u64) -> Lived {
    let mut world = World::new(seed);
    world.run();
    let net = world.net.clone();
    drop(world);
    let mut state = net.state();
    Lived {
        seed,
        broken: std::mem::take(&mut state.check.broken),
        trace: state.trace.take(),
        runs: state.check.counts(),
        records: state.check.stored,
    }
}

/// Saves the trace under `target/sim`.
pub fn save(lived: &Lived) -> io::Result<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/sim");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("seed-{}.trace", lived.seed));
    std::fs::write(&path, &lived.trace)?;
    Ok(path)
}
