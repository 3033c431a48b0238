//! The keeper as a program of its own. `weir keeper` is the same; this one is smaller and is what the tests start.

use std::process::ExitCode;

fn main() -> ExitCode {
    weir_worker::keeper::main()
}
