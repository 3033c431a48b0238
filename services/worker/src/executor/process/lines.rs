//! Cuts a stream of bytes into lines.

use bytes::{Bytes, BytesMut};

use crate::output::LINE_BYTES_MAX;

/// One of a command's two streams.
#[derive(Debug, Default)]
pub(super) struct Lines {
    rest: BytesMut,
}

impl Lines {
    /// Takes what has come and gives back the lines that are whole, without their line ends. What grows past
    /// [`LINE_BYTES_MAX`] is cut there.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Bytes> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, whole) = match piece.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (piece, false),
            };
            self.rest.extend_from_slice(text);
            while self.rest.len() > LINE_BYTES_MAX {
                lines.push(self.rest.split_to(LINE_BYTES_MAX).freeze());
            }
            if whole {
                lines.push(self.rest.split().freeze());
            }
        }
        lines
    }

    /// The last line, if it had no line end.
    pub(super) fn finish(&mut self) -> Option<Bytes> {
        Some(self.rest.split().freeze()).filter(|rest| !rest.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_however_the_bytes_come() {
        let text = b"one\n\ntw\xffo\nthree";
        for size in 1..=text.len() {
            let mut lines = Lines::default();
            let mut found: Vec<Bytes> = text
                .chunks(size)
                .flat_map(|chunk| lines.push(chunk))
                .collect();
            found.extend(lines.finish());
            assert_eq!(
                found,
                [&b"one"[..], b"", b"tw\xffo", b"three"],
                "in pieces of {size}"
            );
        }
    }

    #[test]
    fn a_long_line_is_cut_and_nothing_of_it_is_lost() {
        let mut lines = Lines::default();
        let long = vec![b'x'; LINE_BYTES_MAX * 2 + 5];
        let mut found = lines.push(&long);
        found.extend(lines.push(b"\nshort\n"));
        let lengths: Vec<_> = found.iter().map(Bytes::len).collect();
        assert_eq!(lengths, [LINE_BYTES_MAX, LINE_BYTES_MAX, 5, 5]);
        assert_eq!(lines.finish(), None);
    }

    #[test]
    fn a_line_of_exactly_the_bound_stays_one_line() {
        let mut lines = Lines::default();
        let mut exact = vec![b'x'; LINE_BYTES_MAX];
        exact.push(b'\n');
        assert_eq!(lines.push(&exact).len(), 1);
    }
}
