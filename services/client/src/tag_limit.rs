//! Writing limits of tags: on all runs that have the tag, whatever their pool.

use weir_core::{
    cell::{ConfigObject, TagLimitConfig},
    ids::{Revision, Tag},
};
use weir_log::traits::Log;

use crate::{Client, ConfigError, Saved, config::Wish};

impl<L: Log> Client<L> {
    /// Sets how many runs with a tag may be under way at once, over all pools; 0 starts nothing. It is in force from the
    /// scheduler's first decision that rests on it, and what is under way already counts. Creates the cell's own
    /// streams first where there are none.
    ///
    /// # Errors
    /// When the broker refuses.
    pub async fn set_tag_limit(&self, tag: &Tag, limit: u32) -> Result<Saved, ConfigError> {
        let made = self.log.create_cell().await;
        made.map_err(|source| ConfigError::Stream {
            what: "the cell".to_owned(),
            source,
        })?;
        self.save(&what(tag), |cell| {
            let held = cell.tag_limit(tag);
            Ok(match held {
                Some(held) if held.value.concurrency_limit == Some(limit) => {
                    Wish::Keep(held.revision)
                }
                Some(held) => write(tag, Some(limit), held.revision),
                None => Wish::Make(Box::new(object(tag, Some(limit))), Revision(0)),
            })
        })
        .await
    }

    /// Takes a tag's limit away: any number of its runs may be under way.
    ///
    /// # Errors
    /// When there is no limit on the tag, or the broker refuses.
    pub async fn delete_tag_limit(&self, tag: &Tag) -> Result<Saved, ConfigError> {
        self.save(&what(tag), |cell| {
            cell.tag_limit(tag)
                .filter(|held| held.value.concurrency_limit.is_some())
                .map(|held| write(tag, None, held.revision))
                .ok_or_else(|| ConfigError::UnknownTagLimit(tag.clone()))
        })
        .await
    }
}

fn what(tag: &Tag) -> String {
    format!("concurrency limit of tag {tag}")
}

fn object(tag: &Tag, concurrency_limit: Option<u32>) -> ConfigObject {
    ConfigObject::TagLimit(TagLimitConfig {
        tag: tag.clone(),
        concurrency_limit,
    })
}

fn write(tag: &Tag, concurrency_limit: Option<u32>, last: Revision) -> Wish {
    Wish::Write(Box::new(object(tag, concurrency_limit)), last)
}
