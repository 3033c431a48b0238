//! What a parameter schema lets through, and in which words it refuses.

use serde_json::{Value, json};

use super::*;
use crate::schema::SchemaProblem;

fn parse(schema: &Value) -> Result<ParameterSchema, SchemaError> {
    ParameterSchema::parse(&json_object(schema))
}

fn json_object(value: &Value) -> JsonObject {
    JsonObject::parse(&value.to_string()).unwrap()
}

fn object(value: &Value) -> Object {
    value.as_object().unwrap().clone()
}

/// As Prefect writes one for `def main(day: str, rows: int = 10, tables: list[Table] = [])`.
fn schema() -> ParameterSchema {
    parse(&json!({
        "title": "Parameters",
        "type": "object",
        "properties": {
            "day": {"title": "day", "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$", "position": 0},
            "rows": {"title": "rows", "type": "integer", "minimum": 1, "default": 10, "position": 1},
            "tables": {"type": "array", "items": {"$ref": "#/definitions/Table"}, "default": [], "position": 2}
        },
        "required": ["day"],
        "additionalProperties": false,
        "definitions": {
            "Table": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
        }
    }))
    .unwrap()
}

fn refusal(parameters: &Value) -> String {
    schema().check(object(parameters)).unwrap_err().to_string()
}

#[test]
fn the_runs_own_parameters_replace_the_deployments_key_by_key() {
    let deployment = json_object(&json!({"a": {"x": 1}, "b": 1}));
    let run = json_object(&json!({"a": {"y": 2}, "c": null}));
    let all = overlaid(&deployment, &run);
    assert_eq!(
        Value::Object(all),
        json!({"a": {"y": 2}, "b": 1, "c": null})
    );
}

#[test]
fn what_fits_is_let_through_and_defaults_are_pythons() {
    for good in [
        json!({"day": "2026-11-23"}),
        json!({"day": "2026-11-23", "rows": 1, "tables": [{"name": "a", "more": 1}]}),
    ] {
        assert_eq!(schema().check(object(&good)), Ok(()), "{good}");
    }
}

#[test]
fn every_parameter_that_does_not_fit_is_named_by_its_path_with_what_would_be_right() {
    let bad = json!({"day": "today", "rows": "many", "tables": [{"name": "a"}, {"name": 5}, {}], "dya": 1});
    insta::assert_snapshot!(refusal(&bad).replace("; parameters", "\nparameters"), @r#"
    parameters.day: "today" does not match "^\d{4}-\d{2}-\d{2}$"; use a text that matches ^\d{4}-\d{2}-\d{2}$
    parameters.rows: "many" is not of type integer; give integer
    parameters.tables[1].name: 5 is not of type string; give string, for example "5" in quotes
    parameters.tables[2]: "name" is a required property; add "name"
    parameters: Additional properties are not allowed ('dya' was unexpected); remove dya
    "#);
    assert_eq!(
        refusal(&json!({})),
        "parameters: \"day\" is a required property; add \"day\""
    );
}

#[test]
fn so_many_faults_are_listed_and_no_more() {
    let tables: Vec<Value> = (0..100).map(|_| json!({})).collect();
    let error = schema().check(object(&json!({"day": "2026-11-23", "tables": tables})));
    assert_eq!(error.unwrap_err().others.len(), FAULTS_MAX - 1);
}

#[test]
fn a_deployments_own_parameters_may_lack_what_a_run_brings_but_not_be_wrong() {
    let defaults = |parameters: Value| schema().check_defaults(object(&parameters));
    assert_eq!(defaults(json!({})), Ok(()));
    assert_eq!(defaults(json!({"rows": 5})), Ok(()));
    for (wrong, path) in [
        (json!({"rows": "many"}), "parameters.rows"),
        (json!({"tables": [{}]}), "parameters.tables[0]"),
        (json!({"dya": 1}), "parameters"),
    ] {
        assert_eq!(defaults(wrong).unwrap_err().first.path, path);
    }
    // What is asked of several together is asked of a run's, when all are there.
    let together = parse(&json!({
        "anyOf": [{"required": ["day"]}, {"required": ["month"]}],
        "minProperties": 2,
        "if": {"properties": {"full": {"const": true}}},
        "then": {"properties": {"rows": {"minimum": 100}}}
    }));
    let together = together.unwrap();
    assert_eq!(together.check_defaults(object(&json!({"rows": 1}))), Ok(()));
    assert!(together.check(object(&json!({"rows": 1}))).is_err());
}

#[test]
fn a_schema_is_small_of_an_object_and_complete_in_itself() {
    let refused = |schema: Value| parse(&schema).unwrap_err();
    let problem = refused(json!({"type": "array"})).to_string();
    assert_eq!(
        problem,
        "the parameter schema must be one of an object, but its `type` is \"array\""
    );
    let remote = refused(json!({"properties": {"a": {"$ref": "https://example.com/a.json"}}}));
    assert!(
        remote.to_string().starts_with(
            "the parameter schema refers to \"https://example.com/a.json\": remote references"
        ),
        "{remote}"
    );
    let large = refused(json!({"description": "x".repeat(crate::schema::SCHEMA_BYTES_MAX)}));
    assert!(
        matches!(large.problem, SchemaProblem::TooLarge { .. }),
        "{large}"
    );
    let invalid = refused(json!({"properties": {"a": {"type": "strin"}}})).to_string();
    assert!(
        invalid.starts_with("the parameter schema is not valid")
            && invalid.contains("/properties/a/type"),
        "{invalid}"
    );
}

#[test]
fn patterns_that_could_take_more_than_linear_time_are_refused() {
    let parse = |pattern: &str| parse(&json!({"properties": {"a": {"pattern": pattern}}}));
    for unsupported in ["^(?=a)", "(a)\\1", "(?<!b)a"] {
        let refused = parse(unsupported).unwrap_err().to_string();
        assert!(
            refused.contains("no look-around and no back-references"),
            "{refused}"
        );
    }
    let nested = parse("^(a+)+$").unwrap();
    let text = format!("{}b", "a".repeat(90_000));
    assert!(nested.check(object(&json!({"a": text}))).is_err());
}
