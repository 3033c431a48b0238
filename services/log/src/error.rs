//! What can go wrong with the log, in terms of what a caller must do about it.

use std::time::Duration;

use weir_core::ids::Seq;

/// Whether a record that could not be appended is on the log all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is not and never will be.
    No,
    /// It may be, or may yet become so: only a further write settles it (ARCHITECTURE.md, "Unknown appends").
    Unknown,
}

/// Why an append was not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// 10071: the fence's subject has moved. Somebody else speaks now, or the claim was revoked.
    #[error("the fence has moved: expected {expected:?}, the broker has {found:?}")]
    Fenced {
        /// The sequence that the append named.
        expected: Seq,
        /// The sequence that the broker says it has, where its answer tells.
        found: Option<Seq>,
    },
    /// 10164, 10158 or 503: not written; try again with jitter.
    #[error("the broker is busy with this subject or electing: {detail}")]
    Busy {
        /// The broker's words.
        detail: String,
    },
    /// 10077 and its like: the stream is full. Never final: it may be raised or cut.
    #[error("stream {stream} is full")]
    Full {
        /// Which stream.
        stream: String,
    },
    /// 10054: larger than the stream's bound for one message. The same bytes will never fit.
    #[error("the record is larger than stream {stream} accepts")]
    TooLarge {
        /// Which stream.
        stream: String,
    },
    /// 10109: the stream is sealed, because its queue was deleted. Nothing will ever be stored there again.
    #[error("stream {stream} is sealed: its queue was deleted")]
    Sealed {
        /// Which stream.
        stream: String,
    },
    /// No such stream, or this connection may not write there, or another answer that repeats for ever.
    #[error("stream {stream} refuses the append: {detail}")]
    Refused {
        /// Which stream.
        stream: String,
        /// The broker's words.
        detail: String,
    },
    /// No acknowledgement in time, or the connection broke: the record may still be stored, even later.
    #[error("no acknowledgement from the broker within {waited:?}")]
    Unacknowledged {
        /// How long was waited.
        waited: Duration,
    },
}

impl AppendError {
    /// What [`AppendError::code`] can say.
    pub const CODES: [&'static str; 5] = ["fenced", "busy", "full", "refused", "unknown"];

    /// The kind of it in one word, for counting.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Fenced { .. } => "fenced",
            Self::Busy { .. } => "busy",
            Self::Full { .. } => "full",
            Self::TooLarge { .. } | Self::Sealed { .. } | Self::Refused { .. } => "refused",
            Self::Unacknowledged { .. } => "unknown",
        }
    }

    /// What is known of the write.
    pub fn written(&self) -> Written {
        match self {
            Self::Fenced { .. }
            | Self::Busy { .. }
            | Self::Full { .. }
            | Self::TooLarge { .. }
            | Self::Sealed { .. }
            | Self::Refused { .. } => Written::No,
            Self::Unacknowledged { .. } => Written::Unknown,
        }
    }
}

/// Why something other than an append failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The broker cannot be reached or does not answer; try again.
    #[error("the broker does not answer: {detail}")]
    Unavailable {
        /// The client's words.
        detail: String,
    },
    /// The stream does not exist.
    #[error("there is no stream {stream}")]
    NoStream {
        /// Which stream.
        stream: String,
    },
    /// A reader asked for records that have been cut away, so that its fold would have a hole.
    #[error("stream {stream} begins at {first:?}, after the {wanted:?} that the reader needs next")]
    Cut {
        /// Which stream.
        stream: String,
        /// Where the stream begins.
        first: Seq,
        /// What was wanted.
        wanted: Seq,
    },
    /// The broker refuses and will go on refusing: permissions, limits, a version that is too old.
    #[error("the broker refuses: {detail}")]
    Refused {
        /// The broker's words, with what to do where we know.
        detail: String,
    },
    /// Nobody serves this API endpoint.
    #[error("no scheduler is online")]
    NoResponders,
    /// A record that should be readable is not.
    #[error("cannot decode {what}: {detail}")]
    Decode {
        /// Which record.
        what: String,
        /// What is wrong with it.
        detail: String,
    },
}
