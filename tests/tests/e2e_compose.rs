//! The local stack, for real: `docker-compose.yml` is started on a Docker engine, its seed's runs go through it, services
//! are killed, stopped and started again, and Prometheus is asked what it has seen of that.
//!
//! Images that the engine does not have are stood in for (`images.rs`): no registry is asked. Grafana, Tempo and the
//! collector cannot be stood in for; their files are looked at in `observability`. Without an engine, root or Debian's
//! archive the test says so in one line and passes.
//!
//! It takes one and a half to two and a half minutes on two cores, and one more where the base system is not kept yet.

#[path = "e2e_compose/asked.rs"]
mod asked;
#[path = "e2e_compose/engine.rs"]
mod engine;
#[path = "e2e_compose/images.rs"]
mod images;
#[path = "e2e_compose/project.rs"]
mod project;

use std::{collections::BTreeMap, fs::File, time::Duration};

use asked::{Prometheus, http_get};
use engine::Engine;
use images::Images;
use project::Project;
use serde_json::Value;
use weir_broker::Permit;
use weir_tests::{
    deploy::{boards, metrics},
    harness::{Wire, block_on, kept, until},
};

/// What is started: all that can be had here.
const SERVICES: [&str; 6] = [
    "nats",
    "scheduler-1",
    "scheduler-2",
    "worker",
    "seed",
    "prometheus",
];
/// Those that go on.
const STAYING: [&str; 5] = ["nats", "scheduler-1", "scheduler-2", "worker", "prometheus"];
/// Runs that the seed's burst publishes, by deployment, and how they end: 26.
const SEEDED: [(&str, &str, usize); 5] = [
    ("demo/broken", "Failed", 1),
    ("demo/flaky", "Completed", 6),
    ("demo/load", "Completed", 12),
    ("demo/load", "TimedOut", 1),
    ("demo/report", "Completed", 6),
];

const SOON: Duration = Duration::from_mins(1);
/// A takeover, and what Prometheus needs to see it.
const LATER: Duration = Duration::from_mins(2);

#[test]
fn the_stack_of_the_compose_file_runs_its_demo_and_outlives_its_services() {
    let test = "the stack of docker-compose.yml";
    let engine = match Engine::find() {
        Ok(engine) => engine,
        Err(why) => return kept::skipped(test, why),
    };
    // Tags are the engine's, so one run at a time on this machine; a broker of ours counts as one of two.
    let lock = File::create(std::env::temp_dir().join("weir-e2e-compose.lock"));
    let lock = lock.expect("the temporary folder can be written");
    lock.lock().expect("a lock file can be locked");
    let permit = block_on(Permit::acquire()).expect("permits are files in the temporary folder");
    let name = project::name();
    let images = match Images::make(&engine, &name) {
        Ok(images) => images,
        Err(why) => return kept::skipped(test, why),
    };
    let project = Project::new(&engine, &name, &images.weir);
    it_comes_up_and_shows_nothing_to_the_network(&project);
    the_seed_is_run(&project, 1);
    a_stock_client_publishes_too(&project);
    prometheus_sees_it(&project);
    the_other_scheduler_takes_over(&project);
    the_seed_is_run(&project, 2);
    everything_comes_back_after_a_stop(&project);
    a_worker_that_is_replaced_loses_nothing(&project);
    drop((project, images, permit, lock));
}

fn prometheus(project: &Project) -> Prometheus {
    Prometheus(project.address("prometheus", 9090))
}

#[track_caller]
fn gives(project: &Project, query: &str, wanted: f64, within: Duration) {
    let prometheus = prometheus(project);
    let mut last = None;
    until(&format!("{query} is {wanted}"), within, || {
        let now = prometheus.value(query);
        if now != last {
            show(&format!("{query}: {now:?}\n"));
            last = now;
        }
        (now == Some(wanted)).then_some(())
    });
}

fn it_comes_up_and_shows_nothing_to_the_network(project: &Project) {
    project.up(&SERVICES);
    for service in STAYING {
        project.is_well(service);
    }
    for service in SERVICES {
        let container = project.container(service);
        let ports = container["NetworkSettings"]["Ports"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        for binding in ports.values().filter_map(Value::as_array).flatten() {
            assert_eq!(binding["HostIp"], "127.0.0.1", "{service}: {binding}");
        }
        let host = &container["HostConfig"];
        assert_eq!(host["ReadonlyRootfs"], true, "{service}");
        assert_eq!(host["CapDrop"], Value::from(vec!["ALL"]), "{service}");
        let networks = container["NetworkSettings"]["Networks"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        assert!(
            networks
                .keys()
                .all(|network| network.starts_with(&project.name)),
            "{service}: {networks:?}"
        );
    }
    for service in ["scheduler-1", "scheduler-2", "worker", "seed"] {
        assert_eq!(
            project.container(service)["Config"]["User"],
            "65532:65532",
            "{service}"
        );
    }
    let health = http_get(&project.address("nats", 8222), "/healthz");
    assert!(
        health.is_ok_and(|said| said.contains("ok")),
        "the broker's monitoring answers"
    );
}

/// Each start of the seed makes the same runs anew, and all end as they are meant to.
fn the_seed_is_run(project: &Project, times: usize) {
    if times > 1 {
        project.up(&["seed"]);
    }
    assert_eq!(project.ended("seed"), 0, "{}", project.logs("seed"));
    let wanted: BTreeMap<(String, String), usize> = SEEDED
        .iter()
        .map(|(deployment, state, count)| {
            (
                ((*deployment).to_owned(), (*state).to_owned()),
                count * times,
            )
        })
        .collect();
    let mut last = BTreeMap::new();
    let came = weir_tests::harness::lasts(LATER, || {
        last = BTreeMap::new();
        for run in project
            .runs()
            .iter()
            .filter(|run| run["deployment"].is_string())
        {
            let of = |key: &str| run[key].as_str().unwrap_or_default().to_owned();
            *last.entry((of("deployment"), of("stateName"))).or_insert(0) += 1;
        }
        last != wanted
    });
    assert!(
        !came,
        "runs of the seed, {times} times: {last:#?}, wanted {wanted:#?}"
    );
}

/// From this machine, as the README has it; what cannot be run is rejected, which is a thing to be counted.
fn a_stock_client_publishes_too(project: &Project) {
    let wire = Wire::connect(&format!("nats://{}", project.address("nats", 4222)));
    let request = r#"{"jobVariables": {"comand": "true"}}"#;
    wire.publish("weir.run.demo.default.misspelt.request", request)
        .stored();
    until("it is rejected", SOON, || {
        let run = project.run("misspelt")?;
        (run["stateName"] == "Rejected").then_some(())
    });
}

fn prometheus_sees_it(project: &Project) {
    gives(project, "sum(up{job=~\"weir-.*\"})", 3.0, SOON);
    gives(project, "sum(weir_scheduler_leads)", 1.0, SOON);
    gives(
        project,
        "sum(weir_requests_total{pool=\"demo\"})",
        27.0,
        SOON,
    );
    gives(
        project,
        "sum(weir_runs_ended_total{pool=\"demo\"})",
        27.0,
        SOON,
    );
    gives(
        project,
        "sum(weir_runs{pool=\"demo\", state=\"Completed\"})",
        24.0,
        SOON,
    );
    gives(project, "sum(weir_queue_depth{pool=\"demo\"})", 0.0, SOON);
    gives(project, "sum(weir_pool_workers{pool=\"demo\"})", 1.0, SOON);
    gives(
        project,
        "max(weir_limit_slots{kind=\"tag\", limit=\"db\"})",
        2.0,
        SOON,
    );
    let prometheus = prometheus(project);
    let rules = prometheus.data("/api/v1/rules").expect("it has rules");
    let groups = rules["groups"].as_array().expect("groups").clone();
    let rules: Vec<Value> = groups
        .iter()
        .flat_map(|group| group["rules"].as_array().cloned().unwrap_or_default())
        .collect();
    assert!(rules.len() > 15, "{rules:#?}");
    for rule in rules {
        assert!(
            matches!(rule["health"].as_str(), Some("ok" | "unknown")),
            "{rule:#}"
        );
        assert_ne!(rule["state"], "firing", "{rule:#}");
    }
    every_metric_is_there(&prometheus);
    every_panel_can_be_asked(&prometheus);
}

/// All that weir says it shows is shown, but for what only a pool of type kubernetes has.
fn every_metric_is_there(prometheus: &Prometheus) {
    let names = prometheus
        .data("/api/v1/label/__name__/values")
        .expect("names");
    let names: Vec<&str> = names
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let missing: Vec<String> = metrics()
        .into_iter()
        .filter(|metric| !metric.section.contains("kubernetes"))
        .map(|metric| metric.name)
        .filter(|name| {
            !["", "_bucket"]
                .iter()
                .any(|part| names.contains(&format!("{name}{part}").as_str()))
        })
        .collect();
    assert!(missing.is_empty(), "Prometheus has never seen {missing:?}");
}

fn every_panel_can_be_asked(prometheus: &Prometheus) {
    let (mut silent, mut wrong) = (Vec::new(), Vec::new());
    for query in boards().iter().flat_map(|board| &board.queries) {
        if query.source == "prometheus" {
            match prometheus.query(&query.expanded) {
                Ok(samples) if samples.is_empty() => silent.push(query.place.clone()),
                Ok(_) => {}
                Err(why) => wrong.push(format!("{}: {why} in {}", query.place, query.expanded)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Kubernetes, and what did not happen: the rest has something to show.
    show(&format!("panels without a word: {silent:#?}\n"));
    assert!(silent.len() <= 15, "{silent:#?}");
}

fn the_other_scheduler_takes_over(project: &Project) {
    let asked = prometheus(project);
    let leading = asked
        .query("weir_scheduler_leads == 1")
        .expect("it can be asked");
    let (labels, _) = leading.first().expect("one leads");
    let instance = labels["instance"]
        .as_str()
        .expect("a target has an address");
    let (leader, _) = instance.rsplit_once(':').expect("HOST:PORT");
    let other = if leader == "scheduler-1" {
        "scheduler-2"
    } else {
        "scheduler-1"
    };
    project.compose(&["kill", leader]);
    gives(
        project,
        &format!("weir_scheduler_leads{{instance=\"{other}:8080\"}}"),
        1.0,
        SOON,
    );
    gives(
        project,
        &format!("up{{instance=\"{leader}:8080\"}}"),
        0.0,
        SOON,
    );
    project.compose(&["start", leader]);
    project.is_well(leader);
    gives(project, "sum(weir_scheduler_leads)", 1.0, SOON);
    gives(
        project,
        &format!("weir_scheduler_ready{{instance=\"{leader}:8080\"}}"),
        1.0,
        SOON,
    );
}

/// `down` keeps the volumes: what was done is still known, and what waits is run.
fn everything_comes_back_after_a_stop(project: &Project) {
    let before = project.runs().len();
    project.compose(&["stop", "--timeout", "20", "worker"]);
    project
        .weir("deployment run demo/report --id waits-for-all --no-check")
        .ok();
    project.compose(&["down", "--timeout", "20"]);
    project.up(&STAYING);
    for service in STAYING {
        project.is_well(service);
    }
    until("the run that waited ends", SOON, || {
        let run = project.run("waits-for-all")?;
        (run["stateName"] == "Completed").then_some(())
    });
    assert_eq!(project.runs().len(), before + 1);
    // Its own data are on a volume, too.
    gives(
        project,
        "max(max_over_time(weir_limit_slots_in_use{kind=\"tag\", limit=\"db\"}[1h]))",
        2.0,
        SOON,
    );
}

/// What a worker runs when it is told to stop ends before it does; what comes meanwhile waits for the next one.
fn a_worker_that_is_replaced_loses_nothing(project: &Project) {
    project
        .weir("run submit --pool demo --id long -c 'sleep 3' --no-check")
        .ok();
    until("it runs", SOON, || {
        let run = project.run("long")?;
        (run["stateName"] == "Running").then_some(())
    });
    project.compose(&["restart", "--timeout", "60", "worker"]);
    project.weir("run submit --pool demo --id next -c 'python3 -c \"print(6 * 7)\"' --logs --give-up 30s").ok().saying(&["42"]);
    let run = project.run("long").expect("it is known");
    assert_eq!(
        (&run["stateName"], &run["attempt"]),
        (&Value::from("Completed"), &Value::from(1)),
        "{run:#}"
    );
}

/// For the eyes of who looks at a failed test.
#[expect(
    clippy::print_stderr,
    reason = "test output belongs there, and the test harness captures it"
)]
fn show(text: &str) {
    eprint!("{text}");
}
