//! Hands a freed slot on, again and again, so that a counter of instructions can look on:
//!
//! ```text
//! cargo build --release -p weir-core --example plan_instructions
//! valgrind --tool=callgrind --toggle-collect='*hand_over*' --callgrind-out-file=/dev/null \
//!     target/release/examples/plan_instructions WAITING LIMITS TIMES
//! ```
//!
//! `Collected` divided by TIMES is what one hand-over costs: the fold of four records (the end, the claim, its taking,
//! another request) and the plan between them.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for the command line that cannot go on says so by panicking"
)]

#[path = "../benches/plan/crowd.rs"]
mod crowd;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse().ok());
    let mut next = || arguments.next().flatten();
    let (Some(waiting), Some(limits), Some(times)) = (next(), next(), next()) else {
        eprintln!("usage: plan_instructions WAITING LIMITS TIMES");
        std::process::exit(2);
    };
    let mut crowd = crowd::Crowd::new(waiting, limits);
    let claimed: usize = (0..times).map(|_: usize| crowd.hand_over()).sum();
    println!("{waiting} waiting on {limits} limits: {claimed} of {times} slots handed on");
}
