//! What one invocation of the command line has said.

use serde_json::Value;

/// The end of one `weir …`: exit code and both outputs.
#[derive(Debug, Clone)]
pub struct Said {
    /// The line, as a user would have typed it.
    pub line: String,
    /// Its exit code; -1 for a signal.
    pub code: i32,
    /// Standard output, as bytes.
    pub bytes: Vec<u8>,
    /// Standard error.
    pub err: String,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "what a line is expected to say is often all that a test wants of it"
)]
impl Said {
    /// Standard output as text.
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Expects an exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            code,
            "`weir {}`\nout: {}\nerr: {}",
            self.line,
            self.out(),
            self.err
        );
        self
    }

    /// Expects success.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.exits(0)
    }

    /// Expects some words in one of the two outputs.
    #[track_caller]
    pub fn saying(self, words: &[&str]) -> Self {
        let both = format!("{}\n{}", self.out(), self.err);
        for word in words {
            assert!(
                both.contains(word),
                "`weir {}` does not say {word:?}\nout: {}\nerr: {}",
                self.line,
                self.out(),
                self.err
            );
        }
        self
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        let parsed = serde_json::from_slice(&self.bytes);
        assert!(
            parsed.is_ok(),
            "`weir {}` prints no JSON: {parsed:?}\nout: {}\nerr: {}",
            self.line,
            self.out(),
            self.err
        );
        parsed.expect("just asserted")
    }

    /// Standard output as JSON documents, one per line.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<Value> {
        let line = |line: &str| {
            let parsed = serde_json::from_str(line);
            assert!(
                parsed.is_ok(),
                "`weir {}` prints a line that is no JSON: {line}",
                self.line
            );
            parsed.expect("just asserted")
        };
        self.out().lines().map(line).collect()
    }
}
