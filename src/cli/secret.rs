//! `strongroom secret …`

pub(super) mod diff;
pub(super) mod difference;
mod export;
mod import;

use super::arguments::Global;
use super::output::Output;
use super::session::Session;
use super::target::TargetArgs;
use super::{console, table, words};
use crate::error::Result;
use crate::secret::{MASK, PLAIN_MASK, escape};
use crate::store::file::SetFormat;
use crate::store::{LoadedSet, OpenRow, Row, SaasSecretsStore, SealedRow};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum SecretCommand {
    /// List a set: names, formats and keys, values masked
    List {
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Print the set's revision, for import --if-revision
    Revision {
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Write a set in the clear to a new file or a pipe
    Export(export::ExportArgs),
    /// Replace a set by what a file holds, and print the masked difference
    Import(import::ImportArgs),
    /// Compare two sets, masked
    Diff(diff::DiffArgs),
    /// Open the console on a set
    Edit {
        #[command(flatten)]
        target: TargetArgs,
    },
}

/// How a set stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FileFormat {
    /// {"NAME": {"secret": "…", "description": "…"}}
    Json,
    /// NAME=value, a line each
    Dotenv,
}

impl From<FileFormat> for SetFormat {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Json => Self::Json,
            FileFormat::Dotenv => Self::Dotenv,
        }
    }
}

pub(super) fn run(command: SecretCommand, global: &Global, output: &Output) -> Result<()> {
    match command {
        SecretCommand::List { target } => {
            let (_, set) = load(&mut Session::open(global, output)?, &target)?;
            list(&set, global, output)
        }
        SecretCommand::Revision { target } => {
            let (_, set) = load(&mut Session::open(global, output)?, &target)?;
            output.answer(format!("{}\n", set.revision))
        }
        SecretCommand::Export(arguments) => export::run(&arguments, &mut Session::open(global, output)?, output),
        SecretCommand::Import(arguments) => import::run(&arguments, &mut Session::open(global, output)?, output),
        SecretCommand::Diff(arguments) => diff::run(&arguments, global, output),
        SecretCommand::Edit { target } => console::run(global, Some(&target), output),
    }
}

/// Whether the profile's guard lets a command write.
///
/// # Errors
/// It asks for a word that was not given.
pub(super) fn check_guard(session: &Session, confirmed: Option<&str>) -> Result<()> {
    match &session.settings.confirm {
        Some(word) if confirmed != Some(word.as_str()) => Err(words::guarded(word)),
        Some(_) | None => Ok(()),
    }
}

/// The note of a commit; an empty one is none.
///
/// # Errors
/// The profile wants one, and there is none.
pub(super) fn check_note(session: &Session, note: Option<&str>) -> Result<Option<String>> {
    let note = note.map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
    if note.is_none() && session.settings.require_note {
        return Err(words::note_wanted());
    }
    Ok(note)
}

/// Finds and loads a set; with it comes its title, escaped.
pub(super) fn load(session: &mut Session, target: &TargetArgs) -> Result<(String, LoadedSet)> {
    let target = target.find(&mut *session.database)?;
    let mut store = SaasSecretsStore::of(&mut *session.database, &target.scope, session.config.clone());
    Ok((target.title, store.load_scope(&target.scope)?))
}

fn list(set: &LoadedSet, global: &Global, output: &Output) -> Result<()> {
    let is_shared = matches!(set.scope, crate::database::Scope::Shared { .. });
    if output.wants_json() {
        let rows = set.rows.iter().map(|row| match row {
            Row::Open(OpenRow { name, description, format, key, .. }) => json!({
                "name": name.as_str(),
                "description": description.as_ref().map(|text| text.expose()),
                "format": format.name(),
                "key_id": key.0,
                "sealed": false,
                "shared": is_shared,
            }),
            Row::Sealed(SealedRow { name, .. }) => json!({
                "name": name.as_str(),
                "description": null,
                "format": null,
                "key_id": null,
                "sealed": true,
                "shared": is_shared,
            }),
        });
        return output.json(&Value::Array(rows.collect()));
    }
    let mask = if global.plain { PLAIN_MASK } else { MASK };
    let mut rows = table::table(&["NAME", "VALUE", "DESCRIPTION", "FORMAT", "KEY"]);
    for row in &set.rows {
        match row {
            Row::Open(row) => {
                let description = row.description.as_ref().map_or("", |text| text.expose());
                let description = escape::line(description);
                rows.add_row([&*row.name.to_string(), mask, &description, row.format.name(), &row.key.to_string()]);
            }
            Row::Sealed(row) => {
                rows.add_row([&*row.name.to_string(), "sealed", words::OPENED_BY_NO_KEY, "", ""]);
            }
        }
    }
    output.answer(table::text(&rows))?;
    if set.rows.is_empty() {
        output.note(words::NO_SECRETS);
    }
    let sealed = set.sealed_rows().count();
    if sealed > 0 {
        output.warn(&words::sealed_in_set(sealed));
    }
    Ok(())
}
