//! The command line.

#[expect(dead_code, reason = "no subcommand runs it yet")]
mod demo;

use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
