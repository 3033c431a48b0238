//! What the first container is to run.

use super::*;
use crate::template::launcher;

/// The container's command and arguments after the configuration's command and the deployment's entrypoint are in.
fn run(fields: &Value, command: &Value, entrypoint: Option<&str>) -> (Value, Value) {
    let configuration = configuration(&json!({"containers": [container(fields)]}));
    let configuration = with(configuration, "/command", command.clone());
    let made =
        Manifest::of_rendered(&configuration, &identity(), &BTreeMap::new(), entrypoint).unwrap();
    let made = first(&made);
    (made["command"].clone(), made["args"].clone())
}

#[test]
fn a_command_is_the_arguments_of_the_first_container() {
    let null = Value::Null;
    let words = json!(["sh", "-c", "echo 'a b'"]);
    let text = json!(r#"sh -c "echo 'a b'""#);
    assert_eq!(run(&json!({}), &text, None), (null.clone(), words.clone()));
    assert_eq!(run(&json!({}), &words, None), (null.clone(), words.clone()));
    assert_eq!(
        run(&json!({"args": text}), &null, None),
        (null.clone(), words.clone())
    );
    assert_eq!(
        run(&json!({"args": ["own"]}), &text, None),
        (null.clone(), json!(["own"]))
    );
    assert_eq!(
        run(&json!({"command": "tini --"}), &text, None),
        (json!(["tini", "--"]), words)
    );
    for nothing in [null.clone(), json!(""), json!([])] {
        assert_eq!(
            run(&json!({"args": nothing}), &nothing, None),
            (null.clone(), null.clone())
        );
    }
}

#[test]
fn an_entrypoint_runs_where_nothing_else_does() {
    let entry = Some("flows/a$(B).py:main");
    let (command, args) = run(&json!({"args": ""}), &Value::Null, entry);
    assert_eq!(command, Value::Null);
    let [python, flag, source, place] = launcher::command("flows/a$$(B).py:main");
    assert_eq!(
        args,
        json!([python, flag, source, place]),
        "the kubelet leaves it as it is"
    );
    assert!(!launcher::SOURCE.contains('$'));
    assert_eq!(
        run(&json!({"command": ["own"]}), &Value::Null, entry).1,
        Value::Null
    );
    assert_eq!(run(&json!({}), &json!("own"), entry).1, json!(["own"]));
    let pod = configuration(&json!({"containers": [container(&json!({}))]}));
    let bad = Manifest::of_rendered(&pod, &identity(), &BTreeMap::new(), Some("nothing"));
    assert!(matches!(bad, Err(ManifestError::Entrypoint(_))));
}
