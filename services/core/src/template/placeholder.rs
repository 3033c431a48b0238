//! Finds `{{ name }}` in a text exactly where Prefect finds it, in one place, so that checking a template and filling
//! it in can never disagree on what a placeholder is.
//!
//! Prefect's own pattern is `{{\s*([\w.\-\[\]$]+)\s*}}`; what does not match it is text.

/// A stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text that stays as it is.
    Text(&'a str),
    /// A placeholder.
    Placeholder {
        /// With its braces.
        whole: &'a str,
        /// Without them, and without the white space inside of them.
        name: &'a str,
    },
}

/// Whose placeholder it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A job variable or a path into one.
    Variable,
    /// A block or a variable of a Prefect server.
    Prefect,
    /// `{{ $NAME }}`, which Prefect fills from the worker's environment.
    Environment,
}

/// Tells by the name whose placeholder it is, as Prefect does.
#[must_use]
pub fn kind(name: &str) -> Kind {
    if name.starts_with("prefect.blocks.") || name.starts_with("prefect.variables.") {
        Kind::Prefect
    } else if name.starts_with('$') {
        Kind::Environment
    } else {
        Kind::Variable
    }
}

/// Cuts a text into what stays and what is a placeholder.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut plain = text;
    let mut scanned = 0;
    while let Some(offset) = plain.get(scanned..).and_then(|rest| rest.find("{{")) {
        let (before, rest) = plain.split_at(scanned + offset);
        let Some((name, after)) = placeholder(rest) else {
            scanned = before.len() + 1; // `{{{ x }}}` holds one that begins at its second brace
            continue;
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let (whole, _) = rest.split_at(rest.len() - after.len());
        pieces.push(Piece::Placeholder { whole, name });
        plain = after;
        scanned = 0;
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// The names of all placeholders of a text.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Placeholder { name, .. } => Some(name),
        Piece::Text(_) => None,
    })
}

/// Whether a `{{` of the text has no `}}` that belongs to it.
pub(super) fn is_unclosed(text: &str) -> bool {
    let mut open = 0_usize;
    for piece in pieces(text) {
        let Piece::Text(mut plain) = piece else {
            continue;
        };
        while let Some(brace) = plain.find(['{', '}']) {
            let (_, rest) = plain.split_at(brace);
            plain = if let Some(after) = rest.strip_prefix("{{") {
                open += 1;
                after
            } else if let Some(after) = rest.strip_prefix("}}") {
                open = open.saturating_sub(1);
                after
            } else {
                rest.strip_prefix(['{', '}']).unwrap_or_default()
            };
        }
    }
    open > 0
}

/// A path such as `a.b[0]` with its parts between dots, `a.b.0`: Prefect gives brackets no other meaning.
pub(super) fn dotted(name: &str) -> String {
    name.replace('[', ".").replace(']', "")
}

/// The placeholder that a text begins with: its name and what follows it.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix("{{")?.trim_start_matches(is_space);
    let end = inner.find(|c| !is_name(c))?;
    let (name, rest) = inner.split_at(end);
    let after = rest.trim_start_matches(is_space).strip_prefix("}}")?;
    (!name.is_empty()).then_some((name, after))
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']' | '$')
}

/// What Python's `\s` takes: white space and the four separators of ASCII.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}
