//! Processor time of a process, so that a figure can be told from the load that it caused.

use std::{fs, time::Duration};

/// Clock ticks per second in `/proc`; Linux has shown them so to programs for as long as it has run.
const TICKS_PER_S: u64 = 100;

/// Processor time that the process has used so far, by all of its threads; zero where that cannot be read.
pub(super) fn used(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    Duration::from_millis(ticks(&stat) * 1000 / TICKS_PER_S)
}

/// User and system time in ticks: the 14th and 15th field. The second, a name, may hold blanks and brackets.
fn ticks(stat: &str) -> u64 {
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    fields
        .split_ascii_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_and_brackets_does_not_shift_the_fields() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194560 100 0 0 0 31 11 5 5 20 0 9 0 100 1 1";
        assert_eq!(ticks(stat), 42);
        assert_eq!(ticks(""), 0);
    }
}
