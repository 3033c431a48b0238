//! What is refused, when, and in which words.

use super::*;
use crate::schema::{SCHEMA_BYTES_MAX, SchemaProblem};

fn refusal(configuration: Value, variables: &[&str]) -> String {
    template(configuration, variables).unwrap_err().to_string()
}

fn schema_refusal(variables: Value) -> String {
    let template = json!({"job_configuration": {}, "variables": variables});
    Template::from_value(template).unwrap_err().to_string()
}

/// A template with defaults, a merged `env` and something required.
fn full() -> Template {
    Template::from_value(json!({
        "job_configuration": {"all": ["{{ image }}", "{{ cpu }}", "{{ env }}", "{{ labels }}", "{{ note }}"]},
        "variables": {
            "type": "object",
            "required": ["image", "note"],
            "properties": {
                "image": {"type": "string"},
                "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": null},
                "cpu": {"type": "integer", "minimum": 1, "maximum": 8, "default": 1},
                "policy": {"enum": ["Always", "Never"]},
                "env": {
                    "type": "object",
                    "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "default": {"A": "default", "B": "default"}
                },
                "labels": {"type": "object", "default": {"a": "default"}},
                "volumes": {"type": "array", "items": {"$ref": "#/definitions/Volume"}}
            },
            "definitions": {"Volume": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}}
        }
    }))
    .unwrap()
}

fn problems(run: Value) -> Vec<String> {
    let deployment = object(json!({"image": "i", "note": "n"}));
    let error = full().check(&deployment, &object(run)).unwrap_err();
    error.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn a_template_needs_its_two_parts() {
    let of = |value: Value| Template::from_value(value).unwrap_err().to_string();
    assert!(matches!(
        Template::parse("{"),
        Err(TemplateError::Syntax(_))
    ));
    assert!(of(json!([])).ends_with("but it is a list"));
    assert!(of(json!({})).ends_with("but `job_configuration` is missing"));
    assert!(of(json!({"job_configuration": {}})).ends_with("but `variables` is missing"));
    let text = json!({"job_configuration": "x", "variables": {}});
    assert!(of(text).ends_with("but `job_configuration` is a text"));
    let list = json!({"job_configuration": {}, "variables": []});
    assert!(of(list).ends_with("but `variables` is a list"));
}

#[test]
fn the_variables_are_the_schema_of_an_object() {
    assert!(schema_refusal(json!({"type": "array"})).ends_with("but its `type` is \"array\""));
    assert!(schema_refusal(json!({"properties": []})).ends_with("its `properties` is a list"));
    assert!(schema_refusal(json!({"properties": {"a": 1}})).contains("\"a\" is a number"));
    assert!(schema_refusal(json!({"required": "a"})).contains("`required`"));
    let invalid = schema_refusal(json!({"properties": {"a": {"type": "strin"}}}));
    assert!(
        invalid.starts_with("the JSON schema in `variables` is not valid: "),
        "{invalid}"
    );
    assert!(invalid.contains("/properties/a/type"), "{invalid}");
    assert!(Template::parse(r#"{"job_configuration": {}, "variables": {}}"#).is_ok());
}

#[test]
fn a_schema_over_the_limit_is_refused_and_one_at_the_limit_is_not() {
    let sized = |bytes: usize| {
        let empty = serde_json::to_string(&json!({"description": ""}))
            .unwrap()
            .len();
        json!({"job_configuration": {}, "variables": {"description": "x".repeat(bytes - empty)}})
    };
    assert!(Template::from_value(sized(SCHEMA_BYTES_MAX)).is_ok());
    let error = Template::from_value(sized(SCHEMA_BYTES_MAX + 1)).unwrap_err();
    let TemplateError::Schema(SchemaError { problem, .. }) = error else {
        panic!("{error}")
    };
    let bytes = SCHEMA_BYTES_MAX + 1;
    assert_eq!(problem, SchemaProblem::TooLarge { bytes });
}

#[test]
fn references_stay_inside_the_schema_and_arrive() {
    let with = |reference: &str| {
        let property = json!({"$ref": reference});
        schema_refusal(json!({"properties": {"a": property, "default": property}}))
    };
    for remote in [
        "http://127.0.0.1:1/a.json",
        "https://example.com/a#/b",
        "file:///etc/passwd",
        "other.json",
    ] {
        assert!(
            with(remote).contains("remote references are not followed"),
            "{remote}"
        );
    }
    assert!(with("#/definitions/nope").contains("which is not in it"));
    let circle = json!({
        "x": {"anyOf": [{"$ref": "#/definitions/y"}]},
        "y": {"allOf": [{"$ref": "#/definitions/x"}]}
    });
    assert!(schema_refusal(json!({"definitions": circle})).contains("in a circle"));
    let chain: Map<_, _> = (0..5000)
        .map(|i| {
            (
                format!("d{i}"),
                json!({"$ref": format!("#/definitions/d{}", i + 1)}),
            )
        })
        .chain([("d5000".to_owned(), json!({}))])
        .collect();
    let chain = json!({"properties": {"a": {"$ref": "#/definitions/d0"}}, "definitions": chain});
    assert!(schema_refusal(chain).contains("too many steps"));
    let doubling: Map<_, _> = (0..20)
        .map(|i| (i, json!({"$ref": format!("#/definitions/d{}", i + 1)})))
        .map(|(i, next)| (format!("d{i}"), json!({"allOf": [next, next]})))
        .chain([("d20".to_owned(), json!({}))])
        .collect();
    let doubling =
        json!({"properties": {"a": {"$ref": "#/definitions/d0"}}, "definitions": doubling});
    assert!(schema_refusal(doubling).contains("too many steps"));
}

#[test]
fn a_schema_may_describe_a_tree_and_data_may_look_like_a_reference() {
    let template = Template::from_value(json!({
        "job_configuration": {"tree": "{{ tree }}"},
        "variables": {
            "properties": {
                "tree": {"$ref": "#/definitions/Tree"},
                "block": {"default": {"$ref": "http://example.com/not/a/reference"}}
            },
            "definitions": {"Tree": {"type": "object", "additionalProperties": {"$ref": "#/definitions/Tree"}}}
        }
    }))
    .unwrap();
    let none = Map::new();
    assert!(
        template
            .check(&none, &object(json!({"tree": {"a": {"b": {}}}})))
            .is_ok()
    );
    let error = template
        .check(&none, &object(json!({"tree": {"a": {"b": 1}}})))
        .unwrap_err();
    assert!(
        error.to_string().starts_with("job variable tree.a.b: "),
        "{error}"
    );
}

#[test]
fn every_placeholder_of_a_template_is_closed_and_names_a_variable() {
    let undefined = refusal(json!({"a": [{"b": "x {{ imgae.tag }}"}]}), &["image"]);
    assert!(
        undefined.starts_with("job_configuration.a[0].b uses `{{ imgae.tag }}`"),
        "{undefined}"
    );
    assert!(
        undefined.ends_with("did you mean \"image\"?"),
        "{undefined}"
    );
    let unclosed = [
        "{{ a",
        "{{ a }",
        "x {{",
        "{{ a {{ a }}",
        "{{ a and {{ a }} b",
        "{{ a }} {{ a } }",
    ];
    for text in unclosed {
        assert!(
            refusal(json!({"k": text}), &["a"]).contains("not closed"),
            "{text}"
        );
    }
    for text in [
        "{{ a }}",
        "{{{ a }}}",
        "{{ not one }}",
        "{{ {{ a }} }}",
        "a }}",
        "{ {",
        "}{{ a }}",
        r#"{"x":{"y":1}}"#,
    ] {
        template(json!({"k": text, "{{ key": 1}), &["a"]).unwrap();
    }
    template(
        json!({"k": "{{ prefect.blocks.s3.b }}{{ a[0].x }}{{ größe }}"}),
        &["a", "größe"],
    )
    .unwrap();
    assert!(refusal(json!({"k": "{{ $HOME }}"}), &[]).contains("`secret_env`"));
    assert!(refusal(json!({"k": "{{ [0] }}"}), &["a"]).contains("no variable \"\""));
}

#[test]
fn a_default_fits_its_own_schema() {
    let refused = schema_refusal(json!({"properties": {"a": {"type": "string", "default": 5}}}));
    assert!(
        refused.starts_with("the default of a does not fit its own schema: 5 is not"),
        "{refused}"
    );
    let nothing =
        json!({"properties": {"a": {"type": "string", "default": null}}, "required": ["a"]});
    Template::from_value(json!({"job_configuration": {}, "variables": nothing})).unwrap();
}

#[test]
fn layers_replace_whole_variables_and_merge_only_env() {
    let deployment = object(json!({
        "image": "d", "note": "d", "env": {"B": "d", "C": "d", "D": "d"}, "labels": {"d": "d"}, "env.E": "d"
    }));
    let run = object(json!({
        "env": {"C": "r", "F": "r"}, "env.D": null, "env.F": "dotted", "env.G.H": "r", "labels": {"r": "r"}, "cpu": 2
    }));
    let resolved = full().check(&deployment, &run).unwrap();
    let expected = json!({
        "image": "d", "note": "d", "cpu": 2, "labels": {"r": "r"},
        "env": {"A": "default", "B": "d", "C": "r", "D": null, "E": "d", "F": "dotted", "G.H": "r"}
    });
    assert_eq!(Value::Object(resolved.values().clone()), expected);
}

#[test]
fn a_null_default_is_missing_and_a_null_of_a_user_is_a_value() {
    let template = full();
    let image = object(json!({"image": "i"}));
    let error = template.check(&image, &Map::new()).unwrap_err();
    assert_eq!(
        error.problems,
        [VariableProblem::Missing {
            names: vec!["note".to_owned()]
        }]
    );
    let resolved = template
        .check(&image, &object(json!({"note": null})))
        .unwrap();
    assert_eq!(template.render(&resolved)["all"][4], Value::Null);
    assert!(problems(json!({"cpu": null}))[0].starts_with("job variable cpu: null is not of type"));
}

#[test]
fn unknown_variables_are_refused_with_the_nearest_name() {
    let template = full();
    let deployment = object(json!({"imgae": 1, "image": "i", "note": "n"}));
    let run = object(json!({"zzzzzz": 1, "env.": "x", "environment": {}}));
    let error = template.check(&deployment, &run).unwrap_err();
    insta::assert_snapshot!(error.to_string().replace("; the", "\nthe"), @r#"
    the deployment's job variable "imgae" is not defined by the pool's base job template; did you mean "image"?
    the run's job variable "env." is not defined by the pool's base job template; did you mean "env"?
    the run's job variable "environment" is not defined by the pool's base job template; it defines cpu, env, image, labels, note, policy, volumes
    the run's job variable "zzzzzz" is not defined by the pool's base job template; it defines cpu, env, image, labels, note, policy, volumes
    "#);
    let none = template_without_variables()
        .check(&Map::new(), &run)
        .unwrap_err();
    assert!(none.to_string().contains("it defines none"));
    assert_eq!(
        none.problems.len(),
        3,
        "env.X is unknown where env is: {none}"
    );
    let merged = template.merge(&deployment, &run);
    assert!(
        !merged.values().contains_key("imgae"),
        "unchecked, they are left out as in Prefect"
    );
}

fn template_without_variables() -> Template {
    template(json!({}), &[]).unwrap()
}

#[test]
fn wrong_values_are_named_by_path_with_what_is_wrong_and_what_is_right() {
    let run = json!({
        "cpu": 9, "policy": "Sometimes", "env": {"N": 5, "L": []}, "image": ["x"], "volumes": [{"name": "a"}, {}]
    });
    insta::assert_snapshot!(problems(run).join("\n"), @r#"
    job variable cpu: 9 is greater than the maximum of 8; use 8 or less
    job variable env.L: [] is not of type string or null; give string or null
    job variable env.N: 5 is not of type string or null; give string or null, for example "5" in quotes
    job variable image: ["x"] is not of type string; give string
    job variable policy: "Sometimes" is not one of "Always" or "Never"; use one of ["Always","Never"]
    job variable volumes[1]: "name" is a required property; add "name"
    "#);
}

#[test]
fn a_deployment_alone_may_lack_what_is_required_and_nothing_else() {
    let template = full();
    template.check_deployment(&Map::new()).unwrap();
    assert!(
        template
            .check_deployment(&object(json!({"cpu": 0})))
            .is_err()
    );
    assert!(
        template
            .check_deployment(&object(json!({"cpus": 1})))
            .is_err()
    );
}

#[test]
fn long_values_are_cut_in_messages() {
    let message = problems(json!({"cpu": "ü".repeat(100_000)})).concat();
    assert!(message.chars().count() < 500, "{}", message.len());
    let name = "n".repeat(100_000);
    assert!(problems(json!({ name: 1 })).concat().len() < 700);
}
