//! What the tests through the front door share: an environment of their own, and a terminal.
#![allow(dead_code, unused_imports, reason = "every test binary compiles this module and uses its own part of it")]

pub(crate) mod env;
pub(crate) mod fixture;
pub(crate) mod keys;
pub(crate) mod postgres;
pub(crate) mod python;
pub(crate) mod terminal;

pub(crate) use env::{Output, TestEnv};
pub(crate) use postgres::Postgres;
pub(crate) use terminal::Terminal;
