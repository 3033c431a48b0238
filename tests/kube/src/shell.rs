//! Reads the few shell commands that manifests of tests and benchmarks are made of: `echo`, `sleep`, `exit`, `trap`, and
//! a `dd` that takes memory or disk. Nothing is run; a program that is not known ends well after a moment.

use crate::script::{End, Script};

const MIB: u64 = 1 << 20;

/// The script of a command line. The limits are in bytes.
pub(crate) fn read(words: &[String], memory_max: u64, disk_max: u64) -> Script {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_shell = words
        .first()
        .is_some_and(|it| matches!(base(it), "sh" | "bash" | "ash"));
    match words
        .iter()
        .position(|it| it.starts_with('-') && it.ends_with('c'))
    {
        Some(at) if is_shell => {
            let text = words.get(at + 1).copied().unwrap_or_default();
            Reader {
                memory_max,
                disk_max,
                at: 0,
                script: in_shell(),
            }
            .lines(text)
        }
        _ => {
            let known = words
                .first()
                .is_some_and(|it| matches!(base(it), "sleep" | "echo" | "true" | "false"));
            let text = if known {
                std::mem::take(&mut words).join(" ")
            } else {
                String::new()
            };
            let start = Script {
                run_ms: known.then_some(0),
                ..Script::default()
            };
            Reader {
                memory_max,
                disk_max,
                at: 0,
                script: start,
            }
            .lines(&text)
        }
    }
}

/// A shell is the first process of its container: a signal that it has no trap for does not reach it.
fn in_shell() -> Script {
    Script {
        run_ms: Some(0),
        ignore_sigterm: true,
        ..Script::default()
    }
}

fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

struct Reader {
    memory_max: u64,
    disk_max: u64,
    /// Milliseconds since the start.
    at: u64,
    script: Script,
}

impl Reader {
    fn lines(mut self, text: &str) -> Script {
        // The ampersand of a redirection ends no command.
        for command in split(&text.replace(">&", ">")) {
            if self.command(command.trim()) {
                break;
            }
        }
        if self.script.run_ms.is_some() {
            self.script.run_ms = Some(self.at);
        }
        self.script
    }

    /// Whether it was the last one.
    fn command(&mut self, command: &str) -> bool {
        let command = command.strip_prefix("exec ").unwrap_or(command);
        let (program, rest) = command.split_once(' ').unwrap_or((command, ""));
        match base(program) {
            "echo" => {
                let text = rest
                    .split(" >")
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .trim_matches(['"', '\'']);
                self.script.timed.push((self.at, text.to_owned()));
                self.script.exit_code = 0;
            }
            "sleep" => {
                self.at += duration(rest);
                self.script.exit_code = 0;
            }
            "trap" => self.trap(rest),
            "exit" => {
                self.script.exit_code = rest.trim().parse().unwrap_or(self.script.exit_code);
                return true;
            }
            "false" => self.script.exit_code = 1,
            "dd" => return self.dd(rest),
            _ => self.script.exit_code = 0,
        }
        false
    }

    fn trap(&mut self, rest: &str) {
        self.script.ignore_sigterm = true;
        if rest.ends_with("TERM") {
            let code = rest
                .split(['"', '\''])
                .nth(1)
                .and_then(|it| it.trim().strip_prefix("exit"));
            if let Some(code) = code {
                self.script.ignore_sigterm = false;
                self.script.sigterm_exit = Some(code.trim().parse().unwrap_or(0));
            }
        }
    }

    /// A block is held in memory, a file is on the disk of the container.
    fn dd(&mut self, rest: &str) -> bool {
        let option = |key: &str| rest.split(' ').find_map(|it| it.strip_prefix(key));
        let block = option("bs=").map_or(512, size);
        let count = option("count=").and_then(|it| it.parse().ok()).unwrap_or(1);
        self.at += 80;
        if block > self.memory_max {
            self.script.end = End::OOMKilled;
            return true;
        }
        let text = format!("{count}+0 records");
        self.script.timed.push((self.at, format!("{text} in")));
        self.script.timed.push((self.at, format!("{text} out")));
        let file = option("of=").is_some_and(|it| !it.starts_with("/dev/"));
        if file && block.saturating_mul(count) > self.disk_max {
            // The kubelet measures every ten seconds.
            self.at += 12_000;
            self.script.end = End::Evicted;
            return true;
        }
        false
    }
}

fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut quote) = (Vec::new(), 0, None);
    for (at, it) in text.char_indices() {
        match (quote, it) {
            (None, '"' | '\'') => quote = Some(it),
            (Some(open), _) if it == open => quote = None,
            (None, ';' | '&' | '\n') => {
                parts.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}

fn duration(text: &str) -> u64 {
    let number = text
        .trim()
        .split(' ')
        .next()
        .unwrap_or_default()
        .trim_end_matches('s');
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part: u64 = format!("{part:0<3}")
        .get(..3)
        .and_then(|it| it.parse().ok())
        .unwrap_or(0);
    whole.parse::<u64>().unwrap_or(0) * 1000 + part
}

fn size(text: &str) -> u64 {
    let number = |it: &str| it.parse::<u64>().unwrap_or(0);
    match text.strip_suffix('M') {
        Some(mib) => number(mib) * MIB,
        None => text
            .strip_suffix('k')
            .map_or_else(|| number(text), |kib| number(kib) * 1024),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(text: &str) -> Script {
        read(&["sh", "-c", text].map(str::to_owned), 16 * MIB, 16 * MIB)
    }

    #[test]
    fn output_waits_and_exit_codes_are_read() {
        let script = shell("echo hello; sleep 1; echo 'a; b' >&2; sleep 0.5; exit 3");
        let lines = vec![(0, "hello".to_owned()), (1000, "a; b".to_owned())];
        assert_eq!(
            (script.timed, script.run_ms, script.exit_code),
            (lines, Some(1500), 3)
        );
        assert!(
            script.ignore_sigterm,
            "the first process of a container has no default action"
        );
    }

    #[test]
    fn a_trap_answers_the_signal() {
        let script = shell("trap \"exit 143\" TERM; sleep 300 & wait");
        assert_eq!(
            (script.ignore_sigterm, script.sigterm_exit),
            (false, Some(143))
        );
        assert_eq!(script.run_ms, Some(300_000));
        assert!(shell("trap '' TERM; sleep 1").ignore_sigterm);
    }

    #[test]
    fn memory_and_disk_have_limits() {
        assert_eq!(
            shell("exec dd if=/dev/zero of=/dev/null bs=128M count=1").end,
            End::OOMKilled
        );
        assert_eq!(
            shell("dd if=/dev/zero of=/tmp/big bs=1M count=64; sleep 300").end,
            End::Evicted
        );
        assert_eq!(
            shell("dd if=/dev/zero of=/tmp/small bs=1M count=4").end,
            End::Exit
        );
    }

    #[test]
    fn a_program_that_is_not_known_ends_well_in_its_own_time() {
        let script = read(&["python".to_owned(), "flow.py".to_owned()], MIB, MIB);
        assert_eq!(
            (script.run_ms, script.exit_code, script.ignore_sigterm),
            (None, 0, false)
        );
        let script = read(&["sleep".to_owned(), "5".to_owned()], MIB, MIB);
        assert_eq!(script.run_ms, Some(5000));
    }
}
