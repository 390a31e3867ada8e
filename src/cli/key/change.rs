//! `strongroom key add`, `activate`, `deactivate` and `remove`: the life of a key in its file.

use super::super::inventory;
use super::super::output::Output;
use super::super::session::{self, Session};
use super::super::words::key as words;
use crate::error::Result;
use crate::keyring::{self, Key, KeyChange, KeyError, KeyId, KeyOrigin, KeyRing, KeySource, LoadOptions};
use crate::rotation::{Keeper, may_remove};
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
    output.answer(format!("{}\n", id.0))?;
    output.note(&words::added(&id, arguments.active));
    output.note(words::SERVERS_FIRST);
    if arguments.output.is_none() && ring.passphrase().is_some() {
        output.note(words::NOT_FOR_SERVERS);
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
    output.note(&words::all_keys_in(path));
    if was_variable {
        output.note(words::DROP_VARIABLE);
    }
    Ok(())
}

/// Rewrites the ring's own file.
pub(super) fn change(settings: &crate::config::Settings, change: &KeyChange<'_>, output: &Output) -> Result<()> {
    let ring = session::load_ring(settings, output)?;
    let path = keyring::rewritable(ring.origin()).ok_or(KeyError::NotRewritten(ring.origin().in_words()))?;
    rewrite(&path, &ring, change, &settings.key_options, output)?;
    let ring = keyring::reload(&settings.key, &settings.key_options, &ring)?;
    output.answer(format!("{}\n", words::writer(ring.writer().map(|key| &key.id))))?;
    output.note(words::SERVERS_NEED_IT);
    Ok(())
}

fn rewrite(path: &Path, ring: &KeyRing, change: &KeyChange<'_>, options: &LoadOptions, output: &Output) -> Result<()> {
    let kept = keyring::rewrite(path, ring.passphrase(), std::slice::from_ref(change), options)?;
    output.note(&words::old_file(&kept));
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
        output.warn(&words::half_lost(half_open));
    }
    let typed = match &arguments.confirm {
        Some(typed) => typed.clone(),
        None if Output::can_ask() => Output::ask(&words::type_the_id(&id))?,
        None => return Err(words::not_removed_unasked(&id)),
    };
    if typed != id.0 {
        return Err(words::not_the_id());
    }
    rewrite(&path, session.config.ring(), &KeyChange::Remove(&id), &session.settings.key_options, output)?;
    output.answer(format!("{} removed\n", id.0))?;
    delete_copies(&path, arguments.delete_copies, output)?;
    output.note(words::STILL_NEEDED);
    Ok(())
}

/// The old copies of the file hold the key still.
fn delete_copies(path: &Path, is_wanted: bool, output: &Output) -> Result<()> {
    let copies = keyring::old_copies(path);
    if copies.is_empty() {
        return Ok(());
    }
    let asks = !is_wanted && Output::can_ask();
    if is_wanted || (asks && Output::ask(&words::delete_copies(copies.len()))? == "y") {
        Keeper::delete_copies(path)?;
        output.note(&words::copies_deleted(copies.len()));
        return Ok(());
    }
    for copy in &copies {
        output.warn(&words::stands_in(copy));
    }
    Ok(())
}
