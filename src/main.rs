//! Floor 7: parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(stanch::cli::run(std::env::args_os()))
}
