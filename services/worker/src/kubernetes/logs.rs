//! What a container has written, line by line, with the times at which it did.

use std::time::Duration;

use bytes::Bytes;
use k8s_openapi::jiff;
use kube::api::LogParams;
use weir_core::time::Timestamp;

use super::{
    call::Failure,
    connect::Cluster,
    frames::Frames,
    jobs::{legal, pods},
};
use crate::output::LINE_BYTES_MAX;

/// The longest time stamp in front of a line, with its blank.
const STAMP_BYTES_MAX: usize = 64;
/// How long a log that is followed may be silent. A connection that died without a word is silent for ever.
const SILENT_MAX: Duration = Duration::from_mins(5);

/// Which part of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Go on while the container runs.
    pub follow: bool,
    /// Only what was written in this second or later: the server has no finer times. Whoever goes on after a line skips
    /// what comes again by [`LogLine::at`].
    pub since: Option<Timestamp>,
    /// Only so many lines of the end.
    pub tail: Option<u32>,
}

/// One line, or a piece of one that is longer than [`LINE_BYTES_MAX`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When its container wrote it, by its node's clock; of a later piece: as of the first.
    pub at: Timestamp,
    /// Without its line end. Not necessarily text.
    pub text: Bytes,
}

/// A log that is being read.
pub struct LogLines {
    frames: Frames,
    cluster: Cluster,
    at: Timestamp,
    /// The next piece continues a line.
    within: bool,
}

impl std::fmt::Debug for LogLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogLines")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

impl LogLines {
    /// The next line; `None` at the end: of the log, or of this reading of it where it is followed and has been silent
    /// for five minutes. Then whoever wants more opens it anew from the last line's time. Cancel safe.
    ///
    /// # Errors
    /// [`Failure::Transient`]: the connection broke.
    pub async fn next(&mut self) -> Result<Option<LogLine>, Failure> {
        let line = match self
            .cluster
            .clock
            .timeout(SILENT_MAX, self.frames.next())
            .await
        {
            Ok(line) => line?,
            Err(_silent) => None,
        };
        Ok(line.map(|(bytes, ends)| self.line(bytes, ends)))
    }

    fn line(&mut self, mut bytes: Bytes, ends: bool) -> LogLine {
        if !self.within
            && let Some((at, length)) = stamp(&bytes)
        {
            self.at = at;
            bytes = bytes.slice(length..);
        }
        self.within = !ends;
        LogLine {
            at: self.at,
            text: bytes,
        }
    }
}

/// The time in front of a line and how long it is with its blank, as RFC 3339 with nanoseconds.
fn stamp(line: &[u8]) -> Option<(Timestamp, usize)> {
    let end = line
        .iter()
        .take(STAMP_BYTES_MAX)
        .position(|byte| *byte == b' ')?;
    let text = str::from_utf8(&line[..end]).ok()?;
    let time: jiff::Timestamp = text.parse().ok()?;
    let at = i64::try_from(time.as_nanosecond()).ok()?;
    Some((Timestamp(at), end + 1))
}

impl Cluster {
    /// Opens the log of a container.
    ///
    /// # Errors
    /// See [`Failure`]. A container that has not been started is [`Failure::Final`] with code 400.
    pub async fn pod_log(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
        query: LogQuery,
    ) -> Result<LogLines, Failure> {
        let since = query
            .since
            .and_then(|since| jiff::Timestamp::from_second(since.0.div_euclid(1_000_000_000)).ok());
        let params = LogParams {
            container: Some(container.to_owned()),
            follow: query.follow,
            since_time: since,
            tail_lines: query.tail.map(i64::from),
            timestamps: true,
            ..LogParams::default()
        };
        legal("name", pod)?;
        let request = pods(namespace)?
            .logs(pod, &params)
            .map_err(|error| Failure::unsendable(&error))?;
        let body = self.open(request).await?;
        Ok(LogLines {
            frames: Frames::new(body, LINE_BYTES_MAX + STAMP_BYTES_MAX),
            cluster: self.clone(),
            at: query.since.unwrap_or(Timestamp(0)),
            within: false,
        })
    }
}

#[cfg(test)]
mod tests;
