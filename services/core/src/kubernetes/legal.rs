//! Texts of people made into what Kubernetes takes for names and labels, as Prefect makes them, so that the selectors
//! that people have written go on finding their Jobs.
//!
//! The rules of what is legal: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/> and
//! `…/names/`. Prefect's are those of `python-slugify`: other scripts are spelled in Latin, what is not allowed becomes
//! one `-`.

use sha2::{Digest as _, Sha256};

/// The longest label value and the longest name within a label's key, in characters.
pub(super) const LABEL_CHARS_MAX: usize = 63;
/// The longest prefix of a label's key, in characters.
const PREFIX_CHARS_MAX: usize = 253;

/// A label's or annotation's key; `None` if the text has nothing that could stay.
#[must_use]
pub(super) fn key(text: &str) -> Option<String> {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) if !prefix.is_empty() => (Some(prefix), name),
        Some((_, name)) => (None, name),
        None => (None, text),
    };
    let name = edges(&slug(name, inner, LABEL_CHARS_MAX));
    if name.is_empty() {
        return None;
    }
    let Some(prefix) = prefix else {
        return Some(name);
    };
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let prefix = edges(&slug(prefix, inner, PREFIX_CHARS_MAX).to_ascii_lowercase());
    (!prefix.is_empty()).then(|| format!("{prefix}/{name}"))
}

/// Whether a key is legal as it is.
pub(super) fn is_key(text: &str) -> bool {
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let part = |part: &str, max: usize, inner: fn(char) -> bool| {
        let bytes = part.as_bytes();
        bytes.len() <= max && part.chars().all(inner) && edge(bytes.first()) && edge(bytes.last())
    };
    let prefix = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    match text.split_once('/') {
        Some((before, name)) => {
            part(before, PREFIX_CHARS_MAX, prefix) && part(name, LABEL_CHARS_MAX, is_value)
        }
        None => part(text, LABEL_CHARS_MAX, is_value),
    }
}

/// A label's value, cut to [`LABEL_CHARS_MAX`]; empty, which is legal, if the text has nothing that could stay.
#[must_use]
pub(super) fn value(text: &str) -> String {
    edges(&slug(text, is_value, LABEL_CHARS_MAX))
}

/// A label's value that stays unlike the value of every other text: what had to be cut ends in a hash of the whole.
#[must_use]
pub(super) fn distinct_value(text: &str) -> String {
    let whole = edges(&slug(text, is_value, usize::MAX));
    if !whole.is_empty() && whole.len() <= LABEL_CHARS_MAX {
        return whole;
    }
    let hash = hash(text.as_bytes(), 5);
    let readable = edges(&slug(text, is_value, LABEL_CHARS_MAX - hash.len() - 1));
    if readable.is_empty() {
        hash
    } else {
        format!("{readable}-{hash}")
    }
}

/// A part of a DNS label: lower-case letters, digits and `-`, at most so many; may be empty.
#[must_use]
pub(super) fn name(text: &str, characters: usize) -> String {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
    slug(&text.to_lowercase(), inner, characters).to_ascii_lowercase()
}

/// So many bytes of the SHA-256 of a text, in lower-case base32: 8 characters for 5 bytes.
pub(super) fn hash(text: &[u8], bytes: usize) -> String {
    let digest = Sha256::digest(text);
    let beginning = digest.get(..bytes).unwrap_or(&digest);
    data_encoding::BASE32_DNSSEC.encode(beginning)
}

fn is_value(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// The text without what may not stand at its edges.
fn edges(text: &str) -> String {
    text.trim_matches(['-', '_', '.']).to_owned()
}

/// `python-slugify`: other scripts in Latin, thousands without their commas, one `-` for each stretch that may not stay,
/// none at the edges, cut to so many characters.
fn slug(text: &str, allowed: impl Fn(char) -> bool, characters: usize) -> String {
    let latin = deunicode::deunicode_with_tofu(&text.replace('\'', "-"), "").replace('\'', "");
    let mut out = String::with_capacity(latin.len());
    let mut rest = latin.chars().peekable();
    while let Some(c) = rest.next() {
        let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if c == ',' && digits(out.chars().next_back()) && digits(rest.peek().copied()) {
            continue;
        }
        let c = if allowed(c) { c } else { '-' };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    let whole = out.trim_matches('-');
    let end = whole
        .char_indices()
        .nth(characters)
        .map_or(whole.len(), |(at, _)| at);
    whole.split_at(end).0.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_what_prefect_makes_of_them() {
        assert_eq!(key("Team Name").as_deref(), Some("Team-Name"));
        assert_eq!(value("Data/Eng!"), "Data-Eng");
        assert_eq!(
            key("Example.COM/Team Name").as_deref(),
            Some("example.com/Team-Name")
        );
        assert_eq!(value("Größe: 1,000 'Stück'"), "Grosse-1000-Stuck");
        assert_eq!(value("_a..b__-"), "a..b");
        assert_eq!(value("!!!"), "");
        assert_eq!(key("!!!"), None);
        assert_eq!(key("a/!!!"), None);
        assert_eq!(value(&"x".repeat(70)).len(), LABEL_CHARS_MAX);
        assert_eq!(value(&format!("{}.-_.z", "x".repeat(60))).len(), 60);
    }

    #[test]
    fn what_is_cut_stays_unlike_what_begins_the_same() {
        assert_eq!(distinct_value("etl/nightly"), "etl-nightly");
        let long = |end: &str| distinct_value(&format!("{}/{end}", "flow".repeat(20)));
        assert_ne!(long("a"), long("b"));
        assert_eq!(long("a").len(), LABEL_CHARS_MAX);
        assert_eq!(distinct_value("!!!").len(), 8);
        assert_ne!(distinct_value("!!!"), distinct_value("???"));
    }

    #[test]
    fn names_are_parts_of_dns_labels() {
        assert_eq!(name("fancy-Run_1", 20), "fancy-run-1");
        assert_eq!(name("Übersicht für März", 30), "ubersicht-fur-marz");
        assert_eq!(name("ab-cd", 3), "ab");
        assert_eq!(name("…", 20), "");
    }
}
