//! `strongroom secret export`: plaintext, to a new file of this user alone or to a pipe.

use super::super::output::Output;
use super::super::session::Session;
use super::super::target::TargetArgs;
use super::super::words;
use super::FileFormat;
use crate::audit::{Action, Event};
use crate::error::Result;
use crate::store::{LoadedSet, file, json};
use clap::Args;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(in crate::cli) struct ExportArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// How the set is written
    #[arg(long, value_enum, default_value = "json")]
    format: FileFormat,
    /// The new file, readable by you alone. Without it the set goes to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Show the values on a terminal, or overwrite the file
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &ExportArgs, session: &mut Session, output: &Output) -> Result<()> {
    if arguments.output.is_none() && output.is_terminal() && !arguments.force {
        return Err(words::not_on_a_terminal());
    }
    let (title, set) = super::load(session, &arguments.target)?;
    refuse_wrong_key(&set)?;
    let (rows, twice) = json::exported(&set);
    for row in set.sealed_rows() {
        output.warn(&words::left_out(&row.name));
    }
    for name in twice {
        output.warn(&words::stands_twice(name));
    }
    let trail = session.trail()?;
    let event = Event {
        names: rows.iter().map(|row| row.name.as_str().to_owned()).collect(),
        before: Some(set.revision.to_string()),
        detail: Some(if arguments.output.is_some() { words::TO_A_FILE } else { words::TO_A_PIPE }.to_owned()),
        ..Event::of(Action::Export, &set.scope)
    };
    trail.record(&mut *session.database, &event)?;
    let text = match arguments.format {
        FileFormat::Json => json::write(&rows),
        FileFormat::Dotenv => json::write_dotenv(&rows)?,
    };
    match &arguments.output {
        None => output.answer(text.as_bytes()),
        Some(path) => {
            write(path, text.as_bytes(), arguments.force)?;
            output.note(&words::written(path, rows.len(), &title));
            Ok(())
        }
    }
}

/// A set of which nothing opens is a wrong key, not an empty set.
pub(super) fn refuse_wrong_key(set: &LoadedSet) -> Result<()> {
    if set.rows.is_empty() || set.open_rows().next().is_some() {
        return Ok(());
    }
    Err(words::set_not_opened())
}

/// Writes a file of mode 0600 that was not there. With `force` it may take the place of a file, but never of a link.
fn write(path: &Path, content: &[u8], force: bool) -> Result<()> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => words::exists(path),
        _ => words::not_written(path, &error),
    };
    if force && fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(words::is_a_link(path));
    }
    if force {
        return replace(path, content).map_err(failed);
    }
    file::write_new(path, content).map_err(|error| error.hint(words::OTHER_FILE))
}

/// The new file takes the place of the old one at once, so that its mode is 0600 whatever the old one's was.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".strongroom-").tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
