//! The log of weir: streams, subjects, fenced appends, tails, the cell log, leases, output.
//!
//! This is the only crate that knows async-nats. What the others see are the traits of [`traits`] and the types of
//! [`types`]; [`JetStream`] keeps them on a NATS server, [`Memory`] keeps them in this process, and one contract suite
//! holds both to the same promises.

pub mod ceiling;
mod codec;
pub mod error;
pub mod jetstream;
pub mod memory;
pub mod subject;
pub mod traits;
pub mod types;

pub use error::{AppendError, LogError, Written};
pub use jetstream::{ConnectSettings, JetStream, MIN_SERVER_VERSION, StreamSettings};
pub use memory::Memory;
pub use subject::Subject;
pub use traits::{Api, CellLog, Leases, Log, Outputs, QueueLog, Tail, WorkList};
pub use types::{
    ACK_WAIT, ApiRequest, Append, Appended, CellAppend, CellFence, ClaimItem, Entry, Fence, MsgId,
    OutputChunk, OutputLine, OutputStream, TailEvent, Usage,
};
