//! What a scheduler says of itself to its health endpoint.

/// A scheduler's readiness. It is ready when it follows every log; whether it leads is not a matter of health.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// It leads, as far as it knows.
    pub leads: bool,
    /// Every log is followed to its end.
    pub ready: bool,
    /// Why it is not ready, or what impedes it; one sentence each.
    pub reasons: Vec<String>,
}
