//! What worker and keeper say to each other: length-prefixed frames over two pipes.
//!
//! ```text
//! u32 little endian: length of what follows | u8 kind | payload
//! kind 0: JSON    kind 1: bytes of stdout    kind 2: bytes of stderr
//! ```
//! Both ends are the same binary, or at least the same version of it, so the format has no versions.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The largest frame: a job with its environment.
pub const FRAME_BYTES_MAX: usize = 4 << 20;

const HEAD: usize = 5;
const JSON: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// The job. Comes first and once.
    Start(Box<Job>),
    /// The lease has been renewed.
    Lease(Lease),
    /// Stop it. A later order may make the grace shorter, never longer.
    Stop {
        /// Between SIGTERM and SIGKILL.
        grace: Duration,
    },
}

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The program and its arguments; not empty.
    pub command: Vec<String>,
    /// The whole environment: nothing is inherited.
    pub env: BTreeMap<String, String>,
    /// Where.
    pub directory: Directory,
    /// How long it may run, from its start.
    pub timeout: Option<Duration>,
    /// Between SIGTERM and SIGKILL when the stop has no grace of its own (timeout, lease, closed pipe).
    pub grace: Duration,
    /// The same for what the command leaves behind when it has ended by itself.
    pub leftover_grace: Duration,
    /// The lease as it stands.
    pub lease: Lease,
}

/// Where a command runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Directory {
    /// In this one.
    Given(String),
    /// In a new one, removed when the attempt is gone.
    Temporary {
        /// What its name begins with.
        prefix: String,
    },
}

/// Until when the job may run without another word from the worker: points of `CLOCK_BOOTTIME`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// SIGTERM.
    pub stop_at: Duration,
    /// SIGKILL.
    pub kill_at: Duration,
}

/// What the keeper says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A word about the job.
    Word(Word),
    /// A piece of its output.
    Output {
        /// Whether it is standard error.
        stderr: bool,
        /// The bytes; a line may be cut anywhere.
        bytes: Vec<u8>,
    },
}

/// The keeper's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// The command runs.
    Started {
        /// Its process and process group.
        pid: i32,
    },
    /// It could not be started.
    Failed(Failure),
    /// The command itself has ended; its descendants may go on for a moment.
    Ended(End),
    /// Nothing of it is left. The last word.
    Gone,
}

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Its exit code, if it exited.
    pub exit_code: Option<i32>,
    /// The signal that ended it, if one did.
    pub signal: Option<i32>,
    /// Why it was stopped; `None`: it was not, it ended by itself.
    pub stopped: Option<StopCause>,
}

/// Why a keeper stops its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopCause {
    /// The worker said so.
    Ordered,
    /// Its time was up.
    Timeout,
    /// The worker's lease was not renewed in time.
    Lease,
    /// The worker's end of the pipe closed.
    PipeClosed,
    /// The keeper itself was told to end by a signal.
    KeeperSignaled,
}

/// Why a command could not be started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A code, such as `CommandNotFound`.
    pub reason: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// A frame that is none. The other end is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Longer than [`FRAME_BYTES_MAX`], or without a kind.
    #[error("a frame of {0} bytes between worker and keeper")]
    Length(usize),
    /// A kind that is not known here.
    #[error("a frame of unknown kind {0} between worker and keeper")]
    Kind(u8),
    /// Its JSON is not what was expected.
    #[error("a frame between worker and keeper that cannot be read")]
    Json(#[source] serde_json::Error),
}

/// Frames an order.
pub fn encode_order(order: &Order) -> Vec<u8> {
    encode_json(order)
}

/// Frames a word.
pub fn encode_word(word: &Word) -> Vec<u8> {
    encode_json(word)
}

/// Frames a piece of output.
pub fn encode_output(stderr: bool, bytes: &[u8]) -> Vec<u8> {
    frame(if stderr { STDERR } else { STDOUT }, bytes)
}

fn encode_json<T: Serialize>(value: &T) -> Vec<u8> {
    let json = serde_json::to_vec(value).expect("plain data with text keys is always JSON");
    frame(JSON, &json)
}

fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len() + 1).expect("no frame comes near 4 GiB");
    let mut out = Vec::with_capacity(HEAD + payload.len());
    out.extend_from_slice(&length.to_le_bytes());
    out.push(kind);
    out.extend_from_slice(payload);
    out
}

/// Puts bytes together to frames again.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    read: usize,
}

impl Decoder {
    /// Takes what has come.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.read > 0 {
            self.buffer.drain(..self.read);
            self.read = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The worker's next order, if it has come as a whole.
    pub fn next_order(&mut self) -> Result<Option<Order>, FrameError> {
        match self.next_frame()? {
            None => Ok(None),
            Some((JSON, payload)) => parse(payload).map(Some),
            Some((kind, _)) => Err(FrameError::Kind(kind)),
        }
    }

    /// The keeper's next notice, if it has come as a whole.
    pub fn next_notice(&mut self) -> Result<Option<Notice>, FrameError> {
        let output = |stderr, bytes: &[u8]| Notice::Output {
            stderr,
            bytes: bytes.to_vec(),
        };
        match self.next_frame()? {
            None => Ok(None),
            Some((JSON, payload)) => Ok(Some(Notice::Word(parse(payload)?))),
            Some((STDOUT, payload)) => Ok(Some(output(false, payload))),
            Some((STDERR, payload)) => Ok(Some(output(true, payload))),
            Some((kind, _)) => Err(FrameError::Kind(kind)),
        }
    }

    fn next_frame(&mut self) -> Result<Option<(u8, &[u8])>, FrameError> {
        let rest = self.buffer.get(self.read..).unwrap_or_default();
        let Some((head, body)) = rest.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*head) as usize;
        if length == 0 || length > FRAME_BYTES_MAX {
            return Err(FrameError::Length(length));
        }
        let Some((kind, payload)) = body.get(..length).and_then(<[u8]>::split_first) else {
            return Ok(None);
        };
        self.read += 4 + length;
        Ok(Some((*kind, payload)))
    }
}

fn parse<T: DeserializeOwned>(payload: &[u8]) -> Result<T, FrameError> {
    serde_json::from_slice(payload).map_err(FrameError::Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_survive_being_cut_anywhere() {
        let mut stream = encode_word(&Word::Started { pid: 7 });
        stream.extend(encode_output(true, b"\xff\x00 no text\n"));
        stream.extend(encode_word(&Word::Gone));
        let mut decoder = Decoder::default();
        let mut found = Vec::new();
        for byte in stream {
            decoder.push(&[byte]);
            while let Some(notice) = decoder.next_notice().unwrap() {
                found.push(notice);
            }
        }
        assert_eq!(
            found,
            [
                Notice::Word(Word::Started { pid: 7 }),
                Notice::Output {
                    stderr: true,
                    bytes: b"\xff\x00 no text\n".to_vec()
                },
                Notice::Word(Word::Gone),
            ]
        );
    }

    #[test]
    fn a_frame_that_is_too_long_is_refused_before_it_has_come() {
        let mut decoder = Decoder::default();
        decoder.push(&u32::MAX.to_le_bytes());
        assert!(matches!(decoder.next_order(), Err(FrameError::Length(_))));
    }
}
