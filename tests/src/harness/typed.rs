//! Lines that are typed and waited for: anywhere, in a folder with variables of its own, or on a terminal.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::json;

use super::{python::Script, said::Said, stack::Stack, wait::block_on};

/// How long one invocation of the command line may take.
const INVOCATION: Duration = Duration::from_mins(1);

impl Stack {
    /// Types a line and waits for its end.
    #[track_caller]
    pub fn weir(&self, line: &str) -> Said {
        ended(line, self.command(line))
    }

    /// The same in a folder, with more variables.
    #[track_caller]
    pub fn weir_in(&self, folder: &Path, variables: &[(&str, &str)], line: &str) -> Said {
        let mut command = self.command(line);
        command.current_dir(folder).envs(variables.iter().copied());
        ended(line, command)
    }

    /// The same on a terminal, where each question is waited for and then answered. All that the terminal shows is
    /// taken for standard output.
    #[track_caller]
    pub fn weir_on_a_terminal(
        &self,
        folder: &Path,
        variables: &[(&str, &str)],
        line: &str,
        answers: &[(&str, &str)],
    ) -> Said {
        let weir = self.command(line);
        let mut command = Script("terminal.py").command();
        command
            .arg(json!(answers).to_string())
            .arg(weir.get_program())
            .args(weir.get_args())
            .env_clear()
            .current_dir(folder);
        for (name, value) in weir.get_envs() {
            command.envs(value.map(|value| (name, value)));
        }
        command.envs(variables.iter().copied());
        ended(line, command)
    }
}

#[track_caller]
fn ended(line: &str, mut command: Command) -> Said {
    command.env("RUST_LOG", "warn").stdin(Stdio::null());
    let mut command = tokio::process::Command::from(command);
    command.kill_on_drop(true);
    let ended = block_on(async { tokio::time::timeout(INVOCATION, command.output()).await });
    let ended =
        ended.unwrap_or_else(|_| Err(std::io::Error::other(format!("`weir {line}` does not end"))));
    assert!(ended.is_ok(), "`weir {line}`: {ended:?}");
    let output = ended.expect("just asserted");
    Said {
        line: line.to_owned(),
        code: output.status.code().unwrap_or(-1),
        bytes: output.stdout,
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
