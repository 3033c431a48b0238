//! Entrypoints: which texts are some, and when the launcher's command is used. What it does is tried with a real Python.

use super::{process::*, *};

fn rendered(configuration: Value, variables: Value, entrypoint: Option<&str>) -> Value {
    let template = template(configuration, &["command"]).unwrap();
    let resolved = template.check(&Map::new(), &object(variables)).unwrap();
    template.render_run(&resolved, entrypoint).unwrap()
}

#[test]
fn an_entrypoint_gives_the_command_where_nothing_else_does() {
    let launched = json!(["python3", "-c", launcher::SOURCE, "flows/etl.py:main"]);
    let of_variable = json!({"command": "{{ command }}"});
    for (configuration, variables) in [
        (of_variable.clone(), json!({})),
        (of_variable.clone(), json!({"command": null})),
        (of_variable.clone(), json!({"command": ""})),
        (of_variable.clone(), json!({"command": []})),
        (json!({}), json!({})),
    ] {
        let given = rendered(
            configuration.clone(),
            variables.clone(),
            Some("flows/etl.py:main"),
        );
        assert_eq!(given["command"], launched, "{configuration} {variables}");
        let job = ProcessJob::parse(&given).unwrap();
        assert_eq!(job.command, launcher::command("flows/etl.py:main"));
        let without = rendered(configuration, variables, None);
        assert_eq!(
            ProcessJob::parse(&without),
            Err(ProcessJobError::MissingCommand)
        );
    }
}

#[test]
fn an_explicit_command_wins_over_the_entrypoint() {
    for (configuration, variables) in [
        (
            json!({"command": "{{ command }}"}),
            json!({"command": "true"}),
        ),
        (json!({"command": "true"}), json!({})),
        (json!({"command": ["true"]}), json!({})),
        // What is wrong with it is said, and not replaced.
        (json!({"command": "{{ command }}"}), json!({"command": 5})),
    ] {
        let with = rendered(
            configuration.clone(),
            variables.clone(),
            Some("no entrypoint"),
        );
        assert_eq!(with, rendered(configuration, variables, None));
    }
}

#[test]
fn a_template_that_requires_a_command_keeps_entrypoints_out() {
    let template = Template::from_value(json!({
        "job_configuration": {"command": "{{ command }}"},
        "variables": {"type": "object", "properties": {"command": {"enum": ["a", "b"]}}, "required": ["command"]},
    }));
    let error = template.unwrap().check(&Map::new(), &Map::new());
    assert!(error.unwrap_err().to_string().contains("command"));
}

#[test]
fn an_entrypoint_that_cannot_be_one_is_refused_where_it_would_be_used() {
    let template = template(json!({"command": "{{ command }}"}), &["command"]).unwrap();
    let error = template.render_run(&Resolved::default(), Some("flows.etl.main"));
    assert_eq!(
        error.unwrap_err().to_string(),
        "the entrypoint \"flows.etl.main\" has no colon: did you mean flows.etl:main?"
    );
}

#[test]
fn files_and_modules_with_a_function_are_entrypoints() {
    for good in [
        "flow.py:main",
        "flows/etl.py:main",
        "./flows/my-etl.2.py:load_all",
        "/opt/flows a/etl.py:Class.method",
        "C:/flows/etl.py:main",
        "etl:main",
        "my_flows.etl:Class.method",
        "größe:maß",
    ] {
        assert_eq!(launcher::check(good), Ok(()), "{good}");
    }
    let long = "a".repeat(launcher::ENTRYPOINT_BYTES_MAX);
    for (bad, words) in [
        ("", "names no function: write FILE.py:FUNCTION"),
        ("flows/etl.py", "write flows/etl.py:FUNCTION"),
        ("flows/etl.py:", "write flows/etl.py:FUNCTION"),
        ("flows/etl:main", "did you mean flows/etl.py:main?"),
        ("flows.etl.main", "did you mean flows.etl:main?"),
        ("etl.py:main()", "\"main()\" is no Python name"),
        ("etl.py:2nd", "\"2nd\" is no Python name"),
        ("etl.py:a..b", "\"a..b\" is no Python name"),
        (":main", "names neither a file nor a module"),
        (".py:main", "names neither a file nor a module"),
        ("flows/.py:main", "names neither a file nor a module"),
        ("flows/:main", "names neither a file nor a module"),
        (".etl:main", "names neither a file nor a module"),
        ("my-flows:main", "names neither a file nor a module"),
        ("etl.py:main\n", "holds a control character"),
        ("e\0.py:main", "holds a control character"),
        (long.as_str(), "names no function"),
    ] {
        let error = launcher::check(bad).unwrap_err().to_string();
        assert!(error.contains(words), "{bad:?}: {error}");
    }
    let error = launcher::check(&format!("{long}:main")).unwrap_err();
    assert!(
        error.to_string().contains("1029 bytes, more than the 1024"),
        "{error}"
    );
}
