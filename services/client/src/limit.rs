//! Writing limits that no pool owns: of tags, and of names.

use weir_core::{
    cell::{ConfigObject, NamedLimitConfig, TagLimitConfig},
    ids::{LimitName, Revision, Tag},
    rate::StartRate,
};
use weir_log::traits::Log;

use crate::{
    Client, ConfigError, Saved,
    config::{Change, LimitChange, Wish},
};

impl<L: Log> Client<L> {
    /// Sets how many runs with a tag may be under way at once and how often they may start, over all pools. A tag that
    /// ends in `:*` sets it for each tag that begins as it does. It is in force from the scheduler's first decision that
    /// rests on it, and what is under way already counts. Creates the cell's own streams first where there are none.
    ///
    /// # Errors
    /// When nothing is to be taken away, or the broker refuses.
    pub async fn set_tag_limit(
        &self,
        tag: &Tag,
        limit: LimitChange,
        rate: Change<StartRate>,
    ) -> Result<Saved, ConfigError> {
        self.create_cell_streams().await?;
        self.save(&what_tag(tag), |cell| {
            let held = cell.tag_limit(tag);
            let mut value = TagLimitConfig {
                tag: tag.clone(),
                concurrency_limit: held.and_then(|held| held.value.concurrency_limit),
                start_rate: held.and_then(|held| held.value.start_rate),
            };
            limit.apply(&mut value.concurrency_limit);
            rate.apply(&mut value.start_rate);
            let limits = value.concurrency_limit.is_some() || value.start_rate.is_some();
            if !limits && held.is_none_or(|held| held.value == value) {
                return Err(ConfigError::UnknownTagLimit(tag.clone()));
            }
            Ok(match held {
                Some(held) if held.value == value => Wish::Keep(held.revision),
                Some(held) => Wish::Write(Box::new(ConfigObject::TagLimit(value)), held.revision),
                None => Wish::Make(Box::new(ConfigObject::TagLimit(value)), Revision(0)),
            })
        })
        .await
    }

    /// Takes a tag's limit and its start rate away: any number of its runs may be under way.
    ///
    /// # Errors
    /// When there is no limit on the tag, or the broker refuses.
    pub async fn delete_tag_limit(&self, tag: &Tag) -> Result<Saved, ConfigError> {
        self.save(&what_tag(tag), |cell| {
            let mut held = cell.tag_limits().filter(|held| held.value.tag == *tag);
            let held = held.next();
            let held = held.ok_or_else(|| ConfigError::UnknownTagLimit(tag.clone()))?;
            let value = TagLimitConfig {
                tag: tag.clone(),
                concurrency_limit: None,
                start_rate: None,
            };
            let object = ConfigObject::TagLimit(value);
            Ok(Wish::Write(Box::new(object), held.revision))
        })
        .await
    }

    /// Sets how many slots a named limit has; runs say how many of them they hold. 0 starts nothing that needs one.
    /// Creates the cell's own streams first where there are none.
    ///
    /// # Errors
    /// When the broker refuses.
    pub async fn set_named_limit(
        &self,
        name: &LimitName,
        limit: u32,
    ) -> Result<Saved, ConfigError> {
        self.create_cell_streams().await?;
        self.save(&what_named(name), |cell| {
            let held = cell.named_limit(name);
            Ok(match held {
                Some(held) if held.value.concurrency_limit == Some(limit) => {
                    Wish::Keep(held.revision)
                }
                Some(held) => Wish::Write(Box::new(named(name, Some(limit))), held.revision),
                None => Wish::Make(Box::new(named(name, Some(limit))), Revision(0)),
            })
        })
        .await
    }

    /// Takes a named limit away: runs that name it are not limited by it.
    ///
    /// # Errors
    /// When there is no limit of that name, or the broker refuses.
    pub async fn delete_named_limit(&self, name: &LimitName) -> Result<Saved, ConfigError> {
        self.save(&what_named(name), |cell| {
            cell.named_limit(name)
                .filter(|held| held.value.concurrency_limit.is_some())
                .map(|held| Wish::Write(Box::new(named(name, None)), held.revision))
                .ok_or_else(|| ConfigError::UnknownNamedLimit(name.clone()))
        })
        .await
    }

    pub(crate) async fn create_cell_streams(&self) -> Result<(), ConfigError> {
        let made = self.log.create_cell().await;
        made.map_err(|source| ConfigError::Stream {
            what: "the cell".to_owned(),
            source,
        })
    }
}

fn what_tag(tag: &Tag) -> String {
    format!("concurrency limit of tag {tag}")
}

fn what_named(name: &LimitName) -> String {
    format!("global concurrency limit {name}")
}

fn named(name: &LimitName, concurrency_limit: Option<u32>) -> ConfigObject {
    ConfigObject::NamedLimit(NamedLimitConfig {
        name: name.clone(),
        concurrency_limit,
    })
}
