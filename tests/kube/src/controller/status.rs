//! How the Job controller writes a Job's status: counts, and conditions with the recorded reasons, in two steps.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    controller::job::Pods,
    object::{Key, Meta, TRACKING, is_true, set_condition},
    resource::Resource,
    timers::Action,
    world::World,
};

/// How a Job is to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Complete,
    BackoffLimit,
    Deadline,
    PodFailurePolicy(String),
}

impl Outcome {
    /// What an earlier look at the Job decided.
    pub(crate) fn decided(status: &Value) -> Option<Self> {
        let job = json!({ "status": status });
        if is_true(&job, "SuccessCriteriaMet") {
            return Some(Self::Complete);
        }
        let target = job.condition("FailureTarget")?;
        Some(match target["reason"].as_str() {
            Some("DeadlineExceeded") => Self::Deadline,
            Some("PodFailurePolicy") => {
                Self::PodFailurePolicy(target["message"].as_str().unwrap_or_default().to_owned())
            }
            _ => Self::BackoffLimit,
        })
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Complete => "CompletionsReached",
            Self::BackoffLimit => "BackoffLimitExceeded",
            Self::Deadline => "DeadlineExceeded",
            Self::PodFailurePolicy(_) => "PodFailurePolicy",
        }
    }

    fn message(&self) -> &str {
        match self {
            Self::Complete => "Reached expected number of succeeded pods",
            Self::BackoffLimit => "Job has reached the specified backoff limit",
            Self::Deadline => "Job was active longer than specified deadline",
            Self::PodFailurePolicy(message) => message,
        }
    }

    fn condition(&self, kind: &str) -> Value {
        json!({ "type": kind, "status": "True", "reason": self.reason(), "message": self.message() })
    }

    /// The condition that comes first, and the one that means the end.
    fn kinds(&self) -> (&'static str, &'static str) {
        match self {
            Self::Complete => ("SuccessCriteriaMet", "Complete"),
            Self::BackoffLimit | Self::Deadline | Self::PodFailurePolicy(_) => {
                ("FailureTarget", "Failed")
            }
        }
    }
}

/// The counts of a Job that are taken from its pods anew each time.
pub(crate) struct Counts {
    active: usize,
    ready: usize,
    terminating: usize,
}

impl Counts {
    pub(crate) fn of(pods: &Pods) -> Self {
        Self {
            active: pods.active.len(),
            ready: pods.ready,
            terminating: pods.terminating,
        }
    }

    /// Zero of `active` is left out; the other two are written.
    pub(crate) fn write(&self, status: &mut Value) {
        status["ready"] = self.ready.into();
        status["terminating"] = self.terminating.into();
        if status["uncountedTerminatedPods"].is_null() {
            status["uncountedTerminatedPods"] = json!({});
        }
        if self.active > 0 {
            status["active"] = self.active.into();
        } else if let Some(map) = status.as_object_mut() {
            map.remove("active");
        }
    }
}

fn add(status: &mut Value, key: &str, count: usize) {
    if count > 0 {
        let before = status[key].as_u64().unwrap_or(0);
        status[key] = (before + u64::try_from(count).unwrap_or(0)).into();
    }
}

impl World {
    pub(crate) fn write_status(&mut self, key: &Key, change: impl FnOnce(&mut Value)) {
        self.edit(Resource::Jobs, key, |job| change(&mut job["status"]));
    }

    /// Writes what was found, in the recorded steps.
    pub(crate) fn flush(
        &mut self,
        job: &Value,
        pods: &Pods,
        outcome: Option<Outcome>,
        suspended: bool,
    ) {
        let key = job.key();
        let now = self.stamp();
        self.start_or_suspend(job, suspended, outcome.is_some());
        let started = self
            .memos
            .get(job.uid())
            .and_then(|it| it.started)
            .is_some();
        let uids = |all: &[(Key, String)]| all.iter().map(|it| it.1.clone()).collect::<Vec<_>>();
        self.write_status(&key, |status| {
            Counts::of(pods).write(status);
            suspend_status(status, suspended, started, &now);
            for (name, all) in [("succeeded", &pods.succeeded), ("failed", &pods.failed)] {
                if !all.is_empty() {
                    status["uncountedTerminatedPods"][name] = uids(all).into();
                }
            }
            if let Some(outcome) = &outcome {
                let (first, _) = outcome.kinds();
                set_condition(status, outcome.condition(first), &now);
            }
        });
        for pod in pods
            .succeeded
            .iter()
            .chain(&pods.failed)
            .map(|it| &it.0)
            .chain(&pods.ignored)
        {
            self.drop_finalizer(Resource::Pods, pod, TRACKING);
        }
        let over = pods.terminating == 0 && pods.active.is_empty();
        let done = outcome.filter(|_| over);
        self.write_status(&key, |status| {
            status["uncountedTerminatedPods"] = json!({});
            add(status, "succeeded", pods.succeeded.len());
            add(status, "failed", pods.failed.len());
            if let Some(outcome) = &done {
                let (_, last) = outcome.kinds();
                set_condition(status, outcome.condition(last), &now);
                if *outcome == Outcome::Complete {
                    status["completionTime"] = now.as_str().into();
                }
            }
        });
        match done {
            Some(Outcome::Complete) => self.event(job, "Normal", "Completed", "Job completed"),
            Some(outcome) => self.event(job, "Warning", outcome.reason(), outcome.message()),
            None => {}
        }
    }

    /// Starts the Job's clock, or stops and resets it.
    fn start_or_suspend(&mut self, job: &Value, suspended: bool, over: bool) {
        let now = self.now;
        let was = is_true(job, "Suspended");
        let memo = self.memos.entry(job.uid().to_owned()).or_default();
        if suspended && !over {
            memo.started = None;
            if !was {
                self.event(job, "Normal", "Suspended", "Job suspended");
            }
        } else if memo.started.is_none() {
            memo.started = Some(now);
            if was {
                self.event(job, "Normal", "Resumed", "Job resumed");
            }
            if let Some(seconds) = job["spec"]["activeDeadlineSeconds"].as_u64() {
                self.after(Duration::from_secs(seconds), Action::WakeJob(job.key()));
            }
        }
    }
}

fn suspend_status(status: &mut Value, suspended: bool, started: bool, now: &str) {
    let condition = |state: &str, reason: &str, message: &str| json!({ "type": "Suspended", "status": state, "reason": reason, "message": message });
    if suspended && !started {
        if let Some(map) = status.as_object_mut() {
            map.remove("startTime");
        }
        set_condition(
            status,
            condition("True", "JobSuspended", "Job suspended"),
            now,
        );
    } else {
        if status["startTime"].is_null() {
            status["startTime"] = now.into();
        }
        let was = json!({ "status": status.clone() });
        if is_true(&was, "Suspended") {
            set_condition(status, condition("False", "JobResumed", "Job resumed"), now);
        }
    }
}
