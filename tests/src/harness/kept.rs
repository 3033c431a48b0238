//! What tests keep between runs, in the target folder, and the words of a test that cannot do its work here.

use std::{
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
};

use super::binary;

/// A folder of that name; made if it is not there.
pub fn folder(name: &str) -> PathBuf {
    let folder = binary::cache().join(name);
    fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

/// Holds a lock of that name until it is dropped, over all test programs of this target folder.
pub fn lock(name: &str) -> File {
    binary::lock(name)
}

/// Says in one line, which a passing test's output would not show, that a test has not been run, and why.
pub fn skipped(test: &str, why: impl std::fmt::Display) {
    let line = format!("!!!!!! SKIPPED {test}, because {why}\n");
    let mut out = std::io::stderr().lock();
    out.write_all(line.as_bytes())
        .expect("standard error can be written");
}
