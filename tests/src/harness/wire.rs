//! The hand of the tests on the wire: a stock NATS client in another language, told what to publish.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use super::{python::Script, wait::until};

/// How long an answer may take, a publish that times out at the client included.
const ANSWER: Duration = Duration::from_secs(30);

/// What became of a publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// The broker has stored it.
    Stored {
        /// In which stream.
        stream: String,
        /// Where.
        seq: u64,
    },
    /// It was refused, or nobody answered.
    Refused {
        /// The client's name for it, such as `NoStreamResponseError`.
        error: String,
        /// JetStream's error code, if it was one.
        code: Option<u64>,
        /// In words.
        detail: String,
    },
}

impl Published {
    /// Expects that it was stored, and tells where.
    #[track_caller]
    pub fn stored(&self) -> u64 {
        let seq = match self {
            Self::Stored { seq, .. } => Some(*seq),
            Self::Refused { .. } => None,
        };
        assert!(seq.is_some(), "it was not stored: {self:?}");
        seq.expect("just asserted")
    }
}

#[derive(Debug, Default)]
struct Heard {
    answers: BTreeMap<u64, Value>,
    events: Vec<(String, Vec<u8>)>,
    ended: bool,
}

/// The client. It is killed when it is dropped.
#[derive(Debug)]
pub struct Wire {
    child: Child,
    orders: Mutex<(u64, ChildStdin)>,
    heard: Arc<Mutex<Heard>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Wire {
    /// Connects.
    pub fn connect(url: &str) -> Self {
        let mut command = Script("wire.py").command();
        command
            .arg(url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut child = command.spawn().expect("the client can be started");
        let input = child.stdin.take().expect("its input is a pipe");
        let output = child.stdout.take().expect("its output is a pipe");
        let heard = Arc::new(Mutex::new(Heard::default()));
        let theirs = Arc::clone(&heard);
        // It ends with the client's output.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                take(&mut locked(&theirs), &line);
            }
            locked(&theirs).ended = true;
        });
        Self {
            child,
            orders: Mutex::new((0, input)),
            heard,
        }
    }

    fn order(&self, mut order: Value) -> u64 {
        let mut orders = locked(&self.orders);
        orders.0 += 1;
        let id = orders.0;
        order["id"] = id.into();
        let sent = writeln!(orders.1, "{order}");
        assert!(sent.is_ok(), "the client has ended");
        id
    }

    fn answer(&self, id: u64) -> Value {
        until("the client's answer", ANSWER, || {
            let mut heard = locked(&self.heard);
            assert!(!heard.ended, "the client has ended");
            heard.answers.remove(&id)
        })
    }

    /// Publishes to JetStream and waits for the answer.
    pub fn publish(&self, subject: &str, payload: impl AsRef<[u8]>) -> Published {
        self.publish_all([(subject.to_owned(), payload.as_ref().to_vec())])
            .remove(0)
    }

    /// The same with more in the order: `headers`, or a `timeout` in seconds.
    pub fn publish_with(&self, subject: &str, payload: &str, more: Value) -> Published {
        let mut order = more;
        order["op"] = "publish".into();
        order["subject"] = subject.into();
        order["data"] = base64(payload.as_bytes()).into();
        let id = self.order(order);
        fate(&self.answer(id))
    }

    /// Publishes many at once, in this order; their fates come in the same order.
    pub fn publish_all(&self, all: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<Published> {
        let one = |(subject, payload): (String, Vec<u8>)| {
            self.order(json!({"op": "publish", "subject": subject, "data": base64(&payload)}))
        };
        let ids: Vec<u64> = all.into_iter().map(one).collect();
        ids.into_iter().map(|id| fate(&self.answer(id))).collect()
    }

    /// Asks and returns the one answer, as its data and headers; the error's name where there is none.
    pub fn request(&self, subject: &str, payload: &str) -> Result<(Vec<u8>, Value), String> {
        self.requests(subject, payload, false)
            .map(|mut answers| answers.remove(0))
    }

    /// Asks everybody and returns all answers of the next second.
    pub fn request_many(&self, subject: &str, payload: &str) -> Vec<(Vec<u8>, Value)> {
        self.requests(subject, payload, true).unwrap_or_default()
    }

    fn requests(
        &self,
        subject: &str,
        payload: &str,
        many: bool,
    ) -> Result<Vec<(Vec<u8>, Value)>, String> {
        let data = base64(payload.as_bytes());
        let id =
            self.order(json!({"op": "request", "subject": subject, "data": data, "many": many}));
        let answer = self.answer(id);
        if let Some(error) = answer["error"].as_str() {
            return Err(error.to_owned());
        }
        let answers = answer["answers"].as_array().cloned().unwrap_or_default();
        Ok(answers
            .iter()
            .map(|answer| (unbase64(&answer["data"]), answer["headers"].clone()))
            .collect())
    }

    /// Subscribes; what comes is kept for [`Wire::events`].
    pub fn subscribe(&self, subject: &str) {
        let id = self.order(json!({"op": "subscribe", "subject": subject}));
        let answer = self.answer(id);
        assert!(
            answer["error"].is_null(),
            "cannot subscribe to {subject}: {answer}"
        );
    }

    /// All that has come on subscriptions so far: subject and payload.
    pub fn events(&self) -> Vec<(String, Vec<u8>)> {
        locked(&self.heard).events.clone()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn take(heard: &mut Heard, line: &str) {
    let Ok(said) = serde_json::from_str::<Value>(line) else {
        return;
    };
    if let Some(subject) = said["event"].as_str() {
        heard
            .events
            .push((subject.to_owned(), unbase64(&said["data"])));
    } else if let Some(id) = said["id"].as_u64() {
        heard.answers.insert(id, said);
    }
}

fn fate(answer: &Value) -> Published {
    match answer["error"].as_str() {
        None => Published::Stored {
            stream: answer["stream"].as_str().unwrap_or_default().to_owned(),
            seq: answer["seq"].as_u64().unwrap_or_default(),
        },
        Some(error) => Published::Refused {
            error: error.to_owned(),
            code: answer["code"].as_u64(),
            detail: answer["detail"].as_str().unwrap_or_default().to_owned(),
        },
    }
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 4);
    for chunk in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|at| u32::from(chunk.get(at).copied().unwrap_or(0)));
        let bits = a << 16 | b << 8 | c;
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}

fn unbase64(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in value.as_str().unwrap_or_default().bytes() {
        let Some(digit) = DIGITS.iter().position(|digit| *digit == byte) else {
            break;
        };
        bits = bits << 6 | u32::try_from(digit).unwrap_or_default();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 255).unwrap_or_default());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_reads_back() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"a", "YQ=="),
            (b"ab", "YWI="),
            (b"abc", "YWJj"),
            (b"\xff\x00", "/wA="),
        ] {
            assert_eq!(base64(bytes), text);
            assert_eq!(unbase64(&text.into()), bytes);
        }
    }
}
