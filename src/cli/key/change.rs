//! `strongroom key add`, `activate`, `deactivate` and `remove`: the life of a key in its file.

use super::super::inventory;
use super::super::output::Output;
use super::super::session::{self, Session};
use crate::error::{Error, ErrorKind, Result};
use crate::keyring::{self, Key, KeyChange, KeyError, KeyId, KeyOrigin, KeyRing, KeySource, LoadOptions};
use crate::rotation::{Keeper, may_remove};
use crate::secret::escape;
use clap::Args;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(in crate::cli) struct AddArgs {
    /// Take the key from this file in place of a new one: one line, or a .keys with one key
    #[arg(long, value_name = "FILE", conflicts_with = "prompt")]
    from: Option<PathBuf>,
    /// Ask for the key secret in place of a new one
    #[arg(long)]
    prompt: bool,
    /// What to remember about the key
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// Let it write at once. Without this it reads only, until it is activated
    #[arg(long)]
    active: bool,
    /// Write all keys of the ring and the new one into this new file, in place of the ring's own
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Args)]
pub(in crate::cli) struct RemoveArgs {
    /// The key's id
    id: String,
    /// The key's id again, for scripts; without it you are asked
    #[arg(long, value_name = "KEY-ID")]
    confirm: Option<String>,
    /// Delete the old copies of the key file as well, in which the key still stands
    #[arg(long)]
    delete_copies: bool,
}

pub(super) fn add(arguments: &AddArgs, settings: &crate::config::Settings, output: &Output) -> Result<()> {
    let ring = session::load_ring(settings, output)?;
    let key =
        Key { active: arguments.active, notes: arguments.notes.clone(), ..new_key(arguments, &settings.key_options)? };
    let id = key.id.clone();
    match (&arguments.output, keyring::rewritable(ring.origin())) {
        (Some(path), _) => add_to_new(path, &ring, key, output)?,
        (None, Some(path)) => rewrite(&path, &ring, &KeyChange::Add(&key), &settings.key_options, output)?,
        (None, None) => return Err(KeyError::NotRewritten(ring.origin().in_words()).into()),
    }
    let reads = if arguments.active { "it may write" } else { "it reads only, until: strongroom key activate" };
    output.answer(format!("{}\n", id.0))?;
    output.note(&format!("added the key {id}; {reads}"));
    output.note("every server must read the new file before anything is written under the key");
    if arguments.output.is_none() && ring.passphrase().is_some() {
        output.note("no server can read a file behind a passphrase: key unprotect, or -o FILE, makes one that it can");
    }
    Ok(())
}

fn new_key(arguments: &AddArgs, options: &LoadOptions) -> Result<Key> {
    let source = match (&arguments.from, arguments.prompt) {
        (Some(path), _) => KeySource::File(path.clone()),
        (None, true) => KeySource::Prompt,
        (None, false) => return Ok(keyring::generate(None, Timestamp::now())?),
    };
    let mut keys = keyring::load(&source, options)?.into_keys();
    match (keys.pop(), keys.is_empty()) {
        // The newest active key writes, and this one is the newest from now on.
        (Some(key), true) => Ok(Key { created_at: Timestamp::now(), ..key }),
        _ => Err(KeyError::NotOneKey(arguments.from.clone().unwrap_or_default()).into()),
    }
}

/// A ring that is never rewritten becomes a new file, with the ids under which the server knows its keys.
fn add_to_new(path: &Path, ring: &KeyRing, key: Key, output: &Output) -> Result<()> {
    if ring.keys().iter().any(|known| known.id == key.id) {
        return Err(KeyError::KeyExists(key.id).into());
    }
    let was_variable = *ring.origin() == KeyOrigin::Environment;
    keyring::create_file(path, ring.keys().iter().chain([&key]))?;
    output.note(&format!("all keys are in {}, in the clear", escape::line(&path.display().to_string())));
    if was_variable {
        output.note("a server with JWT_SECRET set knows that key alone: drop the variable, and let it read this file");
    }
    Ok(())
}

/// Rewrites the ring's own file.
pub(super) fn change(settings: &crate::config::Settings, change: &KeyChange<'_>, output: &Output) -> Result<()> {
    let ring = session::load_ring(settings, output)?;
    let path = keyring::rewritable(ring.origin()).ok_or(KeyError::NotRewritten(ring.origin().in_words()))?;
    rewrite(&path, &ring, change, &settings.key_options, output)?;
    let ring = keyring::reload(&settings.key, &settings.key_options, &ring)?;
    let writer = ring.writer().map_or_else(|| "no key".to_owned(), |key| key.id.to_string());
    output.answer(format!("{writer} writes\n"))?;
    output.note("the servers need the new file");
    Ok(())
}

fn rewrite(path: &Path, ring: &KeyRing, change: &KeyChange<'_>, options: &LoadOptions, output: &Output) -> Result<()> {
    let kept = keyring::rewrite(path, ring.passphrase(), std::slice::from_ref(change), options)?;
    output.note(&format!("the old file is {}", escape::line(&kept.display().to_string())));
    Ok(())
}

/// Takes a key out of the ring that nothing needs any more.
pub(super) fn remove(arguments: &RemoveArgs, session: &mut Session, output: &Output) -> Result<()> {
    let ring = session.config.ring();
    let id = KeyId(arguments.id.clone());
    let path = keyring::rewritable(ring.origin()).ok_or(KeyError::NotRewritten(ring.origin().in_words()))?;
    if !ring.keys().iter().any(|key| key.id == id) {
        return Err(KeyError::NoSuchKey(id).into());
    }
    let inventory = inventory::take(session)?;
    may_remove(&inventory, &id)?;
    let half_open = inventory.need(&id).1;
    if half_open > 0 {
        output.warn(&format!("of {half_open} sealed rows the half that still opens will be lost with this key"));
    }
    let typed = match &arguments.confirm {
        Some(typed) => typed.clone(),
        None if Output::can_ask() => Output::ask(&format!("Type the id of the key to remove it ({id}): "))?,
        None => {
            return Err(Error::usage("a key is not removed unasked").hint(format!("if you mean it: --confirm {id}")));
        }
    };
    if typed != id.0 {
        return Err(Error::new(ErrorKind::Interrupted, "that is not the id: nothing was removed"));
    }
    rewrite(&path, session.config.ring(), &KeyChange::Remove(&id), &session.settings.key_options, output)?;
    output.answer(format!("{} removed\n", id.0))?;
    delete_copies(&path, arguments.delete_copies, output)?;
    output.note("old backups, the WAL and standbys still open under it: keep the key for as long as you keep those");
    Ok(())
}

/// The old copies of the file hold the key still.
fn delete_copies(path: &Path, is_wanted: bool, output: &Output) -> Result<()> {
    let copies = keyring::old_copies(path);
    if copies.is_empty() {
        return Ok(());
    }
    let asks = !is_wanted && Output::can_ask();
    if is_wanted
        || (asks && Output::ask(&format!("Delete the {} old copies of the key file? [y/N] ", copies.len()))? == "y")
    {
        Keeper::delete_copies(path)?;
        output.note(&format!("{} old copies of the key file are deleted", copies.len()));
        return Ok(());
    }
    for copy in &copies {
        output.warn(&format!("the key still stands in {}", escape::line(&copy.display().to_string())));
    }
    Ok(())
}
