//! The log: a file in the state directory, for those who ask for it with `-v`.

use super::arguments::Global;
use super::words;
use crate::config::Paths;
use crate::error::{Error, Result};
use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::sync::Mutex;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

/// Starts the log, if one is wanted. Only our own targets are written: what a library logs may hold a value.
///
/// # Errors
/// The file cannot be written.
pub(super) fn start(global: &Global) -> Result<()> {
    let level = match global.verbose {
        0 => return Ok(()),
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let folder = Paths::of_user()?.state;
    let path = folder.join("strongroom.log");
    let unwritable = |error: std::io::Error| words::log_not_written(&path, &error);
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(unwritable)?;
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path).map_err(unwritable)?;
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(file)).with_filter(ours);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines))
        .map_err(|_| Error::failed(words::LOG_TWICE))
}
