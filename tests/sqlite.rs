//! The `SQLite` database through its public trait, on real files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "sqlite/fixture.rs"]
mod fixture;
#[path = "sqlite/replacing.rs"]
mod replacing;
