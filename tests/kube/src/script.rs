//! What a container does in place of running: chosen by annotation, or read from the manifest as a kubelet would.
//!
//! So a test may say exactly what is to happen, and a manifest that knows nothing of the stand-in still runs.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::{object::Meta, schema::millis, shell};

/// The annotation of a pod template that holds a [`Script`] as JSON.
pub const ANNOTATION: &str = "standin/script";

/// How a run time ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum End {
    /// With the exit code.
    #[default]
    Exit,
    /// The container takes more memory than its limit: reason `OOMKilled`, exit code 137.
    OOMKilled,
    /// The kubelet evicts the pod: phase `Failed`, reason `Evicted`.
    Evicted,
}

/// Why a container does not start.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum Blocked {
    /// `ErrImagePull`, then `ImagePullBackOff`.
    ImagePull,
    /// `ErrImageNeverPull`.
    ImageNeverPull,
    /// `InvalidImageName`.
    ImageName,
    /// `CreateContainerConfigError`, for this missing object (`configmap "x"`).
    Config(String),
    /// `StartError`, exit code 128: the command names no file.
    Command,
}

/// What one container does. All times as on a real cluster, in milliseconds; the speed divides them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Script {
    /// Before the container starts, beside what it takes anyway.
    pub start_ms: u64,
    /// From start to end; left out: the stand-in's `run_time`.
    pub run_ms: Option<u64>,
    /// Lines of output, spread evenly over the run time.
    pub lines: Vec<String>,
    /// The exit code of an end by itself.
    pub exit_code: i32,
    /// How it ends.
    pub end: End,
    /// Runs until [`finish`](crate::Standin::finish) is called.
    pub hold: bool,
    /// Ignores SIGTERM and so is killed after the grace period.
    pub ignore_sigterm: bool,
    /// The exit code after SIGTERM; left out: 143.
    pub sigterm_exit: Option<i32>,
    /// From SIGTERM to the end.
    pub sigterm_ms: u64,
    /// Why it never starts.
    pub blocked: Option<Blocked>,
    /// What is in the termination message file.
    pub message: Option<String>,
    /// Lines with their own times, from a command that was read.
    #[serde(skip)]
    pub(crate) timed: Vec<(u64, String)>,
}

impl Script {
    /// Ends after so long with this exit code.
    pub fn exits(run: Duration, code: i32) -> Self {
        let run_ms = Some(u64::try_from(run.as_millis()).unwrap_or(u64::MAX));
        Self {
            run_ms,
            exit_code: code,
            ..Self::default()
        }
    }

    /// Runs until it is told to end.
    pub fn holds() -> Self {
        Self {
            hold: true,
            ..Self::default()
        }
    }

    pub(crate) fn run_time(&self, default: Duration) -> Duration {
        self.run_ms.map_or(default, Duration::from_millis)
    }

    /// All lines with their times since the start.
    pub(crate) fn output(&self, default: Duration) -> Vec<(Duration, String)> {
        let run = self.run_time(default);
        let share = run / u32::try_from(self.lines.len() + 1).unwrap_or(u32::MAX);
        let spread = self
            .lines
            .iter()
            .zip(0_u32..)
            .map(|(line, at)| (share * at, line.clone()));
        let timed = self
            .timed
            .iter()
            .map(|(at, line)| (Duration::from_millis(*at), line.clone()));
        spread.chain(timed).collect()
    }
}

/// The script of a container of a pod. An annotation that cannot be read is an error in the test: it is told as the
/// container's start error, so that the test sees it.
pub(crate) fn of(pod: &Value, container: &Value, missing: Option<String>) -> Script {
    let annotation = pod["metadata"]["annotations"]
        .get(ANNOTATION)
        .and_then(Value::as_str);
    let mut script = match annotation.map(serde_json::from_str::<Script>) {
        Some(Ok(script)) => script,
        Some(Err(error)) => Script {
            blocked: Some(Blocked::Command),
            message: Some(format!("annotation {ANNOTATION}: {error}")),
            ..Script::default()
        },
        None => from_command(container),
    };
    if script.blocked.is_none() {
        script.blocked = image(container).or_else(|| missing.map(Blocked::Config));
    }
    if script.blocked.is_none() && annotation.is_none() {
        script.blocked = command(container);
    }
    script
}

fn image(container: &Value) -> Option<Blocked> {
    let image = container.text("/image").unwrap_or_default();
    let path = image.split_once('@').map_or(image, |it| it.0);
    if path.contains("::")
        || path.contains(' ')
        || path
            .split(':')
            .next()?
            .contains(|it: char| it.is_uppercase())
    {
        return Some(Blocked::ImageName);
    }
    let absent =
        image.contains("nosuch") || image.contains("absent") || image.contains(".invalid/");
    match container.text("/imagePullPolicy") {
        Some("Never") if absent => Some(Blocked::ImageNeverPull),
        _ if absent => Some(Blocked::ImagePull),
        _ => None,
    }
}

/// A program that is certainly not in the image.
fn command(container: &Value) -> Option<Blocked> {
    let program = container.text("/command/0")?;
    let folders = ["/bin/", "/sbin/", "/usr/", "/opt/", "/app/", "/home/"];
    let lost = program.starts_with('/') && !folders.iter().any(|it| program.starts_with(it));
    (lost || program.starts_with("nosuch")).then_some(Blocked::Command)
}

fn from_command(container: &Value) -> Script {
    let words = |key: &str| {
        let list = container[key].as_array().into_iter().flatten();
        list.filter_map(Value::as_str)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let all = [words("command"), words("args")].concat();
    let limit = |key: &str| {
        let limit = &container["resources"]["limits"][key];
        if limit.is_null() {
            u64::MAX
        } else {
            millis(limit) / 1000
        }
    };
    shell::read(&all, limit("memory"), limit("ephemeral-storage"))
}
