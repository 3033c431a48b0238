//! Tells code, comments and texts in Rust apart, so that a rule is not met by a word in a string.

/// A source file twice, each time without the rest; lines stay where they are, columns do not.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) code: String,
    pub(crate) comments: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Text,
}

struct Lexer<'a> {
    rest: &'a str,
    parts: Parts,
    /// The last character of code, to tell `r"` from the end of a name.
    last: char,
}

/// Takes a source file apart.
pub(crate) fn parts(source: &str) -> Parts {
    let parts = Parts {
        code: String::with_capacity(source.len()),
        comments: String::with_capacity(source.len()),
    };
    let mut lexer = Lexer {
        rest: source,
        parts,
        last: ' ',
    };
    while !lexer.rest.is_empty() {
        lexer.step();
    }
    lexer.parts
}

impl Lexer<'_> {
    fn step(&mut self) {
        let after_name = self.last.is_alphanumeric() || self.last == '_';
        if self.rest.starts_with("//") {
            self.take(
                self.rest.find('\n').unwrap_or(self.rest.len()),
                Kind::Comment,
            );
        } else if self.rest.starts_with("/*") {
            self.take(block(self.rest), Kind::Comment);
        } else if self.rest.starts_with('"') {
            self.take(quoted(self.rest), Kind::Text);
        } else if let Some(length) = raw(self.rest).filter(|_| !after_name) {
            self.take(length, Kind::Text);
        } else if let Some(length) = character(self.rest) {
            self.take(length, Kind::Text);
        } else {
            // All that cannot begin anything else, at once: the lexer runs unoptimised over the whole repository.
            let special = |at: &usize| b"/\"'rbc".contains(&self.rest.as_bytes()[*at]);
            let first = self.rest.chars().next().map_or(1, char::len_utf8);
            let length = (first..self.rest.len())
                .find(special)
                .unwrap_or(self.rest.len());
            self.take(length, Kind::Code);
        }
    }

    fn take(&mut self, length: usize, kind: Kind) {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        let blank = format!(" {}", "\n".repeat(taken.matches('\n').count()));
        self.parts
            .code
            .push_str(if kind == Kind::Code { taken } else { &blank });
        self.parts
            .comments
            .push_str(if kind == Kind::Comment { taken } else { &blank });
        self.last = taken
            .chars()
            .next_back()
            .filter(|_| kind == Kind::Code)
            .unwrap_or(' ');
    }
}

/// The length of a block comment; they nest.
fn block(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a text in quotes.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// The length of a raw text (`r"…"`, `br#"…"#`), if one begins here.
fn raw(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        rest.strip_prefix(prefix)
            .is_some_and(|rest| rest.trim_start_matches('#').starts_with('"'))
    })?;
    let hashes = rest[prefix.len()..]
        .bytes()
        .take_while(|byte| *byte == b'#')
        .count();
    let start = prefix.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(
        rest[start..]
            .find(&end)
            .map_or(rest.len(), |at| start + at + end.len()),
    )
}

/// The length of a character in quotes, if one begins here; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    if let Some(escape) = inside.strip_prefix('\\') {
        let first = escape.chars().next()?.len_utf8();
        return escape[first..].find('\'').map(|at| 2 + first + at + 1);
    }
    let length = inside.chars().next()?.len_utf8();
    inside[length..].starts_with('\'').then_some(1 + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn code(source: &str) -> String {
        let parts = parts(source);
        assert_eq!(
            parts.code.lines().count(),
            source.lines().count(),
            "lines stay where they are"
        );
        parts.code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn texts_and_comments_are_no_code() {
        assert_eq!(code(r#"a("sleep(\" // no", b); // sleep("#), "a( , b);");
        assert_eq!(code("a(r#\"x \" sleep( \"#, br\"\\\", c)"), "a( , , c)");
        assert_eq!(code("a /* one /* two */ still */ b"), "a b");
        assert_eq!(code("for\"\n\"x"), "for x");
    }

    #[test]
    fn a_lifetime_is_code_and_a_character_is_not() {
        assert_eq!(
            code("fn a<'a>(x: &'a str) { b('\"', '\\'', '\\u{1b}', 'é') }"),
            "fn a<'a>(x: &'a str) { b( , , , ) }"
        );
    }

    #[test]
    fn comments_are_kept_apart() {
        let parts = parts("//! why\nlet a = \"// no\"; // yes\n");
        let comments: Vec<_> = parts.comments.lines().map(str::trim).collect();
        assert_eq!(comments, ["//! why", "// yes"]);
    }

    #[test]
    fn what_never_ends_takes_the_rest() {
        for source in ["/* a", "\"a", "r#\"a\"", "'", "'\\"] {
            parts(source);
        }
    }
}
