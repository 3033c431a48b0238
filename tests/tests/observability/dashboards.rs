//! The dashboards are such as Grafana takes them: told apart, laid out without overlaps, over data sources that there are.

use std::collections::BTreeSet;

use serde_json::Value;
use weir_tests::deploy::{Board, boards, text, yaml};

/// Panels of Grafana itself; any other would have to be installed.
const PANELS: [&str; 9] = [
    "alertlist",
    "bargauge",
    "heatmap",
    "row",
    "stat",
    "table",
    "text",
    "timeseries",
    "traces",
];

fn panels(board: &Board) -> Vec<Value> {
    board.json["panels"].as_array().expect("panels").clone()
}

#[test]
fn there_are_the_five_boards() {
    let titles: Vec<String> = boards()
        .iter()
        .map(|board| board.json["title"].as_str().expect("a title").to_owned())
        .collect();
    assert_eq!(
        titles,
        [
            "weir: log and broker",
            "weir: overview",
            "weir: queue",
            "weir: run",
            "weir: workers and Kubernetes"
        ]
    );
}

#[test]
fn boards_and_panels_are_told_apart() {
    let mut uids = BTreeSet::new();
    for board in boards() {
        let uid = board.json["uid"].as_str().expect("a uid").to_owned();
        // The file's name is how the compose file finds the home dashboard, the uid is how links do.
        assert_eq!(
            format!("{}.json", uid.trim_start_matches("weir-")),
            board.file
        );
        assert!(uids.insert(uid), "{} has another's uid", board.file);
        assert!(
            board.json["schemaVersion"]
                .as_u64()
                .is_some_and(|version| version >= 39)
        );
        // A provisioned board must not bring a database id: it would be another's.
        assert!(
            board.json.get("id").is_none_or(Value::is_null),
            "{}",
            board.file
        );
        let mut ids = BTreeSet::new();
        for panel in panels(&board) {
            assert!(
                ids.insert(panel["id"].as_u64()),
                "{}: {}",
                board.file,
                panel["id"]
            );
        }
    }
}

#[test]
fn panels_lie_beside_each_other() {
    for board in boards() {
        let mut taken = BTreeSet::new();
        for panel in panels(&board) {
            let at = |key: &str| panel["gridPos"][key].as_u64().expect("a place");
            let (x, y, w, h) = (at("x"), at("y"), at("w"), at("h"));
            assert!(
                w > 0 && h > 0 && x + w <= 24,
                "{}: {}",
                board.file,
                panel["title"]
            );
            for cell in (x..x + w).flat_map(|column| (y..y + h).map(move |row| (column, row))) {
                assert!(
                    taken.insert(cell),
                    "{}: {} lies on another",
                    board.file,
                    panel["title"]
                );
            }
        }
    }
}

#[test]
fn panels_say_what_they_show_and_ask_a_source_that_there_is() {
    let sources = yaml("deploy/grafana/provisioning/datasources/weir.yaml");
    let sources: Vec<(Value, Value)> = sources["datasources"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|source| (source["uid"].clone(), source["type"].clone()))
        .collect();
    for board in boards() {
        for panel in panels(&board) {
            let kind = panel["type"].as_str().expect("a type");
            let place = format!("{}, {}", board.file, panel["title"]);
            assert!(PANELS.contains(&kind), "{place} is of type {kind}");
            if matches!(kind, "row" | "text") {
                continue;
            }
            assert!(
                panel["title"]
                    .as_str()
                    .is_some_and(|title| !title.is_empty()),
                "{place}"
            );
            assert!(
                panel["description"]
                    .as_str()
                    .is_some_and(|words| words.ends_with('.')),
                "{place}"
            );
            if kind == "alertlist" {
                continue;
            }
            let targets = panel["targets"].as_array().expect("targets");
            assert!(!targets.is_empty(), "{place}");
            let asked: BTreeSet<Option<&str>> = targets
                .iter()
                .map(|target| target["refId"].as_str())
                .collect();
            assert_eq!(
                asked.len(),
                targets.len(),
                "{place}: queries are told apart"
            );
            for source in targets
                .iter()
                .map(|target| &target["datasource"])
                .chain([&panel["datasource"]])
            {
                let pair = (source["uid"].clone(), source["type"].clone());
                assert!(sources.contains(&pair), "{place} asks {source}");
            }
        }
    }
}

#[test]
fn variables_are_defined_where_they_are_used_and_used_where_they_are_defined() {
    for board in boards() {
        let variables = board.json["templating"]["list"].as_array().expect("a list");
        let defined: BTreeSet<&str> = variables
            .iter()
            .filter_map(|variable| variable["name"].as_str())
            .collect();
        let queries = board.queries.iter().map(|query| query.text.as_str());
        let chosen = variables
            .iter()
            .filter_map(|variable| variable["definition"].as_str());
        let mut used = BTreeSet::new();
        for text in queries.chain(chosen) {
            for piece in text.split('$').skip(1) {
                let name: String = piece
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if !name.is_empty() && !name.starts_with("__") {
                    used.insert(name);
                }
            }
        }
        let used: BTreeSet<&str> = used.iter().map(String::as_str).collect();
        // Every board has the pool, so that it is kept when one goes from one to the other.
        assert_eq!(used, defined, "{}", board.file);
    }
}

/// From what was measured to the traces of that time.
#[test]
fn links_of_panels_lead_to_a_board_that_there_is_with_variables_that_it_has() {
    let boards = boards();
    let variables = |board: &Board| -> BTreeSet<String> {
        let list = board.json["templating"]["list"].as_array().expect("a list");
        let names = list.iter().filter_map(|one| one["name"].as_str());
        names.map(str::to_owned).collect()
    };
    let mut found = 0;
    for board in &boards {
        for panel in panels(board) {
            let links = panel["fieldConfig"]["defaults"]["links"].as_array();
            for link in links.into_iter().flatten() {
                found += 1;
                let url = link["url"].as_str().expect("an url");
                let place = format!("{}: {}: {url}", board.file, panel["title"]);
                let (path, query) = url.split_once('?').expect("it hands something on");
                let uid = path.strip_prefix("/d/").expect("it leads to a board");
                let mut there = boards.iter().filter(|board| board.json["uid"] == uid);
                let target = there.next().expect(&place);
                for part in query.split('&') {
                    if part == "${__url_time_range}" {
                        continue;
                    }
                    let name = if let Some((name, label)) = part.split_once("=${__field.labels.") {
                        let label = label.trim_end_matches('}');
                        let kept = format!("{{{{{label}}}}}");
                        let place = format!("{}, {}", board.file, panel["title"]);
                        let mut asked = board.queries.iter();
                        let legend = asked.any(|it| it.place == place && it.legend.contains(&kept));
                        assert!(legend, "{place}: its series have no {label}");
                        name.strip_prefix("var-").expect("a variable")
                    } else {
                        let own = part
                            .strip_prefix("${")
                            .and_then(|it| it.strip_suffix(":queryparam}"));
                        let own = own.expect("a variable of its own board");
                        assert!(variables(board).contains(own), "{place}");
                        own
                    };
                    assert!(variables(target).contains(name), "{place}");
                }
            }
        }
    }
    assert!(found >= 2, "there is a way from metrics to traces");
}

#[test]
fn the_boards_are_where_grafana_looks_for_them() {
    let provider = yaml("deploy/grafana/provisioning/dashboards/weir.yaml");
    let path = provider["providers"][0]["options"]["path"]
        .as_str()
        .expect("a path");
    let compose = yaml("docker-compose.yml");
    let grafana = &compose["services"]["grafana"];
    let mounted = grafana["volumes"].as_array().expect("a list");
    let mount = format!("./deploy/grafana/dashboards:{path}:ro");
    assert!(mounted.contains(&Value::from(mount)), "{mounted:?}");
    let home = &grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"];
    let file = home
        .as_str()
        .and_then(|home| home.strip_prefix(path))
        .expect("it is below that path");
    text(&format!("deploy/grafana/dashboards{file}"));
}
