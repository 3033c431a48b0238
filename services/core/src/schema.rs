//! JSON schemas that users bring: of a template's variables, of a deployment's parameters. One way to read them, with
//! bounds: nothing is fetched, no reference runs in a circle, patterns take time that is linear in the text.

mod misfit;
mod reference;

use std::fmt;

use jsonschema::{PatternOptions, error::ValidationErrorKind};
use serde_json::{Map, Value};

use crate::{
    bounds,
    words::{clip, type_name},
};

pub use misfit::Misfit;

/// The largest schema, in bytes of JSON.
pub const SCHEMA_BYTES_MAX: usize = bounds::PARAMETER_SCHEMA_BYTES_MAX;

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The variables of a base job template.
    Variables,
    /// The parameters of a deployment.
    Parameters,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Variables => "the JSON schema in `variables`",
            Self::Parameters => "the parameter schema",
        })
    }
}

impl Part {
    const fn general_fix(self) -> &'static str {
        match self {
            Self::Variables => "see the variable's schema in the pool's base job template",
            Self::Parameters => "see the parameter schema of the deployment",
        }
    }
}

/// Why a schema cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{part} {problem}")]
pub struct SchemaError {
    /// Which schema.
    pub part: Part,
    /// What is wrong with it.
    pub problem: SchemaProblem,
}

/// What is wrong with a schema, in words that follow its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaProblem {
    /// It does not describe an object.
    #[error("must be one of an object, but {problem}")]
    NotAnObject {
        /// What is wrong with it.
        problem: String,
    },
    /// It is larger than [`SCHEMA_BYTES_MAX`].
    #[error(
        "has {bytes} bytes, more than the {SCHEMA_BYTES_MAX} allowed: shorten its descriptions and examples"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It refers to something outside of itself.
    #[error(
        "refers to {reference:?}: remote references are not followed, copy the definition into its `definitions` and refer to it with `#/definitions/NAME`"
    )]
    RemoteReference {
        /// The reference.
        reference: String,
    },
    /// A local reference points at nothing.
    #[error("refers to {reference:?}, which is not in it")]
    MissingReference {
        /// The reference.
        reference: String,
    },
    /// References that lead back to where they began without a value in between, or that go on for too long.
    #[error(
        "refers to {reference:?} in a circle, or in too many steps: refer to the definition itself"
    )]
    CircularReference {
        /// A reference of the circle.
        reference: String,
    },
    /// It is not a JSON schema.
    #[error("is not valid: {problem}")]
    Invalid {
        /// What the schema compiler says.
        problem: String,
    },
}

/// A schema of an object, ready for use.
#[derive(Debug, Clone)]
pub struct Schema {
    part: Part,
    validator: jsonschema::Validator,
}

impl Schema {
    /// Takes a schema that is small, describes an object, stays within itself and is valid.
    pub fn of_object(part: Part, schema: &Map<String, Value>) -> Result<Self, SchemaError> {
        let compiled = check_shape(schema).and_then(|()| compile(schema));
        match compiled {
            Ok(validator) => Ok(Self { part, validator }),
            Err(problem) => Err(SchemaError { part, problem }),
        }
    }

    /// Everything that does not fit, as it is found.
    pub fn misfits<'a>(&'a self, value: &'a Value) -> impl Iterator<Item = Misfit> + 'a {
        let errors = self.validator.iter_errors(value);
        errors.map(|error| Misfit::of(self.part, &error))
    }
}

/// Whether the schema is small, describes an object and stays within itself.
fn check_shape(schema: &Map<String, Value>) -> Result<(), SchemaProblem> {
    let refuse = |problem: String| Err(SchemaProblem::NotAnObject { problem });
    let bytes = serde_json::to_vec(schema).map_or(usize::MAX, |bytes| bytes.len());
    if bytes > SCHEMA_BYTES_MAX {
        return Err(SchemaProblem::TooLarge { bytes });
    }
    match schema.get("type") {
        None => {}
        Some(kind) if kind == "object" => {}
        Some(kind) => return refuse(format!("its `type` is {kind}")),
    }
    match schema.get("properties") {
        None => {}
        Some(Value::Object(properties)) => {
            let is_schema = |value: &Value| value.is_object() || value.is_boolean();
            if let Some((name, value)) = properties.iter().find(|(_, value)| !is_schema(value)) {
                return refuse(format!(
                    "its property {name:?} is {}, not a schema",
                    type_name(value)
                ));
            }
        }
        Some(other) => return refuse(format!("its `properties` is {}", type_name(other))),
    }
    match schema.get("required") {
        None => {}
        Some(Value::Array(names)) if names.iter().all(Value::is_string) => {}
        Some(_) => return refuse("its `required` is not a list of names".to_owned()),
    }
    reference::check(schema)
}

/// The schema made ready for use. Nothing is fetched: the validator is told to stay offline.
fn compile(schema: &Map<String, Value>) -> Result<jsonschema::Validator, SchemaProblem> {
    let compiled = jsonschema::options()
        .offline()
        .with_pattern_options(PatternOptions::regex())
        .build(&Value::Object(schema.clone()));
    compiled.map_err(|error| {
        let said = clip(&error.to_string(), 300);
        let place = match error.instance_path().as_str() {
            "" => String::new(),
            place => format!(" (at {})", clip(place, 200)),
        };
        let is_pattern =
            matches!(error.kind(), ValidationErrorKind::Format { format } if format == "regex");
        let hint = if is_pattern {
            "; patterns have no look-around and no back-references here"
        } else {
            ""
        };
        let problem = format!("{said}{place}{hint}");
        SchemaProblem::Invalid { problem }
    })
}
