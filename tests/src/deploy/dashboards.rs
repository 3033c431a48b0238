//! The dashboards of Grafana, and the queries of their panels.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use super::{promql, top};

/// One dashboard.
#[derive(Clone, Debug)]
pub struct Board {
    /// The file's name.
    pub file: String,
    /// All of it.
    pub json: Value,
    /// The queries of its panels.
    pub queries: Vec<Query>,
}

/// One query of a panel.
#[derive(Clone, Debug)]
pub struct Query {
    /// Board and panel, for people.
    pub place: String,
    /// The uid of the data source that it goes to.
    pub source: String,
    /// As the file has it.
    pub text: String,
    /// With its variables replaced: such a query can be asked.
    pub expanded: String,
    /// How its series are called, such as `{{pool}}`; empty where nothing is said.
    pub legend: String,
}

/// All dashboards, by their file's names.
///
/// # Panics
/// When one is no JSON.
pub fn boards() -> Vec<Board> {
    let folder = top().join("deploy/grafana/dashboards");
    let entries = fs::read_dir(folder).expect("there are dashboards");
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let file = path.file_name().expect("it is a file").to_string_lossy();
            let read = fs::read_to_string(&path).expect("it can be read");
            let parsed = serde_json::from_str::<Value>(&read);
            assert!(parsed.is_ok(), "{file}: {parsed:?}");
            let json = parsed.expect("just asserted");
            Board {
                queries: queries(&file, &json),
                file: file.into_owned(),
                json,
            }
        })
        .collect()
}

/// The panels of a board.
fn panels(board: &Value) -> impl Iterator<Item = &Value> {
    board["panels"].as_array().into_iter().flatten()
}

fn queries(file: &str, board: &Value) -> Vec<Query> {
    let variables = board["templating"]["list"].as_array();
    let values: BTreeMap<String, String> = variables
        .into_iter()
        .flatten()
        .filter_map(|variable| {
            let name = variable["name"].as_str()?.to_owned();
            // A box has a value to begin with; a list stands for all.
            let typed = (variable["type"] == "textbox").then(|| variable["query"].as_str());
            Some((name, typed.flatten().unwrap_or(".*").to_owned()))
        })
        .collect();
    let mut all = Vec::new();
    for panel in panels(board) {
        let title = panel["title"].as_str().unwrap_or_default();
        for target in panel["targets"].as_array().into_iter().flatten() {
            let text = target["expr"].as_str().or(target["query"].as_str());
            let text = text.unwrap_or_default().to_owned();
            all.push(Query {
                place: format!("{file}, {title:?}"),
                source: target["datasource"]["uid"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                expanded: promql::expanded(&text, &values),
                legend: target["legendFormat"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                text,
            });
        }
    }
    all
}
