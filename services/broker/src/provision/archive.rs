//! Fetches the release archive over HTTP and takes the server out of it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::GzDecoder;
use ureq::Agent;

use super::{FetchError, Limits};

/// The release archive has 7 MB and the server in it 19 MB; more than this is not it.
const ARCHIVE_BYTES_MAX: u64 = 64 << 20;
const SERVER_BYTES_MAX: u64 = 256 << 20;

pub(super) fn download(url: &str, work: &Path, limits: Limits) -> Result<PathBuf, FetchError> {
    let unreachable = |error: &dyn std::fmt::Display| FetchError::Unreachable(error.to_string());
    let limit = |duration: Duration| Some(duration);
    let agent: Agent = Agent::config_builder()
        .timeout_resolve(limit(limits.connect))
        .timeout_connect(limit(limits.connect))
        .timeout_recv_response(limit(limits.stall))
        .timeout_per_read(limit(limits.stall))
        .timeout_global(limit(limits.whole))
        .build()
        .into();
    let mut response = agent.get(url).call().map_err(|error| unreachable(&error))?;
    let path = work.join("archive.tar.gz");
    let mut body = response
        .body_mut()
        .with_config()
        .limit(ARCHIVE_BYTES_MAX)
        .reader();
    io::copy(&mut body, &mut File::create(&path)?).map_err(|error| unreachable(&error))?;
    Ok(path)
}

/// Unpacks the one member that is the server.
pub(super) fn unpack(archive: &Path, member: &str, work: &Path) -> Result<PathBuf, FetchError> {
    let broken = |error: io::Error| FetchError::Unpack(error.to_string());
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(archive)?));
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        if entry.path().map_err(broken)? == Path::new(member) {
            let path = work.join("nats-server");
            io::copy(&mut entry.take(SERVER_BYTES_MAX), &mut File::create(&path)?)
                .map_err(broken)?;
            return Ok(path);
        }
    }
    Err(FetchError::Unpack(format!("there is no {member} in it")))
}
