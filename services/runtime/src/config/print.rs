//! A configuration written out, so that the example file is what the program says and not what somebody remembered.

use serde::Serialize;

use super::Error;

/// `config` as TOML, in the order of its fields. `describe` gives the comment for a key (`scheduler.claim-ttl`) or a
/// section (`scheduler`), of any number of lines. Unset optional keys are left out.
///
/// # Errors
/// When a value has no form in TOML.
pub fn to_toml<T: Serialize>(
    config: &T,
    describe: impl Fn(&str) -> Option<&'static str>,
) -> Result<String, Error> {
    let plain = toml::to_string_pretty(config).map_err(|error| Error::Print(error.to_string()))?;
    let mut section = String::new();
    let mut out = String::with_capacity(plain.len() * 2);
    for line in plain.lines() {
        let header = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        // Lines inside an array or a text of many lines are indented or have no such form.
        let name = line
            .split_once(" = ")
            .map(|(name, _)| name)
            .filter(|name| !name.starts_with(char::is_whitespace));
        let key = match (header, name) {
            (Some(header), _) => {
                header.clone_into(&mut section);
                Some(section.clone())
            }
            (None, Some(name)) if section.is_empty() => Some(name.to_owned()),
            (None, Some(name)) => Some(format!("{section}.{name}")),
            (None, None) => None,
        };
        for comment in key
            .and_then(|key| describe(&key))
            .unwrap_or_default()
            .lines()
        {
            out.push_str(format!("# {comment}").trim_end());
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
    }
    Ok(out)
}

/// `config` as indented JSON. Unset optional keys are `null`.
///
/// # Errors
/// When a value has no form in JSON.
pub fn to_json<T: Serialize>(config: &T) -> Result<String, Error> {
    serde_json::to_string_pretty(config).map_err(|error| Error::Print(error.to_string()))
}
