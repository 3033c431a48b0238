//! Runs that wait for each other, in sentences.

use weir_core::awaits::{CycleLink, WaitsFor};

/// Holders that one sentence names.
const HOLDERS_SHOWN: usize = 3;

/// One way round, on one line.
pub(crate) fn line(links: &[CycleLink]) -> String {
    let parts: Vec<String> = links.iter().map(link).collect();
    parts.join("; ")
}

/// Who waits for what.
pub(crate) fn link(link: &CycleLink) -> String {
    let CycleLink { run, waits_for } = link;
    match waits_for {
        WaitsFor::Run(awaited) => format!("{run} waits for {awaited}"),
        WaitsFor::Slots { limit, held_by } => {
            let shown = held_by.iter().take(HOLDERS_SHOWN);
            let mut holders: Vec<String> = shown.map(ToString::to_string).collect();
            if held_by.len() > HOLDERS_SHOWN {
                holders.push(format!("{} more", held_by.len() - HOLDERS_SHOWN));
            }
            format!(
                "{run} waits for slots of {limit}, held by {}",
                holders.join(", ")
            )
        }
    }
}
