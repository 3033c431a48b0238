//! Logging: words for people on a terminal, JSON for machines everywhere else, always to standard error, because
//! standard output belongs to what a verb prints.

use std::{
    io::{self, IsTerminal as _},
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use tracing::{Dispatch, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    fmt::MakeWriter,
    layer::SubscriberExt as _,
    registry,
    util::{SubscriberInitExt as _, TryInitError},
};

use crate::Telemetry;

/// What is shown when no filter is given: what weir itself has to say, and only trouble from what it is built on. Failed
/// calls to Kubernetes are told by whoever made them, with what they were for; kube's own words have no context.
pub const DEFAULT_FILTER: &str = "warn,kube_client=off,weir=info";

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// [`Format::Human`] if standard error is a terminal, [`Format::Json`] if not.
    #[default]
    Auto,
    /// One line of words and fields; coloured on a terminal, unless `NO_COLOR` is set.
    Human,
    /// One JSON object per line.
    Json,
}

impl FromStr for Format {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "auto" => Ok(Self::Auto),
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            other => Err(Error::Format {
                given: other.to_owned(),
            }),
        }
    }
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such format.
    #[error("log format {given:?} is none of auto, human, json")]
    Format {
        /// What was asked for.
        given: String,
    },
    /// The filter cannot be read.
    #[error("log filter {given:?} is not of the form info,weir_log=debug")]
    Filter {
        /// What was asked for.
        given: String,
        /// Which part of it.
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
    /// Somebody has set up logging in this process before.
    #[error("logging is set up already")]
    Twice(#[source] TryInitError),
}

/// Sets up logging for this process. `filter` has the syntax of `RUST_LOG` (`info,weir_log=debug`); without one it is
/// [`DEFAULT_FILTER`]. `weir=` means all of weir's crates, since a filter's name matches whatever begins with it. With
/// `telemetry` the spans of the program's own work are sent as well, whatever the filter says.
///
/// # Errors
/// [`Error`] when the filter cannot be read or logging is set up already.
pub fn init(
    format: Format,
    filter: Option<&str>,
    telemetry: Option<&Telemetry>,
) -> Result<(), Error> {
    let terminal = io::stderr().is_terminal();
    let lines = if human(format, terminal) {
        human_lines(terminal, filter, io::stderr)?
    } else {
        json_lines(filter, io::stderr)?
    };
    subscriber(lines, telemetry)
        .try_init()
        .map_err(Error::Twice)
}

/// Lines of a log and, with `telemetry`, spans that are sent. Without, no layer is put in its place: an empty one would have
/// each event asked for whenever it happens.
pub(crate) fn subscriber(lines: Lines, telemetry: Option<&Telemetry>) -> Dispatch {
    let wanted = lines.max_level_hint().unwrap_or(LevelFilter::TRACE);
    let lines = registry().with(lines);
    match telemetry.and_then(|telemetry| telemetry.layers(wanted)) {
        Some((spans, gate)) => lines.with(spans).with(gate).into(),
        None => lines.into(),
    }
}

const fn human(format: Format, terminal: bool) -> bool {
    match format {
        Format::Auto => terminal,
        Format::Human => true,
        Format::Json => false,
    }
}

fn parse(filter: Option<&str>) -> Result<EnvFilter, Error> {
    let given = filter
        .filter(|text| !text.trim().is_empty())
        .unwrap_or(DEFAULT_FILTER);
    EnvFilter::builder()
        .parse(given)
        .map_err(|source| Error::Filter {
            given: given.to_owned(),
            source,
        })
}

/// Lines of a log. The filter is the lines' own, so that it says nothing about the spans that are sent elsewhere.
pub(crate) type Lines = Box<dyn Layer<Registry> + Send + Sync>;

fn human_lines<W>(terminal: bool, filter: Option<&str>, out: W) -> Result<Lines, Error>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(out);
    // Left alone on a terminal, the layer heeds NO_COLOR.
    let lines = if terminal {
        lines
    } else {
        lines.with_ansi(false)
    };
    Ok(lines.with_filter(parse(filter)?).boxed())
}

fn json_lines<W>(filter: Option<&str>, out: W) -> Result<Lines, Error>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_writer(out);
    Ok(lines.with_filter(parse(filter)?).boxed())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use tracing::{debug, info, warn};

    use super::*;

    /// A writer that keeps what it is given.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Kept {
        fn text(&self) -> String {
            let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            String::from_utf8(bytes.clone()).expect("log lines are UTF-8")
        }
    }
    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn say() {
        info!(target: "weir_scheduler::lead", { weir.queue = "high" }, "run claimed");
        debug!(target: "weir_scheduler::lead", "detail");
        info!(target: "async_nats", "chatter");
        warn!(target: "async_nats", "slow consumer");
    }

    fn json(filter: Option<&str>) -> Vec<serde_json::Value> {
        let kept = Kept::default();
        let out = kept.clone();
        let subscriber = json_lines(filter, move || out.clone()).expect("the filter is legal");
        tracing::subscriber::with_default(registry().with(subscriber), say);
        kept.text()
            .lines()
            .map(|line| serde_json::from_str(line).expect("each line is JSON"))
            .collect()
    }

    #[test]
    fn json_lines_carry_words_and_fields_and_only_weirs_own_info() {
        let lines = json(None);
        let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str()).collect();
        assert_eq!(
            messages,
            [Some("run claimed"), Some("slow consumer")],
            "{lines:?}"
        );
        assert_eq!(lines[0]["weir.queue"], "high");
        assert_eq!(lines[0]["level"], "INFO");
        assert_eq!(lines[0]["target"], "weir_scheduler::lead");
    }

    #[test]
    fn a_filter_takes_the_place_of_the_default() {
        assert_eq!(json(Some("off,weir_scheduler=debug")).len(), 2);
        assert_eq!(json(Some("  ")).len(), json(None).len());
    }

    #[test]
    fn human_lines_are_plain_where_there_is_no_terminal() {
        let kept = Kept::default();
        let out = kept.clone();
        let subscriber =
            human_lines(false, None, move || out.clone()).expect("the default filter is legal");
        tracing::subscriber::with_default(registry().with(subscriber), say);
        let text = kept.text();
        assert!(
            text.contains("run claimed") && text.contains("weir.queue=\"high\""),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_told_with_the_form_it_should_have() {
        let error = parse(Some("weir=loud")).expect_err("there is no such level");
        assert_eq!(
            error.to_string(),
            "log filter \"weir=loud\" is not of the form info,weir_log=debug"
        );
        assert!(std::error::Error::source(&error).is_some());
    }

    #[test]
    fn auto_means_words_on_a_terminal_and_json_elsewhere() {
        assert!(human(Format::Auto, true) && !human(Format::Auto, false));
        assert!(human(Format::Human, false) && !human(Format::Json, true));
        assert_eq!("json".parse::<Format>().ok(), Some(Format::Json));
        assert!("xml".parse::<Format>().is_err());
    }
}
