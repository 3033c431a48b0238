//! Job variables: how three layers become one, and what is said when they do not fit the template.

use std::fmt;

use serde_json::{Map, Value};

use super::{Template, TemplateError, clip, nearest, nearest_name};
use crate::schema::Misfit;

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
        // What is missing is said in a problem of its own.
        self.validator
            .misfits(&whole)
            .filter(|misfit| !misfit.is_missing())
            .take(PROBLEMS_MAX)
            .map(|misfit| {
                let Misfit {
                    path, problem, fix, ..
                } = misfit;
                let path = if path.is_empty() {
                    "(all of them)".to_owned()
                } else {
                    path
                };
                VariableProblem::Invalid { path, problem, fix }
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
