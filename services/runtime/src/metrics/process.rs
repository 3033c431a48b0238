//! What every program of weir shows of itself: its version, and what the kernel counts for it, under the names that all
//! client libraries of Prometheus use.

use std::{fs, time::Duration};

use super::{Counter, Family, Histogram, Meter};

crate::metrics! {
    /// What every program shows.
    pub PROCESS by "every program";
    BUILD: Gauge = "weir_build_info" ["version"], "1, with the version of weir.";
    MEMORY: Gauge = "process_resident_memory_bytes" [], "Memory that is in use (RSS).";
    CPU: Counter = "process_cpu_seconds_total" [], "Processor time that was used, of the user and of the kernel.";
    FILES: Gauge = "process_open_fds" [], "Open file descriptors.";
    FILES_MAX: Gauge = "process_max_fds" [], "The most file descriptors that may be open.";
    STARTED: Gauge = "process_start_time_seconds" [], "When it started, since 1970-01-01 UTC.";
    APPEND: Histogram = "weir_append_seconds" ["kind"], "How long the broker took to acknowledge or refuse what was appended: `claim`, `decision`, `fence`, `cell` or `lease` by a scheduler, `report` or `session` by a worker.";
    APPENDS_REFUSED: Counter = "weir_appends_refused_total" ["kind", "reason"], "Appends that were not acknowledged: `fenced` (somebody else speaks now), `busy`, `full`, `refused` (for good), `unknown` (no answer; it may be stored).";
    SENT: Counter = "weir_telemetry_sent_total" ["signal"], "Spans of runs (`run`), spans of services (`service`) and points of metrics (`metrics`) that a collector has accepted.";
    FAILED: Counter = "weir_telemetry_failures_total" ["signal"], "Calls to the collector that failed.";
    REJECTED: Counter = "weir_telemetry_rejected_total" ["signal"], "Of what was sent: what the collector has thrown away, as it says.";
    DROPPED: Counter = "weir_telemetry_dropped_spans_total" [], "Spans of the services' own that were dropped because too many waited for the collector. Spans of runs never are.";
}

/// The appends of one kind.
#[derive(Clone, Debug)]
pub struct Appends {
    kind: &'static str,
    taken: Histogram,
    refused: Family<Counter>,
}

impl Appends {
    /// Those of this kind, such as `claim`; `codes` are the words of all refusals, which show from now on.
    pub fn of(meter: &Meter, kind: &'static str, codes: &[&str]) -> Self {
        let refused = meter.family(&APPENDS_REFUSED);
        for code in codes {
            drop(refused.with(&[kind, code]));
        }
        let taken = meter.family(&APPEND).with(&[kind]);
        Self {
            kind,
            taken,
            refused,
        }
    }

    /// Which kind.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// One has been answered after this span, or refused with this word.
    pub fn answered(&self, span: Duration, refused: Option<&str>) {
        self.taken.record(span);
        if let Some(code) = refused {
            self.refused.with(&[self.kind, code]).increment();
        }
    }
}

/// Shows them from now on.
pub fn observe(meter: &Meter, clock: &crate::Clock) {
    meter
        .family(&BUILD)
        .with(&[env!("CARGO_PKG_VERSION")])
        .set(1);
    let started = u64::try_from(clock.now().as_nanos()).unwrap_or_default();
    meter.single(&STARTED).set(started);
    let (memory, files) = (meter.single(&MEMORY), meter.single(&FILES));
    let (files_max, cpu) = (meter.single(&FILES_MAX), meter.single(&CPU));
    meter.before_reading(move || {
        if let Some(bytes) = resident() {
            memory.set(bytes);
        }
        if let Some(open) = open_files() {
            files.set(open);
        }
        if let Some(max) = open_files_max() {
            files_max.set(max);
        }
        cpu.copy(processor_time());
    });
}

fn resident() -> Option<u64> {
    resident_in(&fs::read_to_string("/proc/self/status").ok()?)
}

fn resident_in(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1_024)
}

fn open_files() -> Option<u64> {
    let listed = fs::read_dir("/proc/self/fd").ok()?.count();
    // The list itself took one.
    u64::try_from(listed.saturating_sub(1)).ok()
}

fn open_files_max() -> Option<u64> {
    open_files_max_in(&fs::read_to_string("/proc/self/limits").ok()?)
}

fn open_files_max_in(limits: &str) -> Option<u64> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// In nanoseconds.
fn processor_time() -> u64 {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let seconds = u64::try_from(used.tv_sec).unwrap_or_default();
    let nanos = u32::try_from(used.tv_nsec).unwrap_or_default();
    super::instrument::nanos(Duration::new(seconds, nanos))
}
