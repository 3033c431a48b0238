//! What it costs to hand a freed slot on, by how many runs wait and on how many limits.
//!
//! `cargo bench -p weir-core`. The number of instructions, which no other load on the machine disturbs, is counted by
//! `examples/plan_instructions.rs`.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on says so by panicking"
)]

mod crowd;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

use crate::crowd::Crowd;

fn hand_over(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hand over a slot");
    for limits in [1, 1_000] {
        for waiting in [10, 10_000, 1_000_000] {
            let mut crowd = Crowd::new(waiting, limits);
            let id = BenchmarkId::new(format!("{limits} limits"), waiting);
            group.bench_function(id, |bencher| bencher.iter(|| crowd.hand_over()));
        }
    }
    group.finish();
}

criterion_group!(benches, hand_over);
criterion_main!(benches);
