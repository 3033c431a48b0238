//! What a broker and a network can do to an append or a reader, on demand.

use std::collections::BTreeSet;

use weir_core::{
    event::Voice,
    ids::{QueueStream, Seq},
};

use super::{Memory, model::Publish};
use crate::{
    error::AppendError,
    subject::{RunVoice, Subject},
    types::Appended,
};

/// What happens to an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendFault {
    /// Answered with 10164; not stored.
    Busy,
    /// No acknowledgement comes, and this becomes of it.
    TimesOut(Fate),
}

/// What becomes of an append whose acknowledgement never comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is never stored.
    Never,
    /// It is stored at once, if its fence holds.
    Now,
    /// It is stored when [`Faults::release`] is called, if its fence holds then.
    Later,
}

/// Which appends meet which fault.
#[derive(Clone, Debug)]
pub struct AppendRule {
    /// The stream's name; `None` is any.
    pub stream: Option<String>,
    /// Whose voice; `None` is any, also of streams that have no voices.
    pub voice: Option<Voice>,
    /// How many such appends pass before.
    pub skip: u32,
    /// How many meet the fault.
    pub times: u32,
    /// Which fault.
    pub fault: AppendFault,
}

impl AppendRule {
    /// The next append to this queue meets the fault.
    pub fn next(queue: &QueueStream, fault: AppendFault) -> Self {
        Self {
            stream: Some(queue.stream_name()),
            voice: None,
            skip: 0,
            times: 1,
            fault,
        }
    }
    /// Only those of this voice.
    #[must_use]
    pub fn voice(self, voice: Voice) -> Self {
        Self {
            voice: Some(voice),
            ..self
        }
    }
    /// That many of them.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }
    /// After that many others.
    #[must_use]
    pub fn skip(self, skip: u32) -> Self {
        Self { skip, ..self }
    }
}

/// What a rule makes of one append.
pub(super) enum Verdict {
    Busy,
    LostUnstored,
    LostStored,
}

#[derive(Default)]
pub(super) struct FaultState {
    rules: Vec<AppendRule>,
    held: Vec<(String, Publish)>,
    paused: BTreeSet<String>,
    held_orders: BTreeSet<String>,
    unreachable: BTreeSet<String>,
}

impl FaultState {
    pub(super) fn on_publish(&mut self, stream: &str, publish: &Publish) -> Option<Verdict> {
        if self.unreachable(stream) {
            return Some(Verdict::LostUnstored);
        }
        let voice = voice(&publish.subject);
        let meets = |rule: &&mut AppendRule| {
            rule.times > 0
                && rule.stream.as_ref().is_none_or(|wanted| wanted == stream)
                && rule.voice.is_none_or(|wanted| Some(wanted) == voice)
        };
        let rule = self.rules.iter_mut().find(meets)?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        rule.times -= 1;
        let fault = rule.fault;
        self.rules.retain(|rule| rule.times > 0);
        Some(match fault {
            AppendFault::Busy => Verdict::Busy,
            AppendFault::TimesOut(Fate::Never) => Verdict::LostUnstored,
            AppendFault::TimesOut(Fate::Now) => Verdict::LostStored,
            AppendFault::TimesOut(Fate::Later) => {
                self.held.push((stream.to_owned(), publish.clone()));
                Verdict::LostUnstored
            }
        })
    }
    pub(super) fn stalled(&self, stream: &str) -> bool {
        self.paused.contains(stream) || self.unreachable(stream)
    }
    pub(super) fn unreachable(&self, stream: &str) -> bool {
        self.unreachable.contains(stream)
    }
    pub(super) fn held_orders(&self, stream: &str) -> bool {
        self.held_orders.contains(stream)
    }
}

fn voice(subject: &str) -> Option<Voice> {
    match subject.parse().ok()? {
        Subject::Run(_, voice) => Some(match voice {
            RunVoice::Request => Voice::Request,
            RunVoice::Claim => Voice::Claim,
            RunVoice::Decision => Voice::Decision,
            RunVoice::Report => Voice::Report,
        }),
        Subject::Epoch(..) => Some(Voice::Epoch),
        Subject::Live(..)
        | Subject::Cell(_)
        | Subject::Lease
        | Subject::Observer(_)
        | Subject::Tracer
        | Subject::Traced(_)
        | Subject::Session(..)
        | Subject::Output(..)
        | Subject::Api(_) => None,
    }
}

/// The faults of a [`Memory`].
#[derive(Clone, Debug)]
pub struct Faults {
    memory: Memory,
}

impl Faults {
    pub(super) fn new(memory: Memory) -> Self {
        Self { memory }
    }

    /// Adds a rule. Of several that fit an append, the oldest decides.
    pub fn on_append(&self, rule: AppendRule) {
        self.memory.state().faults.rules.push(rule);
    }

    /// How many appends wait to be stored by [`Faults::release`].
    pub fn held(&self) -> usize {
        self.memory.state().faults.held.len()
    }

    /// Lets the appends that were held arrive now, in the order in which they were sent. Their authors have long been
    /// told that no acknowledgement came; what the broker says now is returned here.
    pub fn release(&self) -> Vec<Result<Appended, AppendError>> {
        let now = self.memory.now();
        let mut state = self.memory.state();
        let held = std::mem::take(&mut state.faults.held);
        held.into_iter()
            .map(|(stream, publish)| state.store(&stream, publish, now))
            .collect()
    }

    /// Tails and work lists of this queue bring nothing until it is turned off.
    pub fn pause_readers(&self, queue: &QueueStream, paused: bool) {
        self.change(&queue.stream_name(), |faults, stream| {
            switch(&mut faults.paused, stream, paused);
        });
    }

    /// Orders of this queue are held back until it is turned off.
    pub fn hold_orders(&self, queue: &QueueStream, held: bool) {
        self.change(&queue.stream_name(), |faults, stream| {
            switch(&mut faults.held_orders, stream, held);
        });
    }

    /// This stream cannot be reached until it is turned off: appends are lost, reads fail, tails stand still.
    pub fn make_unreachable(&self, stream: &str, unreachable: bool) {
        self.change(stream, |faults, stream| {
            switch(&mut faults.unreachable, stream, unreachable);
        });
    }

    /// Every claim that was delivered and not answered is offered again, as if its ack wait were over.
    pub fn redeliver_claims(&self, queue: &QueueStream) {
        if let Some(model) = self.memory.state().streams.get_mut(&queue.stream_name()) {
            model.work.redeliver();
            model.touch();
        }
    }

    /// Cuts away everything below `seq`, as a purge does.
    pub fn purge(&self, queue: &QueueStream, seq: Seq) {
        if let Some(model) = self.memory.state().streams.get_mut(&queue.stream_name()) {
            model.purge_below(seq);
        }
    }

    fn change(&self, stream: &str, change: impl FnOnce(&mut FaultState, &str)) {
        let mut state = self.memory.state();
        change(&mut state.faults, stream);
        if let Some(model) = state.streams.get(stream) {
            model.touch();
        }
    }
}

fn switch(set: &mut BTreeSet<String>, stream: &str, on: bool) {
    if on {
        set.insert(stream.to_owned());
    } else {
        set.remove(stream);
    }
}
