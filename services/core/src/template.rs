//! The base job template of a work pool, in Prefect's format: what a run's job looks like, and which holes in it the
//! users may fill.
//!
//! ```json
//! {"job_configuration": {"command": "{{ command }}"}, "variables": {"type": "object", "properties": {"command": {}}}}
//! ```
//!
//! A template is checked once, when its pool is created or changed ([`Template::parse`]). Job variables are checked
//! against it when they arrive ([`Template::check`]) and fill it when a run starts ([`Template::render`]). They can
//! fill placeholders and nothing else: the template is the pool's policy.
//!
//! Where weir is stricter than Prefect: unknown variables, placeholders without a variable, unclosed ones and
//! `{{ $NAME }}` are errors; a value is never expanded again. A `{{ ... }}` that Prefect does not take for a
//! placeholder, such as `{{ a b }}`, is text here too. Objects are ordered by key, and integers past 64 bits lose
//! digits, because that is how weir reads JSON.

mod apply;
mod check;
mod default;
pub mod launcher;
pub mod placeholder;
pub mod process;
pub(crate) mod python;
pub mod run_name;
mod secrets;
#[cfg(test)]
mod tests;
mod variables;

use serde_json::{Map, Value};

use crate::{
    schema::{Part, Schema, SchemaError},
    words::{clip, nearest, nearest_name, type_name},
};

pub use self::{
    apply::{apply_values, unresolved_prefect_references},
    default::{DEFAULT_KUBERNETES_TEMPLATE, DEFAULT_PROCESS_TEMPLATE},
    secrets::{SecretError, Secrets, substitute_secrets},
    variables::{Layer, Resolved, VariableError, VariableProblem},
};

/// Why a text is not a base job template. `Display` fits after "failed to create the work pool: ".
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Not JSON at all.
    #[error("the base job template is not JSON")]
    Syntax(#[source] serde_json::Error),
    /// Not an object, or without one of its two parts.
    #[error(
        "the base job template must be an object with `job_configuration` and `variables`, but {problem}"
    )]
    Shape {
        /// What is missing or of the wrong type.
        problem: String,
    },
    /// The schema in `variables` cannot be used.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A default does not fit its own schema.
    #[error("the default of {path} does not fit its own schema: {problem}; {fix}")]
    InvalidDefault {
        /// The variable, or a path into it.
        path: String,
        /// What is wrong.
        problem: String,
        /// What would be right.
        fix: String,
    },
    /// A `{{` without its `}}`.
    #[error("{path} holds a placeholder that is not closed, in {text:?}: write `{{{{ name }}}}`")]
    Unclosed {
        /// Where in the template.
        path: String,
        /// The text, cut to 80 characters.
        text: String,
    },
    /// A placeholder without a variable.
    #[error("{path} uses `{{{{ {name} }}}}`, but `variables.properties` defines no variable {variable:?}{}", nearest(nearest_name.as_deref()))]
    UndefinedVariable {
        /// Where in the template.
        path: String,
        /// The placeholder.
        name: String,
        /// The variable that it begins with.
        variable: String,
        /// The nearest name that is defined.
        nearest_name: Option<String>,
    },
    /// `{{ $NAME }}`.
    #[error(
        "{path} uses `{{{{ {name} }}}}`, which would read the worker's environment: put it under `secret_env` in `job_configuration` as \"${{NAME}}\""
    )]
    Environment {
        /// Where in the template.
        path: String,
        /// The placeholder.
        name: String,
    },
    /// Something about `secret_env`, `env_file` or a `${NAME}` in `env` is wrong.
    #[error("job_configuration.{path} is not usable: {problem}")]
    Secret {
        /// Where below `job_configuration`.
        path: String,
        /// What is wrong, and what to do.
        problem: &'static str,
    },
}

impl TemplateError {
    fn secret(path: &str, problem: &'static str) -> Self {
        Self::Secret {
            path: path.to_owned(),
            problem,
        }
    }
}

/// A base job template that is known to be sound.
#[derive(Debug, Clone)]
pub struct Template {
    configuration: Map<String, Value>,
    schema: Map<String, Value>,
    defaults: Map<String, Value>,
    secrets: Secrets,
    validator: Schema,
}

impl Template {
    /// Takes a template as JSON text.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        Self::from_value(serde_json::from_str(text).map_err(TemplateError::Syntax)?)
    }

    /// Takes a template that is already JSON.
    pub fn from_value(template: Value) -> Result<Self, TemplateError> {
        let (mut configuration, schema) = check::parts(template)?;
        let validator = Schema::of_object(Part::Variables, &schema)?;
        let none = Map::new();
        let properties = check::properties(&schema).unwrap_or(&none);
        let defaults: Map<String, Value> = properties
            .iter()
            .filter_map(|(name, property)| Some((name, property.get("default")?)))
            .filter(|(_, default)| !default.is_null())
            .map(|(name, default)| (name.clone(), default.clone()))
            .collect();
        let secrets = Secrets::take(&mut configuration)?;
        check::placeholders(&configuration, properties)?;
        let template = Self {
            configuration,
            schema,
            defaults,
            secrets,
            validator,
        };
        template.check_defaults()?;
        Ok(template)
    }

    /// The JSON schema of the variables.
    pub fn variables_schema(&self) -> &Map<String, Value> {
        &self.schema
    }
    /// The job configuration with its placeholders, without what concerns secrets.
    pub fn job_configuration(&self) -> &Map<String, Value> {
        &self.configuration
    }
    /// What the template takes from the worker's own environment.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }
    /// The job configuration with the variables filled in. Holds nothing of [`Self::secrets`].
    #[must_use]
    pub fn render(&self, variables: &Resolved) -> Value {
        Value::Object(apply::apply_to_map(&self.configuration, variables.values()))
    }

    fn variable_names(&self) -> impl Iterator<Item = &str> {
        check::properties(&self.schema)
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str)
    }
}
