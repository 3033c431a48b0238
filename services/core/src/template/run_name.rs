//! The names of a deployment's runs, by a template such as `etl {{ parameters.day }} {{ run_id }}`.
//!
//! Placeholders are those of a base job template; what they stand for is known before the run starts. A name is for
//! people: whatever the values are, it becomes one line of a bounded length.

use serde_json::{Map, Value};

use super::{apply, clip, nearest, nearest_name, placeholder, python};
use crate::{
    bounds,
    cell::DeploymentConfig,
    ids::{DeploymentName, RunKey},
    parameters::overlaid,
    request::RunRequest,
};

/// What a placeholder may begin with.
const ROOTS: [&str; 6] = [
    "deployment",
    "flow",
    "parameters",
    "pool",
    "queue",
    "run_id",
];

/// Why a text is not a template for names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunNameError {
    /// Longer than [`bounds::NAME_CHARS_MAX`].
    #[error(
        "it has {chars} characters, more than the {} allowed",
        bounds::NAME_CHARS_MAX
    )]
    TooLong {
        /// Its length.
        chars: usize,
    },
    /// A `{{` without its `}}`.
    #[error("it holds a placeholder that is not closed, in {text:?}: write `{{{{ name }}}}`")]
    Unclosed {
        /// The text, cut to 80 characters.
        text: String,
    },
    /// A placeholder that stands for nothing.
    #[error("it uses `{{{{ {name} }}}}`, and there is no {root:?}{}; there are {}", nearest(nearest_name.as_deref()), ROOTS.join(", "))]
    Unknown {
        /// The placeholder, cut to 80 characters.
        name: String,
        /// What it begins with.
        root: String,
        /// The nearest that there is.
        nearest_name: Option<String>,
    },
}

/// Whether every placeholder is closed and stands for something.
pub fn check(template: &str) -> Result<(), RunNameError> {
    let chars = template.chars().count();
    if chars > bounds::NAME_CHARS_MAX {
        return Err(RunNameError::TooLong { chars });
    }
    if placeholder::is_unclosed(template) {
        return Err(RunNameError::Unclosed {
            text: clip(template, 80),
        });
    }
    for name in placeholder::names(template) {
        let root = root(name);
        if !ROOTS.contains(&root.as_str()) {
            return Err(RunNameError::Unknown {
                name: clip(name, 80),
                nearest_name: nearest_name(&root, ROOTS.into_iter()),
                root: clip(&root, 80),
            });
        }
    }
    Ok(())
}

/// The name that its deployment gives to a run that brings none of its own.
pub fn given(run: &RunKey, request: &RunRequest, deployment: &DeploymentConfig) -> Option<String> {
    if request.name.is_some() {
        return None;
    }
    let template = deployment.run_name.as_deref()?;
    render(template, run, &deployment.name, || {
        overlaid(&deployment.parameters, &request.parameters)
    })
}

/// The name of a run; `None` if nothing is left of it. What the template asks for and the run does not have is empty.
/// `parameters` are asked for only where the template mentions them.
pub(super) fn render(
    template: &str,
    run: &RunKey,
    deployment: &DeploymentName,
    parameters: impl FnOnce() -> Map<String, Value>,
) -> Option<String> {
    let flow = deployment.as_str().split('/').next().unwrap_or_default();
    let mut values: Map<String, Value> = [
        ("deployment", deployment.as_str()),
        ("flow", flow),
        ("pool", run.queue.pool.as_str()),
        ("queue", run.queue.queue.as_str()),
        ("run_id", run.run_id.as_str()),
    ]
    .map(|(name, value)| (name.to_owned(), Value::from(value)))
    .into_iter()
    .collect();
    if placeholder::names(template).any(|name| root(name) == "parameters") {
        values.insert("parameters".to_owned(), Value::Object(parameters()));
    }
    let filled = apply::apply_values(&Value::from(template), &values)?;
    one_line(&python::text(&filled))
}

/// The first part of a placeholder's path.
fn root(name: &str) -> String {
    let mut parts = name.split(['.', '[']);
    parts.next().unwrap_or_default().to_owned()
}

fn one_line(text: &str) -> Option<String> {
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let most = bounds::NAME_CHARS_MAX;
    let name: String = if text.chars().nth(most).is_some() {
        let kept = text.chars().take(most - 1).map(printable);
        kept.chain(['…']).collect()
    } else {
        text.chars().map(printable).collect()
    };
    Some(name).filter(|name| !name.is_empty())
}
