//! Values as Python's `str()` writes them, because templates written for Prefect rely on `True`, `None` and `['a']`.

use std::fmt::Write as _;

use serde_json::{Number, Value};

/// What `str(value)` gives: a text is itself, everything else its `repr`.
pub(crate) fn text(value: &Value) -> String {
    if let Value::String(text) = value {
        return text.clone();
    }
    let mut out = String::new();
    repr(value, &mut out);
    out
}

fn repr(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Number(number) => out.push_str(&number_text(number)),
        Value::String(text) => quoted(text, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                repr(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                quoted(key, out);
                out.push_str(": ");
                repr(item, out);
            }
            out.push('}');
        }
    }
}

fn number_text(number: &Number) -> String {
    if number.is_f64() {
        number.as_f64().map_or_else(|| number.to_string(), float)
    } else {
        number.to_string()
    }
}

/// Python writes the shortest digits that read back the same, as Rust does, but changes to an exponent elsewhere:
/// below 1e-4 and from 1e16 on, with a sign and at least two digits.
fn float(number: f64) -> String {
    let scientific = format!("{number:e}");
    let (sign, unsigned) = match scientific.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", scientific.as_str()),
    };
    let Some((mantissa, exponent)) = unsigned.split_once('e') else {
        return scientific;
    };
    let Ok(exponent) = exponent.parse::<i32>() else {
        return scientific;
    };
    if !(-4..16).contains(&exponent) {
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}e{direction}{:02}", exponent.unsigned_abs());
    }
    let digits = mantissa.replace('.', "");
    let places = usize::try_from(exponent.unsigned_abs()).unwrap_or_default();
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(places - 1));
    }
    match digits.split_at_checked(places + 1) {
        Some((whole, "")) => format!("{sign}{whole}.0"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits:0<width$}.0", width = places + 1),
    }
}

/// A text in the quotes that Python picks: single ones, unless the text holds a single and no double one.
fn quoted(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if is_printable(c) => out.push(c),
            c => escape(c, out),
        }
    }
    out.push(quote);
}

fn escape(c: char, out: &mut String) {
    let code = u32::from(c);
    let written = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
    debug_assert!(written.is_ok(), "a String takes every text");
}

/// Rust's `escape_debug` escapes by the categories that Python's `isprintable` uses. It also escapes combining marks,
/// but only at a text's beginning, hence the letter in front.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    let mut probe = [0; 5];
    let (first, rest) = probe.split_at_mut(1);
    first.copy_from_slice(b"a");
    let len = c.encode_utf8(rest).len() + 1;
    let probe = probe
        .get(..len)
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    probe.is_some_and(|text| text.escape_debug().nth(1) == Some(c))
}
