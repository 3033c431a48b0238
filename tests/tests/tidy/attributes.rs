//! Attributes that hide something for good: tests that do not run, lints that do not speak.

use super::{lexer, workspace::Finding};

/// Attributes of one file that must not be there.
pub(crate) fn check(path: &str, text: &str) -> Vec<Finding> {
    let code = lexer::parts(text).code;
    let mut findings = Vec::new();
    for (line, body) in attributes(&code) {
        let mut words = body.split(|c: char| !c.is_alphanumeric() && c != '_');
        let what = words.find_map(|word| match word {
            "allow" => Some(
                "say #[expect(lint, reason = \"…\")], which speaks up when it is no longer needed",
            ),
            "ignore" => Some("a test that does not run shows nothing: make it run or remove it"),
            _ => None,
        });
        findings.extend(what.map(|what| Finding::new(path, line, what)));
    }
    findings
}

/// All attributes with the line that they begin on, without their brackets.
pub(crate) fn attributes(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for (at, _) in code.match_indices('#') {
        let after = &code[at + 1..];
        let after = after.strip_prefix('!').unwrap_or(after);
        if after.starts_with('[') {
            line += code[counted..at].matches('\n').count();
            counted = at;
            found.push((line, &after[1..closing(after).unwrap_or(after.len())]));
        }
    }
    found
}

/// Where the bracket that opens `text` is closed.
pub(crate) fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        check("a.rs", text)
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn a_silenced_lint_is_caught_in_all_its_forms() {
        assert_eq!(lines("//! Why.\n#[allow(dead_code)]\nfn a() {}"), [2]);
        assert_eq!(lines("#![allow(clippy::all)]"), [1]);
        assert_eq!(
            lines("fn a() {\n\n    #[cfg_attr(\n        test,\n        allow(unused)\n    )]\n}"),
            [3]
        );
    }

    #[test]
    fn an_ignored_test_is_caught() {
        assert_eq!(lines("#[test]\n#[ignore]\nfn a() {}"), [2]);
        assert_eq!(lines("#[ignore = \"slow\"]"), [1]);
    }

    #[test]
    fn an_expectation_and_the_words_elsewhere_are_free() {
        assert!(lines("#[expect(dead_code, reason = \"allow it\")]\nfn allow() { ignore(\"#[allow\") } // #[ignore]").is_empty());
        assert!(lines("#[arg(ignore_case = true)]").is_empty());
    }
}
