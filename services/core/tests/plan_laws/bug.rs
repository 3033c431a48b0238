//! Mistakes that are planted.

/// Mistakes that a leader could make. Each is caught by a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// It forgets what it has decided and not read back.
    ForgetsFlights,
    /// It claims without the last of the slots.
    ClaimsInPart,
    /// It sends the last claim of a plan first.
    SendsBackwards,
    /// It does not look again at whoever waits for slots that a lost claim had reserved.
    ForgetsTheWoken,
    /// It makes its lines anew with each plan, so nobody has ever been passed over and nobody's turn is over.
    ForgetsTurns,
    /// It does not count starts.
    ForgetsStarts,
    /// It takes the time of the configuration for that of each record.
    ForgetsTime,
}
