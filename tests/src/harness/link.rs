//! A line to the broker that a test can hold: what a program says from then on arrives when the test lets it, and not
//! before; or what it is told about one subject never arrives. So what is otherwise a matter of luck, such as a worker
//! between two of its reports, is certain.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use super::wait::until;

/// What becomes of what is said.
#[derive(Debug)]
enum Gate {
    /// It is passed on.
    Open,
    /// It is passed on until something was published to this subject, and held from then on.
    UntilSaid(String),
    /// It is held.
    Held,
    /// The line is given up.
    Gone,
}

#[derive(Debug)]
struct Shared {
    gate: Mutex<Gate>,
    moved: Condvar,
    /// The subject that it hears nothing of.
    unheard: Mutex<Option<String>>,
    broker: String,
}

impl Shared {
    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self, gate: Gate) {
        *self.gate() = gate;
        self.moved.notify_all();
    }

    /// Waits while the line is held. `false`: it is given up.
    fn may_pass(&self) -> bool {
        let mut gate = self.gate();
        while matches!(*gate, Gate::Held) {
            gate = self
                .moved
                .wait(gate)
                .unwrap_or_else(PoisonError::into_inner);
        }
        !matches!(*gate, Gate::Gone)
    }

    fn is_heard(&self, message: &[u8]) -> bool {
        let unheard = self.unheard.lock().unwrap_or_else(PoisonError::into_inner);
        unheard.is_none() || subject_of(message) != unheard.as_deref()
    }

    fn on_passed(&self, message: &[u8]) {
        let mut gate = self.gate();
        if matches!(&*gate, Gate::UntilSaid(subject) if subject_of(message) == Some(subject)) {
            *gate = Gate::Held;
        }
    }
}

/// The line.
#[derive(Debug)]
pub struct Link {
    shared: Arc<Shared>,
    address: SocketAddr,
}

impl Link {
    /// A line to the broker at this URL.
    pub fn to(url: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
        let address = listener.local_addr().expect("it has an address");
        let broker = url.strip_prefix("nats://").unwrap_or(url).to_owned();
        let shared = Arc::new(Shared {
            gate: Mutex::new(Gate::Open),
            moved: Condvar::new(),
            unheard: Mutex::default(),
            broker,
        });
        let theirs = Arc::clone(&shared);
        // It ends when the line is given up, which knocks once more.
        thread::spawn(move || {
            for caller in listener.incoming().map_while(Result::ok) {
                if matches!(*theirs.gate(), Gate::Gone) {
                    return;
                }
                join(&theirs, caller);
            }
        });
        Self { shared, address }
    }

    /// Where a program finds it, as `NATS_URL`.
    pub fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// Holds all that is said from now on.
    pub fn hold(&self) {
        self.shared.turn(Gate::Held);
    }

    /// Passes on what is said until something was published to this subject, and holds all that comes after it.
    pub fn hold_after(&self, subject: &str) {
        self.shared.turn(Gate::UntilSaid(subject.to_owned()));
    }

    /// Waits until that has happened.
    #[track_caller]
    pub fn is_held(&self, within: Duration) {
        until("the line is held", within, || {
            matches!(*self.shared.gate(), Gate::Held).then_some(())
        });
    }

    /// What the broker delivers of this subject gets lost from now on.
    pub fn is_deaf_to(&self, subject: &str) {
        let unheard = self.shared.unheard.lock();
        *unheard.unwrap_or_else(PoisonError::into_inner) = Some(subject.to_owned());
    }

    /// Lets everything through that is said, what was held first.
    pub fn release(&self) {
        self.shared.turn(Gate::Open);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.shared.turn(Gate::Gone);
        TcpStream::connect(self.address).ok();
    }
}

/// Joins a caller with the broker. The two threads end with either side.
fn join(shared: &Arc<Shared>, caller: TcpStream) {
    let Ok(broker) = TcpStream::connect(&shared.broker) else {
        return; // the broker is down, and that is what the caller is to see
    };
    let (Ok(mut back), Ok(mut from_broker)) = (caller.try_clone(), broker.try_clone()) else {
        return;
    };
    let theirs = Arc::clone(shared);
    thread::spawn(move || {
        each_message(&mut from_broker, |message| {
            !theirs.is_heard(message) || back.write_all(message).is_ok()
        });
        back.shutdown(Shutdown::Both).ok();
    });
    let (shared, mut from_caller, mut to_broker) = (Arc::clone(shared), caller, broker);
    thread::spawn(move || {
        each_message(&mut from_caller, |message| {
            let passed = shared.may_pass() && to_broker.write_all(message).is_ok();
            if passed {
                shared.on_passed(message);
            }
            passed
        });
        to_broker.shutdown(Shutdown::Both).ok();
    });
}

/// Takes whole messages, one by one, as long as they can be passed on.
fn each_message(from: &mut TcpStream, mut pass_on: impl FnMut(&[u8]) -> bool) {
    let (mut waiting, mut bytes) = (Vec::new(), [0; 8 << 10]);
    loop {
        match from.read(&mut bytes) {
            Ok(0) | Err(_) => return,
            Ok(count) => waiting.extend_from_slice(bytes.get(..count).unwrap_or_default()),
        }
        while let Some(end) = end_of_first(&waiting) {
            let message: Vec<u8> = waiting.drain(..end).collect();
            if !pass_on(&message) {
                return;
            }
        }
    }
}

/// Where the first message of either side ends, if it is there as a whole.
fn end_of_first(bytes: &[u8]) -> Option<usize> {
    let line = bytes.windows(2).position(|pair| pair == b"\r\n")? + 2;
    let words = words(bytes.get(..line)?);
    let payload = match words.as_slice() {
        [verb, .., size] if has_payload(verb) => size.parse::<usize>().ok()? + 2,
        _ => 0,
    };
    (bytes.len() >= line + payload).then_some(line + payload)
}

/// Where a message is published to, or was, if it is or brings one.
fn subject_of(message: &[u8]) -> Option<&str> {
    match words(message.split(|byte| *byte == b'\r').next()?).as_slice() {
        [verb, subject, ..] if has_payload(verb) => Some(subject),
        _ => None,
    }
}

fn words(line: &[u8]) -> Vec<&str> {
    std::str::from_utf8(line)
        .unwrap_or_default()
        .split_whitespace()
        .collect()
}

fn has_payload(verb: &str) -> bool {
    let verbs = ["PUB", "HPUB", "MSG", "HMSG"];
    verbs.iter().any(|one| verb.eq_ignore_ascii_case(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart_and_those_with_a_payload_have_a_subject() {
        let said = b"PING\r\nHMSG a.b 1 $JS.ACK 12 15\r\nNATS/1.0\r\n\r\nabc\r\nPUB c 2\r\n\r\n\r\nPUB d 5\r\nab";
        let (mut rest, mut subjects) = (&said[..], Vec::new());
        while let Some(end) = end_of_first(rest) {
            subjects.push(subject_of(&rest[..end]));
            rest = &rest[end..];
        }
        assert_eq!(subjects, [None, Some("a.b"), Some("c")]);
        assert_eq!(rest, b"PUB d 5\r\nab", "the rest is not there yet");
    }

    fn joined() -> (Link, TcpStream, TcpStream) {
        let broker = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let link = Link::to(&format!("nats://{}", broker.local_addr().unwrap()));
        let caller = TcpStream::connect(link.address).unwrap();
        let (heard, _) = broker.accept().unwrap();
        (link, caller, heard)
    }

    #[test]
    fn what_comes_after_the_word_is_held_until_it_is_released() {
        let (link, mut caller, mut heard) = joined();
        link.hold_after("word");
        caller
            .write_all(b"PUB other 0\r\n\r\nPUB word 0\r\n\r\nPING\r\n")
            .unwrap();
        link.is_held(Duration::from_secs(10));
        heard
            .set_read_timeout(Some(Duration::from_millis(200)))
            .unwrap();
        let mut all = Vec::new();
        heard.read_to_end(&mut all).unwrap_err();
        assert_eq!(all, b"PUB other 0\r\n\r\nPUB word 0\r\n\r\n");
        link.release();
        heard.set_read_timeout(None).unwrap();
        let mut ping = [0; 6];
        heard.read_exact(&mut ping).unwrap();
        assert_eq!(&ping, b"PING\r\n");
    }

    #[test]
    fn what_it_is_deaf_to_is_lost_and_nothing_else() {
        let (link, mut caller, mut broker) = joined();
        link.is_deaf_to("word");
        broker
            .write_all(b"MSG word 1 2\r\nno\r\nMSG other 1 3\r\nyes\r\n")
            .unwrap();
        drop(broker);
        let mut all = Vec::new();
        caller.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"MSG other 1 3\r\nyes\r\n");
    }
}
