//! All that the program prints: data to standard output, words about it to standard error.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::table::{Table, Tone};

/// How data is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs: one JSON document (one per line where something is followed).
    Json,
    /// The same as YAML.
    Yaml,
}

/// Where the program prints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    format: Format,
    colour: bool,
    colour_notes: bool,
}

#[expect(
    clippy::unused_self,
    reason = "whoever prints has been handed the right to: nothing prints by itself"
)]
impl Output {
    /// Colours only on terminals, and not where `NO_COLOR` is set.
    pub(crate) fn new(format: Format) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            format,
            colour: wanted && io::stdout().is_terminal(),
            colour_notes: wanted && io::stderr().is_terminal(),
        }
    }
    /// Whether data is printed for programs: as JSON, or as the same in YAML.
    pub(crate) fn is_json(self) -> bool {
        match self.format {
            Format::Json | Format::Yaml => true,
            Format::Table => false,
        }
    }
    /// Whether standard output takes colours.
    pub(crate) fn colour(self) -> bool {
        self.colour
    }

    /// Prints a table, or `none` as a remark if it has no rows.
    pub(crate) fn table(self, table: &Table, none: &str) -> io::Result<()> {
        if table.is_empty() {
            return self.note(none);
        }
        self.text(&table.render(self.colour))
    }
    /// Prints one line.
    pub(crate) fn line(self, line: &str) -> io::Result<()> {
        self.bytes(line.as_bytes())
    }
    /// Prints text as it is.
    pub(crate) fn text(self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }
    /// Prints bytes and a line end.
    pub(crate) fn bytes(self, line: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(line)?;
        out.write_all(b"\n")?;
        out.flush()
    }
    /// Prints a JSON document.
    pub(crate) fn json(self, text: &str) -> anyhow::Result<()> {
        if self.format == Format::Yaml {
            let value: serde_json::Value = serde_json::from_str(text)?;
            return self.yaml(&value);
        }
        Ok(self.line(text)?)
    }
    /// Prints a YAML document.
    pub(crate) fn yaml(self, value: &serde_json::Value) -> anyhow::Result<()> {
        Ok(self.text(&yaml_serde::to_string(value)?)?)
    }
    /// Prints one of several JSON documents, on one line.
    pub(crate) fn json_line(self, text: &str) -> anyhow::Result<()> {
        let value: serde_json::Value = serde_json::from_str(text)?;
        // JSON is YAML too, and this is how a stream of YAML tells its documents apart.
        let begin = if self.format == Format::Yaml {
            "--- "
        } else {
            ""
        };
        Ok(self.line(&format!("{begin}{value}"))?)
    }
    /// Prints a remark to standard error.
    pub(crate) fn note(self, note: &str) -> io::Result<()> {
        writeln!(io::stderr().lock(), "{note}")
    }

    /// Prints a remark that should not be overlooked.
    pub(crate) fn warning(self, warning: &str) -> io::Result<()> {
        let word = Tone::Warned.paint("warning:", self.colour_notes);
        writeln!(io::stderr().lock(), "{word} {warning}")
    }
    /// Whether somebody is there to be asked.
    pub(crate) fn is_conversation(self) -> bool {
        io::stdin().is_terminal() && io::stdout().is_terminal()
    }
    /// Shows what a question is about. It is no data, so it goes to standard error.
    pub(crate) fn question(self, text: &str) -> io::Result<()> {
        io::stderr().lock().write_all(text.as_bytes())
    }
    /// Asks and reads one line; nothing where the input has ended.
    pub(crate) fn ask(self, question: &str) -> io::Result<String> {
        self.question(question)?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(answer)
    }

    /// Prints an error with its causes on one line, and what to do about it on the next.
    pub(crate) fn error(self, error: &anyhow::Error, hint: Option<&str>) {
        let mut text = format!(
            "{} {}\n",
            Tone::Bad.paint("error:", self.colour_notes),
            on_one_line(error)
        );
        if let Some(hint) = hint {
            let word = Tone::Busy.paint("hint:", self.colour_notes);
            text = format!("{text}{word} {hint}\n");
        }
        // Nobody is left to be told if this fails.
        io::stderr()
            .lock()
            .write_all(text.as_bytes())
            .unwrap_or_default();
    }
}

/// An error with its causes. A cause whose words are in the one before it is not said twice.
fn on_one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain() {
        let words = cause.to_string().replace('\n', "; ");
        if line.is_empty() {
            line = words;
        } else if !line.contains(&words) {
            line = format!("{line}: {words}");
        }
    }
    line
}

/// Whether an error only says that nobody reads any more, such as `head` that has seen enough.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn an_error_is_one_line_with_its_causes() {
        let error = Err::<(), _>(anyhow!("connection refused\nby peer"))
            .context("cannot connect")
            .unwrap_err();
        assert_eq!(
            on_one_line(&error),
            "cannot connect: connection refused; by peer"
        );
    }

    #[test]
    fn a_cause_that_is_already_told_is_not_told_again() {
        let error = Err::<(), _>(anyhow!("no such file"))
            .context("cannot read x: no such file")
            .unwrap_err();
        assert_eq!(on_one_line(&error), "cannot read x: no such file");
    }
}
