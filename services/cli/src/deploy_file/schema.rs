//! The JSON schema of the file, for editors.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};

use super::form::{Entry, File};

/// A file of deployments for weir: a list of them under `deployments`, or one alone. Texts may hold `{{ $NAME }}` for
/// a variable of the environment.
#[derive(JsonSchema)]
#[schemars(untagged, title = "weir.yaml")]
#[expect(
    dead_code,
    reason = "only its schema is wanted: which of the two it is, is told by its keys"
)]
enum Whole {
    /// A list of deployments, and what they share.
    Many(File),
    /// One deployment alone.
    One(Box<Entry>),
}

/// The schema of `weir.yaml` and `prefect.yaml`.
pub(crate) fn weir_yaml() -> Schema {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Whole>()
}
