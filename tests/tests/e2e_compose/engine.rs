//! The Docker engine and the Compose tool, where there are such.

use std::process::{Command, Output, Stdio};

/// An engine that answers, and how Compose is called beside it.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    docker: &'static str,
    compose: &'static [&'static str],
}

/// What a command said: both outputs as text.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) ok: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Engine {
    /// Looks for them; `Err` says what is missing.
    pub(crate) fn find() -> Result<Self, String> {
        let server =
            answer(Command::new("docker").args(["version", "--format", "{{.Server.Version}}"]));
        if !server.ok {
            return Err(format!("no Docker engine answers: {}", server.err.trim()));
        }
        let tools: [&[&str]; 2] = [&["docker", "compose"], &["docker-compose"]];
        let works = |tool: &&&'static [&'static str]| {
            answer(Command::new(tool[0]).args(&tool[1..]).arg("version")).ok
        };
        let compose = tools.iter().find(works).copied();
        Ok(Self {
            docker: "docker",
            compose: compose.ok_or("there is neither `docker compose` nor `docker-compose`")?,
        })
    }

    /// `docker …`; its standard output.
    #[track_caller]
    pub(crate) fn docker(&self, arguments: &[&str]) -> String {
        expect_ok(Command::new(self.docker).args(arguments))
    }

    /// `docker …`, which may fail.
    pub(crate) fn docker_or_not(&self, arguments: &[&str]) -> Answer {
        answer(Command::new(self.docker).args(arguments))
    }

    /// `docker compose …`, to be completed.
    pub(crate) fn compose(&self) -> Command {
        let mut command = Command::new(self.compose[0]);
        command.args(&self.compose[1..]);
        command
    }
}

/// Runs a command to its end.
pub(crate) fn answer(command: &mut Command) -> Answer {
    let output = command.stdin(Stdio::null()).output();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output {
        Ok(Output {
            status,
            stdout,
            stderr,
        }) => Answer {
            ok: status.success(),
            out: text(&stdout),
            err: text(&stderr),
        },
        Err(error) => Answer {
            ok: false,
            out: String::new(),
            err: error.to_string(),
        },
    }
}

/// The same; it must succeed.
#[track_caller]
pub(crate) fn expect_ok(command: &mut Command) -> String {
    let said = answer(command);
    assert!(said.ok, "{command:?}\n{}\n{}", said.out, said.err);
    said.out
}
