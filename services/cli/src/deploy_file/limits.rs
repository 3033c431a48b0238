//! Limits that no pool owns in the file, for `weir apply`.

use anyhow::Context;
use schemars::JsonSchema;
use serde::Deserialize;
use weir_client::{NamedLimitConfig, TagLimitConfig};

use super::{amounts::Rate, form::with_aliases, pools::rate, section::Section, written::Whole};

/// A limit on all runs that have a tag, over all pools. It says `limit`, `start_rate` or both.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct TagLimit {
    /// The tag; with `:*` at its end, each tag that begins so, for itself, such as `customer:*`.
    tag: String,
    /// How many of its runs may be under way at once; 0 starts nothing.
    #[serde(default)]
    limit: Option<Whole>,
    /// How often its runs may start, such as `10/m`.
    #[serde(default)]
    start_rate: Option<Rate>,
    /// How many may start at once after a quiet time; as many as in the rate where it is not said.
    #[serde(default)]
    start_burst: Option<Whole>,
}

/// A limit of a name, whose slots runs take by number.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_aliases::<Self>)]
pub(crate) struct NamedLimit {
    /// The name.
    name: String,
    /// How many slots there are; 0 starts nothing that needs one.
    limit: Whole,
}

impl Section for TagLimit {
    const WHAT: &'static str = "a limit on a tag such as {tag: db, limit: 5}";
    const ALIASES: &'static [(&'static str, &'static str)] = &[("concurrency_limit", "limit")];
}
impl Section for NamedLimit {
    const WHAT: &'static str = "a limit such as {name: db-connections, limit: 20}";
    const ALIASES: &'static [(&'static str, &'static str)] = &[("concurrency_limit", "limit")];
}

impl TagLimit {
    pub(crate) fn name(&self) -> &str {
        &self.tag
    }

    pub(crate) fn into_config(self) -> anyhow::Result<TagLimitConfig> {
        Ok(TagLimitConfig {
            tag: self.tag.parse().context("tag")?,
            concurrency_limit: self.limit.map(|limit| limit.0),
            start_rate: rate(self.start_rate, self.start_burst)?,
        })
    }
}

impl NamedLimit {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn into_config(self) -> anyhow::Result<NamedLimitConfig> {
        Ok(NamedLimitConfig {
            name: self.name.parse().context("name")?,
            concurrency_limit: Some(self.limit.0),
        })
    }
}
