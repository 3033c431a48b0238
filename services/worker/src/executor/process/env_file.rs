//! The `env_file` of a template: `NAME=value` lines on the worker's machine.

use std::{collections::BTreeMap, fs, io};

/// Why the file cannot be used. Never holds a line of it: it is full of secrets.
#[derive(Debug, thiserror::Error)]
pub(super) enum EnvFileError {
    #[error(
        "the template's env_file {path:?} cannot be read on the worker's machine: {source}; put it there, readable by \
         the worker's user"
    )]
    Unreadable { path: String, source: io::Error },
    #[error("line {line} of the template's env_file {path:?} is not of the form NAME=value")]
    Malformed { path: String, line: usize },
}

/// Reads it. Empty lines and lines that begin with `#` are skipped, `export ` before a name is allowed, and one pair
/// of quotes around a value is taken off. Nothing is expanded.
pub(super) fn read(path: &str) -> Result<BTreeMap<String, String>, EnvFileError> {
    let text = fs::read_to_string(path).map_err(|source| EnvFileError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    parse(&text).map_err(|line| EnvFileError::Malformed {
        path: path.to_owned(),
        line,
    })
}

fn parse(text: &str) -> Result<BTreeMap<String, String>, usize> {
    let mut found = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or(at + 1)?;
        let name = name.trim();
        if name.is_empty() || name.contains(char::is_whitespace) || value.contains('\0') {
            return Err(at + 1);
        }
        found.insert(name.to_owned(), unquoted(value.trim()).to_owned());
    }
    Ok(found)
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_values_quotes_and_comments_are_read() {
        let found = parse("# a\n\nA=1\nexport B = 'two words'\nC=\"x=y\"\nD=\n").unwrap();
        let expected = [("A", "1"), ("B", "two words"), ("C", "x=y"), ("D", "")];
        assert_eq!(
            found,
            expected
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into()
        );
    }

    #[test]
    fn a_line_that_is_none_is_named_by_its_number_and_not_shown() {
        assert_eq!(parse("A=1\nhunter2\n"), Err(2));
    }
}
