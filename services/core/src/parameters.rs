//! The parameters of a run: its own over its deployment's, and whether they fit the deployment's schema.

use std::fmt;

use serde_json::Value;

use crate::{
    json::JsonObject,
    schema::{Misfit, Part, Schema, SchemaError},
};

type Object = serde_json::Map<String, Value>;

/// How many faults one refusal lists.
const FAULTS_MAX: usize = 20;

/// The deployment's parameters with the run's own over them, key by key.
#[must_use]
pub fn overlaid(deployment: &JsonObject, run: &JsonObject) -> Object {
    let mut all = if deployment.is_empty() {
        Object::new()
    } else {
        deployment.to_map()
    };
    if !run.is_empty() {
        all.extend(run.to_map());
    }
    all
}

/// What the parameters of a deployment's runs must be like.
///
/// A `default` in it says what the function does without the parameter; it is never filled in.
#[derive(Debug, Clone)]
pub struct ParameterSchema(Schema);

impl ParameterSchema {
    /// Takes the JSON schema of an object.
    pub fn parse(schema: &JsonObject) -> Result<Self, SchemaError> {
        Schema::of_object(Part::Parameters, &schema.to_map()).map(Self)
    }

    /// Whether all parameters of a run fit.
    pub fn check(&self, parameters: Object) -> Result<(), ParameterError> {
        self.find(parameters, |_| true)
    }

    /// Whether a deployment's own parameters fit, each for itself: a run may bring what they lack.
    pub fn check_defaults(&self, parameters: Object) -> Result<(), ParameterError> {
        self.find(parameters, Misfit::is_of_a_member)
    }

    fn find(
        &self,
        parameters: Object,
        counts: impl Fn(&Misfit) -> bool,
    ) -> Result<(), ParameterError> {
        let whole = Value::Object(parameters);
        let misfits = self.0.misfits(&whole);
        let mut faults = misfits.filter(counts).map(ParameterFault::of);
        match faults.next() {
            None => Ok(()),
            Some(first) => Err(ParameterError {
                first,
                others: faults.take(FAULTS_MAX - 1).collect(),
            }),
        }
    }
}

/// One parameter that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}; {fix}")]
pub struct ParameterFault {
    /// Which, such as `parameters.days[0]`; `parameters` for all of them.
    pub path: String,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub fix: String,
}

impl ParameterFault {
    fn of(misfit: Misfit) -> Self {
        let dot = if misfit.path.is_empty() { "" } else { "." };
        Self {
            path: format!("parameters{dot}{}", misfit.path),
            problem: misfit.problem,
            fix: misfit.fix,
        }
    }
}

/// Everything in a run's parameters that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterError {
    /// The first.
    pub first: ParameterFault,
    /// The others.
    pub others: Vec<ParameterFault>,
}

impl ParameterError {
    /// All of it without the path of the first, for where that stands before it anyhow.
    pub fn without_first_path(&self) -> String {
        let ParameterFault { problem, fix, .. } = &self.first;
        let others = self.others.iter().map(ToString::to_string);
        let all: Vec<_> = [format!("{problem}; {fix}")]
            .into_iter()
            .chain(others)
            .collect();
        all.join("; ")
    }
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.first.path, self.without_first_path())
    }
}
impl std::error::Error for ParameterError {}

#[cfg(test)]
mod tests;
