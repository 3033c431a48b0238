//! The habits of this repository, as a test: what no compiler and no lint looks at.
//!
//! Each rule is a function over paths and texts, tried on a bad sample beside it, so that it is known to fail. What a
//! rule finds is told as `file:line: what to do`.

mod tidy {
    pub(crate) mod attributes;
    pub(crate) mod crates;
    pub(crate) mod lexer;
    pub(crate) mod manifests;
    pub(crate) mod modules;
    pub(crate) mod size;
    pub(crate) mod words;
    pub(crate) mod workspace;
}

use std::sync::LazyLock;

use tidy::{
    attributes, crates, manifests, modules, size, words,
    workspace::{Finding, Workspace},
};

static WORKSPACE: LazyLock<Workspace> = LazyLock::new(Workspace::read);

/// Fails with all findings at once.
#[track_caller]
fn none(findings: &[Finding]) {
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert!(
        lines.is_empty(),
        "{} to put right:\n{}\n",
        lines.len(),
        lines.join("\n")
    );
}

#[test]
fn crates_see_only_what_the_arrows_allow() {
    none(&crates::arrows(&WORKSPACE.edges()));
}

#[test]
fn a_foreign_crate_has_one_owner() {
    none(&crates::owners(&WORKSPACE.edges()));
}

#[test]
fn versions_and_lints_stand_in_the_workspace_manifest_only() {
    let workspace = &*WORKSPACE;
    none(
        &workspace
            .manifests()
            .flat_map(|(path, text)| manifests::member(path, text))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn files_are_short_and_long_ones_do_not_grow() {
    let workspace = &*WORKSPACE;
    let lines: Vec<_> = workspace
        .rust()
        .map(|(path, text)| (path, text.lines().count()))
        .collect();
    none(&size::check(&lines, &workspace.text(size::RATCHET)));
}

#[test]
fn modules_say_why_they_exist_and_have_names_of_their_own() {
    let workspace = &*WORKSPACE;
    none(
        &workspace
            .rust()
            .filter_map(|(path, text)| modules::opening(path, text))
            .collect::<Vec<_>>(),
    );
    none(
        &workspace
            .rust()
            .flat_map(|(path, text)| modules::names(path, text))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn lib_rs_only_declares_and_re_exports() {
    let workspace = &*WORKSPACE;
    none(
        &workspace
            .rust()
            .filter_map(|(path, text)| modules::lib(path, text))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_file_belongs_to_a_crate() {
    let workspace = &*WORKSPACE;
    let files: Vec<_> = workspace.rust().collect();
    none(&modules::dead(&files, &workspace.roots()));
}

#[test]
fn no_test_is_ignored_and_no_lint_silenced_for_good() {
    let workspace = &*WORKSPACE;
    none(
        &workspace
            .rust()
            .flat_map(|(path, text)| attributes::check(path, text))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn marks_for_later_name_their_issue() {
    let workspace = &*WORKSPACE;
    none(
        &workspace
            .files()
            .flat_map(|(path, text)| words::marks(path, text))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn tests_wait_for_events_and_never_sleep() {
    let workspace = &*WORKSPACE;
    none(
        &workspace
            .files()
            .flat_map(|(path, text)| words::sleeps(path, text))
            .collect::<Vec<_>>(),
    );
}

// Two more rules of the house are kept where what they compare is at hand: that the generated code is what the .proto
// files give, by weir-proto's own tests; that the default configuration prints exactly deploy/weir.example.toml, by the
// CLI, since only it knows the whole configuration.
