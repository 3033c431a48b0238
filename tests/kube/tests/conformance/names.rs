//! Names, uids and versions that each server makes for itself: what the recording has, and what ours is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::states::state;

/// The pairs that were found so far.
#[derive(Default)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    /// Pairs what two answers to one request have at the same places.
    pub(crate) fn pair(&mut self, recorded: &Value, ours: &Value) {
        let mut put = |pointer: &str| {
            let (Some(was), Some(is)) = (recorded.pointer(pointer), ours.pointer(pointer)) else {
                return;
            };
            if let (Some(was), Some(is)) = (was.as_str(), is.as_str()) {
                self.0.insert(was.to_owned(), is.to_owned());
            }
        };
        for field in ["uid", "resourceVersion", "continue", "name"] {
            put(&format!("/metadata/{field}"));
        }
        put("/details/uid");
        put("/details/name");
        let (was, is) = (recorded["items"].as_array(), ours["items"].as_array());
        for (was, is) in was.into_iter().flatten().zip(is.into_iter().flatten()) {
            self.pair(was, is);
        }
    }

    /// Pairs the objects of two streams by the order of their appearance.
    pub(crate) fn pair_streams(&mut self, recorded: &[Value], ours: &[Value]) {
        for was in recorded {
            let same = |is: &&Value| state(is) == state(was) && self.same(was, is);
            if let Some(is) = ours.iter().rev().find(same) {
                let revision = |it: &Value| {
                    it["object"]["metadata"]["resourceVersion"]
                        .as_str()
                        .map(str::to_owned)
                };
                if let (Some(was), Some(is)) = (revision(was), revision(is)) {
                    self.0.insert(was, is);
                }
            }
        }
        let objects = |events: &[Value]| {
            let mut seen: Vec<Value> = vec![];
            for event in events.iter().filter(|it| it["type"] == "ADDED") {
                let metadata = &event["object"]["metadata"];
                if seen.iter().all(|it| it["uid"] != metadata["uid"]) {
                    seen.push(metadata.clone());
                }
            }
            seen
        };
        for (was, is) in objects(recorded).iter().zip(objects(ours)) {
            for field in ["uid", "name"] {
                if let (Some(was), Some(is)) = (was[field].as_str(), is[field].as_str()) {
                    self.0.insert(was.to_owned(), is.to_owned());
                }
            }
        }
    }

    /// Whether both events are of the same object, as far as is known.
    fn same(&self, was: &Value, is: &Value) -> bool {
        let uid = |it: &Value| it["object"]["metadata"]["uid"].as_str().map(str::to_owned);
        uid(was).and_then(|it| self.0.get(&it).cloned()) == uid(is)
    }

    /// A recorded text with our names in it.
    pub(crate) fn ours(&self, text: &str) -> String {
        if let Some(whole) = self.0.get(text) {
            return whole.clone();
        }
        // Short numbers may stand for something else inside of a longer text.
        let long = self.0.iter().filter(|(was, _)| was.len() > 8);
        long.fold(text.to_owned(), |text, (was, is)| text.replace(was, is))
    }

    /// A recorded value with our names in it.
    pub(crate) fn ours_in(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.ours(text).into(),
            Value::Array(all) => all.iter().map(|it| self.ours_in(it)).collect(),
            Value::Object(all) => all
                .iter()
                .map(|(key, it)| (key.clone(), self.ours_in(it)))
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}

/// A text without uids, versions and the five letters of generated names.
pub(crate) fn plain(text: &str) -> String {
    let hex = |it: &str| it.len() == 36 && it.chars().all(|it| it.is_ascii_hexdigit() || it == '-');
    let number =
        |it: &str| it.len() < 6 && !it.is_empty() && it.chars().all(|it| it.is_ascii_digit());
    let generated = |it: &str| {
        it.len() == 5
            && it
                .chars()
                .all(|it| "bcdfghjklmnpqrstvwxz2456789".contains(it))
    };
    let delimiters = ['\n', '(', ')', ' ', '"', '\\', '/', ',', ':', '\'', '.'];
    text.split_inclusive(delimiters)
        .map(|part| {
            let word = part.trim_end_matches(delimiters);
            let end = &part[word.len()..];
            let (head, tail) = word.rsplit_once('-').unwrap_or(("", word));
            if hex(word) {
                format!("UID{end}")
            } else if number(word)
                && word.len() > 2
                && !matches!(word, "403" | "404" | "409" | "410" | "422" | "200" | "201")
            {
                format!("N{end}")
            } else if generated(tail) && !head.is_empty() {
                format!("{head}-GEN{end}")
            } else {
                part.to_owned()
            }
        })
        .collect()
}
