//! A Python with the stock NATS client from `PyPI` in it, and nothing of ours.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use super::binary::{cache, lock};

/// The client, pinned so that every run of the tests meets the same one.
const CLIENT: &str = "nats-py==2.16.0";

/// A script of `tests/python`.
#[derive(Debug, Clone, Copy)]
pub struct Script(pub &'static str);

impl Script {
    /// The command that runs it.
    pub fn command(self) -> Command {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("python")
            .join(self.0);
        let mut command = Command::new(interpreter());
        command
            .arg("-u")
            .arg(path)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

/// The interpreter of a virtual environment that is made once and kept in the target folder.
fn interpreter() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(make)
}

fn make() -> PathBuf {
    let _one_at_a_time = lock("venv.lock");
    let folder = cache().join(format!("venv-{CLIENT}"));
    let python = folder.join("bin/python");
    let whole = folder.join("whole");
    if whole.exists() {
        return python;
    }
    run(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
        "python3 needs its module venv",
    );
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        CLIENT,
    ]);
    run(&mut pip, "the client comes from PyPI: is it reachable?");
    fs::write(whole, "").expect("the target folder can be written");
    python
}

fn run(command: &mut Command, hint: &str) {
    let ended = command.stdin(Stdio::null()).output();
    let ended = ended.expect("python3 can be run: the tests need it");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(
        ended.status.success(),
        "{command:?}: {}\n{hint}\n{said}",
        ended.status
    );
}
