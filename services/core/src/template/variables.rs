//! Job variables: how three layers become one, and what is said when they do not fit the template.

use std::fmt;

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::{Map, Value};

use super::{Template, TemplateError, clip, nearest, nearest_name};

type Object = Map<String, Value>;

/// How many wrong values, and how many unknown names of a layer, one refusal lists.
const PROBLEMS_MAX: usize = 20;

/// Whose job variables they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// The deployment's.
    Deployment,
    /// The run's own.
    Run,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deployment => "deployment",
            Self::Run => "run",
        })
    }
}

/// One thing that is wrong with the job variables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariableProblem {
    /// A name that the template does not define.
    #[error("the {layer}'s job variable {name:?} is not defined by the pool's base job template{}{}", nearest(nearest_name.as_deref()), known(nearest_name.as_deref(), names))]
    Unknown {
        /// Where it stands.
        layer: Layer,
        /// The name as it was given, cut to 80 characters.
        name: String,
        /// The nearest name that is defined.
        nearest_name: Option<String>,
        /// All names that are defined.
        names: Vec<String>,
    },
    /// Required variables that nobody sets.
    #[error("{} required by the pool's base job template and not set: set {} in the deployment's or the run's job variables", list(names), if names.len() == 1 { "it" } else { "them" })]
    Missing {
        /// Their names.
        names: Vec<String>,
    },
    /// A value that the schema does not allow.
    #[error("job variable {path}: {problem}; {fix}")]
    Invalid {
        /// The variable, or a path into it such as `env.FOO` or `volumes[0].name`.
        path: String,
        /// What is wrong.
        problem: String,
        /// What would be right.
        fix: String,
    },
}

fn known(nearest_name: Option<&str>, names: &[String]) -> String {
    match (nearest_name, names) {
        (Some(_), _) => String::new(),
        (None, []) => "; it defines none".to_owned(),
        (None, names) => format!("; it defines {}", clip(&names.join(", "), 400)),
    }
}

fn list(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
    let verb = if names.len() == 1 {
        "job variable {} is"
    } else {
        "job variables {} are"
    };
    verb.replace("{}", &quoted.join(", "))
}

/// Everything that is wrong with the job variables of one run; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct VariableError {
    /// The problems: unknown names, then missing ones, then values.
    pub problems: Vec<VariableProblem>,
}

/// The values for a template's placeholders.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resolved(Object);

impl Resolved {
    /// The values by variable.
    pub fn values(&self) -> &Object {
        &self.0
    }
}

impl Template {
    /// Lays the run's variables over the deployment's over the defaults, and says all that does not fit.
    ///
    /// A variable of a higher layer replaces the whole of a lower one; only `env` is merged by key. A null that
    /// somebody sets is a value, as in Prefect: it replaces the default and is rendered as null, where the schema
    /// allows it. A null default is no default.
    pub fn check(&self, deployment: &Object, run: &Object) -> Result<Resolved, VariableError> {
        let resolved = self.merge(deployment, run);
        let mut problems = self.unknown(Layer::Deployment, deployment);
        problems.extend(self.unknown(Layer::Run, run));
        let names = self.missing(&resolved);
        if !names.is_empty() {
            problems.push(VariableProblem::Missing { names });
        }
        problems.extend(self.invalid(&resolved));
        if problems.is_empty() {
            Ok(resolved)
        } else {
            Err(VariableError { problems })
        }
    }

    /// The same for a deployment on its own: what is missing may still come with a run.
    pub fn check_deployment(&self, deployment: &Object) -> Result<(), VariableError> {
        let mut problems = self.unknown(Layer::Deployment, deployment);
        problems.extend(self.invalid(&self.merge(deployment, &Object::new())));
        if problems.is_empty() {
            Ok(())
        } else {
            Err(VariableError { problems })
        }
    }

    /// The merge alone, unchecked: names that the template does not define are left out, as Prefect does.
    #[must_use]
    pub fn merge(&self, deployment: &Object, run: &Object) -> Resolved {
        let mut merged = self.defaults.clone();
        for layer in [deployment, run] {
            for (name, value) in self.dots_to_env(layer) {
                if self.defines(&name) {
                    lay_over(&mut merged, name, value);
                }
            }
        }
        Resolved(merged)
    }

    /// Whether the defaults fit the schema; what is required may be missing here.
    pub(super) fn check_defaults(&self) -> Result<(), TemplateError> {
        match self
            .invalid(&Resolved(self.defaults.clone()))
            .into_iter()
            .next()
        {
            Some(VariableProblem::Invalid { path, problem, fix }) => {
                Err(TemplateError::InvalidDefault { path, problem, fix })
            }
            Some(VariableProblem::Unknown { .. } | VariableProblem::Missing { .. }) | None => {
                Ok(())
            }
        }
    }

    fn defines(&self, name: &str) -> bool {
        super::check::properties(&self.schema).is_some_and(|known| known.contains_key(name))
    }

    /// The key of `env` that a name such as `env.FOO` stands for. Everything after the first dot is the key.
    fn env_key<'a>(&self, name: &'a str) -> Option<&'a str> {
        let key = name.strip_prefix("env.").filter(|key| !key.is_empty())?;
        (self.defines("env") && !self.defines(name)).then_some(key)
    }

    /// One layer with its `env.FOO` put into its `env`, where they win over the same key.
    fn dots_to_env(&self, layer: &Object) -> Object {
        let mut plain = layer.clone();
        for (name, value) in layer {
            let Some(key) = self.env_key(name) else {
                continue;
            };
            plain.remove(name);
            let env = plain
                .entry("env")
                .or_insert_with(|| Value::Object(Object::new()));
            if env.is_null() {
                *env = Value::Object(Object::new());
            }
            if let Value::Object(env) = env {
                env.insert(key.to_owned(), value.clone());
            } // else it is no map, and the schema says so
        }
        plain
    }

    fn unknown(&self, layer: Layer, variables: &Object) -> Vec<VariableProblem> {
        let wrong = |name: &&String| !self.defines(name) && self.env_key(name).is_none();
        let names: Vec<_> = self.variable_names().map(str::to_owned).collect();
        variables
            .keys()
            .filter(wrong)
            .take(PROBLEMS_MAX)
            .map(|name| VariableProblem::Unknown {
                layer,
                name: clip(name, 80),
                nearest_name: nearest_name(name, self.variable_names()),
                names: names.clone(),
            })
            .collect()
    }

    fn missing(&self, resolved: &Resolved) -> Vec<String> {
        let required = self.schema.get("required").and_then(Value::as_array);
        let names = required.into_iter().flatten().filter_map(Value::as_str);
        names
            .filter(|name| !resolved.0.contains_key(*name))
            .map(str::to_owned)
            .collect()
    }

    fn invalid(&self, resolved: &Resolved) -> Vec<VariableProblem> {
        let whole = Value::Object(resolved.0.clone());
        self.validator
            .iter_errors(&whole)
            .filter(|error| !is_missing_variable(error))
            .take(PROBLEMS_MAX)
            .map(|error| VariableProblem::Invalid {
                path: path(&error),
                problem: problem(&error),
                fix: fix(&error),
            })
            .collect()
    }
}

/// Puts one variable over what lies below. Only `env` is merged, and only a map with a map.
fn lay_over(merged: &mut Object, name: String, value: Value) {
    match (merged.get_mut(&name), value) {
        (Some(Value::Object(below)), Value::Object(above)) if name == "env" => below.extend(above),
        (_, value) => drop(merged.insert(name, value)),
    }
}

fn is_missing_variable(error: &ValidationError<'_>) -> bool {
    error.instance_path().is_empty()
        && error.schema_path().as_str() == "/required"
        && matches!(error.kind(), ValidationErrorKind::Required { .. })
}

fn path(error: &ValidationError<'_>) -> String {
    let mut path = String::new();
    for segment in error.instance_path() {
        match segment {
            jsonschema::paths::LocationSegment::Index(index) => {
                path.extend(["[", &index.to_string(), "]"]);
            }
            jsonschema::paths::LocationSegment::Property(name) => {
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(&name);
            }
        }
    }
    if path.is_empty() {
        "(all of them)".to_owned()
    } else {
        clip(&path, 200)
    }
}

/// What is wrong, in terms of types where only types are asked for.
fn problem(error: &ValidationError<'_>) -> String {
    match types(error) {
        Some(types) => {
            let found = clip(&error.instance().to_string(), 200);
            format!("{found} is not of type {}", types.join(" or "))
        }
        None => clip(&error.to_string(), 300),
    }
}

/// What would be right, as an instruction.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a foreign enum; what is not named here has a general answer"
)]
fn fix(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Type { .. }
        | ValidationErrorKind::AnyOf { .. }
        | ValidationErrorKind::OneOfNotValid { .. } => match types(error) {
            Some(types) => type_fix(&types, error.instance()),
            None => GENERAL_FIX.to_owned(),
        },
        ValidationErrorKind::Enum { options } => {
            format!("use one of {}", clip(&options.to_string(), 300))
        }
        ValidationErrorKind::Constant { expected_value } => format!("use {expected_value}"),
        ValidationErrorKind::Minimum { limit } => format!("use {limit} or more"),
        ValidationErrorKind::ExclusiveMinimum { limit } => format!("use more than {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("use {limit} or less"),
        ValidationErrorKind::ExclusiveMaximum { limit } => format!("use less than {limit}"),
        ValidationErrorKind::MinLength { limit } => format!("use {limit} characters or more"),
        ValidationErrorKind::MaxLength { limit } => format!("use {limit} characters or fewer"),
        ValidationErrorKind::Pattern { pattern } => {
            format!("use a text that matches {}", clip(pattern, 200))
        }
        ValidationErrorKind::Required { property } => format!("add {property}"),
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            format!("remove {}", clip(&unexpected.join(", "), 200))
        }
        _ => GENERAL_FIX.to_owned(),
    }
}

const GENERAL_FIX: &str = "see the variable's schema in the pool's base job template";

fn type_fix(types: &[String], found: &Value) -> String {
    let types_text = types.join(" or ");
    match found {
        Value::Number(_) | Value::Bool(_) if types.iter().any(|name| name == "string") => {
            format!("give {types_text}, for example \"{found}\" in quotes")
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => {
            format!("give {types_text}")
        }
    }
}

/// The types that would do, if types are all that is asked for.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a foreign enum; only these three ask for types"
)]
fn types(error: &ValidationError<'_>) -> Option<Vec<String>> {
    match error.kind() {
        ValidationErrorKind::Type {
            kind: TypeKind::Single(one),
        } => Some(vec![one.to_string()]),
        ValidationErrorKind::Type {
            kind: TypeKind::Multiple(set),
        } => Some(set.iter().map(|one| one.to_string()).collect()),
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            let found: Option<Vec<_>> = context.iter().flatten().map(types).collect();
            found.map(|types| types.into_iter().flatten().collect())
        }
        _ => None,
    }
}
