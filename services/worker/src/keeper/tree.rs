//! Who descends from a process, as `/proc` tells it.
//!
//! A walk is a glimpse: processes come and go meanwhile. Whoever kills by it walks again until nobody is left.

use std::{collections::BTreeMap, fs};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// Sends `signal` to everything below `root`, not to `root` itself. Returns how many were found.
pub(super) fn signal_below(root: Pid, signal: Signal) -> usize {
    let found = below(root.as_raw_pid());
    for (pid, parent) in &found {
        signal_child(*pid, *parent, signal);
    }
    found.len()
}

/// A pid found a moment ago may be somebody else's by now: the handle is taken first and the kinship looked at again.
fn signal_child(pid: i32, parent: i32, signal: Signal) {
    let Some(process) = Pid::from_raw(pid) else {
        return;
    };
    if let Ok(handle) = pidfd_open(process, PidfdFlags::empty())
        && parent_of(pid) == Some(parent)
        && let Err(_ended) = pidfd_send_signal(&handle, signal)
    {
        // It has ended meanwhile, or it is not ours to signal (setuid): the next walk tells.
    }
}

/// All descendants with their parents, parents first.
fn below(root: i32) -> Vec<(i32, i32)> {
    let children = by_parent();
    let mut found = Vec::new();
    let mut next = vec![root];
    while let Some(parent) = next.pop() {
        // The root itself: its own parent's pid may be a descendant's by now.
        let below = children.get(&parent).into_iter().flatten();
        for pid in below.filter(|pid| **pid != root) {
            found.push((*pid, parent));
            next.push(*pid);
        }
    }
    found
}

/// Every process with its parent.
///
/// The kernel's own lists of children (`/proc/PID/task/TID/children`) are not used: they are kept per thread, a listing
/// of threads stops early when one of them ends meanwhile, and `proc(5)` calls them reliable only while all are stopped.
fn by_parent() -> BTreeMap<i32, Vec<i32>> {
    let mut all = BTreeMap::<i32, Vec<i32>>::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        if let Some(pid) = pid
            && let Some(parent) = parent_of(pid)
        {
            all.entry(parent).or_default().push(pid);
        }
    }
    all
}

/// The fourth field of `stat`; the second may hold anything, so it is counted from its last parenthesis.
fn parent_of(pid: i32) -> Option<i32> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let after = stat.iter().rposition(|byte| *byte == b')')?;
    let rest = std::str::from_utf8(stat.get(after + 1..)?).ok()?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Threads that come and go must not hide the children of those that stay.
    #[test]
    fn ending_threads_hide_no_children() {
        let own = rustix::process::getpid().as_raw_pid();
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let seen = std::thread::scope(|scope| {
            let threads = scope.spawn(|| {
                for _ in 0..2_000 {
                    std::thread::scope(|scope| {
                        scope.spawn(|| ());
                    });
                }
            });
            let mut seen = Vec::new();
            while !threads.is_finished() {
                seen.push(below(own).contains(&(pid, own)));
            }
            seen
        });
        child.kill().unwrap();
        child.wait().unwrap();
        let missed = seen.iter().filter(|seen| !**seen).count();
        assert_eq!(missed, 0, "of {}", seen.len());
    }
}
