//! The `weir` program under test: built once, in the profile and the target folder of the tests themselves.
//!
//! Cargo tells a test where the programs of its own package are, and those of no other.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use cargo_metadata::Message;

/// The folder for what the tests keep between runs: `weir-tests` in the target folder.
pub(super) fn cache() -> PathBuf {
    let folder = layout().target.join("weir-tests");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

/// Holds a lock of that name until it is dropped, over all test programs.
pub(super) fn lock(name: &str) -> File {
    let file = File::create(cache().join(name)).expect("the target folder can be written");
    file.lock().expect("a lock file can be locked");
    file
}

/// The program: the one that `WEIR_UNDER_TEST` names, such as a release to be tried, else our own, built if it has to be.
pub fn weir() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| std::env::var_os("WEIR_UNDER_TEST").map_or_else(build, PathBuf::from))
}

struct Layout {
    target: PathBuf,
    profile: String,
}

/// Where this test program is: `<target>/<profile>/deps/<name>`.
fn layout() -> Layout {
    let own = std::env::current_exe().expect("a program knows where it is");
    let mut above = own.ancestors().skip(2);
    let profile = above
        .next()
        .expect("test programs are two folders below their profile's");
    let target = profile
        .parent()
        .expect("a profile's folder is in the target folder");
    let name = profile
        .file_name()
        .expect("it has a name")
        .to_string_lossy();
    let profile = if name == "debug" {
        "dev".to_owned()
    } else {
        name.into_owned()
    };
    Layout {
        target: target.to_owned(),
        profile,
    }
}

fn build() -> PathBuf {
    let Layout { target, profile } = layout();
    let _one_at_a_time = lock("build.lock");
    let mut cargo = Command::new(env!("CARGO"));
    // What cargo tells a test of its package, build scripts of dependencies ask for: they would run again, and half of
    // all that there is would be built anew after them, each time that tests and program take turns.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    let built = cargo
        .args([
            "build",
            "--quiet",
            // With the features of the whole workspace, so that the tests' own build is found and nothing is built anew.
            "--workspace",
            "--bin",
            "weir",
            "--message-format",
            "json-render-diagnostics",
        ])
        .args(["--profile", &profile, "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo can be run: it has built this test");
    assert!(
        built.status.success(),
        "the weir program does not build: {}",
        built.status
    );
    let messages = Message::parse_stream(built.stdout.as_slice());
    let executable = |message| {
        let Message::CompilerArtifact(artifact) = message else {
            return None;
        };
        artifact
            .executable
            .filter(|_| artifact.target.name == "weir")
    };
    let path = messages.map_while(Result::ok).find_map(executable);
    path.expect("cargo names the program that it has built")
        .into()
}
