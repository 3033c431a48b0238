//! A run's family as a tree.

use weir_client::{Family, FamilyMember, RunKey, Timestamp};

use super::run;
use crate::table::{Cell, Table, Tone};

/// The whole family, one run on each line below its parent; `asked` is marked.
pub(crate) fn table(family: &Family, asked: &RunKey, now: Timestamp) -> Table {
    let mut table = Table::new(&["RUN", "STATE", "WAITED", "RAN", "NOTE"]);
    // The branches on the left are those of the generations above.
    let mut rest = vec![(&family.top, String::new(), String::new())];
    while let Some((member, own, below)) = rest.pop() {
        row(&mut table, member, &own, asked, now);
        let last = member.children.len().saturating_sub(1);
        let children = member.children.iter().enumerate();
        let children: Vec<_> = children
            .map(|(at, child)| {
                let (here, on) = if at == last {
                    ("└─ ", "   ")
                } else {
                    ("├─ ", "│  ")
                };
                (child, format!("{below}{here}"), format!("{below}{on}"))
            })
            .collect();
        rest.extend(children.into_iter().rev());
    }
    table
}

fn row(table: &mut Table, member: &FamilyMember, branch: &str, asked: &RunKey, now: Timestamp) {
    let view = &member.run;
    let marked = view.key == *asked;
    let name = format!("{branch}{}{}", view.key, if marked { "  ◀" } else { "" });
    table.row([
        Cell::toned(name, if marked { Tone::Warned } else { Tone::Plain }),
        run::state(view),
        run::waited(view, now).into(),
        run::ran(view, now).into(),
        run::ending(view).into(),
    ]);
}
