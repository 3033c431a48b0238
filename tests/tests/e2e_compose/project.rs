//! The stack of `docker-compose.yml` as a project of a test's own: its own name, networks and volumes, ports that the
//! engine chooses, and nothing left of it at the end.

use std::{process::Command, time::Duration};

use serde_json::Value;
use weir_tests::{
    deploy::top,
    harness::{self, Said, until},
};

use super::engine::{Engine, answer, expect_ok};

/// The beginning of the names of our projects.
const PREFIX: &str = "weir-e2e-";

/// How long a service may take until it is well.
const WELL_WITHIN: Duration = Duration::from_mins(1);

/// See the module.
#[derive(Debug)]
pub(crate) struct Project {
    engine: Engine,
    pub(crate) name: String,
    image: String,
}

/// A name that no other project has.
pub(crate) fn name() -> String {
    format!("{PREFIX}{}", std::process::id())
}

impl Project {
    pub(crate) fn new(engine: &Engine, name: &str, image: &str) -> Self {
        let project = Self {
            engine: engine.clone(),
            name: name.to_owned(),
            image: image.to_owned(),
        };
        project.remove_left_over();
        project
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut compose = self.engine.compose();
        compose
            .current_dir(top())
            .args(["--project-name", &self.name])
            .args(arguments);
        for port in [
            "NATS_PORT",
            "NATS_MONITOR_PORT",
            "PROMETHEUS_PORT",
            "GRAFANA_PORT",
        ] {
            compose.env(port, "0");
        }
        compose
            .env("WEIR_IMAGE", &self.image)
            .env("SEED_SECONDS", "0")
            .env("RUST_LOG", "info")
            // Nothing of what looks on but Prometheus is here.
            .env("WEIR_OTLP_ENDPOINT", "");
        compose
    }

    /// `docker compose …` of this project; its standard output.
    #[track_caller]
    pub(crate) fn compose(&self, arguments: &[&str]) -> String {
        expect_ok(&mut self.command(arguments))
    }

    /// Starts services, and what they need, from the images that are there.
    #[track_caller]
    pub(crate) fn up(&self, services: &[&str]) {
        let mut arguments = vec!["up", "--detach", "--no-build"];
        arguments.extend(services);
        self.compose(&arguments);
    }

    /// All of a service's container, as the engine tells it: Compose itself takes a second for each question.
    #[track_caller]
    pub(crate) fn container(&self, service: &str) -> Value {
        let project = format!("label=com.docker.compose.project={}", self.name);
        let of_service = format!("label=com.docker.compose.service={service}");
        let list = [
            "ps",
            "--all",
            "--quiet",
            "--filter",
            &project,
            "--filter",
            &of_service,
        ];
        let id = self.engine.docker(&list);
        let told = self.engine.docker_or_not(&["inspect", id.trim()]);
        let told: Value = serde_json::from_str(&told.out).unwrap_or_default();
        told[0].clone()
    }

    /// Waits until a service's health check says so.
    #[track_caller]
    pub(crate) fn is_well(&self, service: &str) {
        until(&format!("{service} is well"), WELL_WITHIN, || {
            let health = &self.container(service)["State"]["Health"]["Status"];
            (health == "healthy").then_some(())
        });
    }

    /// Waits until a service has ended, and returns its exit code.
    #[track_caller]
    pub(crate) fn ended(&self, service: &str) -> i64 {
        until(&format!("{service} ends"), WELL_WITHIN, || {
            let state = self.container(service)["State"].clone();
            (state["Status"] == "exited").then(|| state["ExitCode"].as_i64())?
        })
    }

    /// What a service has logged.
    pub(crate) fn logs(&self, service: &str) -> String {
        let said = answer(&mut self.command(&["logs", "--no-color", service]));
        said.out + &said.err
    }

    /// Where a service's port is on this machine: the engine chooses anew with each start.
    #[track_caller]
    pub(crate) fn address(&self, service: &str, port: u16) -> String {
        let container = self.container(service);
        let bindings = &container["NetworkSettings"]["Ports"][format!("{port}/tcp")];
        let binding = bindings[0]["HostPort"].as_str();
        format!("127.0.0.1:{}", binding.unwrap_or("0"))
    }

    /// `weir …` on this machine, on the project's broker.
    #[track_caller]
    pub(crate) fn weir(&self, line: &str) -> Said {
        let url = format!("nats://{}", self.address("nats", 4222));
        let words = shlex::split(line).expect("the line's quotes are closed");
        let output = Command::new(harness::weir())
            .args(words)
            .env("NATS_URL", url)
            .output()
            .expect("weir can be run");
        Said {
            line: line.to_owned(),
            code: output.status.code().unwrap_or(-1),
            bytes: output.stdout,
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The runs of the pool `demo`.
    #[track_caller]
    pub(crate) fn runs(&self) -> Vec<Value> {
        let said = self.weir("run ls --pool demo --limit 1000 -o json");
        if said.code != 0 {
            return Vec::new();
        }
        said.json()["runs"].as_array().cloned().unwrap_or_default()
    }

    /// One of them, by its id.
    #[track_caller]
    pub(crate) fn run(&self, id: &str) -> Option<Value> {
        self.runs().into_iter().find(|run| run["runId"] == id)
    }

    /// Removes what a run that was killed has left, of any name: the lock says that no other is under way.
    fn remove_left_over(&self) {
        let of_ours = |kind: &[&str]| {
            let mut list = kind.to_vec();
            let format = "{{.ID}} {{.Label \"com.docker.compose.project\"}}";
            let format = if kind[0] == "volume" {
                "{{.Name}} {{.Label \"com.docker.compose.project\"}}"
            } else {
                format
            };
            list.extend(["--format", format]);
            let told = self.engine.docker_or_not(&list).out;
            told.lines()
                .filter_map(|line| line.split_once(' '))
                .filter(|(_, project)| project.starts_with(PREFIX))
                .map(|(id, _)| id.to_owned())
                .collect::<Vec<_>>()
        };
        for id in of_ours(&["ps", "--all"]) {
            self.engine
                .docker_or_not(&["rm", "--force", "--volumes", &id]);
        }
        for id in of_ours(&["network", "ls"]) {
            self.engine.docker_or_not(&["network", "rm", &id]);
        }
        for id in of_ours(&["volume", "ls"]) {
            self.engine.docker_or_not(&["volume", "rm", "--force", &id]);
        }
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for service in [
                "nats",
                "scheduler-1",
                "scheduler-2",
                "worker",
                "seed",
                "prometheus",
            ] {
                let said = self.logs(service);
                let lines: Vec<&str> = said.lines().collect();
                let tail = lines[lines.len().saturating_sub(40)..].join("\n");
                super::show(&format!("--- {service}:\n{tail}\n"));
            }
        }
        let down = ["down", "--volumes", "--remove-orphans", "--timeout", "3"];
        let said = answer(&mut self.command(&down));
        if !said.ok {
            super::show(&said.err);
        }
        self.remove_left_over();
    }
}
