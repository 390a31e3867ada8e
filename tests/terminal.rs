//! The console as an operator meets it: the binary in a pseudo-terminal, real keys, a real screen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it passes over"
)]

#[path = "terminal/behaving.rs"]
mod behaving;
mod common;
#[path = "terminal/copying.rs"]
mod copying;
#[path = "terminal/demo.rs"]
mod demo;
#[path = "terminal/desk.rs"]
mod desk;
#[path = "terminal/files.rs"]
mod files;
#[path = "terminal/finding.rs"]
mod finding;
#[path = "terminal/form.rs"]
mod form;
#[path = "terminal/history.rs"]
mod history;
#[path = "terminal/hostile.rs"]
mod hostile;
#[path = "terminal/leaving.rs"]
mod leaving;
#[path = "terminal/locking.rs"]
mod locking;
#[path = "terminal/looking.rs"]
mod looking;
#[path = "terminal/merging.rs"]
mod merging;
#[path = "terminal/multiplexer.rs"]
mod multiplexer;
#[path = "terminal/plain.rs"]
mod plain;
#[path = "terminal/starting.rs"]
mod starting;
#[path = "terminal/terminals.rs"]
mod terminals;
#[path = "terminal/themes.rs"]
mod themes;
