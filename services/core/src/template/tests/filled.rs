//! What comes out where a placeholder stood.

use super::*;

fn fill(template: Value, values: Value) -> Option<Value> {
    apply_values(&template, &object(values))
}

#[test]
fn a_text_that_is_only_a_placeholder_takes_the_typed_value() {
    for value in [
        json!(3),
        json!(true),
        json!(null),
        json!([1, "a"]),
        json!({"k": {}}),
        json!(""),
    ] {
        for text in [
            "{{ x }}",
            "{{x}}",
            "{{x }}",
            "{{\t\n x\u{a0}}}",
            "{{\u{1c}x}}",
        ] {
            assert_eq!(
                fill(json!(text), json!({"x": value})),
                Some(value.clone()),
                "{text:?}"
            );
        }
    }
    let exact = json!([9_007_199_254_740_993_u64, u64::MAX, i64::MIN]);
    assert_eq!(fill(json!("{{ x }}"), json!({"x": exact})), Some(exact));
}

#[test]
fn a_missing_value_takes_its_key_or_element_along_and_leaves_the_emptied_parent() {
    assert_eq!(fill(json!("{{ x }}"), json!({})), None);
    let template =
        json!({"a": {"b": "{{ x }}"}, "c": ["{{ x }}"], "d": [["{{ x }}"], {}], "e": null});
    let expected = json!({"a": {}, "c": [], "d": [[], {}], "e": null});
    assert_eq!(fill(template, json!({})), Some(expected));
}

#[test]
fn inside_a_longer_text_a_value_is_written_as_python_does() {
    let table = [
        ("<{{ x }}>", json!("it's"), "<it's>"),
        ("<{{ x }}>", json!(true), "<True>"),
        ("<{{ x }}>", json!(false), "<False>"),
        ("<{{ x }}>", json!(null), "<None>"),
        ("<{{ x }}>", json!(1.0), "<1.0>"),
        ("<{{ x }}>", json!(1e16), "<1e+16>"),
        ("<{{ x }}>", json!(u64::MAX), "<18446744073709551615>"),
        (
            "<{{ x }}>",
            json!({"a": [null, "it's", 'é'], "b": true}),
            "<{'a': [None, \"it's\", 'é'], 'b': True}>",
        ),
        (" {{ x }}", json!(3), " 3"),
        ("{{ x }}\n", json!(3), "3\n"),
        ("{{ x }}{{ x }}", json!(3), "33"),
        ("{{x}}-{{ y }}-{{ x }}", json!("ü"), "ü--ü"),
        ("{{{ x }}}", json!(3), "{3}"),
        ("${{ x }}", json!(3), "$3"),
    ];
    for (template, x, expected) in table {
        assert_eq!(
            fill(json!(template), json!({"x": x})),
            Some(json!(expected)),
            "{template} {x}"
        );
    }
}

#[test]
fn what_prefect_takes_for_no_placeholder_is_text() {
    for text in [
        "",
        "{{ }}",
        "{{}}",
        "{{ a b }}",
        "{{ a|b }}",
        "{ { x } }",
        "{{ x",
        "{{ x }",
        "x }}",
        "{{ x} }",
        "{{\"x\": 1}}",
        "{{",
        "{",
    ] {
        assert_eq!(
            fill(json!(text), json!({"x": 1, "a": 2})),
            Some(json!(text))
        );
    }
    assert_eq!(
        fill(json!("{{ a {{ x }}"), json!({"x": 1})),
        Some(json!("{{ a 1"))
    );
}

#[test]
fn paths_lead_into_objects_lists_and_texts() {
    let values = json!({"m": {"k": [10, {"z": "hey"}], "0": "key", "": "empty"}, "l": [1, 2, 3], "s": "añb", "größe": 7, "a-b": 8});
    let table = [
        ("m.k[0]", Some(json!(10))),
        ("m.k.0", Some(json!(10))),
        ("m.k[1].z", Some(json!("hey"))),
        ("m[k][1][z]", Some(json!("hey"))),
        ("l[-1]", Some(json!(3))),
        ("l[-3]", Some(json!(1))),
        ("l[-4]", None),
        ("l[3]", None),
        ("l[99999999999999999999]", None),
        ("l[-9223372036854775808]", None),
        ("l.k", None),
        ("m[0]", None),
        ("m.", Some(json!("empty"))),
        ("m.k.z", None),
        ("s[1]", Some(json!("ñ"))),
        ("s[-1]", Some(json!("b"))),
        ("s[1][0]", Some(json!("ñ"))),
        ("s[1].k", None),
        ("s[3]", None),
        ("größe", Some(json!(7))),
        ("a-b", Some(json!(8))),
        ("l[0].x", None),
        ("nope.x", None),
    ];
    for (path, expected) in table {
        assert_eq!(
            fill(json!(format!("{{{{ {path} }}}}")), values.clone()),
            expected,
            "{path}"
        );
    }
    assert_eq!(
        fill(json!("<{{ l[9] }}{{ l[0] }}>"), values),
        Some(json!("<1>"))
    );
}

#[test]
fn values_are_never_expanded_again() {
    let values = json!({"a": "{{ b }}", "b": "B", "open": "{{ ", "close": " }}"});
    assert_eq!(
        fill(json!("{{ a }}"), values.clone()),
        Some(json!("{{ b }}"))
    );
    assert_eq!(
        fill(json!("<{{ a }}{{ b }}>"), values.clone()),
        Some(json!("<{{ b }}B>"))
    );
    assert_eq!(
        fill(json!("{{ open }}b{{ close }}"), values),
        Some(json!("{{ b }}"))
    );
    let nested = json!({"x": {"{{ b }}": ["{{ b }}"]}, "b": 1});
    assert_eq!(
        fill(json!("{{ x }}"), nested),
        Some(json!({"{{ b }}": ["{{ b }}"]}))
    );
}

#[test]
fn keys_are_never_expanded() {
    let template = json!({"{{ x }}": "{{ x }}", "{{ prefect.blocks.a.b }}": 1});
    let filled = fill(template, json!({"x": 1})).unwrap();
    assert_eq!(filled, json!({"{{ x }}": 1, "{{ prefect.blocks.a.b }}": 1}));
    assert!(unresolved_prefect_references(&filled).is_empty());
}

#[test]
fn references_to_a_prefect_server_stay_and_are_reported_by_name() {
    let template = json!({
        "a": "{{ prefect.blocks.secret.x }}",
        "b": ["x {{ prefect.variables.y }} {{ v }}", "{{prefect.blocks.secret.x}}"],
        "c": "{{ v }}",
        "d": "{{ $HOME }}",
    });
    let values = json!({"v": "{{ prefect.variables.from_user }}", "prefect": {"blocks": {"secret": {"x": 1}}}});
    let filled = fill(template, values).unwrap();
    assert_eq!(filled["a"], "{{ prefect.blocks.secret.x }}");
    assert_eq!(
        filled["b"][0],
        "x {{ prefect.variables.y }} {{ prefect.variables.from_user }}"
    );
    assert_eq!(filled["d"], "{{ $HOME }}");
    assert_eq!(
        unresolved_prefect_references(&filled),
        [
            "prefect.blocks.secret.x",
            "prefect.variables.from_user",
            "prefect.variables.y"
        ]
    );
}

#[test]
fn python_itself_spells_every_value_so() {
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../../tests/data/python-text.json")).unwrap();
    for case in &cases {
        assert_eq!(
            python::text(&case["value"]),
            case["text"].as_str().unwrap(),
            "{case}"
        );
    }
    assert_eq!(cases.len(), 305);
}
