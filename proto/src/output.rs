//! Lines that runs print.

use bytes::Bytes;
use prost::Message;
use weir_core::time::Timestamp;

use crate::{
    error::{DecodeError, decode},
    field, wire,
};

/// Which of the output streams of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutputStreamKind {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// weir's own word within the output, such as how many lines were dropped.
    Weir,
}

/// One line of a run's output, without its line end. Not necessarily UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputLine {
    /// Where it came from.
    pub stream: OutputStreamKind,
    /// When the worker read it, by the worker's clock: for people.
    pub at: Timestamp,
    /// The line.
    pub bytes: Bytes,
}

/// The lines of one message, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputLines {
    /// The lines.
    pub lines: Vec<OutputLine>,
    /// It is the last message of its attempt.
    pub last: bool,
}

/// The bytes of a batch of lines.
pub fn encode_output(lines: &[OutputLine], last: bool) -> Bytes {
    let lines = lines.iter().map(|OutputLine { stream, at, bytes }| {
        use wire::output_line::Stream;
        let stream = match stream {
            OutputStreamKind::Stdout => Stream::Stdout,
            OutputStreamKind::Stderr => Stream::Stderr,
            OutputStreamKind::Weir => Stream::Weir,
        };
        wire::OutputLine {
            stream: stream.into(),
            at_ns: at.as_nanos(),
            bytes: bytes.clone(),
        }
    });
    wire::OutputChunk {
        lines: lines.collect(),
        last,
    }
    .encode_to_vec()
    .into()
}

/// The lines in these bytes.
pub fn decode_output(payload: &[u8]) -> Result<OutputLines, DecodeError> {
    decode("output", payload, |wire::OutputChunk { lines, last }| {
        let lines = lines.into_iter().enumerate().map(
            |(
                index,
                wire::OutputLine {
                    stream: number,
                    at_ns,
                    bytes,
                },
            )| {
                use wire::output_line::Stream;
                let stream = match Stream::try_from(number) {
                    Ok(Stream::Stdout) => Some(OutputStreamKind::Stdout),
                    Ok(Stream::Stderr) => Some(OutputStreamKind::Stderr),
                    Ok(Stream::Weir) => Some(OutputStreamKind::Weir),
                    Ok(Stream::Unspecified) | Err(_) => None,
                };
                let stream = field::known("stream", number, stream);
                let stream = stream.map_err(|wrong| wrong.under(&format!("lines[{index}]")))?;
                Ok(OutputLine {
                    stream,
                    at: Timestamp(at_ns),
                    bytes,
                })
            },
        );
        Ok(OutputLines {
            lines: lines.collect::<Result<_, _>>()?,
            last,
        })
    })
}
