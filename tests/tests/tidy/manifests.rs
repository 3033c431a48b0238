//! Members' manifests: what holds for all is said once, in the workspace's.

use toml::{Table, Value};

use super::workspace::Finding;

const KINDS: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

/// What one member's manifest says on its own.
pub(crate) fn member(path: &str, text: &str) -> Vec<Finding> {
    let table = match text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => return vec![Finding::new(path, 1, format!("cannot be read: {error}"))],
    };
    let mut findings = Vec::new();
    if !inherits(table.get("lints")) {
        findings.push(Finding::new(
            path,
            line(text, "[lints"),
            "say `[lints]` and below it `workspace = true`",
        ));
    }
    let package = table.get("package").and_then(Value::as_table);
    for key in INHERITED {
        if !inherits(package.and_then(|package| package.get(*key))) {
            findings.push(Finding::new(
                path,
                line(text, key),
                format!("say `{key}.workspace = true` under [package]"),
            ));
        }
    }
    let mut tables = vec![&table];
    tables.extend(
        table
            .get("target")
            .and_then(Value::as_table)
            .into_iter()
            .flatten()
            .filter_map(|(_, t)| t.as_table()),
    );
    for (name, entry) in tables.into_iter().flat_map(dependencies) {
        let alone = ["version", "path", "git"]
            .iter()
            .any(|key| entry.get(key).is_some());
        if alone || !inherits(Some(entry)) {
            let what = format!(
                "its version stands in [workspace.dependencies] of the root: say `{name}.workspace = true`"
            );
            findings.push(Finding::new(path, line(text, name), what));
        }
    }
    findings
}

fn dependencies(table: &Table) -> impl Iterator<Item = (&String, &Value)> {
    KINDS
        .iter()
        .filter_map(|kind| table.get(*kind)?.as_table())
        .flatten()
}

fn inherits(entry: Option<&Value>) -> bool {
    entry
        .and_then(|entry| entry.get("workspace"))
        .and_then(Value::as_bool)
        == Some(true)
}

/// The first line that begins with `start`, from 1; 1 if none does.
fn line(text: &str, start: &str) -> usize {
    text.lines()
        .position(|line| line.starts_with(start))
        .map_or(1, |line| line + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n";

    #[track_caller]
    fn found(rest: &str) -> Vec<usize> {
        member("a/Cargo.toml", &format!("{HEAD}{rest}"))
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn a_member_that_inherits_all_is_free() {
        let rest = "[lints]\nworkspace = true\n[dependencies]\na.workspace = true\n\
            [dev-dependencies]\nb = { workspace = true, features = [\"x\"] }\n";
        assert!(found(rest).is_empty());
    }

    #[test]
    fn a_version_of_its_own_is_caught_in_every_kind_of_table() {
        let lints = "[lints]\nworkspace = true\n";
        for table in [
            "dependencies",
            "dev-dependencies",
            "build-dependencies",
            "target.'cfg(unix)'.dependencies",
        ] {
            for entry in [
                "a = \"1\"",
                "a = { path = \"../a\" }",
                "a = { version = \"1\", features = [] }",
                "a = { git = \"x\" }",
            ] {
                assert_eq!(
                    found(&format!("{lints}[{table}]\n{entry}\n")),
                    [11],
                    "{table}: {entry}"
                );
            }
        }
    }

    #[test]
    fn lints_of_its_own_are_caught() {
        assert_eq!(found(""), [1]);
        assert_eq!(found("[lints.rust]\nunsafe_code = \"allow\"\n"), [8]);
    }

    #[test]
    fn an_edition_of_its_own_is_caught() {
        let text = format!(
            "{}[lints]\nworkspace = true\n",
            HEAD.replace("edition.workspace = true", "edition = \"2021\"")
        );
        assert_eq!(
            member("a/Cargo.toml", &text),
            [Finding::new(
                "a/Cargo.toml",
                4,
                "say `edition.workspace = true` under [package]"
            )]
        );
    }

    #[test]
    fn what_is_no_toml_is_caught() {
        assert_eq!(member("a/Cargo.toml", "[").len(), 1);
    }
}
