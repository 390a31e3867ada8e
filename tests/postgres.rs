//! What is `PostgreSQL`'s own: connecting, schemas and rights, locks, foreign writers, outcomes. The server is a real
//! one, which each test starts for itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and a campaign tells what it did"
)]

mod common;

#[path = "postgres/connecting.rs"]
mod connecting;
#[path = "postgres/console.rs"]
mod console;
#[path = "postgres/outcome.rs"]
mod outcome;
#[path = "postgres/pooler.rs"]
mod pooler;
#[path = "postgres/rights.rs"]
mod rights;
#[path = "postgres/rotation.rs"]
mod rotation;
#[path = "postgres/tls.rs"]
mod tls;
#[path = "postgres/writers.rs"]
mod writers;

/// How many rounds of a campaign to run.
fn rounds(short: usize, full: usize) -> usize {
    if std::env::var("STRONGROOM_CAMPAIGN").is_ok_and(|form| form == "full") { full } else { short }
}
