//! The last answer to "when next": rare times take long to search, and are asked for again and again.

use std::sync::Mutex;

use weir_core::time::Timestamp;

/// One answer: between these two points in time the schedule is not due.
#[derive(Clone, Copy, Debug)]
struct Gap {
    after: Timestamp,
    next: Option<Timestamp>,
}

/// Remembers the last answer. What comes out is what would be worked out anew.
#[derive(Debug, Default)]
pub(crate) struct Memo(Mutex<Option<Gap>>);

impl Memo {
    /// The first point in time behind `after`, worked out by `search` where it does not follow from the last answer.
    pub(crate) fn next_after(
        &self,
        after: Timestamp,
        search: impl FnOnce(Timestamp) -> Option<Timestamp>,
    ) -> Option<Timestamp> {
        let known = self.0.lock().ok().and_then(|gap| *gap);
        if let Some(Gap { after: from, next }) = known
            && from <= after
            && next.is_none_or(|next| after < next)
        {
            return next;
        }
        let next = search(after);
        if let Ok(mut gap) = self.0.lock() {
            *gap = Some(Gap { after, next });
        }
        next
    }
}

impl Clone for Memo {
    /// A clone begins anew.
    fn clone(&self) -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Due at each multiple of ten up to 100; counts how often it is searched.
    fn ask(memo: &Memo, after: i64, searches: &mut u32) -> Option<i64> {
        let next = memo.next_after(Timestamp(after), |Timestamp(after)| {
            *searches += 1;
            let next = (after / 10 + 1) * 10;
            (next <= 100).then_some(Timestamp(next))
        });
        next.map(|Timestamp(next)| next)
    }

    #[test]
    fn an_answer_is_worked_out_once_and_is_the_same_as_without() {
        let (memo, mut searches) = (Memo::default(), 0);
        for after in [0, 3, 9] {
            assert_eq!(ask(&memo, after, &mut searches), Some(10));
        }
        assert_eq!(searches, 1);
        // Its own time is behind it, and what lies before is another question.
        assert_eq!(ask(&memo, 10, &mut searches), Some(20));
        assert_eq!(ask(&memo, 9, &mut searches), Some(10));
        assert_eq!(searches, 3);
        for after in [100, 500] {
            assert_eq!(ask(&memo, after, &mut searches), None);
        }
        assert_eq!(searches, 4);
    }
}
