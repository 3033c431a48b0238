//! What is left of an attempt whose keeper died: found by the environment that every process of it was born with.
//!
//! A process that has both daemonised and thrown its environment away cannot be found. That takes a killed keeper and a
//! command that hides.

use std::{fs, time::Duration};

use rustix::process::{Pid, PidfdFlags, Signal, getpid, pidfd_open, pidfd_send_signal};
use weir_runtime::{Backoff, Clock};

use crate::executor::Job;

/// Kills until none is found any more. `false`: the processes of this machine cannot be listed.
pub(super) async fn kill_all(job: &Job) -> bool {
    let marks: Vec<String> = ["WEIR_SESSION", "WEIR_QUEUE", "WEIR_RUN_ID", "WEIR_ATTEMPT"]
        .into_iter()
        .filter_map(|name| Some(format!("{name}={}", job.env.get(name)?)))
        .collect();
    let clock = Clock::system();
    let mut backoff = Backoff::new(Duration::from_millis(5), Duration::from_millis(500));
    // Twice nobody: one that forks while the list is read may be missed by a single look.
    let mut looks_without = 0;
    while looks_without < 2 {
        let marks = marks.clone();
        let looked = tokio::task::spawn_blocking(move || kill_once(&marks)).await;
        match looked {
            Ok(Ok(0)) => looks_without += 1,
            Ok(Ok(_)) => looks_without = 0,
            Ok(Err(_)) | Err(_) => return false,
        }
        clock.sleep(backoff.next_delay()).await;
    }
    true
}

fn kill_once(marks: &[String]) -> std::io::Result<usize> {
    let own = getpid().as_raw_pid();
    let mut found = 0;
    for entry in fs::read_dir("/proc")?.flatten() {
        let pid = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        let Some(pid) = pid.filter(|pid| *pid != own).and_then(Pid::from_raw) else {
            continue;
        };
        if !is_marked(pid, marks) {
            continue;
        }
        // The handle first, then a second look: the pid may be somebody else's by now.
        if let Ok(process) = pidfd_open(pid, PidfdFlags::empty())
            && is_marked(pid, marks)
        {
            found += 1;
            if let Err(_ended) = pidfd_send_signal(&process, Signal::KILL) {
                // The next look tells.
            }
        }
    }
    Ok(found)
}

/// A zombie has no environment any more, so it does not count.
fn is_marked(pid: Pid, marks: &[String]) -> bool {
    let Ok(environ) = fs::read(format!("/proc/{}/environ", pid.as_raw_pid())) else {
        return false;
    };
    let variables: Vec<&[u8]> = environ.split(|byte| *byte == 0).collect();
    !marks.is_empty()
        && marks
            .iter()
            .all(|mark| variables.contains(&mark.as_bytes()))
}
