//! How the wait of a run was spent: in the groups that its class was in, one after another.

use crate::{
    ids::{QueueKey, RunKey},
    plan::{
        lines::{Lines, Member, in_queue},
        spent,
    },
    state::{Ready, Run, Stage},
    wait::{Wait, WaitCause},
};

impl Lines {
    /// How the wait of a run was spent so far; empty where it does not stand here.
    pub fn spent(&self, key: &RunKey, run: &Run, ready: &Ready) -> Vec<Wait> {
        let class = self
            .ids
            .get(&key.queue)
            .and_then(|ids| ids.get(&ready.class));
        let order = self.order(&key.queue, ready);
        let member = class.and_then(|class| {
            let members = self.classes.get(class)?;
            Some((*class, members.group, members.runs.get(&order)?))
        });
        member.map_or_else(Vec::new, |(class, group, member)| {
            self.waits(&key.queue, run, class, member, group)
        })
    }

    /// How a run's wait was spent so far.
    pub(super) fn waits(
        &self,
        queue: &QueueKey,
        run: &Run,
        class: u64,
        member: &Member,
        id: u64,
    ) -> Vec<Wait> {
        let mut parts = Vec::new();
        if let Stage::Waiting { since, from, due } = &run.stage {
            let start = in_queue(queue, *from, *since);
            let cause = if due.is_some() {
                Some(WaitCause::NotDue)
            } else {
                (start != member.joined).then_some(WaitCause::BeforeLeader)
            };
            parts.extend(cause.map(|cause| Wait {
                cause,
                from: start,
                merged: None,
            }));
        }
        let members = self.classes.get(&class);
        let past = members.map(|members| members.past.as_slice());
        let mut entered = (&member.mark, &member.joined);
        for (n, stretch) in past
            .unwrap_or_default()
            .iter()
            .enumerate()
            .skip(member.stretch)
        {
            if n > member.stretch {
                entered = (&stretch.entered.0, &stretch.entered.1);
            }
            parts.extend(stretch.history.spent(entered.0, entered.1));
        }
        if let Some(members) = members.filter(|members| members.past.len() > member.stretch) {
            entered = (&members.entered.0, &members.entered.1);
        }
        if let Some(group) = self.groups.get(&id) {
            parts.extend(group.history.spent(entered.0, entered.1));
        }
        spent::squeeze(parts)
    }
}
