//! Names and numbers that are known to be legal, so that nobody downstream has to check them again.
//!
//! Every name is parsed once at the border (`FromStr` is the only way in) and is then one legal NATS subject token
//! (deployment names apart, which never stand in a subject of a run).

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// Why a name was refused. `Display` fits after "illegal …: ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {given:?} is not legal: {rule}")]
pub struct NameError {
    /// What kind of name it was, such as `pool name`.
    pub what: &'static str,
    /// The text that was given, cut to 80 characters.
    pub given: String,
    /// The rule that it breaks, as a sentence fragment that says what would be legal.
    pub rule: &'static str,
}

impl NameError {
    pub(crate) fn new(what: &'static str, given: &str, rule: &'static str) -> Self {
        Self {
            what,
            given: given.chars().take(80).collect(),
            rule,
        }
    }
}

/// RFC 1123 label, but at most 40 characters, so that stream names and Kubernetes labels made of two fit.
const LABEL_RULE: &str =
    "use 1 to 40 lower-case letters, digits and '-', beginning and ending with a letter or digit";
const RUN_ID_RULE: &str =
    "use 1 to 63 letters, digits, '-' and '_', beginning and ending with a letter or digit";
const TOKEN_RULE: &str =
    "use 1 to 63 letters, digits, '-' and '_', beginning and ending with a letter or digit";
const DEPLOYMENT_RULE: &str = "use FLOW/NAME, each 1 to 100 characters, without '/', control characters or white space at its ends";
const TAG_RULE: &str = "use 1 to 100 characters without control characters";

fn is_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let inner = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
    let edge = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    bytes.len() <= 40 && bytes.iter().all(inner) && edge(bytes.first()) && edge(bytes.last())
}

fn is_token(text: &str) -> bool {
    let bytes = text.as_bytes();
    let inner = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-' || *b == b'_';
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    bytes.len() <= 63 && bytes.iter().all(inner) && edge(bytes.first()) && edge(bytes.last())
}

fn is_deployment(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.chars().count() <= 100
            && part.trim() == part
            && !part.chars().any(char::is_control)
    };
    text.split_once('/')
        .is_some_and(|(flow, name)| part(flow) && part(name) && !name.contains('/'))
}

fn is_installation_id(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_tag(text: &str) -> bool {
    (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:path, $rule:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                if $check(text) { Ok(Self(text.into())) } else { Err(NameError::new($what, text, $rule)) }
            }
        }
        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.as_ref().to_owned()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// One installation of weir, as its Kubernetes objects are labelled with it: 1 to 40 characters of `a-z` and `0-9`.
    InstallationId, "an installation id", is_installation_id, "use 1 to 40 characters of a-z and 0-9"
);
name!(
    /// The name of a work pool: a DNS label of at most 40 characters.
    PoolName, "pool name", is_label, LABEL_RULE
);
name!(
    /// The name of a work queue within its pool: a DNS label of at most 40 characters.
    QueueName, "queue name", is_label, LABEL_RULE
);
name!(
    /// The id of a run within its queue, chosen by the publisher; it is the idempotency key.
    RunId, "run id", is_token, RUN_ID_RULE
);
name!(
    /// The name of a worker within its pool.
    WorkerName, "worker name", is_token, TOKEN_RULE
);
name!(
    /// One start of a worker. A worker that starts again is another session.
    SessionId, "session id", is_token, TOKEN_RULE
);
name!(
    /// The identity of one scheduler process, for people to recognise it by.
    SchedulerName, "scheduler name", is_token, TOKEN_RULE
);
name!(
    /// A deployment, written `flow/name` as Prefect does.
    DeploymentName, "deployment name", is_deployment, DEPLOYMENT_RULE
);
name!(
    /// A tag of a run.
    Tag, "tag", is_tag, TAG_RULE
);
name!(
    /// A limit of a name, whose slots runs ask for by number.
    LimitName, "limit name", is_tag, TAG_RULE
);
name!(
    /// Whose run it is, where a pool shares fairly.
    FairnessKey, "fairness key", is_tag, TAG_RULE
);

/// A queue of a pool. A run never changes its queue.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QueueKey {
    /// The pool that the queue is in.
    pub pool: PoolName,
    /// The queue's name within the pool.
    pub queue: QueueName,
}
impl RunId {
    /// No id sorts before it: where a range over ids begins.
    pub(crate) fn least() -> Self {
        Self("0".into())
    }
}

impl QueueKey {
    /// Names a queue.
    pub fn new(pool: PoolName, queue: QueueName) -> Self {
        Self { pool, queue }
    }
}
impl fmt::Display for QueueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.pool, self.queue)
    }
}
impl fmt::Debug for QueueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A queue in one of its lives: a queue that was deleted and made again has a new stream.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct QueueStream {
    /// Which queue.
    pub key: QueueKey,
    /// Which of its lives, counted from 1.
    pub incarnation: u32,
}
impl QueueStream {
    /// The name of the JetStream stream: `weir_<pool>_<queue>`, with `_<incarnation>` behind it from the second on.
    pub fn stream_name(&self) -> String {
        let QueueKey { pool, queue } = &self.key;
        if self.incarnation <= 1 {
            format!("weir_{pool}_{queue}")
        } else {
            format!("weir_{pool}_{queue}_{}", self.incarnation)
        }
    }
}

/// A run: its queue and the id that its publisher chose.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunKey {
    /// The queue that the run was published to.
    pub queue: QueueKey,
    /// The publisher's id for it.
    pub run_id: RunId,
}
impl fmt::Display for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.queue, self.run_id)
    }
}
impl fmt::Debug for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $inner:ty, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

number!(
    /// A position in one stream: JetStream's stream sequence, from 1. Zero stands before the first record.
    Seq, u64, "#"
);
number!(
    /// The number of a leadership. Each leader's is larger than every one before it.
    Epoch, u64, "e"
);
number!(
    /// One try of a run, counted from 1 by claims. Zero: never claimed.
    Attempt, u32, "a"
);
number!(
    /// One of the [`LANES`] subjects on which a leader's epoch stands in each queue.
    Lane, u8, "l"
);
number!(
    /// A position in the cell log at which a configuration object was written; it names that revision of it.
    Revision, u64, "r"
);

/// How many lanes a queue has, which is how many decisions per queue may be in flight at once.
///
/// With three replicas a check subject that is in flight refuses the next append that names it (10164).
pub const LANES: u8 = 32;

/// A decision of a leader: the leadership and its place among the decisions of that leadership, from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct DecisionId {
    /// Who decided.
    pub epoch: Epoch,
    /// Which of its decisions.
    pub n: u64,
}
impl fmt::Debug for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.{}", self.epoch, self.n)
    }
}
