//! A project's `prefect.yaml` in the style of Prefect's documentation is deployed and run, as its users do it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use weir_tests::harness::{Program, Said, Stack};

const PREFECT_YAML: &str = include_str!("e2e_deploy/prefect.yaml");

/// The two flows of the file that are run by their entrypoints alone: they say what the others' commands do.
const FLOWS: [(&str, &str); 2] = [
    (
        "report.py",
        "from flows.said import say\ndef sales_report(weeks, recipients):\n    say(weeks=weeks, recipients=recipients)\n",
    ),
    (
        "keep.py",
        "from flows.said import say\nasync def clean_up(older_than_days):\n    say(older_than_days=older_than_days)\n",
    ),
];

/// What both have in common.
const SAID: &str = r#"
import json, os

def say(**parameters):
    parameters = json.dumps(parameters, sort_keys=True, separators=(",", ":"))
    print(os.environ["WEIR_DEPLOYMENT"], os.environ["STAGE"], parameters)
"#;

/// What the file takes from the environment, beside the project's folder. `KEEP_DAYS` is not set.
const VARIABLES: [(&str, &str); 4] = [
    ("STAGE", "test"),
    ("POOL", "etl"),
    ("DB_USER", "loader"),
    ("CUSTOMER_RUNS", "3"),
];

/// The deployments of the file: where their runs go, the stage that these see, and their parameters.
const SIX: [(&str, &str, &str, &str); 6] = [
    (
        "load-orders/hourly",
        "etl/loads",
        "test",
        r#"{"rows":1000,"table":"orders"}"#,
    ),
    (
        "load-orders/nightly",
        "etl/bulk",
        "test",
        r#"{"full":false,"table":"orders"}"#,
    ),
    (
        "load-customers/customers",
        "etl/loads",
        "test-crm",
        r#"{"table":"customers"}"#,
    ),
    ("sales-report/daily", "reports/default", "test", "{}"),
    (
        "sales-report/weekly",
        "reports/default",
        "test",
        r#"{"recipients":["sales@example.org"],"weeks":1}"#,
    ),
    (
        "clean-up/clean-up",
        "reports/background",
        "test",
        r#"{"older_than_days":""}"#,
    ),
];

/// A stack with the pools and queues that the file names, and a folder with the file.
struct Project {
    _workers: [Program; 2],
    _scheduler: Program,
    stack: Stack,
}

impl Project {
    fn new() -> Self {
        let stack = Stack::start();
        let scheduler = stack.scheduler("s");
        for pool in ["etl", "reports"] {
            let create = format!("work-pool create {pool} --type process");
            stack.weir(&create).ok();
        }
        for (pool, queue) in [("etl", "loads"), ("etl", "bulk"), ("reports", "background")] {
            let create = format!("work-queue create {queue} --pool {pool}");
            stack.weir(&create).ok();
        }
        let workers =
            ["etl", "reports"].map(|pool| stack.worker(pool, &format!("--pool {pool} --limit 4")));
        let project = Self {
            _workers: workers,
            _scheduler: scheduler,
            stack,
        };
        let flows = project.folder().join("flows");
        fs::create_dir_all(&flows).unwrap();
        for (name, text) in FLOWS.into_iter().chain([("said.py", SAID)]) {
            fs::write(flows.join(name), text).unwrap();
        }
        fs::write(project.folder().join("prefect.yaml"), PREFECT_YAML).unwrap();
        project
    }

    fn folder(&self) -> PathBuf {
        self.stack.path("warehouse")
    }

    #[track_caller]
    fn weir(&self, line: &str) -> Said {
        let folder = self.folder();
        self.stack.weir_in(&folder, &variables(&folder), line)
    }

    #[track_caller]
    fn weir_on_a_terminal(&self, line: &str, answers: &[(&str, &str)]) -> Said {
        let folder = self.folder();
        let variables = variables(&folder);
        self.stack
            .weir_on_a_terminal(&folder, &variables, line, answers)
    }

    /// The names of all deployments that there are, in order.
    fn deployed(&self) -> Vec<String> {
        let list = self.stack.weir("deployment ls -o json").ok().json();
        let mut names: Vec<String> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort_unstable();
        names
    }
}

fn variables(folder: &Path) -> Vec<(&str, &str)> {
    let project = ("PROJECT", folder.to_str().unwrap());
    VARIABLES.into_iter().chain([project]).collect()
}

#[test]
fn a_prefect_yaml_of_six_deployments_is_deployed_and_each_of_them_runs() {
    let project = Project::new();
    let said = project.weir("deploy --all").ok();
    for words in [
        "warning: deployments load-orders/hourly, load-orders/nightly, load-customers/customers, sales-report/weekly: build: build steps are not run (prefect_docker.deployments.steps.build_docker_image)",
        "pull steps are not run (prefect.deployments.steps.git_clone, prefect.deployments.steps.pip_install_requirements)",
        "warning: deployment sales-report/daily: pull: pull steps are not run (prefect.deployments.steps.set_working_directory)",
        "warning: deployment sales-report/weekly: triggers: ",
        "warning: deployment sales-report/weekly: work_pool.job_variables.labels.image: {{ build-image.image }} names the result of a build step",
        "warning: deployment clean-up/clean-up: version: {{ build-image.tag }}",
        "warning: deployment clean-up/clean-up: concurrency_limit.grace_period_seconds: ",
        "warning: deployment clean-up/clean-up: parameters.older_than_days: the variable KEEP_DAYS is not set",
    ] {
        assert!(said.err.contains(words), "{words}\n{}", said.err);
    }
    let told = said
        .err
        .lines()
        .filter(|line| line.starts_with("warning: "));
    assert_eq!(told.count(), 8, "{}", said.err);
    let created = said
        .err
        .lines()
        .filter(|line| line.starts_with("created deployment "));
    assert_eq!(created.count(), SIX.len(), "{}", said.err);

    for (name, queue, stage, parameters) in SIX {
        let run = project.weir(&format!("deployment run {name} --logs")).ok();
        assert_eq!(run.out(), format!("{name} {stage} {parameters}\n"));
        let stored = format!("deployment inspect {name} -o json");
        let stored = project.weir(&stored).ok().json();
        let (pool, of_pool) = queue.split_once('/').unwrap();
        assert_eq!(
            (&stored["pool"], &stored["queue"]),
            (&json!(pool), &json!(of_pool)),
            "{stored}"
        );
    }
    let mut ended: Vec<_> = ["etl", "reports"]
        .map(|pool| project.stack.runs(pool))
        .concat();
    ended.retain(|run| run["stateName"] == "Completed");
    assert_eq!(ended.len(), SIX.len(), "{ended:#?}");
}

#[test]
fn what_the_file_says_is_what_is_stored() {
    let project = Project::new();
    project.weir("deploy --all").ok();
    let stored = |name: &str| {
        project
            .weir(&format!("deployment inspect {name} -o json"))
            .ok()
            .json()
    };
    let hourly = stored("load-orders/hourly");
    assert_eq!(hourly["tags"], json!(["warehouse", "stage:test"]));
    assert_eq!(hourly["entrypoint"], "flows/load.py:load_orders");
    assert_eq!(
        hourly["parameters"],
        json!({"table": "orders", "rows": 1000})
    );
    assert_eq!(
        hourly["jobVariables"]["env"],
        json!({"STAGE": "test", "DATABASE_URL": "postgres://loader@db.test.example.org/warehouse"})
    );
    assert_eq!(
        hourly["schedules"],
        json!([{"interval": 600, "anchor_date": "2026-01-01T00:00:00+00:00", "slug": "often", "active": true}])
    );
    let nightly = stored("load-orders/nightly");
    let night = json!({"cron": "0 2 * * *", "timezone": "Europe/Berlin"});
    let weekly = json!({"rrule": "FREQ=WEEKLY;BYDAY=SU", "parameters": {"full": true}});
    assert_eq!(nightly["schedules"], json!([night, weekly]));
    assert_eq!(
        (&nightly["concurrencyLimit"], &nightly["collisionStrategy"]),
        (&json!(1), &json!("CANCEL_NEW")),
        "{nightly}"
    );
    assert_eq!(
        nightly["description"],
        "Loads the whole day again.\nIt may not overlap with itself.\n"
    );
    let customers = stored("load-customers/customers");
    assert_eq!(customers["concurrencyLimit"], 3);
    assert_eq!(customers["jobVariables"]["env"]["STAGE"], "test-crm");
    assert_eq!(
        customers["jobVariables"]["env"]["DATABASE_URL"],
        hourly["jobVariables"]["env"]["DATABASE_URL"]
    );
    assert_eq!(
        stored("sales-report/weekly")["jobVariables"]["labels"],
        json!({"team": "sales"})
    );
    assert_eq!(
        stored("clean-up/clean-up")["parameters"],
        json!({"older_than_days": ""})
    );
}

#[test]
fn programs_are_told_the_same_as_people() {
    let project = Project::new();
    project.weir("deploy --all").ok();
    let told = project.weir("deploy --all -o json").ok();
    assert_eq!(told.err, "");
    let told = told.json();
    let told = told.as_array().unwrap();
    let names: Vec<_> = told
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, SIX.map(|(name, ..)| name));
    assert!(
        told.iter().all(|one| one["result"] == "unchanged"),
        "{told:#?}"
    );
    let keys = |of: &Value| {
        let all = of.as_array().unwrap().iter();
        all.map(|one| one["key"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&told[0]["warnings"]), ["build", "pull"]);
    assert_eq!(told[0]["notes"], json!([]));
    assert_eq!(
        keys(&told[5]["warnings"]),
        [
            "concurrency_limit.grace_period_seconds",
            "parameters.older_than_days",
            "version"
        ]
    );
}

#[test]
fn strictly_nothing_is_deployed_that_would_not_do_all_that_it_says() {
    let project = Project::new();
    let said = project.weir("deploy --all --strict").exits(1);
    said.saying(&[
        "8 warnings, and --strict does not let them pass",
        "load-orders/hourly, load-orders/nightly",
        "sales-report/weekly: triggers",
        "KEEP_DAYS",
    ]);
    assert_eq!(project.deployed(), Vec::<String>::new());
    // Schedules alone are no reason.
    let file = "name: etl/strict\npool: etl\nschedules: [{cron: '0 2 * * *'}]\njob_variables: {command: 'true'}\n";
    fs::write(project.folder().join("weir.yaml"), file).unwrap();
    project.weir("deploy --strict").ok();
    assert_eq!(project.deployed(), ["etl/strict"]);
}

#[test]
fn only_those_are_deployed_that_are_named_or_chosen() {
    let project = Project::new();
    // Nobody is there to be asked.
    project.weir("deploy").exits(1).saying(&[
        "--name NAME, or --all",
        "load-orders/hourly, load-orders/nightly",
        "clean-up/clean-up",
    ]);
    project
        .weir("deploy -n nightyl")
        .exits(1)
        .saying(&["did you mean load-orders/nightly?"]);
    assert_eq!(project.deployed(), Vec::<String>::new());
    project.weir("deploy -n load_orders/hour* -n daily").ok();
    assert_eq!(
        project.deployed(),
        ["load-orders/hourly", "sales-report/daily"]
    );

    let on_a_terminal =
        |line: &str, answers: &[(&str, &str)]| project.weir_on_a_terminal(line, answers);
    on_a_terminal("--no-prompt deploy", &[])
        .exits(1)
        .saying(&["--name NAME, or --all"]);
    on_a_terminal("deploy -o json", &[])
        .exits(1)
        .saying(&["--name NAME, or --all"]);
    on_a_terminal("deploy", &[("Which of them?", "")])
        .exits(1)
        .saying(&["none was chosen"]);
    on_a_terminal(
        "deploy",
        &[("Which of them?", "7"), ("numbers from 1 to 6", "2, 5-6")],
    )
    .ok()
    .saying(&[
        "load-orders/nightly",
        "Loads the whole day again.",
        "7 is none of them",
    ]);
    assert_eq!(
        project.deployed(),
        [
            "clean-up/clean-up",
            "load-orders/hourly",
            "load-orders/nightly",
            "sales-report/daily",
            "sales-report/weekly"
        ]
    );
    on_a_terminal("deploy --all", &[]).ok();
    on_a_terminal("deploy", &[("Which of them?", "a")]).ok();
    assert_eq!(project.deployed().len(), SIX.len());
}
