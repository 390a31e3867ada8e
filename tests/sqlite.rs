//! The `SQLite` database through its public trait, on real files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "sqlite/directory.rs"]
mod directory;
#[path = "sqlite/fixture.rs"]
mod fixture;
#[path = "sqlite/opening.rs"]
mod opening;
#[path = "sqlite/replacing.rs"]
mod replacing;
#[path = "sqlite/shapes.rs"]
mod shapes;
