//! A collector that a test holds.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use tokio_rustls::TlsAcceptor;

use crate::{
    read::{Point, Span},
    server,
    state::{Answer, Door, Shared},
    tls,
};

/// How long the port may take to open or to close.
const TURNS_WITHIN: Duration = Duration::from_secs(10);

/// A running collector, on loopback. Dropped, it ends.
#[derive(Debug)]
pub struct Collector {
    shared: Arc<Shared>,
    scheme: &'static str,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Collector {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When this machine has no port or no thread left.
    pub fn start() -> Self {
        Self::by(None)
    }

    /// Starts one that is spoken to by TLS, and tells the certificate (PEM) to trust it by.
    ///
    /// # Panics
    /// As [`Collector::start`].
    pub fn start_with_tls() -> (Self, String) {
        let (tls, certificate) = tls::make().expect("a certificate can be made");
        (Self::by(Some(tls)), certificate)
    }

    fn by(tls: Option<TlsAcceptor>) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let shared = Arc::new(Shared::by(tls));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime of one thread can be made");
        let socket = {
            let _within = runtime.enter();
            server::reserve((Ipv4Addr::LOCALHOST, 0).into()).expect("loopback has a free port")
        };
        let address = socket.local_addr().expect("it is bound");
        let served = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            runtime
                .block_on(server::serve(served, socket))
                .expect("the port stays ours");
        });
        let collector = Self {
            shared,
            scheme,
            address,
            thread: Some(thread),
        };
        collector.has_turned(Door::Open);
        collector
    }

    /// Its endpoint, as settings name it.
    pub fn endpoint(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// How it answers from now on.
    pub fn answer(&self, answer: Answer) {
        self.shared.change(|kept| kept.answer = answer);
    }

    /// Closes the port and cuts all connections: calls are refused.
    ///
    /// # Panics
    /// When it does not close.
    pub fn go_down(&self) {
        self.turn(Door::Closed);
    }

    /// Opens it again.
    ///
    /// # Panics
    /// When it does not open.
    pub fn come_up(&self) {
        self.turn(Door::Open);
    }

    fn turn(&self, door: Door) {
        self.shared.door.send_replace(door);
        self.has_turned(door);
    }

    fn has_turned(&self, door: Door) {
        let turned = |open| open == (door == Door::Open);
        assert!(
            self.shared.until(TURNS_WITHIN, |kept| turned(kept.open)),
            "the collector's port does not turn"
        );
    }

    /// All spans that it has taken, in the order in which they came, and as often.
    pub fn spans(&self) -> Vec<Span> {
        self.shared.kept().spans.clone()
    }

    /// The latest point of each series that it has taken.
    pub fn points(&self) -> Vec<Point> {
        self.shared.kept().points.values().cloned().collect()
    }

    /// How many requests came, whatever came of them.
    pub fn requests(&self) -> u64 {
        self.shared.kept().requests
    }

    /// The headers of the latest request, in small letters.
    pub fn headers(&self) -> BTreeMap<String, String> {
        self.shared.kept().headers.clone()
    }

    /// What could not be read.
    pub fn wrong(&self) -> Vec<String> {
        self.shared.kept().wrong.clone()
    }

    /// Waits until what it has been sent is as wanted; whether that came to be in time.
    pub fn spans_until(&self, within: Duration, wanted: impl Fn(&[Span]) -> bool) -> bool {
        self.shared.until(within, |kept| wanted(&kept.spans))
    }

    /// The same for points.
    pub fn points_until(&self, within: Duration, wanted: impl Fn(&Point) -> bool) -> bool {
        self.shared
            .until(within, |kept| kept.points.values().any(&wanted))
    }

    /// Waits until so many requests have come; whether they did in time.
    pub fn requests_until(&self, within: Duration, count: u64) -> bool {
        self.shared.until(within, |kept| kept.requests >= count)
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.shared.door.send_replace(Door::Over);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            // It has panicked, and said so.
        }
    }
}
