//! `cargo run --release -p weir-tests --example telemetry_cost [PAIRS]`: what it costs to tell a collector of everything.
//!
//! `weir bench` runs in pairs, once with a collector that takes whatever it is sent and once without, in turns as to which
//! goes first; 8 pairs where nothing is said. The collector is in this program: it reads and throws away, so that what is
//! measured is weir's part. What it takes itself, on the same processors, is told.
//!
//! It measures, and asserts nothing: how busy the machine is beside it is nobody's business here.

#![expect(
    clippy::print_stdout,
    reason = "the figures are what it is started for"
)]

use std::{
    env,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;
use weir_tests::harness;

const RUNS: u32 = 20_000;
const PAIRS: usize = 8;

/// What has been sent to the collector: requests, and bytes in them.
static REQUESTS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

fn main() {
    let pairs = env::args().nth(1).map(|pairs| pairs.parse::<usize>());
    let pairs = pairs.map_or(PAIRS, |pairs| pairs.expect("PAIRS is a number"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || take_all(&connection));
        }
    });
    let collector = format!("http://{address}");
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for pair in 0..pairs {
        for told in [pair % 2 == 1, pair % 2 == 0] {
            let figures = Figures::of(told.then_some(collector.as_str()));
            println!("{figures}");
            if told { &mut with } else { &mut without }.push(figures);
        }
    }
    let share = |of: fn(&Figures) -> f64| median(&with, of) / median(&without, of);
    println!(
        "medians of {pairs}, with a collector to without: {:.3} in lives/s, {:.3} in the share of the broker's ceiling, {:.3} in processor time of weir",
        share(|figures| figures.lives),
        share(|figures| figures.share),
        share(|figures| figures.processor),
    );
}

/// One round of the bench.
struct Figures {
    told: bool,
    lives: f64,
    share: f64,
    /// Microseconds for a life.
    processor: f64,
    bytes: u64,
    requests: u64,
    /// Of this program.
    receiving: Duration,
}

impl Figures {
    fn of(collector: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        let mut bench = Command::new(harness::weir());
        bench
            .args(["bench", "--rounds", "1", "-o", "json", "--runs"])
            .arg(RUNS.to_string())
            .env("WEIR_DATA", folder.path())
            .env_remove("OTEL_EXPORTER_OTLP_ENDPOINT")
            .envs(collector.map(|url| ("OTEL_EXPORTER_OTLP_ENDPOINT", url)));
        let before = (sent(), used());
        let output = bench.output().expect("weir can be started");
        let after = (sent(), used());
        assert!(
            output.status.success(),
            "weir bench: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let report: Value = serde_json::from_slice(&output.stdout).expect("its figures are JSON");
        let figure = |name: &str| report[name].as_f64().expect("all of them were measured");
        Self {
            told: collector.is_some(),
            lives: figure("lives_per_s"),
            share: figure("ceiling_ratio"),
            processor: figure("weir_cpu_us_per_life"),
            requests: after.0.0 - before.0.0,
            bytes: after.0.1 - before.0.1,
            receiving: after.1.saturating_sub(before.1),
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: {:.0} lives/s, {:.3} of the ceiling, {:.0} µs of weir's processors a life; {} requests, {} bytes a run, {:.1} µs a run to receive",
            if self.told { "with   " } else { "without" },
            self.lives,
            self.share,
            self.processor,
            self.requests,
            self.bytes / u64::from(RUNS),
            self.receiving.as_secs_f64() * 1e6 / f64::from(RUNS),
        )
    }
}

fn sent() -> (u64, u64) {
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    (of(&REQUESTS), of(&BYTES))
}

/// Processor time of this program.
fn used() -> Duration {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(used).unwrap_or_default()
}

fn median(of: &[Figures], figure: fn(&Figures) -> f64) -> f64 {
    let mut all: Vec<f64> = of.iter().map(figure).collect();
    all.sort_by(f64::total_cmp);
    let middle = all.len() / 2;
    match (all.get(middle.wrapping_sub(1)), all.get(middle)) {
        (Some(low), Some(high)) if all.len().is_multiple_of(2) => f64::midpoint(*low, *high),
        (_, Some(one)) => *one,
        (_, None) => f64::NAN,
    }
}

/// Answers each request of a connection as a collector does that has taken all of it.
fn take_all(connection: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(1 << 16, connection);
    let mut line = String::new();
    loop {
        let mut length = 0;
        loop {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let Some((name, value)) = line.split_once(':') else {
                if line.trim().is_empty() {
                    break;
                }
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        REQUESTS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(length, Ordering::Relaxed);
        let mut writer = connection;
        writer.write_all(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n",
        )?;
    }
}
