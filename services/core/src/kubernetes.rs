//! What a run becomes in a Kubernetes cluster: what it is called, and what a pool allows there.

mod installation;
mod policy;

pub(crate) use installation::installation_id;
pub use policy::JobPolicy;
