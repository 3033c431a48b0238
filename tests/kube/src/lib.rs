//! A stand-in for a Kubernetes API server with its Job controller, scheduler and kubelets, for tests.
//!
//! It speaks real HTTP as a client of Kubernetes speaks it, and answers in the words of the recorded conversations with
//! a real cluster that lie in `traces/`. Nothing is run: what a container does is a [`Script`], chosen by annotation or
//! read from the manifest.

mod api;
mod client;
mod clock;
mod controller;
mod defaults;
mod faults;
mod handle;
mod kubeconfig;
mod kubelet;
mod node;
mod object;
mod options;
mod patch;
mod payload;
mod rbac;
mod record;
mod resource;
mod route;
mod schema;
mod script;
mod selector;
mod server;
mod shared;
mod shell;
mod standin;
mod status;
mod store;
mod timers;
mod tls;
mod validate;
mod watch;
mod world;

pub use client::{Answer, Client, Session, Watch};
pub use clock::Speed;
pub use faults::{Effect, Fault};
pub use options::{Node, Options, Scripts};
pub use rbac::{Account, RoleError, Rule};
pub use record::{Ran, Request};
pub use resource::Resource;
pub use script::{ANNOTATION, Blocked, End, Script};
pub use standin::{History, Restart, Standin};
