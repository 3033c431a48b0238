//! What is wrong with a configuration, in the words of the person who has to put it right.

use std::{fmt, io, path::PathBuf};

use figment::{
    Figment, Metadata, Source,
    error::{Actual, Kind},
};

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not there or cannot be read.
    #[error("cannot read the config file {}; name one that exists", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// A variable's value is not UTF-8.
    #[error("the value of {variable} is not UTF-8 text")]
    NotText {
        /// Which variable.
        variable: String,
    },
    /// A variable's name has an empty part.
    #[error(
        "{variable} names no key; write WEIR_CONFIG__SECTION__KEY, with one underscore for each dash in a name"
    )]
    NoKey {
        /// Which variable.
        variable: String,
    },
    /// Values that do not fit.
    #[error("{}", lines(.0))]
    Invalid(Vec<Fault>),
    /// A configuration that cannot be written down.
    #[error("cannot print the configuration: {0}")]
    Print(String),
}

/// One value that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key, with its sections (`scheduler.claim-ttl`); empty if the whole layer cannot be read.
    pub key: String,
    /// Where the value comes from: a file, a variable.
    pub place: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.key.as_str(), self.place.as_str()) {
            ("", place) => write!(f, "{place}: {}", self.what),
            (key, "") => write!(f, "{key}: {}", self.what),
            (key, place) => write!(f, "{key} in {place}: {}", self.what),
        }
    }
}

fn lines(faults: &[Fault]) -> String {
    let faults: Vec<_> = faults.iter().map(Fault::to_string).collect();
    faults.join("\n")
}

impl Error {
    pub(super) fn of(error: &figment::Error, layers: &Figment) -> Self {
        let mut faults: Vec<_> = error
            .clone()
            .into_iter()
            .map(|one| fault(&one, layers))
            .collect();
        faults.dedup();
        Self::Invalid(faults)
    }
}

fn fault(error: &figment::Error, layers: &Figment) -> Fault {
    let mut path = error.path.clone();
    if let Kind::UnknownField(name, _) = &error.kind {
        // The path of an unknown key sometimes ends at its section.
        if path.last() != Some(name) {
            path.push(name.clone());
        }
    }
    let key = path.join(".");
    // The layer that an error is tagged with is sometimes that of the section; the key's own is known better.
    let place = layers
        .find_metadata(&key)
        .or(error.metadata.as_ref())
        .map(place)
        .unwrap_or_default();
    Fault {
        key,
        place,
        what: what(&error.kind),
    }
}

fn place(metadata: &Metadata) -> String {
    if let Some(Source::File(path)) = &metadata.source {
        return path.display().to_string();
    }
    metadata.name.to_string()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a foreign enum, whose own words do for the rest"
)]
fn what(kind: &Kind) -> String {
    match kind {
        Kind::UnknownField(name, known) => unknown("key", name, known),
        Kind::UnknownVariant(name, known) => unknown("value", name, known),
        Kind::InvalidType(Actual::Unsigned(_) | Actual::Signed(_) | Actual::Bool(_), expected)
            if expected.contains("string") || expected.contains("duration") =>
        {
            format!("found a bare word, expected {expected}; put it in quotes, in a variable too")
        }
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("found {found}, expected {expected}")
        }
        _ => kind.to_string(),
    }
}

fn unknown(noun: &str, name: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|known| {
            (
                strsim::damerau_levenshtein(&name.to_lowercase().replace('_', "-"), known),
                known,
            )
        })
        .min()
        .filter(|(distance, known)| *distance <= 3 && *distance < known.len());
    match near {
        Some((_, known)) => format!("there is no {noun} {name}; did you mean {known}?"),
        None if known.is_empty() => format!("there is no {noun} {name}; remove it"),
        None => format!(
            "there is no {noun} {name}; known here: {}",
            known.join(", ")
        ),
    }
}
