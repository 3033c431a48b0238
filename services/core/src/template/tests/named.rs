//! Names of runs.

use proptest::prelude::*;

use super::{super::run_name::*, *};
use crate::{
    bounds,
    ids::{QueueKey, RunKey},
};

fn run() -> RunKey {
    RunKey {
        queue: QueueKey::new("local".parse().unwrap(), "high".parse().unwrap()),
        run_id: "r-17".parse().unwrap(),
    }
}

fn named(template: &str, parameters: Value) -> Option<String> {
    let deployment = "etl/nightly".parse().unwrap();
    render(template, &run(), &deployment, || object(parameters))
}

#[test]
fn a_name_is_made_of_the_run_and_its_parameters_as_python_writes_them() {
    let parameters = json!({
        "day": "2026-11-23", "full": true, "rows": 1.0, "none": null,
        "tables": [{"name": "a"}, "b"], "braces": "{{ run_id }}"
    });
    for (template, name) in [
        (
            "etl {{ parameters.day }} {{ run_id }}",
            "etl 2026-11-23 r-17",
        ),
        (
            "{{deployment}} {{ flow }} {{ pool }}/{{ queue }}",
            "etl/nightly etl local/high",
        ),
        (
            "{{ parameters.full }} {{ parameters.rows }} {{ parameters.none }}",
            "True 1.0 None",
        ),
        ("{{ parameters.full }}", "True"),
        (
            "{{ parameters.tables[0].name }}, {{ parameters.tables[-1] }}",
            "a, b",
        ),
        ("{{ parameters.tables }}", "[{'name': 'a'}, 'b']"),
        // What is missing is empty, and a value is never looked at again.
        ("a{{ parameters.dya }}b{{ parameters.day.x }}", "ab"),
        ("{{ parameters.braces }}", "{{ run_id }}"),
        ("no placeholder { here }", "no placeholder { here }"),
    ] {
        check(template).unwrap();
        assert_eq!(
            named(template, parameters.clone()).as_deref(),
            Some(name),
            "{template}"
        );
    }
}

#[test]
fn a_name_is_one_line_within_its_bound_or_none() {
    for (value, name) in [
        (
            "two\nlines\tand\u{0}\u{7f}",
            Some("two lines and".to_owned()),
        ),
        ("  \n", None),
        ("", None),
        (&"ü".repeat(200), Some("ü".repeat(200))),
        (&"ü".repeat(201), Some(format!("{}…", "ü".repeat(199)))),
    ] {
        assert_eq!(
            named("{{ parameters.a }}", json!({"a": value})),
            name,
            "{value:?}"
        );
    }
    assert_eq!(named("{{ parameters.a }}", json!({})), None);
}

#[test]
fn parameters_are_not_read_for_a_name_without_them() {
    let deployment = "etl/nightly".parse().unwrap();
    let name = render(
        "{{ run_id }} parameters",
        &run(),
        &deployment,
        || unreachable!(),
    );
    assert_eq!(name.as_deref(), Some("r-17 parameters"));
}

#[test]
fn a_placeholder_that_stands_for_nothing_is_refused_with_the_nearest() {
    let refused = |template: &str| check(template).unwrap_err().to_string();
    assert_eq!(
        refused("etl {{ paramters.day }}"),
        "it uses `{{ paramters.day }}`, and there is no \"paramters\"; did you mean \"parameters\"?; there are \
         deployment, flow, parameters, pool, queue, run_id"
    );
    for template in [
        "{{ day }}",
        "{{ [0] }}",
        "{{ $HOME }}",
        "{{ prefect.variables.a }}",
    ] {
        assert!(
            refused(template).contains("there are deployment"),
            "{template}"
        );
    }
    assert!(refused("etl {{ run_id").contains("not closed"));
    let long = "ü".repeat(bounds::NAME_CHARS_MAX + 1);
    assert!(refused(&long).contains("201 characters"));
}

proptest! {
    #[test]
    fn whatever_the_values_are_a_name_is_fit_to_be_one(
        template in "[ab {}\n]{0,4}(\\{\\{ (parameters|parameters\\.a|run_id|a) \\}\\}[a\n]{0,3}){0,3}",
        value in any::<String>(),
    ) {
        if let Some(name) = named(&template, json!({"a": value})) {
            prop_assert!(!name.chars().any(char::is_control), "{name:?}");
            prop_assert!((1..=bounds::NAME_CHARS_MAX).contains(&name.chars().count()));
            prop_assert_eq!(name.trim(), name.as_str());
        }
    }
}
