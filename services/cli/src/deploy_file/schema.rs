//! The JSON schema of the file, for editors.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};

use super::form::{Entry, File};

/// A file for weir: deployments, work pools and limits in lists, or one deployment alone. Texts may hold `{{ $NAME }}` for
/// a variable of the environment.
#[derive(JsonSchema)]
#[schemars(untagged, title = "weir.yaml")]
#[expect(
    dead_code,
    reason = "only its schema is wanted: which of the two it is, is told by its keys"
)]
enum Whole {
    /// Lists of what there is to be, and what deployments share.
    Many(Box<File>),
    /// One deployment alone.
    One(Box<Entry>),
}

/// The schema of `weir.yaml` and `prefect.yaml`.
pub(crate) fn weir_yaml() -> Schema {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Whole>()
}
