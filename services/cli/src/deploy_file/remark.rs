//! What is said of a file that can be used but does not do all that it says.

use std::fmt;

use serde::Serialize;

/// How much a remark matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something of the file has no effect; `--strict` does not let it pass.
    Warning,
    /// Something of the file is kept and has no effect yet.
    Note,
}

/// One remark about one field of one deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Remark {
    /// How much it matters.
    #[serde(skip)]
    pub(crate) kind: Kind,
    /// The field, such as `work_pool.job_variables.image`.
    pub(crate) key: String,
    /// What is the matter, and what to do instead.
    pub(crate) message: String,
}

impl Remark {
    pub(super) fn warning(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Warning,
            key: key.into(),
            message: message.into(),
        }
    }
    pub(super) fn note(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind: Kind::Note,
            ..Self::warning(key, message)
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.message)
    }
}
