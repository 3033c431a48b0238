//! How long a file may be. Long files are where modules go to hide.

use super::workspace::Finding;

/// From here on a file wants to be split.
const SOFT: usize = 400;
/// No list helps past this.
const HARD: usize = 800;
/// The files that were longer than [`SOFT`] when they were listed, with their lines; it may only shrink.
pub(crate) const RATCHET: &str = "tests/tidy/long-files.txt";

/// Compares the lines of all files with the bounds and the list (`lines path`, one per line, `#` for comments).
pub(crate) fn check(files: &[(&str, usize)], ratchet: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut listed = Vec::new();
    for (at, line) in ratchet
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let entry = line
            .split_once(' ')
            .and_then(|(lines, path)| Some((path.trim(), lines.parse::<usize>().ok()?)));
        match entry {
            Some((path, lines)) => listed.push((at + 1, path, lines)),
            None => findings.push(Finding::new(RATCHET, at + 1, "write `LINES PATH`")),
        }
    }
    for (path, lines) in files.iter().copied() {
        let entry = listed.iter().find(|(_, listed, _)| *listed == path);
        let what = match entry {
            _ if lines > HARD => {
                format!("{lines} lines; {HARD} is the end: split it by what changes together")
            }
            None if lines > SOFT => {
                format!("{lines} lines; above {SOFT} a file is split by what changes together")
            }
            Some((_, _, was)) if lines > *was && lines > SOFT => {
                format!(
                    "grown to {lines} lines from {was}: what is listed in {RATCHET} may only shrink"
                )
            }
            _ => continue,
        };
        findings.push(Finding::new(path, lines, what));
    }
    for (at, path, was) in listed {
        let what = match files.iter().find(|(file, _)| *file == path) {
            None => format!("{path} is gone: take this line off"),
            Some((_, lines)) if *lines <= SOFT => {
                format!("{path} has only {lines} lines now: take this line off")
            }
            Some((_, lines)) if *lines < was => {
                format!("{path} has shrunk to {lines} lines: write {lines} here")
            }
            Some(_) => continue,
        };
        findings.push(Finding::new(RATCHET, at, what));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn one(lines: usize, ratchet: &str) -> String {
        let findings = check(&[("a.rs", lines)], ratchet);
        assert!(findings.len() <= 1, "{findings:?}");
        findings
            .first()
            .map_or_else(String::new, ToString::to_string)
    }

    #[test]
    fn a_file_within_the_bounds_is_free() {
        assert_eq!(one(SOFT, ""), "");
        assert_eq!(one(500, "# why\n\n500 a.rs\n"), "");
    }

    #[test]
    fn a_long_file_is_caught() {
        assert!(one(SOFT + 1, "").starts_with("a.rs:401: 401 lines"));
    }

    #[test]
    fn a_listed_file_that_grew_is_caught() {
        assert!(one(501, "500 a.rs").contains("grown to 501 lines from 500"));
    }

    #[test]
    fn no_list_helps_past_the_end() {
        assert!(one(HARD + 1, "801 a.rs").contains("800 is the end"));
    }

    #[test]
    fn a_listed_file_that_shrank_must_be_listed_lower_or_not_at_all() {
        assert_eq!(
            one(450, "500 a.rs"),
            format!("{RATCHET}:1: a.rs has shrunk to 450 lines: write 450 here")
        );
        assert_eq!(
            one(SOFT, "500 a.rs"),
            format!("{RATCHET}:1: a.rs has only 400 lines now: take this line off")
        );
        assert_eq!(
            check(&[], "500 a.rs")[0].what,
            "a.rs is gone: take this line off"
        );
    }

    #[test]
    fn a_list_that_cannot_be_read_is_caught() {
        assert_eq!(
            one(1, "a.rs 500"),
            format!("{RATCHET}:1: write `LINES PATH`")
        );
    }
}
