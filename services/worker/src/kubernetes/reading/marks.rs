//! Our annotations of an object, in one piece of memory: as a map of strings they were a third of all that an
//! observer of twenty thousand attempts holds.

use std::{collections::BTreeMap, fmt};

/// Under which we keep our annotations.
const PREFIX: &str = "weir.dev/";

/// The annotations of an object under `weir.dev/`, with their full keys, in the order of the keys.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Keys and values in turn, one after the other.
    text: Box<str>,
    /// Where each of them ends.
    ends: Box<[u32]>,
}

impl Marks {
    /// The rest of an object's annotations is not for keeping.
    pub(in crate::kubernetes) fn of(annotations: Option<&BTreeMap<String, String>>) -> Self {
        let mut text = String::new();
        let mut ends = Vec::new();
        let ours = annotations
            .into_iter()
            .flatten()
            .filter(|(key, _)| key.starts_with(PREFIX));
        for (key, value) in ours {
            for part in [key, value] {
                text.push_str(part);
                ends.push(u32::try_from(text.len()).expect("an object has less than 4 GiB"));
            }
        }
        Self {
            text: text.into_boxed_str(),
            ends: ends.into_boxed_slice(),
        }
    }

    /// The value under a full key, such as `weir.dev/run-id`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter()
            .find_map(|(found, value)| (found == key).then_some(value))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        let mut part = move |end: u32| {
            let end = usize::try_from(end).unwrap_or(usize::MAX);
            let part = self.text.get(start..end).unwrap_or_default();
            start = end;
            part
        };
        self.ends.chunks_exact(2).map(move |ends| {
            let key = part(ends[0]);
            (key, part(ends[1]))
        })
    }

    /// Whether there are none: the object is not ours.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl fmt::Debug for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(annotations: &[(&str, &str)]) -> Marks {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Marks::of(Some(&annotations.iter().map(owned).collect()))
    }

    #[test]
    fn ours_are_found_and_others_are_not_kept() {
        let marks = marks(&[
            ("weir.dev/run-id", "ä-1"),
            ("weir.dev/attempt", ""),
            ("other.example/x", "y"),
        ]);
        let all: Vec<_> = marks.iter().collect();
        assert_eq!(all, [("weir.dev/attempt", ""), ("weir.dev/run-id", "ä-1")]);
        assert_eq!(marks.get("weir.dev/run-id"), Some("ä-1"));
        assert_eq!(marks.get("weir.dev/attempt"), Some(""));
        assert_eq!(marks.get("other.example/x"), None);
        assert_eq!(
            format!("{marks:?}"),
            r#"{"weir.dev/attempt": "", "weir.dev/run-id": "ä-1"}"#
        );
    }

    #[test]
    fn an_object_without_ours_is_not_ours() {
        assert!(marks(&[("other.example/x", "y")]).is_empty());
        assert!(Marks::of(None).is_empty());
    }
}
