//! Percentiles, exact: from all samples in order, not from buckets.

use std::time::Duration;

/// Samples of one kind, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    pub(crate) fn new(mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        Self(samples)
    }

    /// The smallest sample that at least `percent` of a hundred samples do not exceed (the nearest rank); `None` if
    /// there are no samples. Above 100 counts as 100.
    pub(crate) fn percentile(&self, percent: usize) -> Option<Duration> {
        let rank = (percent.min(100) * self.0.len()).div_ceil(100).max(1);
        self.0.get(rank - 1).copied()
    }

    pub(crate) fn max(&self) -> Option<Duration> {
        self.0.last().copied()
    }
}

/// The middle of some figures; of an even number the mean of the two in the middle, of none zero.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match (
        figures.len() % 2,
        figures.get(middle),
        middle.checked_sub(1).and_then(|at| figures.get(at)),
    ) {
        (1, Some(figure), _) => *figure,
        (_, Some(upper), Some(lower)) => f64::midpoint(*lower, *upper),
        (_, _, _) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: impl IntoIterator<Item = u64>) -> Samples {
        Samples::new(millis.into_iter().map(Duration::from_millis).collect())
    }

    #[test]
    fn a_percentile_is_a_sample_that_was_there() {
        let hundred = ms((1..=100).rev());
        for (percent, wanted) in [(0, 1), (1, 1), (50, 50), (99, 99), (100, 100), (500, 100)] {
            assert_eq!(
                hundred.percentile(percent),
                Some(Duration::from_millis(wanted)),
                "p{percent}"
            );
        }
        assert_eq!(ms([7, 3, 5]).percentile(50), Some(Duration::from_millis(5)));
        // With few samples the 99th is the largest, not something below it.
        assert_eq!(ms(1..=50).percentile(99), Some(Duration::from_millis(50)));
        assert_eq!(
            ms(1..=1000).percentile(99),
            Some(Duration::from_millis(990))
        );
    }

    #[test]
    fn nothing_has_no_percentile() {
        assert_eq!((ms([]).percentile(50), ms([]).max()), (None, None));
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![9.0, 1.0, 5.0]) - 5.0).abs() < f64::EPSILON);
        assert!((median(vec![1.0, 4.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median(Vec::new()).abs() < f64::EPSILON);
    }
}
