//! What holds for every template and every value.

use proptest::prelude::*;

use super::*;

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("{{".to_owned()),
        Just("}}".to_owned()),
        Just(" ".to_owned()),
        Just("$".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just(".".to_owned()),
        Just("-1".to_owned()),
        Just("{{ a }}".to_owned()),
        Just("{{ a.b[0] }}".to_owned()),
        Just("prefect.blocks.a".to_owned()),
        "[abé'\"\\\\{}]{0,3}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn value(text: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn values() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("[ab]{1,2}", value(text().boxed()), 0..4)
        .prop_map(|map| map.into_iter().collect())
}

proptest! {
    #[test]
    fn filling_in_never_panics_and_keeps_the_shape(template in value(text().boxed()), values in values()) {
        let filled = apply_values(&template, &values);
        if let (Value::Object(before), Some(Value::Object(after))) = (&template, &filled) {
            prop_assert!(after.keys().all(|key| before.contains_key(key)));
        }
        prop_assert!(filled.is_some() || template.is_string());
        if let Some(filled) = filled {
            drop(unresolved_prefect_references(&filled));
        }
    }

    #[test]
    fn without_placeholders_filling_in_is_the_identity(
        template in value("[^{]{0,12}".boxed()), values in values()
    ) {
        prop_assert_eq!(apply_values(&template, &values), Some(template));
    }

    #[test]
    fn a_sole_placeholder_gives_back_any_value_untouched(value in value(text().boxed())) {
        let values = object(json!({"x": value}));
        prop_assert_eq!(apply_values(&json!("{{ x }}"), &values), Some(value));
    }

    #[test]
    fn a_value_in_a_text_is_put_in_once_whatever_it_holds(inner in text()) {
        let values = object(json!({"x": inner, "a": "expanded"}));
        let expected = json!(format!("<{inner}>"));
        prop_assert_eq!(apply_values(&json!("<{{ x }}>"), &values), Some(expected));
    }

    #[test]
    fn any_json_is_a_template_or_a_clear_refusal(
        configuration in value(text().boxed()), schema in value(text().boxed())
    ) {
        let template = json!({"job_configuration": configuration, "variables": schema});
        if let Err(error) = Template::from_value(template) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn a_name_with_one_slip_is_recognised(
        at in 0_usize..17, slip in "[a-z]", name in Just("image_pull_policy")
    ) {
        let template = template(json!({}), &["image_pull_policy", "env", "command"]).unwrap();
        let mut wrong: String = name.to_owned();
        wrong.replace_range(at..=at, &slip);
        prop_assume!(wrong != name);
        let error = template.check(&Map::new(), &object(json!({ wrong: 1 }))).unwrap_err();
        prop_assert!(error.to_string().contains("did you mean \"image_pull_policy\"?"), "{error}");
    }

    #[test]
    fn replacing_secrets_never_panics_and_leaves_plain_text_alone(text in text(), plain in "[^$]{0,20}") {
        drop(substitute_secrets(&text, |_| None));
        prop_assert_eq!(substitute_secrets(&plain, |_| None).unwrap(), plain);
    }
}
