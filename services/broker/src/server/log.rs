//! The server's log file, read from where this run began.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// A log larger than this, in bytes, is put aside at a start.
const KEPT_BYTES_MAX: u64 = 8 << 20;

/// The most of a run's log that is read here, in bytes.
const READ_BYTES_MAX: u64 = 1 << 20;

/// Lines in an error message.
const TAIL_LINES: usize = 12;

#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    began: u64,
}

impl Log {
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let mut began = path.metadata().map_or(0, |metadata| metadata.len());
        if began > KEPT_BYTES_MAX {
            fs::rename(&path, path.with_added_extension("old"))?;
            began = 0;
        }
        Ok(Self { path, began })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// For the server to write to.
    pub(super) fn writer(&self) -> io::Result<File> {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
    }

    /// Whether this run has written the words on a whole line.
    pub(super) fn says(&self, words: &str) -> io::Result<bool> {
        Ok(self
            .read()?
            .split_inclusive('\n')
            .any(|line| line.ends_with('\n') && line.contains(words)))
    }

    /// The last lines of this run.
    pub(super) fn tail(&self) -> String {
        let text = self
            .read()
            .unwrap_or_else(|error| format!("(it cannot be read: {error})"));
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }

    fn read(&self) -> io::Result<String> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.began))?;
        let mut bytes = Vec::new();
        file.take(READ_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn only_this_run_counts_and_only_whole_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "Server is ready\n").unwrap();
        let log = Log::open(path).unwrap();
        let mut writer = log.writer().unwrap();
        assert!(
            !log.says("ready").unwrap(),
            "the last run's line was taken for this one's"
        );
        write!(writer, "Server is ready").unwrap();
        assert!(!log.says("ready").unwrap(), "half a line was believed");
        writeln!(writer).unwrap();
        assert!(log.says("ready").unwrap());
        assert_eq!(log.tail(), "Server is ready");
    }

    #[test]
    fn a_large_log_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        File::create(&path)
            .unwrap()
            .set_len(KEPT_BYTES_MAX + 1)
            .unwrap();
        let log = Log::open(path.clone()).unwrap();
        assert_eq!((log.began, path.exists()), (0, false));
        assert!(folder.path().join("log.old").exists());
    }
}
