//! The harness of the end-to-end tests: the real `weir` program beside a real broker, driven as users drive them.
//!
//! What a test starts is its own and dies with it: programs are killed when they are dropped, and with the stack goes
//! every process that was born with its temporary folder in the environment, keepers and runs included. Nothing here
//! shares code with what the scheduler decides by: [`History`] counts slots from the log by the words of the protocol
//! alone, and [`Marks`] lets the runs themselves tell when two of them overlap.

mod binary;
mod cluster;
mod count;
mod crowd;
mod fate;
mod history;
pub mod kept;
mod kubernetes;
mod link;
mod manifests;
mod marks;
mod pool;
mod program;
mod python;
mod said;
mod scrape;
mod seats;
mod stack;
mod succession;
mod typed;
mod wait;
mod wire;

pub use binary::weir;
pub use cluster::{Cluster, WORKER, single_rules};
pub use count::Count;
pub use crowd::Crowd;
pub use fate::Fate;
pub use history::{Ended, History, Peak};
pub use kubernetes::Kubernetes;
pub use link::Link;
pub use manifests::{manifests, manifests_of};
pub use marks::{Mark, MarkKind, Marks};
pub use pool::Pool;
pub use program::Program;
pub use python::Script;
pub use said::Said;
pub use scrape::{Scrape, described};
pub use seats::Seats;
pub use stack::{Shared, Stack, shared};
pub use succession::Succession;
pub use wait::{block_on, for_a_while, lasts, until};
pub use wire::{Published, Wire};
