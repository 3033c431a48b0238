//! Asks which deployments of a file are wanted, as Prefect does on a terminal.

use anyhow::bail;

use crate::{
    context::Context,
    deploy_file::{Candidate, choose},
    table::Table,
};

/// Asks until the answer makes sense. An empty one means none of them.
pub(super) fn which(context: &Context, candidates: &[Candidate]) -> anyhow::Result<Vec<usize>> {
    let mut table = Table::new(&["", "NAME", "DESCRIPTION"]);
    for (n, candidate) in candidates.iter().enumerate() {
        table.row([
            (n + 1).to_string().into(),
            candidate.name.to_string().into(),
            candidate.summary().into(),
        ]);
    }
    context.out.question(&table.render(context.out.colour()))?;
    loop {
        let answer = context
            .out
            .ask("Which of them? Numbers such as 1 3 or 2-4, or a for all: ")?;
        match choose::by_number(&answer, candidates.len()) {
            Ok(chosen) if chosen.is_empty() => {
                bail!("none was chosen: say which with --name NAME, or --all")
            }
            Ok(chosen) => return Ok(chosen),
            Err(error) => context.out.note(&error.to_string())?,
        }
    }
}
