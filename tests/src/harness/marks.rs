//! Runs that write down when they were there: the witness that no two attempts of one run ever overlap.
//!
//! Each run appends to a file of its own, and holds a kernel lock on a second one for as long as any process of it lives.
//! Whoever finds the lock taken has met another attempt that is still there, and says so.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

/// What a run has written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// It starts.
    Start,
    /// It has come to its end by itself.
    End,
    /// Another process of the same run was there when it started.
    Overlap,
}

/// One line of a run's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// What it says.
    pub kind: MarkKind,
    /// `WEIR_ATTEMPT`.
    pub attempt: u32,
    /// The process that wrote it.
    pub pid: u32,
}

/// The lock is inherited by everything that the run starts, and goes with the last of it.
const SCRIPT: &str = r#"
M="$MARKS/$WEIR_RUN_ID"
exec 9>>"$M.lock"
flock -n 9 || echo "overlap $WEIR_ATTEMPT $$" >>"$M"
echo "start $WEIR_ATTEMPT $$" >>"$M"
if [ "$WEIR_ATTEMPT" = 1 ]; then sleep "$NAP_FIRST"; else sleep "$NAP"; fi
echo "end $WEIR_ATTEMPT $$" >>"$M"
exit "$CODE"
"#;

/// A folder of such files.
#[derive(Debug, Clone)]
pub struct Marks(PathBuf);

impl Marks {
    /// In this folder, which is made.
    pub fn in_folder(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("the stack's folder can be written");
        Self(folder.to_owned())
    }

    /// The job variables of a run that naps for so many seconds and ends with `code`.
    pub fn job(&self, nap: f64, code: i32) -> Value {
        self.job_with_first(nap, nap, code)
    }

    /// The same, with another nap for the first attempt.
    pub fn job_with_first(&self, nap_first: f64, nap: f64, code: i32) -> Value {
        let text = |value: &dyn ToString| Value::from(value.to_string());
        json!({
            "command": ["sh", "-c", SCRIPT],
            "env": {
                "MARKS": self.0,
                "NAP_FIRST": text(&nap_first),
                "NAP": text(&nap),
                "CODE": text(&code),
            },
        })
    }

    /// What a run has written down so far, in order.
    pub fn of(&self, run_id: &str) -> Vec<Mark> {
        fs::read_to_string(self.0.join(run_id))
            .unwrap_or_default()
            .lines()
            .filter_map(mark)
            .collect()
    }

    /// What all runs have written down so far, by run id.
    pub fn all(&self) -> BTreeMap<String, Vec<Mark>> {
        let files = fs::read_dir(&self.0).expect("the folder is there");
        let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
        names
            .filter(|name| Path::new(name).extension().is_none())
            .map(|name| (name.clone(), self.of(&name)))
            .collect()
    }

    /// Nobody has met another attempt of the same run, and no attempt was started twice.
    #[track_caller]
    pub fn assert_never_twice(&self) {
        for (run_id, marks) in self.all() {
            let mut started: Vec<u32> = Vec::new();
            for mark in &marks {
                assert_ne!(
                    mark.kind,
                    MarkKind::Overlap,
                    "two attempts of run {run_id} at once: {marks:?}"
                );
                if mark.kind == MarkKind::Start {
                    assert!(
                        !started.contains(&mark.attempt),
                        "run {run_id} started one attempt twice: {marks:?}"
                    );
                    started.push(mark.attempt);
                }
            }
        }
    }
}

fn mark(line: &str) -> Option<Mark> {
    let mut words = line.split(' ');
    let kind = match words.next()? {
        "start" => MarkKind::Start,
        "end" => MarkKind::End,
        "overlap" => MarkKind::Overlap,
        _ => return None,
    };
    Some(Mark {
        kind,
        attempt: words.next()?.parse().ok()?,
        pid: words.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;
    use crate::harness::wait::until;

    fn start(marks: &Marks, run_id: &str, attempt: u32, nap: f64) -> Child {
        let job = marks.job(nap, 0);
        let mut command = Command::new("sh");
        command.args(["-c", job["command"][2].as_str().unwrap()]);
        command.envs(
            job["env"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| (name, value.as_str().unwrap())),
        );
        command
            .env("WEIR_RUN_ID", run_id)
            .env("WEIR_ATTEMPT", attempt.to_string())
            .spawn()
            .unwrap()
    }

    fn judged(marks: &Marks) -> Result<(), Box<dyn std::any::Any + Send>> {
        let marks = marks.clone();
        std::panic::catch_unwind(move || marks.assert_never_twice())
    }

    #[test]
    fn two_attempts_at_once_are_caught_and_one_after_the_other_is_fine() {
        let folder = tempfile::tempdir().unwrap();
        let marks = Marks::in_folder(&folder.path().join("fine"));
        for attempt in [1, 2] {
            assert!(start(&marks, "a", attempt, 0.0).wait().unwrap().success());
        }
        judged(&marks).unwrap();
        assert_eq!(marks.of("a").len(), 4);

        let marks = Marks::in_folder(&folder.path().join("overlap"));
        let mut first = start(&marks, "b", 1, 30.0);
        until("it is there", std::time::Duration::from_secs(10), || {
            (!marks.of("b").is_empty()).then_some(())
        });
        assert!(start(&marks, "b", 2, 0.0).wait().unwrap().success());
        judged(&marks).unwrap_err();
        // What it has started lives on and holds the lock, as what escapes a keeper would.
        first.kill().unwrap();
        first.wait().unwrap();
        let marks = Marks::in_folder(&folder.path().join("again"));
        for _ in 0..2 {
            assert!(start(&marks, "c", 1, 0.0).wait().unwrap().success());
        }
        judged(&marks).unwrap_err();
    }
}
