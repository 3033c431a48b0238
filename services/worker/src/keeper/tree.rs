//! Who descends from a process, as `/proc` tells it.
//!
//! A walk is a glimpse: processes come and go meanwhile. Whoever kills by it walks again until nobody is left.

use std::{collections::BTreeMap, fs, io};

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
    let children: Box<dyn Fn(i32) -> Vec<i32>> = if let Ok(all) = by_children_files(root) {
        drop(all);
        Box::new(|pid| by_children_files(pid).unwrap_or_default())
    } else {
        let all = by_scan();
        Box::new(move |pid| all.get(&pid).cloned().unwrap_or_default())
    };
    let mut found = Vec::new();
    let mut next = vec![root];
    while let Some(parent) = next.pop() {
        for pid in children(parent) {
            found.push((pid, parent));
            next.push(pid);
        }
    }
    found
}

/// The kernel's own lists (`CONFIG_PROC_CHILDREN`), one per thread of the parent.
fn by_children_files(pid: i32) -> io::Result<Vec<i32>> {
    let mut children = Vec::new();
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let list = fs::read_to_string(task?.path().join("children"))?;
        children.extend(
            list.split_ascii_whitespace()
                .filter_map(|pid| pid.parse::<i32>().ok()),
        );
    }
    Ok(children)
}

/// Kernels without these lists: every process with its parent.
fn by_scan() -> BTreeMap<i32, Vec<i32>> {
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

    #[test]
    fn both_ways_to_find_children_agree() {
        let own = rustix::process::getpid().as_raw_pid();
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let listed = by_children_files(own).unwrap();
        let scanned = by_scan().remove(&own).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(listed.contains(&pid), "{listed:?}");
        assert!(scanned.contains(&pid), "{scanned:?}");
    }
}
