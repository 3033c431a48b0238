//! Tells what is remarked on files: each remark once, with all that it is about.

use std::fmt::Write as _;

use anyhow::bail;

use crate::{
    context::Context,
    deploy_file::{Kind, Remark, choose},
};

/// A remark on something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    /// What it is, such as `deployment`.
    pub(super) what: &'static str,
    pub(super) name: String,
    pub(super) remark: Remark,
}

/// Each remark on a line of its own.
fn told(remarks: &[About]) -> Vec<(Kind, String)> {
    let mut seen: Vec<(&About, Vec<&str>)> = Vec::new();
    for about in remarks {
        let same = |(other, _): &&mut (&About, Vec<&str>)| {
            other.what == about.what && other.remark == about.remark
        };
        match seen.iter_mut().find(same) {
            Some((_, names)) => names.push(&about.name),
            None => seen.push((about, vec![&about.name])),
        }
    }
    let line = |(About { what, remark, .. }, names): (&About, Vec<&str>)| {
        let many = if names.len() == 1 { "" } else { "s" };
        let line = format!("{what}{many} {}: {remark}", choose::listed(&names));
        (remark.kind, line)
    };
    seen.into_iter().map(line).collect()
}

/// Tells them to people.
pub(super) fn warn(context: &Context, remarks: &[About]) -> anyhow::Result<()> {
    for (kind, line) in told(remarks) {
        match kind {
            Kind::Warning => context.out.warning(&line)?,
            Kind::Note => context.out.note(&format!("note: {line}"))?,
        }
    }
    Ok(())
}

/// Fails where there is a warning.
pub(super) fn strictly(remarks: &[About]) -> anyhow::Result<()> {
    let told = told(remarks);
    let warnings = told.iter().filter(|(kind, _)| *kind == Kind::Warning);
    let mut all = String::new();
    let mut count = 0;
    for (_, line) in warnings {
        count += 1;
        write!(all, "\n{line}")?;
    }
    match count {
        0 => Ok(()),
        1 => bail!("one warning, and --strict does not let it pass{all}"),
        _ => bail!("{count} warnings, and --strict does not let them pass{all}"),
    }
}
