//! At most so many brokers at once on this machine, over all processes: tests that each start a
//! server would otherwise fight for two cores and fail by deadline.

use std::env::temp_dir;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// How many brokers or clusters tests run at once on one machine.
const PERMITS: usize = 2;

/// The right to run one broker, or one cluster, until it is dropped. It is an advisory lock on
/// one of a few files, so the system takes it back from a process that dies.
#[derive(Debug)]
#[must_use = "a dropped permit limits nothing"]
pub struct Permit {
    _lock: File,
}

impl Permit {
    /// Waits for one of the two permits that all processes of this user share.
    pub async fn acquire() -> io::Result<Self> {
        let folder = format!("weir-broker-permits-{}", rustix::process::getuid().as_raw());
        Self::acquire_in(temp_dir().join(folder), PERMITS).await
    }

    async fn acquire_in(folder: PathBuf, permits: usize) -> io::Result<Self> {
        // The wait blocks a thread: it ends when a holder drops its permit or dies. When our
        // caller has gone by then, the lock that comes is dropped with the task.
        tokio::task::spawn_blocking(move || {
            if let Some(permit) = Self::try_acquire(&folder, permits)? {
                return Ok(permit);
            }
            let turn = usize::try_from(std::process::id()).unwrap_or_default() % permits;
            let lock = File::create(slot(&folder, turn))?;
            lock.lock()?;
            Ok(Self { _lock: lock })
        })
        .await
        .map_err(io::Error::other)?
    }

    fn try_acquire(folder: &Path, permits: usize) -> io::Result<Option<Self>> {
        fs::create_dir_all(folder)?;
        for index in 0..permits {
            let lock = File::create(slot(folder, index))?;
            match lock.try_lock() {
                Ok(()) => return Ok(Some(Self { _lock: lock })),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }
}

fn slot(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("{index}.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_third_waits_until_one_of_two_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let permits = || Permit::acquire_in(folder.path().to_owned(), 2);
        let (first, second) = (permits().await.unwrap(), permits().await.unwrap());
        assert!(Permit::try_acquire(folder.path(), 2).unwrap().is_none());
        let mut third = std::pin::pin!(permits());
        tokio::select! {
            biased;
            _ = &mut third => panic!("there is a third permit"),
            () = std::future::ready(()) => {}
        }
        drop((first, second));
        drop(third.await.unwrap());
    }
}
