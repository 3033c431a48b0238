//! The picture of a run's states in ARCHITECTURE.md is the table of transitions, drawn.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use weir_core::state::{StateName, Word, leads};

/// States in which the same words lead to the same others are drawn as one box, as far as they do.
const BOXES: [(&str, &[StateName]); 3] = [
    ("Waits", &[StateName::Scheduled, StateName::AwaitingRetry]),
    (
        "Held",
        &[
            StateName::Submitting,
            StateName::InfrastructurePending,
            StateName::Running,
        ],
    ),
    (
        "Ended",
        &[
            StateName::Completed,
            StateName::Failed,
            StateName::TimedOut,
            StateName::Crashed,
            StateName::StartFailed,
            StateName::WorkerLost,
            StateName::WorkerStopped,
            StateName::Cancelled,
            StateName::ChildFailed,
            StateName::Lapsed,
        ],
    ),
];

/// Who leads from one state to another, staying apart.
fn steps() -> BTreeMap<(String, StateName), Vec<Word>> {
    let mut steps: BTreeMap<(String, StateName), Vec<Word>> = BTreeMap::new();
    for to in StateName::ALL {
        for word in Word::ALL {
            let mut from: Vec<StateName> = StateName::ALL.to_vec();
            from.retain(|from| *from != to && leads(*from, word, to));
            for (name, inside) in BOXES {
                let whole = inside
                    .iter()
                    .all(|state| from.contains(state) || *state == to);
                let several = inside.iter().filter(|state| **state != to).count() > 1;
                if whole && several {
                    from.retain(|state| !inside.contains(state));
                    steps.entry((name.to_owned(), to)).or_default().push(word);
                }
            }
            for from in from {
                steps.entry((from.to_string(), to)).or_default().push(word);
            }
        }
    }
    steps
}

fn drawn() -> String {
    let mut text = String::from("```mermaid\nstateDiagram-v2\n    [*] --> Scheduled: Request\n");
    for (name, inside) in BOXES {
        let inside: Vec<&str> = inside.iter().map(|state| state.as_str()).collect();
        writeln!(text, "    state {name} {{").expect("a String takes all");
        for state in inside {
            writeln!(text, "        {state}").expect("a String takes all");
        }
        text.push_str("    }\n");
    }
    for ((from, to), words) in steps() {
        let words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
        writeln!(text, "    {from} --> {to}: {}", words.join(", ")).expect("a String takes all");
    }
    text.push_str("```\n");
    text
}

#[test]
fn the_picture_in_the_docs_is_the_table() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ARCHITECTURE.md");
    let docs = fs::read_to_string(docs).expect("the docs are there");
    let (begin, end) = (
        "<!-- drawn from services/core/src/state/transition.rs -->\n",
        "<!-- end -->",
    );
    let (_, behind) = docs.split_once(begin).expect("the picture begins there");
    let (picture, _) = behind.split_once(end).expect("and ends there");
    let drawn = drawn();
    assert!(
        picture == drawn,
        "put this between the marks in ARCHITECTURE.md:\n{drawn}"
    );
}
