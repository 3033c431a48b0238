//! Modules: their names, their first line, what `lib.rs` may hold, and files that no module names.

use std::{collections::BTreeSet, ops::RangeInclusive};

use super::{
    attributes::{attributes, closing},
    lexer,
    workspace::Finding,
};

/// A module opens with a line that says why it exists.
pub(crate) fn opening(path: &str, text: &str) -> Option<Finding> {
    let said = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("//!"))
        .is_some_and(|words| !words.trim().is_empty());
    (!said).then(|| {
        Finding::new(
            path,
            1,
            "begin with a `//!` line that says why this module exists",
        )
    })
}

/// No `mod.rs`, and no module whose name says nothing of what is in it.
pub(crate) fn names(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let file = path.rsplit('/').next().unwrap_or(path);
    if file == "mod.rs" {
        findings.push(Finding::new(
            path,
            1,
            "name the file after its module, beside the folder",
        ));
    }
    let code = lexer::parts(text).code;
    let declared = declared(&code)
        .into_iter()
        .map(|module| (module.line, module.name));
    let of_path = path
        .split('/')
        .map(|part| (1, part.strip_suffix(".rs").unwrap_or(part)));
    for (line, name) in of_path.chain(declared) {
        let empty = name == "common"
            || name == "misc"
            || name.starts_with("util")
            || name.starts_with("helper");
        if empty {
            findings.push(Finding::new(
                path,
                line,
                format!("{name} says nothing: name the module after what is in it"),
            ));
        }
    }
    findings
}

/// `lib.rs` holds nothing but `mod x;`, `pub use`, docs and attributes.
pub(crate) fn lib(path: &str, text: &str) -> Option<Finding> {
    if path.rsplit('/').next() != Some("lib.rs") {
        return None;
    }
    let code = lexer::parts(text).code;
    let mut at = 0;
    loop {
        at += code[at..].len() - code[at..].trim_start().len();
        let rest = &code[at..];
        if rest.is_empty() {
            return None;
        }
        let bracket = if rest.starts_with("#[") { 1 } else { 2 };
        if (rest.starts_with("#[") || rest.starts_with("#!["))
            && let Some(end) = closing(&rest[bracket..])
        {
            at += bracket + end + 1;
            continue;
        }
        let end = rest.find(';').map_or(rest.len(), |end| end + 1);
        if !is_declaration(&rest[..end]) {
            let line = line_of(&code, at);
            return Some(Finding::new(
                path,
                line,
                "lib.rs only declares modules and re-exports: move this into one",
            ));
        }
        at += end;
    }
}

fn is_declaration(statement: &str) -> bool {
    let words: Vec<_> = statement.trim_end_matches(';').split_whitespace().collect();
    match words.as_slice() {
        ["pub", "use", ..] | ["mod", _] | ["pub" | "pub(crate)", "mod", _] => {
            statement.ends_with(';')
        }
        _ => false,
    }
}

/// Files that no other file declares and that cargo does not know as a root: nobody compiles them.
pub(crate) fn dead(files: &[(&str, &str)], roots: &BTreeSet<String>) -> Vec<Finding> {
    let mut names = BTreeSet::new();
    for (path, text) in files {
        let code = lexer::parts(text).code;
        names.extend(
            declared(&code)
                .into_iter()
                .map(|module| (*path, module.name.to_owned())),
        );
    }
    let declares = |path: &str, name: &str| names.contains(&(path, name.to_owned()));
    let alive = |path: &str| {
        let Some((folder, name)) = path
            .strip_suffix(".rs")
            .and_then(|path| path.rsplit_once('/'))
        else {
            return false;
        };
        // By a root in the same folder, or by the file of a module that the folder belongs to.
        let beside = roots
            .iter()
            .filter(|root| root.rsplit_once('/').is_some_and(|(of, _)| of == folder));
        let above = folder
            .match_indices('/')
            .map(|(at, _)| &folder[..at])
            .chain([folder]);
        beside
            .cloned()
            .chain(above.map(|folder| format!("{folder}.rs")))
            .any(|parent| declares(&parent, name))
    };
    files
        .iter()
        .filter(|(path, _)| !roots.contains(*path) && !alive(path))
        .map(|(path, _)| {
            Finding::new(
                path,
                1,
                "no module declares this file, so nobody compiles it: declare or remove it",
            )
        })
        .collect()
}

struct Module<'a> {
    line: usize,
    name: &'a str,
}

/// The modules that a file names, with a body or without one.
fn declared(code: &str) -> Vec<Module<'_>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("mod ") {
        let free = code[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric() && before != '_');
        let name = code[at + 4..].trim_start();
        let end = name
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(name.len());
        if free && end > 0 {
            found.push(Module {
                line: line_of(code, at),
                name: &name[..end],
            });
        }
    }
    found
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// The lines of one file that are compiled for tests only.
pub(crate) fn test_lines(code: &str) -> Vec<RangeInclusive<usize>> {
    item_lines(code, |words| {
        words.first() == Some(&"cfg") && words.contains(&"test") && !words.contains(&"not")
    })
}

/// The lines of one file's items that carry an attribute of these words.
pub(crate) fn item_lines(
    code: &str,
    wanted: impl Fn(&[&str]) -> bool,
) -> Vec<RangeInclusive<usize>> {
    let mut ranges = Vec::new();
    for (line, body) in attributes(code) {
        let words: Vec<_> = body
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        let start = body.as_ptr() as usize - code.as_ptr() as usize + body.len();
        let item = &code[start..];
        if wanted(&words)
            && let Some(open) = item
                .find(['{', ';'])
                .filter(|at| item[*at..].starts_with('{'))
        {
            let end = closing(&item[open..]).map_or(code.len(), |end| start + open + end);
            ranges.push(line..=line_of(code, end));
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_does_not_say_why_is_caught() {
        for text in [
            "",
            "use std::fmt;",
            "//!\nfn a() {}",
            "/// Not of the module.\n",
            "\n//! Late.",
        ] {
            assert!(opening("a.rs", text).is_some(), "{text:?}");
        }
        assert!(opening("a.rs", "//! Why.\n").is_none());
    }

    #[test]
    fn names_that_say_nothing_are_caught() {
        for path in [
            "a/src/util.rs",
            "a/src/utils.rs",
            "a/src/helpers/x.rs",
            "a/src/common.rs",
            "a/src/misc.rs",
            "a/src/x/mod.rs",
        ] {
            assert_eq!(names(path, "").len(), 1, "{path}");
        }
        assert_eq!(
            names("a.rs", "//! Why.\npub mod utilities {}\nmod  helper;")
                .iter()
                .map(|f| f.line)
                .collect::<Vec<_>>(),
            [2, 3]
        );
        assert!(
            names(
                "a/src/utterance.rs",
                "//! mod util;\nlet mode = commons; // mod misc"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_lib_that_does_more_than_declare_is_caught() {
        let head = "//! Why.\n\n#![deny(\n    clippy::indexing_slicing\n)]\n\npub mod a;\n#[cfg(test)]\nmod b;\npub use a::{B, c::D};\n";
        assert_eq!(lib("x/src/lib.rs", head), None);
        for bad in [
            "fn a() {}",
            "pub struct A;",
            "use a::B;",
            "mod tests { fn a() {} }",
            "pub const A: u8 = 1;",
            "include!();",
            "pub mod a { pub use b; }",
        ] {
            let found = lib("x/src/lib.rs", &format!("{head}{bad}\n"));
            assert_eq!(found.map(|finding| finding.line), Some(11), "{bad}");
        }
        assert_eq!(lib("x/src/a.rs", "fn a() {}"), None);
    }

    #[test]
    fn a_file_that_nobody_declares_is_caught() {
        let roots = BTreeSet::from(["x/src/lib.rs".to_owned(), "x/tests/t.rs".to_owned()]);
        let files = [
            ("x/src/lib.rs", "pub mod a; // mod gone;"),
            ("x/src/a.rs", "mod b;"),
            ("x/src/a/b.rs", ""),
            ("x/src/a/c.rs", ""),
            ("x/src/gone.rs", ""),
            ("x/tests/t.rs", "mod t { mod inner; }"),
            ("x/tests/t/inner.rs", ""),
            ("x/tests/t/b.rs", ""),
        ];
        let found: Vec<_> = dead(&files, &roots)
            .into_iter()
            .map(|finding| finding.path)
            .collect();
        assert_eq!(found, ["x/src/a/c.rs", "x/src/gone.rs", "x/tests/t/b.rs"]);
    }

    #[test]
    fn lines_for_tests_are_told_from_the_others() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod d;\n#[cfg(not(test))]\nmod e {}\n";
        assert_eq!(test_lines(code), [2..=5]);
    }
}
