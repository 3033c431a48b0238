//! A few lines of a terminal that are drawn again and again in the same place.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal as _},
};

use rustix::termios::tcgetwinsize;

use crate::output::Output;

/// Up one line; to the line's beginning; clear from here to the end of the screen.
const UP: &str = "\u{1b}[1A";
const CLEAR_BELOW: &str = "\r\u{1b}[J";

/// The place.
#[derive(Debug)]
pub(super) struct Screen {
    out: Output,
    /// How many lines were drawn last.
    drawn: usize,
}

impl Screen {
    /// Where lines can be drawn again; `None` where they cannot: in a pipe, and on a terminal that knows nothing of
    /// cursors.
    pub(super) fn of(out: Output) -> Option<Self> {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
        (io::stdout().is_terminal() && !dumb && !out.is_json()).then_some(Self { out, drawn: 0 })
    }

    /// Draws these lines in the place of the last ones, the first of them if there is no room for all, each cut to the
    /// width of the terminal: a line that wraps could not be found again.
    pub(super) fn draw(&mut self, lines: &[String]) -> io::Result<()> {
        let (rows, columns) = tcgetwinsize(io::stdout())
            .map_or((24, 80), |size| (size.ws_row.into(), size.ws_col.into()));
        let lines = fitted(lines, rows, columns);
        let mut text = self.erased();
        for line in &lines {
            text.push_str(line);
            text.push('\n');
        }
        self.drawn = lines.len();
        self.out.text(&text)
    }

    /// Takes the lines away again.
    pub(super) fn erase(&mut self) -> io::Result<()> {
        let text = self.erased();
        self.drawn = 0;
        self.out.text(&text)
    }

    fn erased(&self) -> String {
        let mut text = UP.repeat(self.drawn);
        text.push_str(CLEAR_BELOW);
        text
    }
}

/// What fits: all but one row, so that the cursor's own line does not scroll the first away.
fn fitted(lines: &[String], rows: usize, columns: usize) -> Vec<String> {
    let (rows, columns) = (rows.max(3) - 1, columns.max(20));
    let mut fitted: Vec<String> = lines
        .iter()
        .take(rows)
        .map(|line| cut(line, columns))
        .collect();
    if lines.len() > rows
        && let Some(last) = fitted.last_mut()
    {
        *last = format!(
            "… and {} more lines: the terminal is too small",
            lines.len() - rows + 1
        );
    }
    fitted
}

/// The first `columns` characters of a line; escape sequences take no room, and colours end at the cut.
fn cut(line: &str, columns: usize) -> String {
    let mut text = String::new();
    let (mut width, mut escaped) = (0, false);
    for c in line.chars() {
        if escaped {
            escaped = c != 'm';
        } else if c == '\u{1b}' {
            escaped = true;
        } else if width == columns {
            write!(text, "\u{1b}[0m").unwrap_or_default();
            return text;
        } else {
            width += 1;
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_by_what_is_seen_of_it() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcdef\u{1b}[0m");
        assert_eq!(
            cut("\u{1b}[32mab\u{1b}[0mcd", 3),
            "\u{1b}[32mab\u{1b}[0mc\u{1b}[0m"
        );
        assert_eq!(cut("\u{1b}[32mab\u{1b}[0mcd", 4), "\u{1b}[32mab\u{1b}[0mcd");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let lines: Vec<String> = (1..=9).map(|n| n.to_string()).collect();
        assert_eq!(fitted(&lines, 10, 80), lines);
        let short = fitted(&lines, 6, 80);
        assert_eq!(
            (short.len(), short.first().map(String::as_str)),
            (5, Some("1"))
        );
        assert!(
            short
                .last()
                .is_some_and(|last| last.contains("5 more lines")),
            "{short:?}"
        );
    }
}
