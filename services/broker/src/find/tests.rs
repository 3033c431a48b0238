//! Shell scripts that print a version stand in for servers, each in a folder of its own.

use std::env::join_paths;
use std::fs;

use tempfile::TempDir;

use super::*;
use crate::provision::tests::{offline, script};

struct Machine {
    folder: TempDir,
    path: Vec<PathBuf>,
}

impl Machine {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            path: Vec::new(),
        }
    }

    fn server(&self, folder: &str, version: &str) -> PathBuf {
        let path = self.folder.path().join(folder).join("nats-server");
        script(&path, &format!("echo 'nats-server: v{version}'"));
        path
    }

    fn server_on_path(&mut self, folder: &str, version: &str) -> PathBuf {
        let server = self.server(folder, version);
        self.path.push(server.parent().unwrap().to_owned());
        server
    }

    fn sources(&self) -> Sources {
        Sources {
            weir_nats_server: None,
            path: Some(join_paths(&self.path).unwrap()),
            cache_dir: self.folder.path().join("cache"),
        }
    }

    fn find(&self, want: &Want) -> Result<Binary, FindError> {
        self.sources().find_with(want, &offline())
    }

    fn find_explicit(&self, path: &Path, want: &Want) -> Result<Binary, FindError> {
        let sources = Sources {
            weir_nats_server: Some(path.into()),
            ..self.sources()
        };
        sources.find_with(want, &offline())
    }
}

#[test]
fn the_first_on_path_that_is_new_enough_is_taken_and_older_ones_are_noted() {
    let mut machine = Machine::new();
    let old = machine.server_on_path("a", "2.14.3");
    let candidate = machine.server_on_path("b", "2.14.4-RC.1");
    let good = machine.server_on_path("c", "2.14.4");
    machine.server_on_path("d", "2.15.1");
    let found = machine.find(&Want::minimum()).unwrap();
    assert_eq!((found.path, found.version), (good, MINIMUM));
    let lines: Vec<_> = found.skipped.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            format!("{} is 2.14.3, older than 2.14.4", old.display()),
            format!("{} is 2.14.4-RC.1, older than 2.14.4", candidate.display()),
        ]
    );
}

#[test]
fn who_wants_the_pinned_one_passes_over_newer_ones_too() {
    let mut machine = Machine::new();
    machine.server_on_path("a", "2.15.0");
    machine.server_on_path("b", "2.16.0");
    let pinned = machine.server_on_path("c", "2.15.1");
    let found = machine.find(&Want::pinned()).unwrap();
    assert_eq!(found.path, pinned);
    assert_eq!(found.skipped.len(), 2);
}

#[test]
fn the_explicit_one_is_taken_before_path() {
    let mut machine = Machine::new();
    machine.server_on_path("a", "2.15.1");
    let explicit = machine.server("mine", "2.14.4");
    assert_eq!(
        machine
            .find_explicit(&explicit, &Want::minimum())
            .unwrap()
            .path,
        explicit
    );
    assert_eq!(
        machine
            .find_explicit(&explicit, &Want::pinned())
            .unwrap()
            .path,
        explicit
    );
}

#[test]
fn an_explicit_one_that_will_not_do_is_an_error_and_nothing_else_is_tried() {
    let mut machine = Machine::new();
    machine.server_on_path("a", "2.15.1");
    let old = machine.server("old", "2.14.3");
    let plain = machine.folder.path().join("plain");
    fs::write(&plain, "no program").unwrap();
    let mute = machine.folder.path().join("mute");
    script(&mute, "echo 'I am ill' >&2; exit 7");
    let missing = machine.folder.path().join("missing");
    for (path, why) in [
        (old, "is 2.14.3, older than 2.14.4"),
        (plain, "is not an executable file"),
        (
            mute,
            "does not tell its version: \"\" is not a version like 2.15.1 (exit status: 7, I am ill)",
        ),
        (missing, "does not exist"),
    ] {
        let error = machine
            .find_explicit(&path, &Want::minimum())
            .unwrap_err()
            .to_string();
        let expected = format!(
            "WEIR_NATS_SERVER is set to {}, which {why}; set it to a nats-server of version 2.14.4 or later, or unset it to have one looked for",
            path.display()
        );
        assert_eq!(error, expected);
    }
}

#[test]
fn what_is_on_path_and_is_no_server_is_passed_over() {
    let mut machine = Machine::new();
    machine.server_on_path("a", "oops");
    let good = machine.server_on_path("b", "2.15.1");
    fs::create_dir_all(machine.folder.path().join("c/nats-server")).unwrap();
    machine.path.insert(0, machine.folder.path().join("c"));
    machine
        .path
        .insert(0, machine.folder.path().join("nowhere"));
    let found = machine.find(&Want::minimum()).unwrap();
    assert_eq!((found.path, found.skipped.len()), (good, 2));
}

#[test]
fn when_nothing_gives_one_the_error_lists_every_place_and_what_to_do() {
    let mut machine = Machine::new();
    machine.server_on_path("a", "2.9.0");
    let error = machine.find(&Want::minimum()).unwrap_err().to_string();
    let root = machine.folder.path().display();
    assert_eq!(
        error,
        format!(
            "no nats-server (2.14.4 or later) was found or could be fetched:
  - {root}/a/nats-server is 2.9.0, older than 2.14.4
  - {root}/cache has no nats-server
  - the pins name no server for plan9 on pdp11
install nats-server 2.14.4 or later and set WEIR_NATS_SERVER to its path"
        )
    );
}
