//! Faults to order: which requests they meet, and what happens to those.

use std::time::Duration;

use crate::route::Attributes;

/// What happens to a request that a fault meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// This status and no effect: 429, 500, 503, 504, ...; with `Retry-After` in seconds if there is one.
    Answer(u16, Option<u64>),
    /// The request waits so long (real time) before it is done.
    DelayBefore(Duration),
    /// The request is done, and its answer waits so long (real time): watches tell of it first.
    DelayAfter(Duration),
    /// The connection is cut before anything was done.
    CutBefore,
    /// The request is done, and the connection is cut in place of the answer.
    CutAfter,
    /// Nothing is done and nothing is answered, until the client gives up.
    NeverBefore,
    /// The request is done and nothing is answered, until the client gives up.
    NeverAfter,
    /// A watch: ends with a plain EOF after so many events.
    WatchEnds(usize),
    /// A watch: each event comes so much later (real time).
    WatchDelays(Duration),
    /// A watch: each event comes twice.
    WatchRepeats,
    /// A watch: is open and says nothing until its timeout.
    WatchSilent,
    /// A watch: an ERROR event with 410 after so many events, then EOF.
    WatchGone(usize),
}

/// An order: the effect, and which requests it meets. What is not said matches all.
#[derive(Clone, Debug)]
pub struct Fault {
    effect: Effect,
    verb: Option<String>,
    resource: Option<String>,
    name: Option<String>,
    account: Option<String>,
    skip: u64,
    times: u64,
    chance: Option<u32>,
}

impl Fault {
    /// Meets each request, once. Narrow it with the other functions.
    pub fn new(effect: Effect) -> Self {
        Self {
            effect,
            verb: None,
            resource: None,
            name: None,
            account: None,
            skip: 0,
            times: 1,
            chance: None,
        }
    }

    /// Only this verb, as roles spell it: `create`, `watch`, `patch`, ...
    #[must_use]
    pub fn verb(mut self, verb: &str) -> Self {
        self.verb = Some(verb.to_owned());
        self
    }

    /// Only this resource: `jobs`, `pods/log`, ...
    #[must_use]
    pub fn resource(mut self, resource: &str) -> Self {
        self.resource = Some(resource.to_owned());
        self
    }

    /// Only objects whose name contains this; a create is named by its body.
    #[must_use]
    pub fn name(mut self, part: &str) -> Self {
        self.name = Some(part.to_owned());
        self
    }

    /// Only requests of this user.
    #[must_use]
    pub fn account(mut self, user: &str) -> Self {
        self.account = Some(user.to_owned());
        self
    }

    /// Not the first so many that it would meet.
    #[must_use]
    pub fn skip(mut self, count: u64) -> Self {
        self.skip = count;
        self
    }

    /// So many times.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.times = count;
        self
    }

    /// Without end, each time with this chance in a thousand.
    #[must_use]
    pub fn per_mille(mut self, chance: u32) -> Self {
        self.chance = Some(chance);
        self.times = u64::MAX;
        self
    }

    fn meets(&self, it: &Attributes, account: &str, name: &str) -> bool {
        let verb = self.verb.as_ref().is_none_or(|verb| verb == it.verb);
        let watch = it.verb == "watch";
        let fits = match self.effect {
            Effect::WatchEnds(_)
            | Effect::WatchDelays(_)
            | Effect::WatchRepeats
            | Effect::WatchSilent
            | Effect::WatchGone(_) => watch,
            Effect::Answer(..)
            | Effect::DelayBefore(_)
            | Effect::DelayAfter(_)
            | Effect::CutBefore
            | Effect::CutAfter
            | Effect::NeverBefore
            | Effect::NeverAfter => true,
        };
        let resource = self
            .resource
            .as_ref()
            .is_none_or(|resource| *resource == it.full_resource());
        let account = self.account.as_ref().is_none_or(|user| user == account);
        verb && fits
            && resource
            && account
            && self
                .name
                .as_ref()
                .is_none_or(|part| name.contains(part.as_str()))
    }
}

/// All faults that are ordered.
#[derive(Debug)]
pub(crate) struct Faults {
    orders: Vec<Fault>,
    random: fastrand::Rng,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            orders: Vec::new(),
            random: fastrand::Rng::with_seed(seed ^ 0x5eed),
        }
    }

    pub(crate) fn order(&mut self, fault: Fault) {
        self.orders.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.orders.clear();
    }

    /// What happens to this request, by the first order that meets it.
    pub(crate) fn meet(&mut self, it: &Attributes, account: &str, name: &str) -> Option<Effect> {
        for order in &mut self.orders {
            if order.times == 0 || !order.meets(it, account, name) {
                continue;
            }
            if order.skip > 0 {
                order.skip -= 1;
                continue;
            }
            if order
                .chance
                .is_some_and(|chance| self.random.u32(..1000) >= chance)
            {
                continue;
            }
            order.times -= 1;
            return Some(order.effect.clone());
        }
        None
    }
}
