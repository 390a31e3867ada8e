//! Parses the command line, runs it, and turns an error into its exit code.

use std::process::ExitCode;

/// Wipes what is freed: buffers of the drivers and of the text area hold plaintext that no `Drop` of ours reaches.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    strongroom::cli::main()
}
