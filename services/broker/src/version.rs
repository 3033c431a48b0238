//! The version of a `nats-server`, so that "new enough" is a comparison and not a string match.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A `nats-server` version; a pre-release is lower than its release.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
    /// `RC.1` of `2.15.0-RC.1`; none for a release.
    pub pre: Option<String>,
}

/// The text is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a version like 2.15.1")]
pub struct ParseVersionError {
    pub text: String,
}

impl Version {
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self {
            major,
            minor,
            patch,
            pre: None,
        }
    }

    /// Reads what `nats-server --version` prints: `nats-server: v2.15.1`.
    pub fn from_banner(banner: &str) -> Result<Self, ParseVersionError> {
        let line = banner.lines().next().unwrap_or_default();
        match line.strip_prefix("nats-server:") {
            Some(version) => version.parse(),
            None => Err(ParseVersionError {
                text: line.to_owned(),
            }),
        }
    }
}

impl FromStr for Version {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.trim()).ok_or_else(|| ParseVersionError {
            text: text.trim().to_owned(),
        })
    }
}

fn parse(text: &str) -> Option<Version> {
    let text = text.strip_prefix('v').unwrap_or(text);
    // Build metadata (`+dirty`) has no part in the order.
    let text = text
        .split_once('+')
        .map_or(text, |(version, _build)| version);
    let (numbers, pre) = match text.split_once('-') {
        Some((_, "")) => return None,
        Some((numbers, pre)) => (numbers, Some(pre.to_owned())),
        None => (text, None),
    };
    let mut numbers = numbers.split('.').map(|number| number.parse().ok());
    let version = Version {
        major: numbers.next()??,
        minor: numbers.next()??,
        patch: numbers.next()??,
        pre,
    };
    numbers.next().is_none().then_some(version)
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = |version: &Self| (version.major, version.minor, version.patch);
        numbers(self)
            .cmp(&numbers(other))
            .then_with(|| match (&self.pre, &other.pre) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(ours), Some(theirs)) => ours.cmp(theirs),
            })
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        match &self.pre {
            Some(pre) => write!(f, "-{pre}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn the_banner_of_a_real_server_is_read() {
        assert_eq!(
            Version::from_banner("nats-server: v2.15.1\n"),
            Ok(Version::new(2, 15, 1))
        );
        assert_eq!(version("v2.15.1+dirty"), Version::new(2, 15, 1));
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "2.15", "2.15.x", "2.15.1.0", "2.15.1-", "-1.2.3"] {
            assert!(
                text.parse::<Version>().is_err(),
                "{text:?} was read as a version"
            );
        }
        assert!(Version::from_banner("gnatsd: v2.15.1").is_err());
    }

    #[test]
    fn versions_order_by_number_and_a_pre_release_is_below_its_release() {
        let ascending = [
            "2.9.25",
            "2.14.4-RC.1",
            "2.14.4",
            "2.14.10",
            "2.15.0-RC.1",
            "2.15.0-RC.2",
            "2.15.0",
            "2.15.1",
        ];
        assert!(ascending.map(version).is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_version_prints_as_it_was_read() {
        for text in ["2.15.1", "2.15.0-RC.1"] {
            assert_eq!(version(text).to_string(), text);
        }
    }
}
