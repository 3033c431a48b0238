//! What happened, line by line: the same seed gives the same bytes.

use std::fmt;

use weir_core::time::Timestamp;

/// The start of every simulation's time.
pub(super) const BEGINNING: Timestamp = Timestamp(1_700_000_000_000_000_000);

/// The lines so far.
#[derive(Debug, Default)]
pub(super) struct Trace {
    text: String,
}

impl Trace {
    /// Adds a line.
    pub(super) fn line(&mut self, now: Timestamp, what: fmt::Arguments<'_>) {
        use fmt::Write as _;
        let ms = now.since(BEGINNING).as_millis();
        writeln!(self.text, "{:>4}.{:03} {what}", ms / 1000, ms % 1000)
            .expect("a string takes all");
    }

    /// All lines.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}
