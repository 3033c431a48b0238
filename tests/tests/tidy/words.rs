//! Words that must not be left lying about: marks for later without an issue, sleeps in tests.

use std::ops::RangeInclusive;

use super::{
    lexer,
    modules::{item_lines, test_lines},
    workspace::Finding,
};

const MARKS: &[&str] = &["TODO", "FIXME", "XXX"];

/// The simulation's network and processes are slow on purpose, and only on virtual time.
const SIMULATION: &str = "tests/src/sim/";

/// A mark for later says which issue it waits for: `TODO(#12)`.
pub(crate) fn marks(path: &str, text: &str) -> Vec<Finding> {
    // In Rust and protobuf only comments count; elsewhere a mark in a text would be odd enough.
    let commented = path
        .strip_suffix(".rs")
        .or_else(|| path.strip_suffix(".proto"))
        .is_some();
    let text = if commented {
        lexer::parts(text).comments
    } else {
        text.to_owned()
    };
    let mut findings = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for mark in MARKS {
            for (start, _) in line.match_indices(mark) {
                let (before, after) = (&line[..start], &line[start + mark.len()..]);
                let word = !before.ends_with(is_part) && !after.starts_with(is_part);
                let number = after
                    .strip_prefix("(#")
                    .and_then(|rest| rest.split_once(')'))
                    .map(|(number, _)| number);
                if word && number.is_none_or(|number| number.parse::<u32>().is_err()) {
                    findings.push(Finding::new(
                        path,
                        at + 1,
                        format!("{mark} without an issue: write {mark}(#NUMBER)"),
                    ));
                }
            }
        }
    }
    findings
}

/// A test that sleeps is slow on a fast machine and wrong on a slow one. On tokio's paused time it is neither.
pub(crate) fn sleeps(path: &str, text: &str) -> Vec<Finding> {
    let test_file =
        path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs");
    let rust = path.strip_suffix(".rs").is_some();
    let python = path.strip_suffix(".py").is_some() && test_file;
    if !(rust || python) || path.starts_with(SIMULATION) || !text.contains("sleep(") {
        return Vec::new();
    }
    let code = if rust {
        lexer::parts(text).code
    } else {
        text.to_owned()
    };
    let (tests, paused) = (
        test_lines(&code),
        item_lines(&code, |words| words.contains(&"start_paused")),
    );
    let within =
        |ranges: &[RangeInclusive<usize>], line| ranges.iter().any(|range| range.contains(&line));
    let called = |line: &str| {
        line.match_indices("sleep(")
            .any(|(at, _)| !line[..at].ends_with(is_part) && !line[..at].trim_end().ends_with("fn"))
    };
    let lines = code.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines
        .filter(|(at, line)| called(line) && (test_file || within(&tests, *at)) && !within(&paused, *at))
        .map(|(at, _)| {
            let what = "wait for the event itself, with a deadline, or write #[tokio::test(start_paused = true)]";
            Finding::new(path, at, what)
        })
        .collect()
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(findings: &[Finding]) -> Vec<usize> {
        findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_mark_without_an_issue_is_caught() {
        let text = "//! Why.\nfn a() {} // TODO: later\n/* FIXME(me) */\n// TODO(#) and XXX\n";
        assert_eq!(lines(&marks("a.rs", text)), [2, 3, 4, 4]);
        assert_eq!(lines(&marks("a.toml", "a = 1\n# TODO: b\n")), [2]);
    }

    #[test]
    fn a_mark_with_its_issue_and_a_text_are_free() {
        assert!(
            marks(
                "a.rs",
                "// TODO(#12): later\nlet a = \"TODO\"; // TODOS, aXXX\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_sleep_in_a_test_is_caught_wherever_tests_are() {
        assert_eq!(
            lines(&sleeps(
                "tests/tests/e2e.rs",
                "//! Why.\ntokio::time::sleep(a).await;"
            )),
            [2]
        );
        assert_eq!(
            lines(&sleeps(
                "services/log/src/a/tests.rs",
                "clock.sleep(a).await;"
            )),
            [1]
        );
        assert_eq!(
            lines(&sleeps("services/log/tests/a.rs", "thread::sleep(a);")),
            [1]
        );
        assert_eq!(
            lines(&sleeps(
                "services/log/src/a.rs",
                "fn a() {\n sleep(b) }\n#[cfg(test)]\nmod tests {\n sleep(c);\n}"
            )),
            [5]
        );
        assert_eq!(
            lines(&sleeps(
                "tests/python/publish.py",
                "import time\ntime.sleep(1)"
            )),
            [2]
        );
    }

    #[test]
    fn a_sleep_elsewhere_is_free() {
        assert!(sleeps("services/log/src/a.rs", "clock.sleep(a).await;").is_empty());
        assert!(
            sleeps(
                "tests/tests/e2e.rs",
                "run(\"sleep(9)\"); // sleep(1)\nfn sleep() {} oversleep(1);"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_sleep_on_paused_time_is_free_in_that_test_only() {
        let text = "#[tokio::test(start_paused = true)]\nasync fn a() {\n c.sleep(d);\n}\nfn b() {\n c.sleep(d);\n}";
        assert_eq!(lines(&sleeps("tests/tests/e2e.rs", text)), [6]);
    }
}
