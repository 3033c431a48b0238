//! Reads a mapping of the file into its type: keys that nobody knows are refused with the nearest one named, keys that
//! have a second spelling are taken under the first, and whatever is wrong is told with its place.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, Visitor, value::Error as Nothing},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

use super::written::type_name;

/// A mapping whose keys are known.
pub(super) trait Section: DeserializeOwned {
    /// How it is called where something is wrong with all of it.
    const WHAT: &'static str;
    /// Second spellings: what may be written, and the key that is meant.
    const ALIASES: &'static [(&'static str, &'static str)];
}

/// Reads one. A key without a value counts as not written, as Prefect's own templates leave them.
pub(super) fn section<T: Section>(value: Value) -> Result<T, String> {
    let Value::Object(written) = value else {
        return Err(format!("it is {}, not {}", type_name(&value), T::WHAT));
    };
    let mut fields = Map::new();
    for (key, value) in written.into_iter().filter(|(_, value)| !value.is_null()) {
        let alias = T::ALIASES.iter().find(|(alias, _)| *alias == key);
        let meant = alias.map_or(key.as_str(), |(_, meant)| *meant);
        if !keys::<T>().contains(&meant) {
            return Err(unknown::<T>(&key));
        }
        if fields.insert(meant.to_owned(), value).is_some() {
            return Err(format!(
                "it says {meant} twice, once as another spelling: leave one out"
            ));
        }
    }
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
        let path = error.path().to_string();
        format!("{path}: {}", error.into_inner())
    })
}

fn unknown<T: Section>(key: &str) -> String {
    let aliases = T::ALIASES.iter().map(|(alias, _)| *alias);
    let nearest = keys::<T>()
        .iter()
        .copied()
        .chain(aliases)
        .map(|known| {
            (
                strsim::damerau_levenshtein(&key.to_lowercase(), known),
                known,
            )
        })
        .min()
        .filter(|(distance, known)| *distance * 2 <= known.len().max(key.len()));
    match nearest {
        Some((_, known)) => format!("unknown key {key:?}: did you mean {known:?}?"),
        None => format!(
            "unknown key {key:?}: leave it out, or use one of {}",
            keys::<T>().join(", ")
        ),
    }
}

/// For fields that are sections themselves.
pub(super) fn nested<'de, D: Deserializer<'de>, T: Section>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    section(value).map(Some).map_err(D::Error::custom)
}

/// For fields that are lists of sections.
pub(super) fn list<'de, D: Deserializer<'de>, T: Section>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let items = Vec::<Value>::deserialize(deserializer)?;
    let items = items.into_iter().enumerate().map(|(n, item)| {
        let what = item.get("name").and_then(Value::as_str);
        let place = what.map_or_else(|| format!("[{n}]"), |name| format!("[{n}] ({name})"));
        section(item).map_err(|error| D::Error::custom(format!("{place}: {error}")))
    });
    items.collect::<Result<_, _>>().map(Some)
}

/// The keys of a section, as its type has them.
pub(super) fn keys<T: Section>() -> &'static [&'static str] {
    struct Asker<'a>(&'a mut &'static [&'static str]);
    impl<'de> Deserializer<'de> for Asker<'_> {
        type Error = Nothing;
        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _name: &'static str,
            fields: &'static [&'static str],
            _visitor: V,
        ) -> Result<V::Value, Nothing> {
            *self.0 = fields;
            Err(Nothing::custom("only the keys were asked for"))
        }
        fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Nothing> {
            Err(Nothing::custom("a section is a struct"))
        }
        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }
    let mut keys: &'static [&'static str] = &[];
    match T::deserialize(Asker(&mut keys)) {
        Ok(_) | Err(_) => keys,
    }
}
