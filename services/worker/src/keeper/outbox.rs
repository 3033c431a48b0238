//! What the keeper still has to say to its worker. It never blocks the keeper: a worker that does not read for a while
//! makes the box grow to its bound, and then the command's output waits in the command's own pipes.

use std::{
    collections::VecDeque,
    io::{self, stdout},
};

use rustix::io::Errno;

use super::frame::{self, Word};

/// Past this many bytes no more output is read from the command.
const BYTES_MAX: usize = 256 << 10;

/// The bytes on their way to the worker.
#[derive(Debug)]
pub(super) struct Outbox {
    frames: VecDeque<Vec<u8>>,
    bytes: usize,
    /// How much of the first frame is written already.
    written: usize,
    /// The worker does not read any more: whatever comes is thrown away.
    closed: bool,
}

impl Outbox {
    pub(super) fn new() -> Self {
        Self {
            frames: VecDeque::new(),
            bytes: 0,
            written: 0,
            closed: false,
        }
    }

    pub(super) fn word(&mut self, word: &Word) {
        self.put(frame::encode_word(word));
    }

    pub(super) fn output(&mut self, stderr: bool, bytes: &[u8]) {
        self.put(frame::encode_output(stderr, bytes));
    }

    fn put(&mut self, frame: Vec<u8>) {
        if !self.closed {
            self.bytes += frame.len();
            self.frames.push_back(frame);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    pub(super) fn has_room(&self) -> bool {
        self.bytes < BYTES_MAX
    }

    /// Writes as much as the pipe takes.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        while let Some(first) = self.frames.front() {
            match rustix::io::write(stdout(), first.get(self.written..).unwrap_or_default()) {
                Ok(count) => {
                    self.written += count;
                    if self.written >= first.len() {
                        self.bytes -= first.len();
                        self.written = 0;
                        self.frames.pop_front();
                    }
                }
                Err(Errno::AGAIN) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(Errno::PIPE) => {
                    self.closed = true;
                    self.frames.clear();
                    self.bytes = 0;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
