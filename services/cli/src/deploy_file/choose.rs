//! Which deployments of a file are meant: by names with `*`, or by the numbers of a list.

use std::fmt;

use anyhow::{anyhow, bail};
use weir_client::DeploymentName;

/// The most names that an error lists.
const LISTED: usize = 20;

/// The places of those that one of the patterns names, in the order of the file.
pub(crate) fn by_name(
    names: &[&DeploymentName],
    patterns: &[String],
) -> anyhow::Result<Vec<usize>> {
    for pattern in patterns {
        if !names.iter().any(|name| matches(pattern, name.as_str())) {
            return Err(unknown(names, pattern));
        }
    }
    let meant = |name: &&DeploymentName| {
        patterns
            .iter()
            .any(|pattern| matches(pattern, name.as_str()))
    };
    Ok((0..names.len())
        .filter(|n| names.get(*n).is_some_and(meant))
        .collect())
}

/// `NAME` or `FLOW/NAME`, each with `*` for any text. As in Prefect the flow may be written as its function is.
fn matches(pattern: &str, full: &str) -> bool {
    let (flow, name) = full.split_once('/').unwrap_or(("", full));
    match pattern.split_once('/') {
        None => glob(pattern, name),
        Some((flows, names)) => {
            (glob(flows, flow) || glob(&flows.replace('_', "-"), flow)) && glob(names, name)
        }
    }
}

fn glob(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        let Some((_, after)) = text.split_once(part) else {
            return false;
        };
        text = after;
    }
    true
}

fn unknown(names: &[&DeploymentName], pattern: &str) -> anyhow::Error {
    let distance = |name: &&&DeploymentName| {
        let full = name.as_str();
        let short = full.split_once('/').map_or(full, |(_, short)| short);
        let compared = if pattern.contains('/') { full } else { short };
        strsim::damerau_levenshtein(pattern, compared)
    };
    let nearest = names
        .iter()
        .min_by_key(distance)
        .filter(|name| distance(name) * 2 <= pattern.len());
    match nearest {
        Some(nearest) => anyhow!("it has no deployment {pattern}: did you mean {nearest}?"),
        None => anyhow!("it has no deployment {pattern}: it has {}", listed(names)),
    }
}

/// Names for an error.
pub(crate) fn listed(names: &[impl fmt::Display]) -> String {
    let mut list: Vec<String> = names.iter().take(LISTED).map(ToString::to_string).collect();
    let more = names.len().saturating_sub(LISTED);
    if more > 0 {
        list.push(format!("{more} more"));
    }
    list.join(", ")
}

/// The places that an answer names: numbers from 1, spans of them such as `2-4`, or `a` for all.
pub(crate) fn by_number(answer: &str, count: usize) -> anyhow::Result<Vec<usize>> {
    if matches!(
        answer.trim().to_ascii_lowercase().as_str(),
        "a" | "all" | "*"
    ) {
        return Ok((0..count).collect());
    }
    let mut chosen = Vec::new();
    for word in answer
        .split([',', ' ', '\t', '\n', '\r'])
        .filter(|word| !word.is_empty())
    {
        let (from, to) = word.split_once('-').unwrap_or((word, word));
        match (from.parse::<usize>(), to.parse::<usize>()) {
            (Ok(from), Ok(to)) if 1 <= from && from <= to && to <= count => {
                chosen.extend(from - 1..to);
            }
            (Ok(_) | Err(_), Ok(_) | Err(_)) => {
                bail!("{word} is none of them: write numbers from 1 to {count}, or a for all")
            }
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<DeploymentName> {
        [
            "my-flow/prod",
            "my-flow/dev",
            "etl-dev/dep-prod",
            "etl/nightly",
            "other/prod",
        ]
        .map(|name| name.parse().expect("it is legal"))
        .to_vec()
    }

    fn named(patterns: &[&str]) -> Result<Vec<usize>, String> {
        let names = names();
        let names: Vec<_> = names.iter().collect();
        let patterns: Vec<String> = patterns
            .iter()
            .map(|pattern| (*pattern).to_owned())
            .collect();
        by_name(&names, &patterns).map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_is_short_or_full_or_has_stars() {
        for (patterns, meant) in [
            (vec!["nightly"], vec![3]),
            (vec!["etl/nightly"], vec![3]),
            (vec!["prod"], vec![0, 4]),
            (vec!["my_flow/prod"], vec![0]),
            (vec!["my-flow/*"], vec![0, 1]),
            (vec!["*dev/dep-prod"], vec![2]),
            (vec!["dep*prod"], vec![2]),
            (vec!["*o*d*"], vec![0, 2, 4]),
            (vec!["*"], vec![0, 1, 2, 3, 4]),
            (vec!["nightly", "my-flow/dev"], vec![1, 3]),
        ] {
            assert_eq!(named(&patterns), Ok(meant), "{patterns:?}");
        }
        assert!(
            named(&["dep*dep*prod"]).is_err(),
            "a text is not used twice"
        );
    }

    #[test]
    fn a_name_that_is_not_there_is_told_with_the_nearest() {
        let error = named(&["prod", "nightyl"]).expect_err("a typo");
        assert!(
            error.contains("nightyl: did you mean etl/nightly?"),
            "{error}"
        );
        let error = named(&["zzz*"]).expect_err("nothing like it");
        assert!(
            error.contains("zzz*: it has my-flow/prod, my-flow/dev"),
            "{error}"
        );
    }

    #[test]
    fn an_answer_is_numbers_or_all() {
        let chosen = |answer| by_number(answer, 4).map_err(|error| error.to_string());
        assert_eq!(chosen("3 1,3\n"), Ok(vec![0, 2]));
        assert_eq!(chosen("2-4"), Ok(vec![1, 2, 3]));
        assert_eq!(chosen(" A "), Ok(vec![0, 1, 2, 3]));
        assert_eq!(chosen(""), Ok(vec![]));
        for wrong in ["0", "5", "3-2", "2-9", "x", "-", "1 b"] {
            assert!(
                chosen(wrong).is_err_and(|error| error.contains("1 to 4")),
                "{wrong}"
            );
        }
    }
}
