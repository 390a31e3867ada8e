//! The key rotation on the command line, over both databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and a campaign tells what it did"
)]

#[path = "rotation/backup.rs"]
mod backup;
#[path = "rotation/campaign.rs"]
mod campaign;
#[path = "rotation/columns.rs"]
mod columns;
mod common;
#[path = "rotation/field.rs"]
mod field;
#[path = "rotation/keys.rs"]
mod keys;
#[path = "rotation/protected.rs"]
mod protected;
#[path = "rotation/trouble.rs"]
mod trouble;
#[path = "rotation/turning.rs"]
mod turning;
#[path = "rotation/verifying.rs"]
mod verifying;
#[path = "rotation/walk.rs"]
mod walk;
#[path = "rotation/whose.rs"]
mod whose;
