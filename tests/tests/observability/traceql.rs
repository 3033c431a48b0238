//! The `TraceQL` of the board *Run*. No parser of it is to be had, so it is held by its form, and by the names of spans and
//! attributes that runs' traces have.

use std::collections::BTreeSet;

use weir_tests::deploy::{boards, text, yaml};

/// What a span has without attributes, in `TraceQL`'s words.
const INTRINSICS: [&str; 6] = [
    "name",
    "status",
    "duration",
    "kind",
    "rootName",
    "traceDuration",
];

/// One condition within the braces.
#[derive(Debug, PartialEq, Eq)]
struct Condition {
    field: String,
    operator: String,
    value: String,
}

/// The conditions of a query of the only form that the boards use: `{ FIELD OPERATOR VALUE && … }`.
fn conditions(query: &str) -> Result<Vec<Condition>, String> {
    let inner = query
        .strip_prefix("{ ")
        .and_then(|rest| rest.strip_suffix(" }"));
    let inner = inner.ok_or("it is not within braces")?;
    let mut all = Vec::new();
    for part in inner.split(" && ") {
        let words: Vec<&str> = part.splitn(3, ' ').collect();
        let [field, operator, value] = words[..] else {
            return Err(format!("{part:?} is no condition"));
        };
        let known = INTRINSICS.contains(&field)
            || field.starts_with("span.")
            || field.starts_with("resource.");
        if !known {
            return Err(format!(
                "{field} is neither an attribute nor of the span itself"
            ));
        }
        let quoted = value.len() >= 2 && value.starts_with('"') && value.ends_with('"');
        let fits = match (field, operator) {
            ("status", "=" | "!=") => ["ok", "error", "unset"].contains(&value),
            ("duration" | "traceDuration", "=" | "!=" | "<" | "<=" | ">" | ">=") => is_span(value),
            ("status" | "duration" | "traceDuration", _) => false,
            (_, "=" | "!=" | "=~" | "!~") => quoted,
            _ => false,
        };
        if !fits {
            return Err(format!("{field} {operator} {value} is no comparison"));
        }
        all.push(Condition {
            field: field.to_owned(),
            operator: operator.to_owned(),
            value: value.trim_matches('"').to_owned(),
        });
    }
    Ok(all)
}

/// A variable, or a number with a unit.
fn is_span(value: &str) -> bool {
    let digits = value.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let unit = &value[digits.len()..];
    let number = !digits.is_empty() && digits.parse::<f64>().is_ok();
    number && ["ns", "us", "ms", "s", "m", "h"].contains(&unit)
}

/// Words between backticks in a table's first column, under a heading of deploy/TRACES.md.
fn listed() -> BTreeSet<String> {
    let page = text("deploy/TRACES.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| Some(row.split_once('`')?.0.to_owned()))
        .collect()
}

#[test]
fn searches_name_spans_and_attributes_that_traces_have() {
    let listed = listed();
    let mut asked = 0;
    for query in boards().iter().flat_map(|board| &board.queries) {
        if query.source != "tempo" {
            continue;
        }
        asked += 1;
        let found = conditions(&query.expanded);
        let found = found.unwrap_or_else(|why| panic!("{}: {why} in {}", query.place, query.text));
        for condition in found {
            let name = match condition.field.as_str() {
                "name" => condition.value,
                field => match field.strip_prefix("span.") {
                    Some(attribute) => attribute.to_owned(),
                    None => continue,
                },
            };
            assert!(
                listed.contains(&name),
                "{}: deploy/TRACES.md has no {name:?}",
                query.place
            );
        }
    }
    assert_eq!(asked, 7);
}

#[test]
fn the_tags_that_lead_from_a_span_to_metrics_are_attributes() {
    let listed = listed();
    let sources = yaml("deploy/grafana/provisioning/datasources/weir.yaml");
    let tags = sources["datasources"][1]["jsonData"]["tracesToMetrics"]["tags"].clone();
    for tag in tags.as_array().expect("a list") {
        let key = tag["key"].as_str().expect("an attribute");
        assert!(listed.contains(key), "deploy/TRACES.md has no {key:?}");
    }
}

#[test]
fn a_search_of_another_form_is_caught() {
    for (query, why) in [
        ("name = \"flow_run\"", "braces"),
        ("{ nam = \"flow_run\" }", "neither"),
        ("{ name = flow_run }", "no comparison"),
        ("{ duration > 5 }", "no comparison"),
        ("{ duration =~ \"5s\" }", "no comparison"),
        ("{ status = failed }", "no comparison"),
        ("{ name > \"a\" }", "no comparison"),
        ("{ name=\"a\" }", "no condition"),
    ] {
        let said = conditions(query).expect_err(query);
        assert!(said.contains(why), "{query}: {said}");
    }
    let condition = Condition {
        field: "span.weir.run.id".to_owned(),
        operator: "=~".to_owned(),
        value: ".*".to_owned(),
    };
    assert_eq!(
        conditions("{ span.weir.run.id =~ \".*\" }"),
        Ok(vec![condition])
    );
}
