//! A Job's `podFailurePolicy`: the first rule that a failed pod fits says what the failure means.

use serde_json::Value;

use crate::object::Meta;

/// What becomes of a failed pod.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It counts against the backoff limit.
    Count,
    /// It does not.
    Ignore,
    /// It ends the Job, for this reason.
    Fail(String),
}

pub(crate) fn judge(job: &Value, pod: &Value) -> Verdict {
    let rules = job
        .pointer("/spec/podFailurePolicy/rules")
        .and_then(Value::as_array);
    for (at, rule) in rules.into_iter().flatten().enumerate() {
        let Some(what) = fits(rule, pod) else {
            continue;
        };
        return match rule["action"].as_str() {
            Some("Ignore") => Verdict::Ignore,
            Some("FailJob") => Verdict::Fail(format!("{what} matching FailJob rule at index {at}")),
            _ => Verdict::Count,
        };
    }
    Verdict::Count
}

/// What of the pod the rule fits, in the words of the Job controller.
fn fits(rule: &Value, pod: &Value) -> Option<String> {
    let place = format!("pod {}/{}", pod.namespace(), pod.name());
    for pattern in rule["onPodConditions"].as_array().into_iter().flatten() {
        let kind = pattern["type"].as_str().unwrap_or_default();
        let wanted = pattern["status"].as_str().unwrap_or("True");
        if pod.condition(kind).is_some_and(|it| it["status"] == wanted) {
            return Some(format!("{} has condition {kind}", capital(&place)));
        }
    }
    let codes = rule.get("onExitCodes")?;
    let values: Vec<i64> = codes["values"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_i64)
        .collect();
    let only = codes["containerName"].as_str();
    for status in pod["status"]["containerStatuses"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let name = status["name"].as_str().unwrap_or_default();
        let code = status
            .number("/state/terminated/exitCode")
            .filter(|it| *it != 0);
        let Some(code) = code.filter(|_| only.is_none_or(|it| it == name)) else {
            continue;
        };
        if values.contains(&code) == (codes["operator"] == "In") {
            return Some(format!(
                "Container {name} for {place} failed with exit code {code}"
            ));
        }
    }
    None
}

fn capital(text: &str) -> String {
    text.replacen('p', "P", 1)
}
