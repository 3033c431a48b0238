//! What may happen.

use proptest::prelude::*;

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Submit {
        queue: usize,
        tagged: bool,
    },
    /// The leader gives back, then claims.
    Plan,
    Store(usize),
    Lose(usize),
    Waits {
        run: usize,
        child: usize,
        yields: bool,
    },
    /// What is owed: the slots of whoever said that he gives them back.
    Owed,
    GoesOn(usize),
    End(usize),
    PoolLimit(u32),
    TagLimit(u32),
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let n = || 0..64_usize;
    prop_oneof![
        4 => (0..2_usize, any::<bool>()).prop_map(|(queue, tagged)| Step::Submit { queue, tagged }),
        5 => Just(Step::Plan),
        6 => n().prop_map(Step::Store),
        1 => n().prop_map(Step::Lose),
        4 => (n(), n(), any::<bool>()).prop_map(|(run, child, yields)| Step::Waits { run, child, yields }),
        4 => Just(Step::Owed),
        4 => n().prop_map(Step::GoesOn),
        2 => n().prop_map(Step::End),
        1 => (1..4_u32).prop_map(Step::PoolLimit),
        1 => (1..3_u32).prop_map(Step::TagLimit),
    ]
}
