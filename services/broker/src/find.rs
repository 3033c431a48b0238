//! Looks for a `nats-server` that will do: `WEIR_NATS_SERVER`, `PATH`, the cache folder, and at
//! last a pinned download into the cache folder.

use std::env::{split_paths, temp_dir};
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::command;
use crate::pins::{MINIMUM, PINNED};
use crate::provision::Provisioner;
use crate::version::Version;

/// How long `nats-server --version` may take.
const VERSION_WITHIN: Duration = Duration::from_secs(20);

/// Where to look. `weir up`, tests and bench fill it with [`Sources::from_environment`].
#[derive(Debug, Clone)]
pub struct Sources {
    /// The path in `WEIR_NATS_SERVER`, when it is set and not empty.
    pub weir_nats_server: Option<OsString>,
    /// The value of `PATH`.
    pub path: Option<OsString>,
    /// The folder that provisioned servers are kept in; made when it is needed.
    pub cache_dir: PathBuf,
}

/// Which versions will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// This version or a later one: what `weir up` asks for, with [`MINIMUM`].
    AtLeast(Version),
    /// This version only: what tests and bench ask for, with [`PINNED`]. An explicit
    /// `WEIR_NATS_SERVER` is believed all the same when it is at least [`MINIMUM`].
    Exactly(Version),
}

/// A `nats-server` that runs and has a version that will do.
#[derive(Debug, Clone)]
pub struct Binary {
    /// Absolute.
    pub path: PathBuf,
    pub version: Version,
    /// What was looked at before it and passed over, each also logged.
    pub skipped: Vec<Skipped>,
}

/// One place that did not give a server, and why. It prints as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub what: String,
    pub why: String,
}

/// Why a file is not a server that will do.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("does not exist")]
    Missing,
    #[error("is not an executable file")]
    NotExecutable,
    #[error("does not tell its version: {why}")]
    NoVersion { why: String },
    #[error("is {found}, older than {minimum}")]
    TooOld { found: Version, minimum: Version },
    #[error("is {found}, not the pinned {pinned}")]
    NotPinned { found: Version, pinned: Version },
}

#[derive(Debug, thiserror::Error)]
pub enum FindError {
    #[error(
        "WEIR_NATS_SERVER is set to {}, which {unfit}; set it to a nats-server of version {MINIMUM} or later, or unset it to have one looked for",
        path.display()
    )]
    Explicit { path: PathBuf, unfit: Unfit },
    #[error("the cache folder {} cannot be used: {source}", path.display())]
    Cache { path: PathBuf, source: io::Error },
    #[error(
        "no nats-server ({want}) was found or could be fetched:\n{}\ninstall nats-server {MINIMUM} or later and set WEIR_NATS_SERVER to its path",
        list(tried)
    )]
    NoneFound { want: Want, tried: Vec<Skipped> },
}

fn list(tried: &[Skipped]) -> String {
    tried
        .iter()
        .map(|skipped| format!("  - {skipped}"))
        .collect::<Vec<_>>()
        .join("\n")
}

impl Sources {
    /// The places that this process's environment names.
    ///
    /// The one read of the environment outside the CLI's configuration: `weir up`, the tests and
    /// the bench have no configuration in common and must look in the same places.
    pub fn from_environment() -> Self {
        let cache_dir = directories::ProjectDirs::from("", "", "weir").map_or_else(
            || temp_dir().join(format!("weir-cache-{}", rustix::process::getuid().as_raw())),
            |dirs| dirs.cache_dir().to_owned(),
        );
        Self {
            weir_nats_server: std::env::var_os("WEIR_NATS_SERVER").filter(|path| !path.is_empty()),
            path: std::env::var_os("PATH"),
            cache_dir,
        }
    }

    /// Finds a server, and downloads one when there is none.
    ///
    /// It blocks: milliseconds when a server is there, at most some minutes when one is fetched
    /// from a slow index. From async code call it in `spawn_blocking`.
    pub fn find(&self, want: &Want) -> Result<Binary, FindError> {
        self.find_with(want, &Provisioner::official())
    }

    pub(crate) fn find_with(
        &self,
        want: &Want,
        provisioner: &Provisioner,
    ) -> Result<Binary, FindError> {
        if let Some(path) = &self.weir_nats_server {
            return explicit(Path::new(path), want);
        }
        let mut skipped = Vec::new();
        if let Some((path, version)) = self.on_path(want, &mut skipped) {
            return Ok(Binary {
                path,
                version,
                skipped,
            });
        }
        let (path, version) = provisioner.provide(&self.cache_dir, want, &mut skipped)?;
        Ok(Binary {
            path,
            version,
            skipped,
        })
    }

    fn on_path(&self, want: &Want, skipped: &mut Vec<Skipped>) -> Option<(PathBuf, Version)> {
        let before = skipped.len();
        for folder in self.path.iter().flat_map(split_paths) {
            let path = absolute(&folder.join("nats-server"));
            match fit(&path, want) {
                Ok(version) => return Some((path, version)),
                Err(Unfit::Missing) => {}
                Err(unfit) => {
                    skipped.push(Skipped::new(path.display().to_string(), unfit.to_string()));
                }
            }
        }
        if skipped.len() == before {
            // Not worth a line in the log, but one in the error that lists everything tried.
            skipped.push(Skipped {
                what: "PATH".to_owned(),
                why: "has no nats-server".to_owned(),
            });
        }
        None
    }
}

fn explicit(path: &Path, want: &Want) -> Result<Binary, FindError> {
    let path = absolute(path);
    match fit(&path, &Want::AtLeast(MINIMUM)) {
        Ok(version) => {
            if let Some(unfit) = want.refuses(&version) {
                tracing::warn!(path = %path.display(), %unfit, "WEIR_NATS_SERVER is used all the same");
            }
            Ok(Binary {
                path,
                version,
                skipped: Vec::new(),
            })
        }
        Err(unfit) => Err(FindError::Explicit { path, unfit }),
    }
}

/// The version of the server at this path, when it runs and will do.
pub(crate) fn fit(path: &Path, want: &Want) -> Result<Version, Unfit> {
    let metadata = path
        .metadata()
        .map_err(|_absent_or_unreachable| Unfit::Missing)?;
    if !metadata.is_file() || metadata.permissions().mode() & 0o111 == 0 {
        return Err(Unfit::NotExecutable);
    }
    let ran =
        command::run(Command::new(path).arg("--version"), VERSION_WITHIN).map_err(|error| {
            Unfit::NoVersion {
                why: error.to_string(),
            }
        })?;
    let version = Version::from_banner(&ran.stdout).map_err(|error| Unfit::NoVersion {
        why: format!("{error} ({}, {})", ran.status, ran.last_words()),
    })?;
    match want.refuses(&version) {
        Some(unfit) => Err(unfit),
        None => Ok(version),
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_no_working_directory| path.to_owned())
}

impl Want {
    /// At least the version that a connect accepts.
    pub const fn minimum() -> Self {
        Self::AtLeast(MINIMUM)
    }

    /// The pinned version, for tests and bench.
    pub const fn pinned() -> Self {
        Self::Exactly(PINNED)
    }

    pub(crate) fn refuses(&self, found: &Version) -> Option<Unfit> {
        match self {
            Self::AtLeast(minimum) if found < minimum => Some(Unfit::TooOld {
                found: found.clone(),
                minimum: minimum.clone(),
            }),
            Self::Exactly(pinned) if found != pinned => Some(Unfit::NotPinned {
                found: found.clone(),
                pinned: pinned.clone(),
            }),
            Self::AtLeast(_) | Self::Exactly(_) => None,
        }
    }
}

impl fmt::Display for Want {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(version) => write!(f, "{version} or later"),
            Self::Exactly(version) => write!(f, "exactly {version}"),
        }
    }
}

impl Skipped {
    /// Notes a place that was passed over, and logs the line.
    pub(crate) fn new(what: String, why: String) -> Self {
        tracing::info!(what, why, "nats-server passed over");
        Self { what, why }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what, self.why)
    }
}

#[cfg(test)]
mod tests;
