//! Deployments that name a Python function instead of a command, from the file to the function's own output.

use std::{fs, time::Duration};

use serde_json::{Value, json};
use weir_tests::harness::{Pool, Said, until};

const SOON: Duration = Duration::from_secs(20);

const FLOW: &str = r#"
import sys, time

def main(day, rows=10):
    print(f"{day}: {rows} rows")

def long():
    print("begun")
    time.sleep(1000)

def leave(code):
    sys.exit(code)

if __name__ == "__main__":
    print("this is for `python etl.py`")
"#;

/// Deploys `etl/<name>` to the pool, with the stack's folder as working directory.
fn deploy(pool: &Pool, name: &str, more: Value) -> Said {
    let folder = pool.stack.path(pool.name);
    fs::create_dir_all(folder.join("flows")).expect("the stack's folder can be written");
    fs::write(folder.join("flows/etl.py"), FLOW).expect("it can be written");
    let mut entry = json!({
        "name": format!("etl/{name}"), "pool": pool.name, "job_variables": {"working_dir": folder},
    });
    if let (Value::Object(entry), Value::Object(more)) = (&mut entry, more) {
        entry.extend(more);
    }
    let file = folder.join(format!("{name}.yaml"));
    // JSON is YAML.
    fs::write(&file, entry.to_string()).expect("it can be written");
    pool.stack.weir(&format!("deploy -f {}", file.display()))
}

#[test]
fn a_deployment_with_an_entrypoint_runs_that_function_with_the_parameters() {
    let pool = Pool::new("launched");
    let parameters = json!({"day": "2026-11-23", "rows": 3});
    deploy(
        &pool,
        "nightly",
        json!({"entrypoint": "flows/etl.py:main", "parameters": parameters}),
    )
    .ok();
    let worker = pool.stack.worker("launched", "--pool launched");
    pool.publish("all", r#"{"deployment": "etl/nightly"}"#)
        .stored();
    pool.publish(
        "own",
        r#"{"deployment": "etl/nightly", "parameters": {"rows": 4}}"#,
    )
    .stored();
    // An explicit command wins.
    let command =
        r#"{"deployment": "etl/nightly", "jobVariables": {"command": "echo by command"}}"#;
    pool.publish("command", command).stored();
    for (run, said) in [
        ("all", "2026-11-23: 3 rows\n"),
        ("own", "2026-11-23: 4 rows\n"),
        ("command", "by command\n"),
    ] {
        pool.stack.run_is(run, "Completed", SOON);
        assert_eq!(pool.stack.weir(&format!("run logs {run}")).ok().out(), said);
    }
    drop(worker);
}

#[test]
fn what_goes_wrong_with_the_function_is_in_the_runs_end_and_output() {
    let pool = Pool::new("mislaunched");
    deploy(&pool, "leave", json!({"entrypoint": "flows/etl.py:leave"})).ok();
    deploy(&pool, "typo", json!({"entrypoint": "flows/etl.py:mian"})).ok();
    let worker = pool.stack.worker("mislaunched", "--pool mislaunched");
    let ends = |run: &str, request: Value, code: i64, word: &str| {
        pool.publish(run, request.to_string()).stored();
        let ended = pool.stack.run_is(run, "Failed", SOON);
        assert_eq!(ended["exitCode"], code, "{ended}");
        let said = pool.stack.weir(&format!("run logs {run}")).ok();
        said.saying(&[word]);
    };
    ends(
        "leaves",
        json!({"deployment": "etl/leave", "parameters": {"code": 3}}),
        3,
        "",
    );
    ends(
        "misnamed",
        json!({"deployment": "etl/typo"}),
        2,
        "did you mean 'main'?",
    );
    let unknown = json!({"deployment": "etl/leave", "parameters": {"kode": 3}});
    ends("unknown", unknown, 2, "unexpected keyword argument 'kode'");
    // A machine without Python.
    let nowhere = json!({"deployment": "etl/leave", "jobVariables": {"env": {"PATH": "/nowhere"}}});
    pool.publish("nowhere", nowhere.to_string()).stored();
    let ended = pool.stack.run_is("nowhere", "StartFailed", SOON);
    assert_eq!(ended["reason"], "CommandNotFound", "{ended}");
    let message = ended["message"].as_str().unwrap_or_default();
    assert!(message.contains("\"python3\" was not found"), "{message}");
    drop(worker);
}

#[test]
fn a_launched_function_is_heard_while_it_runs_and_ends_when_its_run_is_cancelled() {
    let pool = Pool::new("launchedlong");
    deploy(&pool, "long", json!({"entrypoint": "flows.etl:long"})).ok();
    let worker = pool.stack.worker("launchedlong", "--pool launchedlong");
    pool.publish("heard", r#"{"deployment": "etl/long"}"#)
        .stored();
    until("its first line is there", SOON, || {
        (pool.stack.weir("run logs heard").out() == "begun\n").then_some(())
    });
    pool.stack.weir("run cancel heard --grace 1h").ok();
    let ended = pool.stack.run_is("heard", "Cancelled", SOON);
    assert_eq!(ended["signal"], 15, "{ended}");
    drop(worker);
}

#[test]
fn an_entrypoint_that_cannot_be_one_is_refused_when_it_is_deployed() {
    let pool = Pool::new("unlaunched");
    deploy(&pool, "dotted", json!({"entrypoint": "flows.etl.main"}))
        .exits(1)
        .saying(&[
            "etl/dotted",
            "\"flows.etl.main\"",
            "did you mean flows.etl:main?",
        ]);
    // With neither a command nor an entrypoint there is nothing to run, and both ways out are named.
    deploy(&pool, "nothing", json!({})).ok();
    let request = r#"{"deployment": "etl/nothing"}"#;
    pool.is_rejected(
        "nothing",
        request,
        "NothingToRun",
        &["command", "entrypoint"],
    );
}
