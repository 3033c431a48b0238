//! Readings of what a real Kubernetes said, and the laws that hold for all of them.

mod codes;
mod laws;
mod made;
mod recorded;
mod rules;
mod world;
