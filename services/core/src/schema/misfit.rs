//! What is wrong with a value, and what would be right, in words.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::Value;

use super::Part;
use crate::words::clip;

/// One thing in a value that its schema does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Where below the value, such as `env.FOO` or `volumes[0].name`; empty for the value as a whole.
    pub path: String,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub fix: String,
    /// The keyword that asks for it, as the path through the schema that led to it.
    asked_by: String,
}

impl Misfit {
    pub(super) fn of(part: Part, error: &ValidationError<'_>) -> Self {
        Self {
            path: path(error),
            problem: problem(error),
            fix: fix(part, error),
            asked_by: error.evaluation_path().as_str().to_owned(),
        }
    }

    /// Whether a member that the whole must have is not there.
    pub(crate) fn is_missing(&self) -> bool {
        self.path.is_empty() && self.asked_by == "/required"
    }

    /// Whether it is wrong whatever else the whole may hold: a member that is there does not fit the schema of its name,
    /// or no member may have that name.
    pub(crate) fn is_of_a_member(&self) -> bool {
        [
            "/properties/",
            "/patternProperties/",
            "/additionalProperties",
            "/propertyNames",
        ]
        .iter()
        .any(|keyword| self.asked_by.starts_with(keyword))
    }
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
    clip(&path, 200)
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
fn fix(part: Part, error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Type { .. }
        | ValidationErrorKind::AnyOf { .. }
        | ValidationErrorKind::OneOfNotValid { .. } => match types(error) {
            Some(types) => type_fix(&types, error.instance()),
            None => part.general_fix().to_owned(),
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
        _ => part.general_fix().to_owned(),
    }
}

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
