//! From a rendered configuration to a process, and what it may know of the worker's secrets.

use super::{process::*, *};

fn job(configuration: Value) -> Result<ProcessJob, String> {
    ProcessJob::parse(&configuration).map_err(|error| error.to_string())
}

#[test]
fn a_command_is_split_as_a_shell_would() {
    let table: [(Value, &[&str]); 6] = [
        (json!("echo a  b"), &["echo", "a", "b"]),
        (
            json!("sh -c 'a \"b\" $C | d'"),
            &["sh", "-c", "a \"b\" $C | d"],
        ),
        (
            json!("a \"b c\\\"d\" e\\ f ''"),
            &["a", "b c\"d", "e f", ""],
        ),
        (json!("größe --x=日本"), &["größe", "--x=日本"]),
        (json!("echo a#b # a comment"), &["echo", "a#b"]),
        (json!(["one word", "$X", "'"]), &["one word", "$X", "'"]),
    ];
    for (command, words) in table {
        assert_eq!(
            job(json!({"command": command})).unwrap().command,
            words,
            "{command}"
        );
    }
}

#[test]
fn a_command_that_cannot_be_run_says_what_to_do() {
    for missing in [
        json!({}),
        json!({"command": null}),
        json!({"command": " "}),
        json!({"command": []}),
        json!({"command": ["", "a"]}),
    ] {
        let error = job(missing).unwrap_err();
        assert!(
            error.contains("set `command` in the deployment's job variables"),
            "{error}"
        );
    }
    for text in ["echo 'a", "echo \"a", "echo \\"] {
        assert!(
            job(json!({"command": text}))
                .unwrap_err()
                .contains("a quote is not closed"),
            "{text}"
        );
    }
    assert_eq!(
        job(json!({"command": 5})).unwrap_err(),
        "job_configuration.command is a number: use a text or a list of words"
    );
    assert!(
        job(json!({"command": ["a", 5]}))
            .unwrap_err()
            .contains("command[1] is a number")
    );
    assert!(
        job(json!({"command": "a\u{0}b"}))
            .unwrap_err()
            .contains("NUL")
    );
}

#[test]
fn environment_values_become_text_as_prefect_writes_it_or_are_refused() {
    let env = json!({"S": "x", "E": "", "N": 5, "F": 1.0, "T": true, "O": null});
    let job_ = job(json!({"command": "a", "env": env})).unwrap();
    let expected = [
        ("E", Some("")),
        ("F", Some("1.0")),
        ("N", Some("5")),
        ("O", None),
        ("S", Some("x")),
        ("T", Some("True")),
    ];
    let got: Vec<_> = job_
        .env
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_deref()))
        .collect();
    assert_eq!(got, expected);
    let refused = |env: Value| job(json!({"command": "a", "env": env})).unwrap_err();
    assert!(refused(json!({"L": []})).starts_with("job_configuration.env.L is a list: use a text"));
    assert!(refused(json!([])).contains("use a map of names to texts"));
    assert!(refused(json!({"A=B": "x"})).contains("no name of an environment variable"));
    assert!(refused(json!({"": "x"})).contains("no name of an environment variable"));
    assert!(refused(json!({"A": "x\u{0}"})).contains("NUL"));
}

#[test]
fn keys_and_types_that_mean_nothing_are_refused() {
    let refused = |key: &str, value: Value| {
        let mut configuration = object(json!({"command": "a"}));
        configuration.insert(key.to_owned(), value);
        job(Value::Object(configuration)).unwrap_err()
    };
    assert!(refused("workingdir", json!("/")).ends_with("did you mean \"working_dir\"?"));
    assert!(refused("job_manifest", json!({})).contains("means nothing to a pool of type process"));
    assert!(refused("stream_output", json!("yes")).contains("use true or false"));
    assert!(refused("labels", json!({"a": null})).contains("labels.a is null"));
    assert!(
        refused("working_dir", json!("{{ prefect.variables.dir }}"))
            .contains("prefect.variables.dir")
    );
    assert!(job(json!([])).is_err());
    let nulls = json!({"command": "a", "env": null, "labels": null, "name": null, "stream_output": null, "working_dir": ""});
    assert_eq!(job(nulls), job(json!({"command": "a"})));
}

#[test]
fn a_pool_of_processes_needs_a_command_and_known_keys_in_its_template() {
    let check =
        |configuration| ProcessJob::check_template(&template(configuration, &["command"]).unwrap());
    assert_eq!(
        check(json!({"command": "{{ command }}", "secret_env": {}, "env_file": "/x"})),
        Ok(())
    );
    assert_eq!(check(json!({})), Err(ProcessJobError::MissingCommand));
    assert!(matches!(
        check(json!({"comand": "x"})),
        Err(ProcessJobError::UnknownKey { .. })
    ));
}

#[test]
fn secrets_are_put_in_where_they_stand_and_nowhere_else() {
    let lookup = |name: &str| match name {
        "A" => Some("1".to_owned()),
        "TRICK" => Some("${A} $${A}".to_owned()),
        _ => None,
    };
    let table = [
        ("", ""),
        ("plain $A $ $$ $(A) {A}", "plain $A $ $$ $(A) {A}"),
        ("${A}", "1"),
        ("x${A}y${A}ü", "x1y1ü"),
        ("$${A}", "${A}"),
        ("$$${A}", "$${A}"),
        ("$${", "${"),
        ("$", "$"),
        ("${TRICK}", "${A} $${A}"),
    ];
    for (text, expected) in table {
        assert_eq!(
            substitute_secrets(text, lookup).as_deref(),
            Ok(expected),
            "{text}"
        );
    }
    for text in ["${", "${}", "${A", "${A B}", "${1A}", "${A:-x}", "${ä}"] {
        assert_eq!(
            substitute_secrets(text, lookup),
            Err(SecretError::Malformed),
            "{text}"
        );
    }
    let missing = substitute_secrets("${NOPE}", lookup).unwrap_err();
    assert_eq!(
        missing,
        SecretError::Missing {
            name: "NOPE".to_owned()
        }
    );
}

#[test]
fn a_job_variable_never_reaches_a_secret() {
    let configuration = json!({
        "command": "{{ command }}",
        "env": {"FIXED": "x", "USER": "{{ user }}", "URL": "db://${DB_PASSWORD}@h", "LITERAL": "$${X}"},
        "secret_env": {"DB_PASSWORD": "${DB_PASSWORD}"},
        "env_file": "/etc/weir/pool.env",
    });
    let template = template(configuration, &["command", "user", "secret_env"]).unwrap();
    let run = object(
        json!({"command": "echo ${DB_PASSWORD}", "user": "${DB_PASSWORD}", "secret_env": {"X": "${DB_PASSWORD}"}}),
    );
    let rendered = template.render(&template.check(&Map::new(), &run).unwrap());
    assert_eq!(
        rendered,
        json!({"command": "echo ${DB_PASSWORD}", "env": {"FIXED": "x", "USER": "${DB_PASSWORD}"}})
    );
    let secrets = template.secrets();
    assert_eq!(secrets.env_file(), Some("/etc/weir/pool.env"));
    assert_eq!(
        secrets.names().into_iter().collect::<Vec<_>>(),
        ["DB_PASSWORD"]
    );
    let resolved = secrets.resolve(|_| Some("s3cret".to_owned())).unwrap();
    let got: Vec<_> = resolved
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        got,
        [
            ("DB_PASSWORD", "s3cret"),
            ("LITERAL", "${X}"),
            ("URL", "db://s3cret@h")
        ]
    );
    assert_eq!(
        secrets.resolve(|_| None),
        Err(SecretError::Missing {
            name: "DB_PASSWORD".to_owned()
        })
    );
}

#[test]
fn placeholders_and_broken_texts_are_refused_where_secrets_stand() {
    let refusal = |configuration: Value| template(configuration, &["a"]).unwrap_err().to_string();
    let placeholders = [
        json!({"secret_env": {"A": "{{ a }}"}}),
        json!({"secret_env": {"A": "{{ prefect.blocks.secret.a }}"}}),
        json!({"env": {"A": "${B}{{ a }}"}}),
        json!({"env_file": "/{{ a }}"}),
    ];
    for configuration in placeholders {
        assert!(
            refusal(configuration.clone()).contains("must not reach"),
            "{configuration}"
        );
    }
    assert!(refusal(json!({"secret_env": "{{ a }}"})).contains("not a map"));
    assert!(
        refusal(json!({"secret_env": {"A": 5}}))
            .contains("secret_env.A is not usable: it is not a text")
    );
    assert!(refusal(json!({"secret_env": {"A=": "x"}})).contains("its name"));
    assert!(refusal(json!({"secret_env": {"A": "${B"}})).contains("begins no `${NAME}`"));
    assert!(refusal(json!({"secret_env": {"A": "x"}, "env": {"A": "${B}"}})).contains("keep one"));
    assert!(refusal(json!({"env_file": 5})).contains("not a path"));
}
