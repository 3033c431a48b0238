//! Spans on disk, so that what was accepted outlives the collector that has accepted it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
    process,
    sync::{Mutex, PoisonError},
};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;

use crate::read::{self, Span};

/// The file of one process: requests as they came, each behind its length of four bytes. A process that is killed leaves at
/// most its last one torn, which it has not answered.
#[derive(Debug)]
pub(crate) struct Shelf(Mutex<File>);

impl Shelf {
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let name = format!("{}.requests", process::id());
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(folder.join(name))?;
        Ok(Self(Mutex::new(file)))
    }

    /// Keeps a request, before it is answered.
    pub(crate) fn keep(&self, request: &[u8]) -> io::Result<()> {
        let length = u32::try_from(request.len()).map_err(io::Error::other)?;
        let kept = [&length.to_be_bytes(), request].concat();
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&kept)
    }
}

/// All spans that the collectors have accepted that kept theirs in this folder.
///
/// # Errors
/// The folder or a file in it cannot be read, or holds something else.
pub fn kept(folder: &Path) -> io::Result<Vec<Span>> {
    let mut spans = Vec::new();
    for entry in fs::read_dir(folder)? {
        let bytes = fs::read(entry?.path())?;
        let mut rest = bytes.as_slice();
        while let Some((length, more)) = rest.split_first_chunk() {
            let length = usize::try_from(u32::from_be_bytes(*length)).map_err(io::Error::other)?;
            let Some((request, more)) = more.split_at_checked(length) else {
                break;
            };
            let request = ExportTraceServiceRequest::decode(request).map_err(io::Error::other)?;
            spans.extend(read::spans(request));
            rest = more;
        }
    }
    Ok(spans)
}
