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

#[cfg(test)]
mod tests {
    use weir_core::{ids::RunKey, limit::LimitKey};

    use super::*;

    #[test]
    fn a_way_round_is_one_line_that_names_a_few_holders() {
        let run = |id: &str| RunKey {
            queue: weir_core::ids::QueueKey::new("p".parse().unwrap(), "q".parse().unwrap()),
            run_id: id.parse().unwrap(),
        };
        let links = [
            CycleLink {
                run: run("parent"),
                waits_for: WaitsFor::Run(run("child")),
            },
            CycleLink {
                run: run("child"),
                waits_for: WaitsFor::Slots {
                    limit: LimitKey::Pool("p".parse().unwrap()),
                    held_by: ["parent", "p-2", "p-3", "p-4", "p-5"].map(run).to_vec(),
                },
            },
        ];
        assert_eq!(
            line(&links),
            "p/q/parent waits for p/q/child; p/q/child waits for slots of pool p, held by p/q/parent, p/q/p-2, p/q/p-3, 2 more"
        );
    }
}
