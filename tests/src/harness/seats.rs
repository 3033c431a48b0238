//! Runs that take a seat each: the kernel's witness that no more of them were alive at once than there are seats.
//!
//! A seat is a file whose lock is inherited by everything that the run starts, and goes with the last of it. Nothing that
//! weir says or stores is asked, so a slot that is given on while a process of its holder still lives is found out.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

const SCRIPT: &str = r#"
seat=1
while [ "$seat" -le "$SEATS" ]; do
    exec 9>>"$FOLDER/seat-$seat"
    flock -n 9 && break
    seat=$((seat + 1))
done
[ "$seat" -le "$SEATS" ] || echo "$WEIR_RUN_ID $WEIR_ATTEMPT" >>"$FOLDER/over"
echo "$WEIR_ATTEMPT" >>"$FOLDER/seated-$WEIR_RUN_ID"
"#;

/// So many seats in a folder.
#[derive(Debug, Clone)]
pub struct Seats {
    folder: PathBuf,
    seats: u32,
}

impl Seats {
    /// In this folder, which is made.
    pub fn in_folder(folder: &Path, seats: u32) -> Self {
        fs::create_dir_all(folder).expect("the stack's folder can be written");
        Self {
            folder: folder.to_owned(),
            seats,
        }
    }

    /// The job variables of a run that takes a seat and then does what the script says; `$FOLDER` is the seats' folder.
    pub fn job(&self, script: &str) -> Value {
        json!({
            "command": ["sh", "-c", format!("{SCRIPT}\n{script}")],
            "env": {"FOLDER": self.folder, "SEATS": self.seats.to_string()},
        })
    }

    /// The same for a run that goes on until somebody opens the gate.
    pub fn job_behind(&self, gate: &str) -> Value {
        self.job(&format!(
            "while [ ! -e \"$FOLDER/{gate}\" ]; do sleep 0.02; done"
        ))
    }

    /// Lets go all that wait behind a gate.
    pub fn open(&self, gate: &str) {
        fs::write(self.folder.join(gate), "").expect("the stack's folder can be written");
    }

    /// Whether a run has left a file of this name here.
    pub fn has(&self, name: &str) -> bool {
        self.folder.join(name).exists()
    }

    /// Each of these runs has run once, and nobody was ever left standing.
    #[track_caller]
    pub fn assert_one_each(&self, run_ids: &[String]) {
        self.assert_nobody_stood();
        for run_id in run_ids {
            assert_eq!(self.starts(run_id), 1, "starts of {run_id}");
        }
    }

    /// Nobody was ever left standing.
    #[track_caller]
    pub fn assert_nobody_stood(&self) {
        let over = self.read("over");
        assert_eq!(over, "", "runs that found all {} seats taken", self.seats);
    }

    /// How often a run was started.
    pub fn starts(&self, run_id: &str) -> usize {
        self.read(&format!("seated-{run_id}")).lines().count()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;
    use crate::harness::wait::until;

    fn start(seats: &Seats, run_id: &str, script: &str) -> Child {
        let job = seats.job(script);
        let mut command = Command::new("sh");
        command.args(["-c", job["command"][2].as_str().unwrap()]);
        for (name, value) in job["env"].as_object().unwrap() {
            command.env(name, value.as_str().unwrap());
        }
        command
            .env("WEIR_RUN_ID", run_id)
            .env("WEIR_ATTEMPT", "1")
            .spawn()
            .unwrap()
    }

    #[test]
    fn one_more_than_there_are_seats_is_found_out_even_if_only_a_child_still_sits() {
        let folder = tempfile::tempdir().unwrap();
        let seats = Seats::in_folder(folder.path(), 1);
        let runs = ["a", "b", "c"].map(str::to_owned);
        assert!(start(&seats, "a", "true").wait().unwrap().success());
        seats.assert_one_each(&runs[..1]);
        let body =
            "sh -c 'while [ ! -e \"$FOLDER/gate\" ]; do sleep 0.02; done; : >\"$FOLDER/left\"' &";
        assert!(start(&seats, "b", body).wait().unwrap().success());
        assert!(start(&seats, "c", "true").wait().unwrap().success());
        let judged = std::panic::catch_unwind(|| seats.assert_one_each(&runs));
        judged.unwrap_err();
        seats.open("gate");
        until(
            "the child has left",
            std::time::Duration::from_secs(10),
            || seats.has("left").then_some(()),
        );
    }
}
