//! Fifteen behaviours of a real Kubernetes that a dispatcher must survive, each met by a scheduler and a worker: the
//! run ends as it should, its slot is free at the right moment, nothing is started twice and nothing is left over.
//!
//! They were seen in the recordings beside the stand-in (`tests/kube/traces`), whose own tests show that it has them.

#[path = "kube_behaviours/ends.rs"]
mod ends;
#[path = "kube_behaviours/refusals.rs"]
mod refusals;
#[path = "kube_behaviours/restarts.rs"]
mod restarts;
#[path = "kube_behaviours/room.rs"]
mod room;
#[path = "kube_behaviours/watches.rs"]
mod watches;
