//! What the configuration limits, and how: a lookup by what a run needs a slot of.

use crate::{
    cell::{CellState, ConfigObject, Held, NamedLimitConfig, TagLimitConfig},
    ids::{DeploymentName, LimitName, QueueKey, Tag},
    limit::LimitKey,
    rate::StartRate,
    time::Timestamp,
};

/// How a tag ends whose limit holds for each tag that begins as it does.
const EACH: &str = ":*";

/// The tag whose limit holds for each value of this one's key: `customer:*` for `customer:acme`.
fn each_of(tag: &Tag) -> Option<Tag> {
    let (key, _) = tag.as_str().split_once(':')?;
    format!("{key}{EACH}").parse().ok()
}

impl CellState {
    /// The limit that was set for just this tag, a deleted one included.
    pub fn tag_limit(&self, tag: &Tag) -> Option<&Held<TagLimitConfig>> {
        self.tag_limits.get(tag)
    }
    /// The limit that holds for a tag: its own, else the one for each value of its key.
    pub fn limit_of_tag(&self, tag: &Tag) -> Option<&Held<TagLimitConfig>> {
        let in_force = |held: &&Held<TagLimitConfig>| {
            held.value.concurrency_limit.is_some() || held.value.start_rate.is_some()
        };
        let own = self.tag_limits.get(tag).filter(in_force);
        own.or_else(|| self.tag_limits.get(&each_of(tag)?).filter(in_force))
    }
    /// All limits of tags by name, deleted ones left out.
    pub fn tag_limits(&self) -> impl Iterator<Item = &Held<TagLimitConfig>> {
        self.tag_limits.values().filter(|held| {
            held.value.concurrency_limit.is_some() || held.value.start_rate.is_some()
        })
    }
    /// A limit of a name, a deleted one included.
    pub fn named_limit(&self, name: &LimitName) -> Option<&Held<NamedLimitConfig>> {
        self.named_limits.get(name)
    }
    /// All limits of a name, deleted ones left out.
    pub fn named_limits(&self) -> impl Iterator<Item = &Held<NamedLimitConfig>> {
        self.named_limits
            .values()
            .filter(|held| held.value.concurrency_limit.is_some())
    }
    /// A limit's value as configured now; `None` is unlimited or not configured.
    pub fn limit(&self, limit: &LimitKey) -> Option<u32> {
        match limit {
            LimitKey::Pool(pool) => self.pool(pool)?.value.concurrency_limit,
            LimitKey::Queue(key) => self.queue(key)?.value.concurrency_limit,
            LimitKey::Deployment(name) => self.deployment(name)?.value.concurrency_limit,
            LimitKey::Tag(tag) => self.limit_of_tag(tag)?.value.concurrency_limit,
            LimitKey::Named(name) => self.named_limit(name)?.value.concurrency_limit,
        }
    }
    /// A limit's start rate as configured now, and since when.
    pub fn start_rate(&self, limit: &LimitKey) -> Option<(StartRate, Timestamp)> {
        if self.rates.is_empty() {
            return None;
        }
        let rate = match limit {
            LimitKey::Tag(tag) => {
                let held = self.limit_of_tag(tag)?;
                let (rate, since) = self.rates.get(&LimitKey::Tag(held.value.tag.clone()))?;
                // Its own may have gone only later: what it owes is counted from then on.
                let own = self.tag_limits.get(tag).map(|own| own.at);
                let own = own.filter(|_| held.value.tag != *tag);
                return Some((*rate, own.map_or(*since, |own| own.max(*since))));
            }
            LimitKey::Pool(_)
            | LimitKey::Queue(_)
            | LimitKey::Deployment(_)
            | LimitKey::Named(_) => self.rates.get(limit),
        };
        rate.copied()
    }
    pub(super) fn note_rate(&mut self, at: Timestamp, object: &ConfigObject) {
        let (limit, rate) = match object {
            ConfigObject::Pool(pool) => (LimitKey::Pool(pool.name.clone()), pool.start_rate),
            ConfigObject::Queue(queue) => (LimitKey::Queue(queue.key.clone()), queue.start_rate),
            ConfigObject::TagLimit(held) => (LimitKey::Tag(held.tag.clone()), held.start_rate),
            ConfigObject::Deployment(_)
            | ConfigObject::NamedLimit(_)
            | ConfigObject::Deletion(_) => return,
        };
        match rate {
            None => {
                self.rates.remove(&limit);
            }
            Some(rate)
                if self
                    .rates
                    .get(&limit)
                    .is_some_and(|(held, _)| *held == rate) => {}
            Some(rate) => {
                self.rates.insert(limit, (rate, at));
            }
        }
    }
    /// What keeps runs of a queue (and of a deployment, where there is one) from starting because it is paused.
    pub fn paused(
        &self,
        queue: &QueueKey,
        deployment: Option<&DeploymentName>,
    ) -> Option<LimitKey> {
        if self.pool(&queue.pool).is_some_and(|held| held.value.paused) {
            return Some(LimitKey::Pool(queue.pool.clone()));
        }
        if self.queue(queue).is_some_and(|held| held.value.paused) {
            return Some(LimitKey::Queue(queue.clone()));
        }
        let deployment = deployment.and_then(|name| self.deployment(name))?;
        let paused = deployment.value.paused;
        paused.then(|| LimitKey::Deployment(deployment.value.name.clone()))
    }
}
