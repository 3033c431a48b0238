//! Tables for people: aligned columns, nothing wrapped and nothing cut, so that they also work in a pipe.

use std::fmt::Write;

/// How a cell stands out on a terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Not at all.
    #[default]
    Plain,
    /// It went well.
    Good,
    /// It went wrong.
    Bad,
    /// It should not be overlooked.
    Warned,
    /// It is under way.
    Busy,
    /// It does not matter much.
    Faint,
}

impl Tone {
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Good => Some("32"),
            Self::Bad => Some("31"),
            Self::Warned => Some("33"),
            Self::Busy => Some("36"),
            Self::Faint => Some("2"),
        }
    }
    /// `text` in this tone.
    pub(crate) fn paint(self, text: &str, colour: bool) -> String {
        match self.code().filter(|_| colour) {
            Some(code) => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            None => text.to_owned(),
        }
    }
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// A cell in a tone.
    pub(crate) fn toned(text: impl AsRef<str>, tone: Tone) -> Self {
        Self {
            text: printable(text.as_ref()),
            tone,
        }
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::toned(text, Tone::Plain)
    }
}
impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

/// Text without what a terminal would obey: names and messages come from strangers.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    header: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table with these columns.
    pub(crate) fn new(header: &[&'static str]) -> Self {
        Self {
            header: header.to_vec(),
            rows: Vec::new(),
        }
    }
    /// A table of names and values, without a header.
    pub(crate) fn of_fields() -> Self {
        Self {
            header: Vec::new(),
            rows: Vec::new(),
        }
    }
    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        self.rows.push(cells.into());
    }
    /// Adds a name and a value, unless the value is empty.
    pub(crate) fn field(&mut self, name: &str, value: impl Into<Cell>) {
        let value = value.into();
        if !value.text.is_empty() {
            self.rows
                .push(vec![Cell::toned(format!("{name}:"), Tone::Faint), value]);
        }
    }
    /// Whether it has no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as lines, each with its line end; empty columns at a line's end leave no white space.
    pub(crate) fn render(&self, colour: bool) -> String {
        let columns = self
            .rows
            .iter()
            .map(Vec::len)
            .max()
            .unwrap_or(0)
            .max(self.header.len());
        let mut widths = vec![0; columns];
        for (width, name) in widths.iter_mut().zip(&self.header) {
            *width = name.chars().count();
        }
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.text.chars().count().max(*width);
            }
        }
        let mut lines = String::new();
        if !self.header.is_empty() {
            let header: Vec<_> = self
                .header
                .iter()
                .map(|name| Cell::toned(name, Tone::Faint))
                .collect();
            line(&mut lines, &header, &widths, colour);
        }
        for row in &self.rows {
            line(&mut lines, row, &widths, colour);
        }
        lines
    }
}

fn line(lines: &mut String, cells: &[Cell], widths: &[usize], colour: bool) {
    let last = cells
        .iter()
        .rposition(|cell| !cell.text.is_empty())
        .map_or(0, |at| at + 1);
    for (at, (cell, width)) in cells.iter().zip(widths).enumerate().take(last) {
        let padding = if at + 1 == last {
            0
        } else {
            width - cell.text.chars().count() + 2
        };
        lines.push_str(&cell.tone.paint(&cell.text, colour));
        write!(lines, "{:padding$}", "").unwrap_or_default();
    }
    lines.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(&["NAME", "STATE", "NOTE"]);
        table.row(["a".into(), Cell::toned("Completed", Tone::Good), "".into()]);
        table.row(["grün".into(), "Failed".into(), "exit code 3".into()]);
        table
    }

    #[test]
    fn columns_are_aligned_and_lines_have_no_trailing_white_space() {
        insta::assert_snapshot!(sample().render(false));
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let coloured = sample().render(true);
        let plain = ["\u{1b}[32m", "\u{1b}[2m", "\u{1b}[0m"]
            .iter()
            .fold(coloured.clone(), |text, code| text.replace(code, ""));
        assert_eq!(plain, sample().render(false));
        assert!(
            coloured.contains("\u{1b}[32mCompleted\u{1b}[0m"),
            "{coloured:?}"
        );
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        let mut table = Table::of_fields();
        table.field("name", "evil\u{1b}[2J\nsecond");
        assert_eq!(
            table.render(false),
            "name:  evil\u{fffd}[2J\u{fffd}second\n"
        );
    }
}
