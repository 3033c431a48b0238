//! The rules that Prometheus evaluates.

use serde_json::Value;

use super::yaml;

/// One alert rule.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// Its query.
    pub query: String,
    /// Its labels and annotations.
    pub json: Value,
}

/// One recording rule.
#[derive(Clone, Debug)]
pub struct Record {
    /// The name of what it records.
    pub name: String,
    /// Its query.
    pub query: String,
}

/// All rules.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// In the order of the file.
    pub alerts: Vec<Alert>,
    /// In the order of the file: later ones may ask for earlier ones.
    pub records: Vec<Record>,
}

/// The rules of `deploy/prometheus`.
///
/// # Panics
/// When a rule is not as Prometheus takes it.
pub fn rules() -> Rules {
    let file = yaml("deploy/prometheus/rules/weir.yml");
    let mut all = Rules::default();
    let groups = file["groups"].as_array().into_iter().flatten();
    for rule in groups.flat_map(|group| group["rules"].as_array().into_iter().flatten()) {
        let query = rule["expr"]
            .as_str()
            .expect("a rule has a query")
            .to_owned();
        let (alert, record) = (rule["alert"].as_str(), rule["record"].as_str());
        assert!(
            alert.is_some() != record.is_some(),
            "a rule alerts or records: {rule}"
        );
        if let Some(name) = alert {
            all.alerts.push(Alert {
                name: name.to_owned(),
                query: query.clone(),
                json: rule.clone(),
            });
        }
        if let Some(name) = record {
            all.records.push(Record {
                name: name.to_owned(),
                query,
            });
        }
    }
    assert!(all.alerts.len() > 10 && !all.records.is_empty());
    all
}
