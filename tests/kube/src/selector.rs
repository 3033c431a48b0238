//! Label and field selectors, as far as the API server gives them for the resources that are here.

use serde_json::Value;

use crate::{resource::Resource, route::Query, status::Failure};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    Missing,
}

/// What a list or a watch wants to see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selector {
    labels: Vec<(String, Test)>,
    /// JSON pointer, wanted value, and whether it is to be that value.
    fields: Vec<(String, String, bool)>,
}

impl Selector {
    pub(crate) fn of(resource: Resource, query: &Query) -> Result<Self, Failure> {
        let labels = query.get("labelSelector").map_or(Ok(Vec::new()), labels)?;
        let fields = query
            .get("fieldSelector")
            .map_or(Ok(Vec::new()), |it| fields(resource, it))?;
        Ok(Self { labels, fields })
    }

    /// Whether everything passes.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    pub(crate) fn matches(&self, object: &Value) -> bool {
        let labels = &object["metadata"]["labels"];
        let label = |(key, test): &(String, Test)| {
            let value = labels.get(key).and_then(Value::as_str);
            match test {
                Test::In(all) => value.is_some_and(|it| all.iter().any(|one| one == it)),
                Test::NotIn(all) => value.is_none_or(|it| all.iter().all(|one| one != it)),
                Test::Exists => value.is_some(),
                Test::Missing => value.is_none(),
            }
        };
        self.labels.iter().all(label)
            && self
                .fields
                .iter()
                .all(|(pointer, want, equal)| (field(object, pointer) == *want) == *equal)
    }
}

fn field(object: &Value, pointer: &str) -> String {
    match object.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None
            if pointer == "/status/succeeded" =>
        {
            "0".to_owned()
        }
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}

/// Splits at the commas that are not inside of brackets.
fn terms(text: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    text.split(|it: char| {
        match it {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        it == ',' && depth == 0
    })
    .map(str::trim)
    .filter(|it| !it.is_empty())
    .collect()
}

fn labels(text: &str) -> Result<Vec<(String, Test)>, Failure> {
    terms(text)
        .into_iter()
        .map(label)
        .collect::<Option<_>>()
        .ok_or_else(|| {
            Failure::bad_request(format!(
                "unable to parse requirement: found '{text}', expected: a label selector"
            ))
        })
}

fn label(term: &str) -> Option<(String, Test)> {
    let pair = |(key, value): (&str, &str)| (key.trim().to_owned(), vec![value.trim().to_owned()]);
    if let Some(found) = term.split_once("!=") {
        let (key, value) = pair(found);
        return Some((key, Test::NotIn(value)));
    }
    if let Some(found) = term.split_once("==").or_else(|| term.split_once('=')) {
        let (key, value) = pair(found);
        return Some((key, Test::In(value)));
    }
    if let Some((head, list)) = term.split_once('(') {
        let values = list
            .strip_suffix(')')?
            .split(',')
            .map(|it| it.trim().to_owned())
            .collect();
        let (key, word) = head.trim().rsplit_once(' ')?;
        let test = match word {
            "in" => Test::In(values),
            "notin" => Test::NotIn(values),
            _ => return None,
        };
        return Some((key.trim().to_owned(), test));
    }
    match term.strip_prefix('!') {
        Some(key) => Some((key.trim().to_owned(), Test::Missing)),
        None => (!term.contains(' ')).then(|| (term.to_owned(), Test::Exists)),
    }
}

fn fields(resource: Resource, text: &str) -> Result<Vec<(String, String, bool)>, Failure> {
    terms(text)
        .into_iter()
        .map(|term| {
            let (key, value, equal) = match (term.split_once("!="), term.split_once('=')) {
                (Some((key, value)), _) => (key, value, false),
                (None, Some((key, value))) => (key, value.trim_start_matches('='), true),
                (None, None) => {
                    return Err(Failure::bad_request(format!(
                        "invalid selector: '{text}'; can't understand '{term}'"
                    )));
                }
            };
            let pointer = pointer(resource, key).ok_or_else(|| {
                Failure::bad_request(format!(
                    "field label \"{key}\" not supported for {}",
                    resource.kind()
                ))
            })?;
            Ok((pointer, value.to_owned(), equal))
        })
        .collect()
}

/// The fields that a server selects by; the Job's `status.successful` is called `succeeded` inside.
fn pointer(resource: Resource, key: &str) -> Option<String> {
    let known = match resource {
        Resource::Jobs => key == "status.successful",
        Resource::Pods => matches!(key, "spec.nodeName" | "spec.restartPolicy" | "status.phase"),
        Resource::Events => key.starts_with("involvedObject.") || matches!(key, "reason" | "type"),
        Resource::ConfigMaps
        | Resource::Secrets
        | Resource::ResourceQuotas
        | Resource::Namespaces
        | Resource::Nodes
        | Resource::Leases => false,
    };
    let pointer = format!("/{}", key.replace('.', "/"));
    match key {
        "metadata.name" | "metadata.namespace" => Some(pointer),
        "status.successful" if known => Some("/status/succeeded".to_owned()),
        _ => known.then_some(pointer),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn selects(query: &str, object: &Value) -> bool {
        let selector = Selector::of(Resource::Jobs, &Query::parse(query)).unwrap();
        selector.matches(object)
    }

    #[test]
    fn labels_are_selected_by_equality_sets_and_presence() {
        let job = json!({ "metadata": { "labels": { "app": "weir", "tier": "a" } } });
        for query in [
            "labelSelector=app%3Dweir",
            "labelSelector=app==weir,tier!=b",
            "labelSelector=tier%20in%20(a,b),app",
            "labelSelector=tier+notin+(b),!other",
        ] {
            assert!(selects(query, &job), "{query}");
        }
        for query in [
            "labelSelector=app%3Dother",
            "labelSelector=tier%20in%20(b)",
            "labelSelector=other",
            "labelSelector=!app",
            "labelSelector=app%3Dweir,tier%3Db",
        ] {
            assert!(!selects(query, &job), "{query}");
        }
    }

    #[test]
    fn fields_are_those_that_the_server_knows() {
        let job = json!({ "metadata": { "name": "a" }, "status": { "succeeded": 1 } });
        assert!(selects("fieldSelector=metadata.name%3Da", &job));
        assert!(selects(
            "fieldSelector=status.successful%3D1,metadata.name!=b",
            &job
        ));
        assert!(!selects("fieldSelector=status.successful%3D0", &job));
        let unknown = Query::parse("fieldSelector=spec.suspend%3Dtrue");
        let failure = Selector::of(Resource::Jobs, &unknown).unwrap_err();
        assert_eq!(
            failure.message,
            "field label \"spec.suspend\" not supported for Job"
        );
    }
}
