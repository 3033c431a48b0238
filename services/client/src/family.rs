//! A run's whole family: up to the run that began it, and down to all that it has asked for.

use std::collections::BTreeSet;

use weir_core::{
    api::{RunFilter, RunView},
    ids::RunKey,
};
use weir_log::traits::Log;

use crate::{Client, QueryError};

/// Runs that are told of one family.
const MEMBERS_MAX: usize = 1_000;
/// Generations that are followed upwards.
const GENERATIONS_MAX: usize = 100;

/// A run with its children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyMember {
    /// The run.
    pub run: RunView,
    /// Those that name it as their parent, in the order of their requests.
    pub children: Vec<FamilyMember>,
}

/// The runs that belong to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// The run that has no parent, or whose parent nobody knows.
    pub top: FamilyMember,
    /// How many children are not told, because there are more than 1,000 runs.
    pub more: u64,
}

impl<L: Log> Client<L> {
    /// The whole family of a run, as the scheduler that answers has folded it.
    ///
    /// # Errors
    /// When no scheduler is online, or the broker does not answer. `None`: no such run is known there.
    pub async fn family(&self, run: &RunKey) -> Result<Option<Family>, QueryError> {
        let Some(mut top) = self.run_view(run).await? else {
            return Ok(None);
        };
        let mut seen = BTreeSet::from([top.key.clone()]);
        while let Some(parent) = top.family.parent.clone()
            && seen.len() < GENERATIONS_MAX
            && seen.insert(parent.clone())
            && let Some(view) = self.run_view(&parent).await?
        {
            top = view;
        }
        let mut members = vec![(top, None)];
        let mut known = BTreeSet::from([members[0].0.key.clone()]);
        let (mut next, mut more) = (0, 0);
        // Generation after generation; each member knows the place of its parent.
        while next < members.len() {
            let (key, children) = (members[next].0.key.clone(), members[next].0.family.children);
            if children > 0 {
                let room = MEMBERS_MAX.saturating_sub(members.len());
                let told = if room == 0 {
                    Vec::new()
                } else {
                    self.children(&key, room).await?
                };
                more += children.saturating_sub(told.len() as u64);
                // Who would be an ancestor of its own is told once.
                let fresh = told
                    .into_iter()
                    .filter(|child| known.insert(child.key.clone()));
                members.extend(fresh.map(|child| (child, Some(next))));
            }
            next += 1;
        }
        Ok(tree(members).map(|top| Family { top, more }))
    }

    /// A run as a scheduler sees it; `None`: it knows none.
    pub(crate) async fn run_view(&self, run: &RunKey) -> Result<Option<RunView>, QueryError> {
        let filter = RunFilter {
            pool: Some(run.queue.pool.clone()),
            queue: Some(run.queue.queue.clone()),
            run_id: Some(run.run_id.clone()),
            limit: 1,
            ..RunFilter::default()
        };
        Ok(self.runs(&filter).await?.runs.into_iter().next())
    }

    /// The oldest first.
    async fn children(&self, parent: &RunKey, most: usize) -> Result<Vec<RunView>, QueryError> {
        let filter = RunFilter {
            parent: Some(parent.clone()),
            limit: u32::try_from(most).unwrap_or(u32::MAX),
            ..RunFilter::default()
        };
        let mut runs = self.runs(&filter).await?.runs;
        runs.reverse();
        Ok(runs)
    }
}

/// Puts the members together, the last first: whoever comes later is nobody's parent any more.
fn tree(members: Vec<(RunView, Option<usize>)>) -> Option<FamilyMember> {
    let parents: Vec<Option<usize>> = members.iter().map(|(_, parent)| *parent).collect();
    let mut made: Vec<Option<FamilyMember>> = members
        .into_iter()
        .map(|(run, _)| {
            let children = Vec::new();
            Some(FamilyMember { run, children })
        })
        .collect();
    for at in (0..made.len()).rev() {
        if let Some(parent) = parents[at]
            && let Some(mut member) = made[at].take()
            && let Some(Some(above)) = made.get_mut(parent)
        {
            member.children.reverse();
            above.children.push(member);
        }
    }
    let mut top = made.into_iter().next().flatten()?;
    top.children.reverse();
    Some(top)
}
