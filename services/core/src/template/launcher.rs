//! How a Python function becomes a run: the command that an entrypoint stands for where nothing else says what to run.
//!
//! The launcher is one text that is handed to `python3 -c`, so that nothing of weir has to be installed where the run
//! is: on a worker's machine or in an image. An explicit command always wins, the template's own too; so a template
//! that gives `command` a value, or requires the variable, keeps entrypoints out.

use serde_json::{Map, Value};

use super::{
    Resolved, Template, clip,
    process::{self, ProcessJobError},
};

/// The launcher. What it promises is said at its beginning.
pub const SOURCE: &str = include_str!("launcher.py");

/// The longest entrypoint, in bytes.
pub const ENTRYPOINT_BYTES_MAX: usize = 1024;

/// The command that runs an entrypoint.
#[must_use]
pub fn command(entrypoint: &str) -> [String; 4] {
    ["python3", "-c", SOURCE, entrypoint].map(str::to_owned)
}

/// Why a text is not an entrypoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the entrypoint {entrypoint:?} {problem}")]
pub struct EntrypointError {
    /// The text, cut to 200 characters.
    pub entrypoint: String,
    /// What is wrong with it and what would be right.
    pub problem: String,
}

/// Whether a text can name a Python function; whether the function exists only the run finds out.
pub fn check(entrypoint: &str) -> Result<(), EntrypointError> {
    problem(entrypoint).map_or(Ok(()), |problem| {
        Err(EntrypointError {
            entrypoint: clip(entrypoint, 200),
            problem,
        })
    })
}

fn problem(entrypoint: &str) -> Option<String> {
    const FORMS: &str = "write FILE.py:FUNCTION, such as flows/etl.py:main, or MODULE:FUNCTION, such as flows.etl:main";
    if entrypoint.len() > ENTRYPOINT_BYTES_MAX {
        return Some(format!(
            "has {} bytes, more than the {ENTRYPOINT_BYTES_MAX} allowed",
            entrypoint.len()
        ));
    }
    if entrypoint.chars().any(char::is_control) {
        return Some(format!("holds a control character: {FORMS}"));
    }
    let Some((place, function)) = entrypoint.rsplit_once(':') else {
        return Some(match entrypoint.rsplit_once('.') {
            Some((_, "py")) => {
                format!("names no function: write {entrypoint}:FUNCTION")
            }
            Some((module, function)) if is_dotted(module) && is_dotted(function) => {
                format!("has no colon: did you mean {module}:{function}?")
            }
            Some(_) | None => format!("names no function: {FORMS}"),
        });
    };
    if !is_dotted(function) {
        return Some(if function.is_empty() {
            format!("names no function: write {place}:FUNCTION")
        } else {
            format!(
                "names no function after its colon, because {function:?} is no Python name: {FORMS}"
            )
        });
    }
    match place.strip_suffix(".py") {
        Some(stem) if !stem.is_empty() && !stem.ends_with('/') => None,
        None if is_dotted(place) => None,
        None if place.contains('/') && !place.ends_with('/') => Some(format!(
            "names no Python file: did you mean {place}.py:{function}?"
        )),
        Some(_) | None => Some(format!("names neither a file nor a module: {FORMS}")),
    }
}

/// Names with dots between them, as Python has them.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|name| {
        let mut characters = name.chars();
        characters
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_')
            && characters.all(|c| c.is_alphanumeric() || c == '_')
    })
}

impl Template {
    /// [`Self::render`] for a run of a deployment with this entrypoint: where what is rendered has no command, it gets
    /// the launcher's, as a list of words under `command`. An entrypoint that is not needed is not looked at.
    pub fn render_run(
        &self,
        variables: &Resolved,
        entrypoint: Option<&str>,
    ) -> Result<Value, EntrypointError> {
        let mut rendered = self.render(variables);
        if let (Value::Object(configuration), Some(entrypoint)) = (&mut rendered, entrypoint)
            && has_no_command(configuration)
        {
            check(entrypoint)?;
            let words = command(entrypoint).map(Value::String);
            configuration.insert("command".to_owned(), Value::Array(words.into()));
        }
        Ok(rendered)
    }
}

fn has_no_command(configuration: &Map<String, Value>) -> bool {
    let command = process::command(configuration.get("command"));
    matches!(command, Err(ProcessJobError::MissingCommand))
}
