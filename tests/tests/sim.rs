//! A hundred fixed seeds, every seed that has ever found something, and one fresh seed, each a whole cell on virtual time.
//!
//! A seed that fails is printed, its trace lies under `target/sim`, and `cargo run -p weir-tests --bin sim -- --seed N`
//! lives it through again, byte for byte. Its number then belongs into `tests/seeds`, for ever.

use std::{path::Path, thread};

use weir_runtime::Clock;
use weir_tests::sim::{Lived, live, save};

/// Lives seeds through, two at a time, and fails with all that broke.
#[track_caller]
fn all_is_well(seeds: &[u64]) {
    let halves = seeds.split_at(seeds.len() / 2);
    let broken: Vec<String> = thread::scope(|scope| {
        let other = scope.spawn(|| broken(halves.1));
        let mut all = broken(halves.0);
        all.extend(other.join().expect("the other half does not panic"));
        all
    });
    assert!(
        broken.is_empty(),
        "{} of {} seeds:\n{}",
        broken.len(),
        seeds.len(),
        broken.join("\n")
    );
}

fn broken(seeds: &[u64]) -> Vec<String> {
    let lived = seeds.iter().map(|seed| live(*seed));
    lived
        .filter(|lived| !lived.broken.is_empty())
        .map(|lived| tell(&lived))
        .collect()
}

fn tell(lived: &Lived) -> String {
    let path = save(lived).expect("a writable target folder");
    format!(
        "seed {} (trace: {}): {}",
        lived.seed,
        path.display(),
        lived.broken.join("; ")
    )
}

#[test]
fn fifty_fixed_seeds_break_nothing() {
    let seeds: Vec<u64> = (1..=50).collect();
    all_is_well(&seeds);
}

/// Seeds from here on may have start rates, fair shares and slots of a named limit.
#[test]
fn twenty_fixed_seeds_that_share_break_nothing() {
    let seeds: Vec<u64> = (100_001..=100_020).collect();
    all_is_well(&seeds);
}

/// Seeds from here on may have scheduled times and latenesses.
#[test]
fn twenty_fixed_seeds_with_times_break_nothing() {
    let seeds: Vec<u64> = (10_000_001..=10_000_020).collect();
    all_is_well(&seeds);
}

/// Seeds from here on may have schedules.
#[test]
fn twenty_fixed_seeds_with_schedules_break_nothing() {
    let seeds: Vec<u64> = (20_000_001..=20_000_020).collect();
    all_is_well(&seeds);
}

/// Seeds from here on may have deployments whose runs may start otherwise late from some time on.
#[test]
fn ten_fixed_seeds_with_changing_latenesses_break_nothing() {
    let seeds: Vec<u64> = (30_000_001..=30_000_010).collect();
    all_is_well(&seeds);
}

#[test]
fn every_seed_that_has_ever_found_something_breaks_nothing_any_more() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let text = std::fs::read_to_string(folder.join("found.txt")).unwrap();
    let seeds = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let seeds: Vec<u64> = seeds
        .map(|line| line.split_whitespace().next().unwrap().parse().unwrap())
        .collect();
    assert!(!seeds.is_empty());
    all_is_well(&seeds);
}

#[test]
fn a_fresh_seed_breaks_nothing() {
    let seed = Clock::system().now().0.unsigned_abs() / 1_000_000 % (1 << 32);
    let said = format!("fresh seed {seed}: cargo run -p weir-tests --bin sim -- --seed {seed}");
    let lived = live(seed);
    assert!(lived.broken.is_empty(), "{said}\n{}", tell(&lived));
    // Printed by the harness when asked (`--nocapture`), and by the assertion above when it matters.
    std::io::Write::write_all(&mut std::io::stdout(), format!("{said}\n").as_bytes()).unwrap();
}

#[test]
fn the_same_seed_twice_gives_the_same_bytes() {
    for seed in [3, 20, 33] {
        let (one, other) = (live(seed), live(seed));
        assert!(
            one.records > 50,
            "seed {seed} hardly lives: {} records",
            one.records
        );
        let differs = one
            .trace
            .lines()
            .zip(other.trace.lines())
            .find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(one, other, "seed {seed}");
    }
}
