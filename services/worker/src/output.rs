//! The output of one attempt on its way to the log: a bounded buffer between the executor, which must not wait for
//! long, and the broker, which may be slow or away.
//!
//! While the broker keeps up, nothing is lost: a full buffer makes the executor wait a moment. When it does not, lines
//! are dropped, and a line of weir's own says how many, at the place where they are missing.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::Notify;
use weir_core::{
    ids::{Attempt, RunKey},
    time::Timestamp,
};
use weir_log::{AppendError, OutputChunk, OutputLine, OutputStream, Outputs};
use weir_runtime::{Backoff, Clock};

/// The longest line, in bytes; a longer one is cut into several.
pub const LINE_BYTES_MAX: usize = 16 << 10;
/// What waits for the broker, per attempt.
const BUFFER_BYTES_MAX: usize = 512 << 10;
/// One chunk.
const CHUNK_BYTES_MAX: usize = 64 << 10;
/// Lines of one chunk: empty lines cost something too.
const CHUNK_LINES_MAX: usize = 4_096;
/// What a line costs beside its bytes.
const LINE_OVERHEAD: usize = 32;
/// How long a line waits for the lines behind it.
const GATHER: Duration = Duration::from_millis(50);
/// How long the executor waits for room before lines are dropped.
const WAIT_FOR_ROOM: Duration = Duration::from_millis(100);

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<OutputLine>,
    bytes: usize,
    /// Lines lost since the last one that was kept.
    dropped: u64,
    /// The broker does not keep up: drop at once, until half of the buffer is free.
    dropping: bool,
    /// The attempt has output, so its end is told even if no line came.
    opened: bool,
    closed: bool,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    filled: Notify,
    drained: Notify,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Plain data: a panic elsewhere leaves nothing half done in it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The executor's end.
#[derive(Debug)]
pub struct OutputSender {
    shared: Arc<Shared>,
    clock: Clock,
}

/// The log's end.
#[derive(Debug)]
pub struct OutputPump {
    shared: Arc<Shared>,
    clock: Clock,
}

/// A buffer for one attempt.
pub fn channel(clock: Clock) -> (OutputSender, OutputPump) {
    let shared = Arc::new(Shared::default());
    (
        OutputSender {
            shared: shared.clone(),
            clock: clock.clone(),
        },
        OutputPump { shared, clock },
    )
}

impl OutputSender {
    /// From here on there is output to follow, even while no line has come.
    pub fn open(&self) {
        self.shared.state().opened = true;
    }

    /// Takes one line without its line end; one longer than [`LINE_BYTES_MAX`] is the caller's to cut. Waits at most a
    /// tenth of a second, then drops it.
    pub async fn line(&self, stream: OutputStream, bytes: Bytes) {
        self.line_at(stream, self.clock.now(), bytes).await;
    }

    /// The same for a line that was written at another time than now.
    pub async fn line_at(&self, stream: OutputStream, at: Timestamp, bytes: Bytes) {
        let line = OutputLine { stream, at, bytes };
        let Err(line) = self.try_put(line) else {
            return;
        };
        let room = self
            .clock
            .timeout(WAIT_FOR_ROOM, self.put_when_drained(line))
            .await;
        if room.is_err() {
            let mut state = self.shared.state();
            state.dropping = true;
            state.dropped += 1;
        }
    }

    async fn put_when_drained(&self, mut line: OutputLine) {
        loop {
            let drained = self.shared.drained.notified();
            match self.try_put(line) {
                Ok(()) => return,
                Err(back) => line = back,
            }
            drained.await;
        }
    }

    fn try_put(&self, line: OutputLine) -> Result<(), OutputLine> {
        let mut state = self.shared.state();
        if state.dropping && state.bytes <= BUFFER_BYTES_MAX / 2 {
            state.dropping = false;
        }
        if state.dropping {
            state.dropped += 1;
            return Ok(());
        }
        if state.bytes + line.bytes.len() > BUFFER_BYTES_MAX {
            return Err(line);
        }
        state.note_dropped(line.at);
        state.push(line);
        drop(state);
        self.shared.filled.notify_one();
        Ok(())
    }
}

impl Drop for OutputSender {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.shared.filled.notify_one();
    }
}

impl State {
    fn push(&mut self, line: OutputLine) {
        self.opened = true;
        self.bytes += line.bytes.len() + LINE_OVERHEAD;
        self.lines.push_back(line);
    }

    fn note_dropped(&mut self, at: Timestamp) {
        let dropped = std::mem::take(&mut self.dropped);
        if dropped > 0 {
            let lines = if dropped == 1 {
                "1 line was"
            } else {
                &format!("{dropped} lines were")
            };
            let text =
                format!("weir: {lines} dropped here, because the broker did not take them in time");
            self.push(OutputLine {
                stream: OutputStream::Weir,
                at,
                bytes: text.into(),
            });
        }
    }

    fn take_chunk(&mut self) -> Vec<OutputLine> {
        let mut chunk = Vec::new();
        let mut bytes = 0;
        while let Some(line) = self.lines.front() {
            let cost = line.bytes.len() + LINE_OVERHEAD;
            if !chunk.is_empty() && bytes + cost > CHUNK_BYTES_MAX || chunk.len() >= CHUNK_LINES_MAX
            {
                break;
            }
            bytes += cost;
            chunk.extend(self.lines.pop_front());
        }
        self.bytes -= bytes;
        chunk
    }
}

impl OutputPump {
    /// Brings the output to the log until the sender is dropped and everything has been brought, the last chunk marked
    /// as such. It tries for ever; the caller bounds the time.
    pub async fn run<L: Outputs>(self, log: &L, run: &RunKey, attempt: Attempt) {
        loop {
            let filled = self.shared.filled.notified();
            let (empty, closed) = {
                let state = self.shared.state();
                (state.lines.is_empty(), state.closed)
            };
            if empty && !closed {
                filled.await;
                continue;
            }
            if !closed {
                self.gather().await;
            }
            let (lines, last, opened) = {
                let mut state = self.shared.state();
                if state.closed {
                    state.note_dropped(self.clock.now());
                }
                let lines = state.take_chunk();
                (lines, state.closed && state.lines.is_empty(), state.opened)
            };
            if opened {
                self.put(
                    log,
                    OutputChunk {
                        run: run.clone(),
                        attempt,
                        lines,
                        last,
                    },
                )
                .await;
            }
            self.shared.drained.notify_waiters();
            if last {
                return;
            }
        }
    }

    /// Gives the lines that come right behind the first one the chance to travel with it.
    async fn gather(&self) {
        let full = async {
            loop {
                let filled = self.shared.filled.notified();
                {
                    let state = self.shared.state();
                    if state.closed || state.bytes >= CHUNK_BYTES_MAX {
                        return;
                    }
                }
                filled.await;
            }
        };
        if let Err(_in_time) = self.clock.timeout(GATHER, full).await {
            // A part of a chunk goes as it is.
        }
    }

    async fn put<L: Outputs>(&self, log: &L, chunk: OutputChunk) {
        let mut backoff = Backoff::new(Duration::from_millis(20), Duration::from_secs(2));
        loop {
            match log.put_output(&chunk).await {
                Ok(()) => return,
                Err(
                    error @ (AppendError::TooLarge { .. }
                    | AppendError::Sealed { .. }
                    | AppendError::Refused { .. }
                    | AppendError::Fenced { .. }),
                ) => {
                    let lines = u64::try_from(chunk.lines.len()).unwrap_or(u64::MAX);
                    tracing::warn!(weir.run = %chunk.run, %error, lines, "output was refused and is dropped");
                    self.shared.state().dropped += lines;
                    return;
                }
                Err(
                    AppendError::Busy { .. }
                    | AppendError::Full { .. }
                    | AppendError::Unacknowledged { .. },
                ) => {
                    self.clock.sleep(backoff.next_delay()).await;
                }
            }
        }
    }
}
