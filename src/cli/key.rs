//! `strongroom key …`: no secret of a key is printed, but by `generate`, to a pipe.

mod change;
mod protect;

use super::arguments::Global;
use super::output::Output;
use super::session::{self, Session};
use super::table;
use super::words::key as words;
use crate::cipher::Cipher;
use crate::error::Result;
use crate::keyring::{self, KeyChange, KeyId, KeyRing};
use crate::secret::escape;
use clap::Subcommand;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How many of the newest rows `key check` tries.
const SAMPLE: usize = 100;

#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// Make a new key: 32 random bytes, in a key file that the server reads too
    Generate {
        /// The new key file; it must not exist. Without it the file goes to standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// What to remember about the key
        #[arg(long, value_name = "TEXT")]
        notes: Option<String>,
        /// Print the key even to a terminal
        #[arg(long)]
        force: bool,
    },
    /// List the keys of the ring, without their secrets
    List,
    /// Try the ring on the newest secrets of the database
    Check,
    /// Add a key to the ring's file: a new one, or one that is there
    Add(change::AddArgs),
    /// Let a key write
    Activate {
        /// The key's id
        id: String,
    },
    /// Let a key read only
    Deactivate {
        /// The key's id
        id: String,
    },
    /// Take a key that nothing needs any more out of the ring's file
    Remove(change::RemoveArgs),
    /// Put the key ring of the data directory behind a passphrase, or behind another one
    Protect,
    /// Put it into the clear again
    Unprotect,
}

pub(super) fn run(command: &KeyCommand, global: &Global, output: &Output) -> Result<()> {
    match command {
        KeyCommand::Generate { output: file, notes, force } => {
            generate(file.as_deref(), notes.as_deref(), *force, output)
        }
        KeyCommand::List => list(&session::load_ring(&session::settings(global)?, output)?, output),
        KeyCommand::Add(arguments) => change::add(arguments, &session::settings(global)?, output),
        KeyCommand::Activate { id } => {
            change::change(&session::settings(global)?, &KeyChange::Activate(&KeyId(id.clone())), output)
        }
        KeyCommand::Deactivate { id } => {
            change::change(&session::settings(global)?, &KeyChange::Deactivate(&KeyId(id.clone())), output)
        }
        KeyCommand::Remove(arguments) => change::remove(arguments, &mut Session::open(global, output)?, output),
        KeyCommand::Protect => protect::protect(&session::settings(global)?, output),
        KeyCommand::Unprotect => protect::unprotect(&session::settings(global)?, output),
        KeyCommand::Check => check(&mut Session::open(global, output)?, output),
    }
}

fn generate(file: Option<&std::path::Path>, notes: Option<&str>, force: bool, output: &Output) -> Result<()> {
    let key = keyring::generate(notes.map(str::to_owned), Timestamp::now())?;
    if let Some(path) = file {
        keyring::create_file(path, std::slice::from_ref(&key))?;
        output.note(&words::key_is_in(&key.id, path));
        return Ok(());
    }
    if output.is_terminal() && !force {
        return Err(words::not_on_a_terminal());
    }
    output.answer(keyring::file_content(std::slice::from_ref(&key))?.as_slice())
}

fn list(ring: &KeyRing, output: &Output) -> Result<()> {
    let writer = ring.writer().map(|key| key.id.clone());
    let writes = |id: &keyring::KeyId| writer.as_ref() == Some(id);
    if output.wants_json() {
        let keys = ring.keys().iter().map(|key| {
            json!({
                "id": key.id.0,
                "active": key.active,
                "writes": writes(&key.id),
                "created_at": key.created_at.to_string(),
                "notes": key.notes,
            })
        });
        return output.json(&Value::Array(keys.collect()));
    }
    let mut rows = table::table(&["ID", "STATE", "CREATED", "NOTES"]);
    for key in ring.keys() {
        let state = words::state(writes(&key.id), key.active);
        let notes = key.notes.as_deref().unwrap_or_default();
        rows.add_row([&key.id.to_string(), state, &key.created_at.to_string(), &escape::line(notes)]);
    }
    output.answer(table::text(&rows))?;
    if ring.keys().is_empty() {
        output.note(words::NO_KEYS);
    }
    protect::say(ring, output);
    Ok(())
}

/// Says how many of the newest rows each key opens.
fn check(session: &mut Session, output: &Output) -> Result<()> {
    let rows = session.database.newest_rows(SAMPLE)?;
    let cipher: &Cipher = session.config.cipher();
    let mut opened: BTreeMap<String, u64> =
        session.config.ring().keys().iter().map(|key| (key.id.0.clone(), 0)).collect();
    let mut sealed = 0_u64;
    for row in &rows {
        match cipher.open(&row.value) {
            Some(text) => *opened.entry(text.key.0).or_default() += 1,
            None => sealed += 1,
        }
    }
    if output.wants_json() {
        output.json(&json!({"tried": rows.len(), "sealed": sealed, "opened": opened}))?;
    } else {
        let mut table = table::table(&["KEY", "OPENS"]);
        for (id, count) in &opened {
            table.add_row([escape::line(id).into_owned(), count.to_string()]);
        }
        table.add_row([words::BY_NO_KEY.to_owned(), sealed.to_string()]);
        output.answer(table::text(&table))?;
        output.note(&words::tried(rows.len()));
        protect::say(session.config.ring(), output);
    }
    if session.config.ring().keys().is_empty() {
        return Err(words::no_key());
    }
    if !rows.is_empty() && usize::try_from(sealed) == Ok(rows.len()) {
        return Err(words::opens_nothing());
    }
    Ok(())
}
