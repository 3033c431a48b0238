//! What a local process needs, read from a rendered job configuration.
//!
//! Keys of `job_configuration`: `command` (required), `env`, `labels`, `name`, `stream_output`, `working_dir`, and the
//! two that belong to the template alone and never appear in a rendered configuration: `secret_env` and `env_file`
//! (see [`super::Secrets`]).
//!
//! Environment values and labels that are numbers or booleans become text as Prefect writes it (`5`, `True`); lists
//! and objects are refused, because their Python spelling is of no use to anybody.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Template, nearest, nearest_name, python, type_name, unresolved_prefect_references};

const KEYS: [&str; 6] = [
    "command",
    "env",
    "labels",
    "name",
    "stream_output",
    "working_dir",
];

/// A process to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessJob {
    /// The program and its arguments; never empty.
    pub command: Vec<String>,
    /// Variables to set, or with `None` to take away. [`super::Secrets::resolve`] outranks them.
    pub env: BTreeMap<String, Option<String>>,
    /// Where to start; `None` is a temporary directory of its own.
    pub working_dir: Option<String>,
    /// Whether the worker copies the output to its own.
    pub stream_output: bool,
    /// Labels for listings.
    pub labels: BTreeMap<String, String>,
    /// The name to show, if it is not the run's.
    pub name: Option<String>,
}

/// Why a rendered configuration is no process.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcessJobError {
    /// Nothing to run.
    #[error(
        "there is no command to run: set `command` in the deployment's job variables (jobVariables.command) or in the run's, or give the deployment an entrypoint such as flows/etl.py:main"
    )]
    MissingCommand,
    /// A command text that cannot be split.
    #[error(
        "the command {command:?} cannot be split into words: a quote is not closed or it ends in a backslash"
    )]
    UnbalancedCommand {
        /// The command, cut to 200 characters.
        command: String,
    },
    /// A value of the wrong type.
    #[error("job_configuration.{path} is {found}: {fix}")]
    WrongType {
        /// Where below `job_configuration`.
        path: String,
        /// What was found.
        found: &'static str,
        /// What would be right.
        fix: &'static str,
    },
    /// A text that the operating system cannot take.
    #[error("job_configuration.{path} {problem}")]
    Unusable {
        /// Where below `job_configuration`.
        path: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A key that means nothing to a process.
    #[error("job_configuration.{key} means nothing to a pool of type process{}", nearest(nearest_name.as_deref()))]
    UnknownKey {
        /// The key.
        key: String,
        /// The nearest key that does.
        nearest_name: Option<String>,
    },
    /// References to a Prefect server, which weir does not have.
    #[error("the job configuration still holds {}: weir has no Prefect server to ask, put the value itself there or use `secret_env`", .0.join(", "))]
    PrefectReferences(Vec<String>),
}

impl ProcessJob {
    /// Whether a template is one for processes; for the time when a pool is created.
    pub fn check_template(template: &Template) -> Result<(), ProcessJobError> {
        check_keys(template.job_configuration())?;
        if template
            .job_configuration()
            .get("command")
            .is_none_or(Value::is_null)
        {
            return Err(ProcessJobError::MissingCommand);
        }
        Ok(())
    }

    /// Reads what [`Template::render`] gave.
    pub fn parse(rendered: &Value) -> Result<Self, ProcessJobError> {
        let references = unresolved_prefect_references(rendered);
        if !references.is_empty() {
            return Err(ProcessJobError::PrefectReferences(references));
        }
        let Value::Object(map) = rendered else {
            return Err(wrong("", rendered, "it must be a map"));
        };
        check_keys(map)?;
        let job = Self {
            command: command(map.get("command"))?,
            env: env(map.get("env"))?,
            working_dir: optional_text(map, "working_dir")?,
            stream_output: match map.get("stream_output") {
                None | Some(Value::Null) => true,
                Some(Value::Bool(stream)) => *stream,
                Some(other) => return Err(wrong("stream_output", other, "use true or false")),
            },
            labels: labels(map.get("labels"))?,
            name: optional_text(map, "name")?,
        };
        match job.working_dir.as_deref() {
            Some(dir) if dir.contains('\0') => {
                Err(unusable("working_dir", "holds a NUL character"))
            }
            Some(_) | None => Ok(job),
        }
    }
}

fn check_keys(map: &Map<String, Value>) -> Result<(), ProcessJobError> {
    match map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        Some(key) => {
            let known = KEYS.into_iter().chain(["secret_env", "env_file"]);
            Err(ProcessJobError::UnknownKey {
                nearest_name: nearest_name(key, known),
                key: key.clone(),
            })
        }
        None => Ok(()),
    }
}

fn wrong(path: &str, found: &Value, fix: &'static str) -> ProcessJobError {
    ProcessJobError::WrongType {
        path: path.to_owned(),
        found: type_name(found),
        fix,
    }
}

fn unusable(path: &str, problem: &'static str) -> ProcessJobError {
    ProcessJobError::Unusable {
        path: path.to_owned(),
        problem,
    }
}

fn optional_text(map: &Map<String, Value>, key: &str) -> Result<Option<String>, ProcessJobError> {
    match map.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(wrong(key, other, "use a text")),
    }
}

pub(super) fn command(value: Option<&Value>) -> Result<Vec<String>, ProcessJobError> {
    let words = match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => split_command(text)?,
        Some(Value::Array(items)) => {
            let word = |(index, item): (usize, &Value)| {
                let path = format!("command[{index}]");
                let refused = || wrong(&path, item, "each word must be a text");
                item.as_str().map(str::to_owned).ok_or_else(refused)
            };
            items
                .iter()
                .enumerate()
                .map(word)
                .collect::<Result<_, _>>()?
        }
        Some(other) => return Err(wrong("command", other, "use a text or a list of words")),
    };
    if words.first().is_none_or(String::is_empty) {
        return Err(ProcessJobError::MissingCommand);
    }
    if words.iter().any(|word| word.contains('\0')) {
        return Err(unusable("command", "holds a NUL character"));
    }
    Ok(words)
}

/// Splits a command into words as a shell would. A `#` at the beginning of a word begins a comment, as in a shell.
pub fn split_command(text: &str) -> Result<Vec<String>, ProcessJobError> {
    shlex::split(text).ok_or_else(|| ProcessJobError::UnbalancedCommand {
        command: super::clip(text, 200),
    })
}

/// A number, a boolean or a text as text.
fn scalar(path: impl Fn() -> String, value: &Value) -> Result<String, ProcessJobError> {
    let text = match value {
        Value::Bool(_) | Value::Number(_) | Value::String(_) => python::text(value),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            return Err(wrong(
                &path(),
                value,
                "use a text; a list or a map can be given as JSON in quotes",
            ));
        }
    };
    if text.contains('\0') {
        Err(unusable(&path(), "holds a NUL character"))
    } else {
        Ok(text)
    }
}

fn env(value: Option<&Value>) -> Result<BTreeMap<String, Option<String>>, ProcessJobError> {
    let map = match value {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(map)) => map,
        Some(other) => return Err(wrong("env", other, "use a map of names to texts")),
    };
    let one = |(name, value): (&String, &Value)| {
        let path = || format!("env.{name}");
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(unusable(
                &path(),
                "is no name of an environment variable: it is empty or holds '=' or NUL",
            ));
        }
        let text = if value.is_null() {
            None
        } else {
            Some(scalar(path, value)?)
        };
        Ok((name.clone(), text))
    };
    map.iter().map(one).collect()
}

fn labels(value: Option<&Value>) -> Result<BTreeMap<String, String>, ProcessJobError> {
    match value {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(map)) => map
            .iter()
            .map(|(name, value)| Ok((name.clone(), scalar(|| format!("labels.{name}"), value)?)))
            .collect(),
        Some(other) => Err(wrong("labels", other, "use a map of names to texts")),
    }
}
