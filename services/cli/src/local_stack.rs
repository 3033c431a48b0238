//! How `weir up` lets the other verbs find it: a small file that says where its broker is.
//!
//! The file is locked by the stack that wrote it for as long as that lives, so a file that is left behind by a crash is
//! told from a live one whatever has become of its process id.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use directories::BaseDirs;
use serde::{Deserialize, Serialize};

const FILE: &str = "stack.json";

/// A local stack that is running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LocalStack {
    /// Where its broker listens, such as `nats://127.0.0.1:4222`.
    pub(crate) url: String,
    /// Its process, for people.
    pub(crate) pid: u32,
    /// Its data folder.
    pub(crate) data: PathBuf,
    /// A credentials file for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) creds: Option<PathBuf>,
}

/// The files by which a stack can be found. They vanish when this is dropped.
#[derive(Debug)]
#[must_use = "the stack can be found only as long as this lives"]
pub(crate) struct Registration {
    pid: u32,
    files: Vec<(PathBuf, File)>,
}

impl Drop for Registration {
    fn drop(&mut self) {
        for (path, _lock) in &self.files {
            // A stack that was started later may have put its own file there.
            if read(path).is_some_and(|found| found.pid == self.pid) {
                fs::remove_file(path).unwrap_or_default();
            }
        }
    }
}

/// The user's data folder for weir, such as `~/.local/share/weir`.
pub(crate) fn default_data_dir() -> Option<PathBuf> {
    Some(BaseDirs::new()?.data_dir().join("weir"))
}

/// Where stacks are looked for: the user's runtime folder, then the data folder.
fn places() -> Vec<PathBuf> {
    let runtime = BaseDirs::new().and_then(|dirs| Some(dirs.runtime_dir()?.join("weir")));
    runtime.into_iter().chain(default_data_dir()).collect()
}

/// Makes a stack known in its data folder and where [`find`] looks. A place that cannot be written to is left out, but
/// one must do.
pub(crate) fn register(stack: &LocalStack) -> io::Result<Registration> {
    let mut dirs = vec![stack.data.clone()];
    dirs.extend(places());
    dirs.dedup();
    register_in(stack, &dirs)
}

fn register_in(stack: &LocalStack, dirs: &[PathBuf]) -> io::Result<Registration> {
    let mut files = Vec::new();
    let mut trouble = None;
    for dir in dirs {
        match write(stack, dir) {
            Ok(file) => files.push(file),
            Err(error) => trouble = Some(error),
        }
    }
    match trouble {
        Some(error) if files.is_empty() => Err(error),
        Some(_) | None => Ok(Registration {
            pid: stack.pid,
            files,
        }),
    }
}

fn write(stack: &LocalStack, dir: &Path) -> io::Result<(PathBuf, File)> {
    fs::create_dir_all(dir)?;
    let fresh = dir.join(format!("{FILE}.{}", stack.pid));
    let mut file = File::create(&fresh)?;
    // Locked before it has its name, so that nobody ever finds it unlocked.
    file.try_lock().map_err(io::Error::from)?;
    file.write_all(&serde_json::to_vec(stack)?)?;
    let path = dir.join(FILE);
    fs::rename(&fresh, &path)?;
    Ok((path, file))
}

fn read(path: &Path) -> Option<LocalStack> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// The local stack that was started last and still runs.
pub(crate) fn find() -> Option<LocalStack> {
    places().iter().find_map(|dir| find_in(dir))
}

/// The stack of this data folder, if it runs.
pub(crate) fn find_in(dir: &Path) -> Option<LocalStack> {
    let path = dir.join(FILE);
    let file = File::open(&path).ok()?;
    // Whoever wrote it holds the lock; if it can be had, nobody is there any more.
    let held = file.try_lock_shared().is_err();
    if held { read(&path) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(dir: &Path, pid: u32) -> LocalStack {
        LocalStack {
            url: format!("nats://127.0.0.1:{pid}"),
            pid,
            data: dir.to_owned(),
            creds: None,
        }
    }

    #[test]
    fn a_stack_is_found_as_long_as_it_lives() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mine = stack(dir.path(), 11);
        let registered =
            register_in(&mine, &[dir.path().to_owned()]).expect("the folder is writable");
        assert_eq!(find_in(dir.path()), Some(mine));
        drop(registered);
        assert_eq!(find_in(dir.path()), None);
        assert!(!dir.path().join(FILE).exists());
    }

    #[test]
    fn a_file_that_a_crash_left_behind_is_not_a_stack() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let text =
            serde_json::to_vec(&stack(dir.path(), std::process::id())).expect("it serializes");
        fs::write(dir.path().join(FILE), text).expect("the folder is writable");
        assert_eq!(find_in(dir.path()), None);
    }

    #[test]
    fn the_end_of_an_older_stack_does_not_hide_a_newer_one() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let dirs = [dir.path().to_owned()];
        let older = register_in(&stack(dir.path(), 11), &dirs).expect("the folder is writable");
        let newer = register_in(&stack(dir.path(), 12), &dirs).expect("the folder is writable");
        drop(older);
        assert_eq!(find_in(dir.path()).map(|found| found.pid), Some(12));
        drop(newer);
    }
}
