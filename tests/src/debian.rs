//! What tests take from Debian's archive: programs out of single packages, and a whole base system.
//!
//! Nothing is installed on the machine. What was fetched is kept in the target folder, so a second run asks nobody. Where
//! the archive cannot be had, that is told as a reason and not as a failure: who asks decides what is lost without it.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::harness::kept;

/// How long one program may take, in the words of `timeout`.
const PROGRAM_WITHIN: &str = "280s";

/// Why something cannot be had here. It fits after "because ".
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Missing(String);

impl Missing {
    /// With this reason.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// What a package holds, unpacked: the folder that stands for `/`.
///
/// # Errors
/// Where apt or the archive is not there.
pub fn package(name: &str) -> Result<PathBuf, Missing> {
    let folder = kept::folder("debian");
    let unpacked = folder.join(name);
    let _one_at_a_time = kept::lock("debian.lock");
    if unpacked.exists() {
        return Ok(unpacked);
    }
    let work = tempfile::tempdir_in(&folder).map_err(|error| Missing(error.to_string()))?;
    download(name, work.path(), &[]).or_else(|_lists_are_old_or_absent| {
        let own = own_lists(&folder)?;
        download(name, work.path(), &own)
    })?;
    let archive = fs::read_dir(work.path())
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension() == Some(OsStr::new("deb")))
        .ok_or_else(|| Missing(format!("apt-get has left no package {name}")))?;
    let tree = work.path().join("tree");
    ran(Command::new("dpkg-deb").arg("-x").args([&archive, &tree]))?;
    // Whole or not at all: whoever finds the folder finds all of it.
    fs::rename(&tree, &unpacked).map_err(|error| Missing(error.to_string()))?;
    Ok(unpacked)
}

fn download(name: &str, into: &Path, options: &[String]) -> Result<(), Missing> {
    let mut apt = Command::new("timeout");
    apt.args([PROGRAM_WITHIN, "apt-get", "--quiet"])
        .args(options)
        .args(["-o", "APT::Sandbox::User=root", "download", name])
        .current_dir(into);
    ran(&mut apt)
}

/// Options that make apt use package lists of our own, which are fetched: the machine's may be old, or not there.
fn own_lists(folder: &Path) -> Result<Vec<String>, Missing> {
    let mut options = Vec::new();
    for (setting, name) in [("State::Lists", "lists"), ("Cache", "cache")] {
        let own = folder.join("apt").join(name);
        fs::create_dir_all(own.join("partial")).map_err(|error| Missing(error.to_string()))?;
        options.push("-o".to_owned());
        options.push(format!("Dir::{setting}={}", own.display()));
    }
    let mut update = Command::new("timeout");
    update
        .args([PROGRAM_WITHIN, "apt-get", "--quiet"])
        .args(&options)
        .args(["-o", "APT::Sandbox::User=root", "update"]);
    ran(&mut update)?;
    Ok(options)
}

/// A tar of a small Debian system of this machine's own release, with what `packages` name.
///
/// # Errors
/// Where this is no Debian, we are not root, or the archive is not there.
pub fn base_system(packages: &[&str]) -> Result<PathBuf, Missing> {
    let release = release()?;
    let folder = kept::folder("debian");
    let tar = folder.join(format!("{release}-{}.tar", packages.join("-")));
    if !rustix::process::geteuid().is_root() {
        return Err(Missing::new("debootstrap needs root"));
    }
    let debootstrap = package("debootstrap")?;
    let _one_at_a_time = kept::lock("debian.lock");
    if tar.exists() {
        return Ok(tar);
    }
    let tree = folder.join("tree");
    clear(&tree)?;
    quick(&tree)?;
    let mut bootstrap = Command::new("timeout");
    bootstrap
        .args([PROGRAM_WITHIN, "/bin/sh"])
        .arg(debootstrap.join("usr/sbin/debootstrap"))
        .arg("--variant=minbase")
        .arg(format!("--include={}", packages.join(",")))
        .arg(&release)
        .arg(&tree)
        .env("DEBOOTSTRAP_DIR", debootstrap.join("usr/share/debootstrap"));
    ran(&mut bootstrap)?;
    let partial = folder.join("partial.tar");
    let mut pack = Command::new("tar");
    pack.arg("-C").arg(&tree).args([
        "--exclude=./dev/*",
        "--exclude=./var/cache/apt/*",
        "--exclude=./var/lib/apt/lists/*",
        "--exclude=./etc/dpkg/dpkg.cfg.d/quick",
        "-cf",
    ]);
    ran(pack.arg(&partial).arg("."))?;
    fs::rename(&partial, &tar).map_err(|error| Missing(error.to_string()))?;
    clear(&tree)?;
    Ok(tar)
}

/// Removes a system's folder, but nothing that is still mounted in it.
fn clear(tree: &Path) -> Result<(), Missing> {
    ran(Command::new("rm")
        .args(["-rf", "--one-file-system"])
        .arg(tree))
}

/// Has dpkg not wait for the disk after each file, which is half of the time: what breaks off is made anew anyway.
fn quick(tree: &Path) -> Result<(), Missing> {
    let settings = tree.join("etc/dpkg/dpkg.cfg.d");
    fs::create_dir_all(&settings)
        .and_then(|()| fs::write(settings.join("quick"), "force-unsafe-io\n"))
        .map_err(|error| Missing(error.to_string()))
}

/// The code name of this machine's Debian. A program that was built here runs in a system of the same release.
fn release() -> Result<String, Missing> {
    let said = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let value = |key: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(key));
        line.map(|value| value.trim_matches('"').to_owned())
    };
    match (value("ID=").as_deref(), value("VERSION_CODENAME=")) {
        (Some("debian"), Some(name)) => Ok(name),
        _ => Err(Missing::new("this machine is no Debian")),
    }
}

fn ran(command: &mut Command) -> Result<(), Missing> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| Missing(format!("{program} cannot be run: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty());
    Err(Missing(format!(
        "{command:?} ended with {}: {}",
        output.status,
        last.unwrap_or("it said nothing")
    )))
}
