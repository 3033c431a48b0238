//! `deploy/TRACES.md` has the names that the code has.

use std::{fmt::Write as _, fs, path::Path};

use weir_core::trace::vocabulary::{ATTRIBUTES, EVENTS, Entry, SPANS};

fn table(what: &str, entries: &[Entry]) -> String {
    let mut text = format!("| {what} | on | what it says |\n| --- | --- | --- |\n");
    for Entry { name, on, means } in entries {
        writeln!(text, "| `{name}` | {on} | {means} |").unwrap();
    }
    text
}

#[test]
fn the_tables_in_the_docs_are_the_ones_of_the_code() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/TRACES.md");
    let docs = fs::read_to_string(docs).unwrap();
    for (what, entries) in [
        ("span", SPANS),
        ("event", EVENTS),
        ("attribute", ATTRIBUTES),
    ] {
        let begin = format!("<!-- {what}s of services/core/src/trace/vocabulary.rs -->\n");
        let (_, behind) = docs.split_once(&begin).unwrap();
        let (found, _) = behind.split_once("<!-- end -->").unwrap();
        let table = table(what, entries);
        assert!(
            found == table,
            "put this between the marks in deploy/TRACES.md:\n{table}"
        );
    }
}

#[test]
fn no_name_stands_twice() {
    for entries in [SPANS, EVENTS, ATTRIBUTES] {
        let mut names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), entries.len());
    }
}
