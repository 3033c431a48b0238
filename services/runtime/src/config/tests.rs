//! The later layer wins, and what is wrong is told with its key, its place and the way out.

use std::{io::Write as _, num::NonZeroUsize, path::PathBuf, time::Duration};

use serde::Deserialize;
use tempfile::NamedTempFile;

use super::*;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Scheduler {
    #[serde(with = "humantime_serde")]
    claim_ttl: Duration,
    claims_max: NonZeroUsize,
    name: Option<String>,
}

impl Default for Scheduler {
    fn default() -> Self {
        Self {
            claim_ttl: Duration::from_secs(5),
            claims_max: NonZeroUsize::MIN,
            name: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    #[default]
    Quiet,
    Loud,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Whole {
    mode: Mode,
    queues: Vec<String>,
    scheduler: Scheduler,
}

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(text.as_bytes()).expect("it is writable");
    file
}

/// Names that somebody else has given.
const ALIASES: &[Alias] = &[
    Alias::text("STANDARD_NAME", "scheduler.name"),
    Alias::number("STANDARD_MAX", "scheduler.claims-max"),
    Alias::milliseconds("STANDARD_TTL", "scheduler.claim-ttl"),
];

fn load(text: &str, variables: &[(&str, &str)]) -> (PathBuf, Result<Whole, Error>) {
    let file = file(text);
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()));
    (
        file.path().to_owned(),
        load_with(Some(file.path()), ALIASES, variables),
    )
}

#[track_caller]
fn loaded(text: &str, variables: &[(&str, &str)]) -> Whole {
    load(text, variables).1.expect("the configuration is legal")
}

#[track_caller]
fn refused(text: &str, variables: &[(&str, &str)]) -> String {
    let (path, result) = load(text, variables);
    let error = result.expect_err("the configuration is not legal");
    error
        .to_string()
        .replace(&path.display().to_string(), "FILE")
}

#[test]
fn without_a_file_and_variables_the_defaults_hold() {
    let whole: Whole = load_with(None, &[], []).expect("defaults are legal");
    assert_eq!(whole, Whole::default());
}

#[test]
fn a_file_wins_over_defaults_and_a_variable_over_the_file() {
    let text = "queues = ['a']\n[scheduler]\nclaim-ttl = '1m'\nclaims-max = 3\nname = 'one'";
    let whole = loaded(
        text,
        &[
            ("WEIR_CONFIG__SCHEDULER__CLAIM_TTL", "2s"),
            ("WEIR_CONFIG__MODE", "loud"),
        ],
    );
    let scheduler = Scheduler {
        claim_ttl: Duration::from_secs(2),
        claims_max: NonZeroUsize::new(3).expect("three"),
        name: Some("one".into()),
    };
    assert_eq!(
        whole,
        Whole {
            mode: Mode::Loud,
            queues: vec!["a".into()],
            scheduler
        }
    );
}

#[test]
fn what_a_later_layer_does_not_say_stays() {
    let whole = loaded("[scheduler]\nclaims-max = 9", &[]);
    assert_eq!(whole.scheduler.claim_ttl, Duration::from_secs(5));
}

#[test]
fn a_list_in_a_variable_is_written_in_brackets() {
    assert_eq!(
        loaded("", &[("WEIR_CONFIG__QUEUES", "[high, low]")]).queues,
        ["high", "low"]
    );
}

#[test]
fn variables_of_the_runs_are_passed_over() {
    let whole = loaded(
        "",
        &[
            ("WEIR_RUN_ID", "x"),
            ("WEIR_SERVICE_HOST", "10.0.0.1"),
            ("WEIR_CONFIG", "/etc/weir.toml"),
        ],
    );
    assert_eq!(whole, Whole::default());
}

#[test]
fn an_unknown_key_is_told_with_its_place_and_the_nearest_name() {
    assert_eq!(
        refused("[scheduler]\nclaim-tll = '1m'", &[]),
        "scheduler.claim-tll in FILE: there is no key claim-tll; did you mean claim-ttl?"
    );
    assert_eq!(
        refused("[scheduler]\nclaim_ttl = '1m'", &[]),
        "scheduler.claim_ttl in FILE: there is no key claim_ttl; did you mean claim-ttl?"
    );
    assert_eq!(
        refused("", &[("WEIR_CONFIG__SCHEDULER__COLOUR", "red")]),
        "scheduler.colour in WEIR_CONFIG__SCHEDULER__COLOUR: there is no key colour; \
         known here: claim-ttl, claims-max, name"
    );
    assert_eq!(
        refused("shceduler = 1", &[]),
        "shceduler in FILE: there is no key shceduler; did you mean scheduler?"
    );
}

#[test]
fn a_wrong_value_is_told_with_its_place_and_what_would_be_right() {
    assert_eq!(
        refused("[scheduler]\nclaims-max = 0", &[]),
        "scheduler.claims-max in FILE: found signed int `0`, expected a nonzero usize"
    );
    assert_eq!(
        refused(
            "[scheduler]\nclaims-max = 1",
            &[("WEIR_CONFIG__SCHEDULER__CLAIMS_MAX", "many")]
        ),
        "scheduler.claims-max in WEIR_CONFIG__SCHEDULER__CLAIMS_MAX: found string \"many\", \
         expected a nonzero usize"
    );
    assert_eq!(
        refused("mode = 'lout'", &[]),
        "mode in FILE: there is no value lout; did you mean loud?"
    );
    assert_eq!(
        refused("[scheduler]\nclaim-ttl = '5 leagues'", &[]),
        "scheduler.claim-ttl in FILE: found string \"5 leagues\", expected a duration"
    );
    let unquoted = refused("", &[("WEIR_CONFIG__SCHEDULER__NAME", "17")]);
    assert!(unquoted.contains("put it in quotes"), "{unquoted}");
    assert_eq!(
        loaded("", &[("WEIR_CONFIG__SCHEDULER__NAME", "\"17\"")])
            .scheduler
            .name
            .as_deref(),
        Some("17")
    );
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_line() {
    let message = refused("[scheduler]\nclaim-ttl = ", &[]);
    assert!(
        message.starts_with("FILE: ") && message.contains("line 2"),
        "{message}"
    );
}

#[test]
fn a_file_that_is_not_there_is_an_error_and_not_an_empty_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("none.toml");
    let error = load_with::<Whole>(Some(&path), &[], []).expect_err("there is no such file");
    assert_eq!(
        error.to_string(),
        format!(
            "cannot read the config file {}; name one that exists",
            path.display()
        )
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_variable_that_names_no_key_is_told() {
    for name in [
        "WEIR_CONFIG__",
        "WEIR_CONFIG__SCHEDULER__",
        "WEIR_CONFIG____X",
    ] {
        let message = refused("", &[(name, "1")]);
        assert!(
            message.starts_with(&format!("{name} names no key")),
            "{message}"
        );
    }
}

#[test]
fn the_printed_toml_loads_as_what_was_printed_with_its_comments() {
    let mut whole = Whole {
        queues: vec!["a".into(), "b".into()],
        ..Whole::default()
    };
    whole.scheduler.name = Some("one".into());
    let describe = |key: &str| match key {
        "scheduler" => Some("Who decides."),
        "scheduler.claim-ttl" => Some("How long a claim waits.\n\nThen it is revoked."),
        "queues" => Some("Which queues."),
        _ => None,
    };
    let text = to_toml(&whole, describe).expect("it has a form in TOML");
    let comments = "# Who decides.\n[scheduler]\n# How long a claim waits.\n#\n# Then it is revoked.\nclaim-ttl = \"5s\"\n";
    assert!(
        text.contains(comments) && text.contains("# Which queues.\nqueues = ["),
        "{text}"
    );
    assert_eq!(loaded(&text, &[]), whole);
}

#[test]
fn the_printed_json_names_every_key() {
    let text = to_json(&Whole::default()).expect("it has a form in JSON");
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(
        json["scheduler"],
        serde_json::json!({"claim-ttl": "5s", "claims-max": 1, "name": null})
    );
}

#[test]
fn a_variable_of_another_name_outranks_the_file_and_not_our_own() {
    let text = "[scheduler]\nname = \"file\"\nclaims-max = 2\nclaim-ttl = \"9s\"\n";
    let whole = loaded(
        text,
        &[
            ("WEIR_CONFIG__SCHEDULER__CLAIMS_MAX", "4"),
            ("STANDARD_NAME", "1"),
            ("STANDARD_MAX", "3"),
            ("STANDARD_TTL", "1500"),
        ],
    );
    assert_eq!(whole.scheduler.name.as_deref(), Some("1"));
    assert_eq!(whole.scheduler.claims_max.get(), 4);
    assert_eq!(whole.scheduler.claim_ttl, Duration::from_millis(1_500));
}

#[test]
fn a_variable_of_another_name_that_is_empty_is_not_there_and_a_wrong_one_is_named() {
    assert_eq!(loaded("", &[("STANDARD_NAME", " ")]).scheduler.name, None);
    let told = refused("", &[("STANDARD_TTL", "soon")]);
    assert!(told.contains("STANDARD_TTL"), "{told}");
}
