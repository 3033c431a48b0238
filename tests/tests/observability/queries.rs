//! Each query of a dashboard, a rule or a data source asks for what weir shows.

use std::collections::BTreeSet;

use weir_tests::deploy::{Kind, Known, Metric, boards, check, rules, yaml};

/// What weir shows and what the rules record, whose own queries are looked at on the way.
fn known() -> Known {
    let mut known = Known::of_weir();
    let mut faults = Vec::new();
    for record in rules().records {
        match check(&record.query, &known) {
            Ok(found) => known.add(Metric {
                name: record.name,
                kind: Kind::Gauge,
                labels: found.labels,
                section: "Of the rules".to_owned(),
            }),
            Err(more) => faults.push((record.name, more)),
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    known
}

/// The names within `{{…}}` and, in rules, behind `$labels.`.
fn named(text: &str, before: &str, is_part: fn(char) -> bool) -> BTreeSet<String> {
    let pieces = text.split(before).skip(1);
    let name = |piece: &str| {
        piece
            .trim_start()
            .chars()
            .take_while(|c| is_part(*c))
            .collect()
    };
    pieces
        .map(name)
        .filter(|name: &String| !name.is_empty())
        .collect()
}

fn is_label(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[test]
fn panels_ask_for_metrics_that_there_are() {
    let known = known();
    let mut asked = 0;
    let mut faults = Vec::new();
    for query in boards().iter().flat_map(|board| &board.queries) {
        if query.source != "prometheus" {
            continue;
        }
        asked += 1;
        match check(&query.expanded, &known) {
            Err(more) => faults.push(format!("{}: {more:?} in {}", query.place, query.text)),
            Ok(found) => {
                let legend = named(&query.legend, "{{", is_label);
                for label in legend.difference(&found.labels) {
                    faults.push(format!(
                        "{}: no {label} for the legend in {}",
                        query.place, query.text
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(asked > 60, "{asked} queries");
}

#[test]
fn boards_choose_from_labels_that_there_are() {
    let known = known();
    for board in boards() {
        let variables = board.json["templating"]["list"]
            .as_array()
            .expect("a list")
            .clone();
        for variable in variables {
            let Some(query) = variable["definition"].as_str() else {
                continue;
            };
            let inner = query
                .strip_prefix("label_values(")
                .and_then(|rest| rest.strip_suffix(')'));
            let (series, label) = inner
                .and_then(|inner| inner.rsplit_once(", "))
                .expect(query);
            let found = check(&series.replace("$pool", ".*"), &known).expect(query);
            assert!(found.labels.contains(label), "{}: {query}", board.file);
            assert_eq!(
                variable["query"]["query"], query,
                "{}: said twice",
                board.file
            );
        }
    }
}

#[test]
fn every_metric_is_on_a_board() {
    let known = known();
    let mut shown = BTreeSet::new();
    for query in boards().iter().flat_map(|board| &board.queries) {
        if query.source == "prometheus" {
            shown.extend(check(&query.expanded, &known).unwrap_or_default().series);
        }
    }
    let is_shown = |metric: &Metric| {
        let parts = ["", "_bucket", "_count", "_sum"];
        parts
            .iter()
            .any(|part| shown.contains(&format!("{}{part}", metric.name)))
    };
    let all = weir_tests::deploy::metrics();
    let missing: Vec<&String> = all
        .iter()
        .filter(|metric| !is_shown(metric))
        .map(|metric| &metric.name)
        .collect();
    assert!(missing.is_empty(), "no panel shows {missing:?}");
}

#[test]
fn alerts_ask_for_metrics_that_there_are_and_name_labels_that_they_have() {
    let known = known();
    for alert in rules().alerts {
        let found = check(&alert.query, &known);
        let found =
            found.unwrap_or_else(|faults| panic!("{}: {faults:?} in {}", alert.name, alert.query));
        let said = alert.json["annotations"].to_string();
        let labels = named(&said, "$labels.", is_label);
        let missing: Vec<_> = labels.difference(&found.labels).collect();
        assert!(
            missing.is_empty(),
            "{} has no labels {missing:?}",
            alert.name
        );
    }
}

#[test]
fn the_way_from_a_span_to_metrics_leads_somewhere() {
    let known = known();
    let sources = yaml("deploy/grafana/provisioning/datasources/weir.yaml");
    let tempo = &sources["datasources"][1]["jsonData"]["tracesToMetrics"];
    let tags: Vec<String> = tempo["tags"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|tag| format!("{}=\"x\"", tag["value"].as_str().expect("a label")))
        .collect();
    let queries = tempo["queries"].as_array().expect("a list");
    assert_eq!(queries.len(), 3);
    for query in queries {
        let text = query["query"].as_str().expect("a query");
        let text = text.replace("$$__tags", &tags.join(","));
        check(&text, &known).unwrap_or_else(|faults| panic!("{faults:?} in {text}"));
    }
}

#[test]
fn a_query_that_cannot_mean_what_it_says_is_caught() {
    let known = known();
    for (query, why) in [
        ("sum(weir_queue_dept)", "nobody shows"),
        ("weir_run_wait_seconds", "nobody shows"),
        ("weir_queue_depth_bucket", "nobody shows"),
        ("weir_queue_depth{pol=\"a\"}", "no label pol"),
        ("sum by (state) (weir_queue_depth)", "such a label"),
        ("weir_claims_total", "only grows"),
        ("rate(weir_queue_depth[1m])", "a gauge"),
        (
            "histogram_quantile(0.9, sum by (pool) (rate(weir_run_wait_seconds_bucket[1m])))",
            "by `le`",
        ),
        (
            "sum by (pool) (weir_queue_depth) and on (queue) weir_queue_depth",
            "both sides",
        ),
        ("sum(weir_queue_depth", "parenthesis"),
        ("{__name__=\"weir_nothing\"}", "nobody shows"),
    ] {
        let faults = check(query, &known).expect_err(query);
        let said = format!("{faults:?}");
        assert!(said.contains(why), "{query}: {said}");
    }
}
