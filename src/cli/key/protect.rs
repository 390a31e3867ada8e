//! `strongroom key protect` and `unprotect`: the ring of the data directory behind a passphrase, and in the clear again.

use super::super::output::Output;
use super::super::words::key as words;
use crate::config::Settings;
use crate::error::Result;
use crate::keyring::error::quoted;
use crate::keyring::{self, Asking, KeyError, KeyOrigin, KeyRing, KeySource};
use crate::secret::{Secret, escape};
use std::path::Path;

/// Puts the ring behind a passphrase, or behind another one.
pub(super) fn protect(settings: &Settings, output: &Output) -> Result<()> {
    let folder = folder(&settings.key)?;
    keyring::may_protect(folder)?;
    let ring = keyring::load(&settings.key, &settings.key_options)?;
    let done = keyring::protect(folder, &settings.key_options, ring.passphrase(), &new_passphrase()?)?;
    output.answer(format!("{}\n", shown(&done.file)))?;
    output.note(words::PROTECTED);
    output.note(words::ON_THE_DISK);
    if let Some(kept) = done.kept {
        output.note(&words::opens_with_the_old(&kept));
    }
    if !done.clear.is_empty() {
        let copies: Vec<String> = done.clear.iter().map(|copy| quoted(copy)).collect();
        output.warn(&words::copies_in_the_clear(&copies));
    }
    Ok(())
}

/// Puts the ring into the clear again.
pub(super) fn unprotect(settings: &Settings, output: &Output) -> Result<()> {
    let folder = folder(&settings.key)?;
    let passphrase = match settings.key.asks() {
        Some(Asking::Passphrase) => Some(keyring::ask(Asking::Passphrase)?),
        Some(Asking::KeySecret) | None => None,
    };
    let file = keyring::unprotect(folder, &settings.key_options, passphrase.as_ref())?;
    output.answer(format!("{}\n", shown(&file)))?;
    output.note(words::UNPROTECTED);
    Ok(())
}

/// Says whether a passphrase guards the ring, of one that it could.
pub(super) fn say(ring: &KeyRing, output: &Output) {
    match ring.origin() {
        KeyOrigin::Protected(_) => output.note(words::BEHIND_A_PASSPHRASE),
        KeyOrigin::DataDirectory(_) => output.note(words::NOT_PROTECTED),
        KeyOrigin::KeysFile(_)
        | KeyOrigin::LineFile(_)
        | KeyOrigin::Folder(_)
        | KeyOrigin::Environment
        | KeyOrigin::Command(_)
        | KeyOrigin::Prompt
        | KeyOrigin::Nowhere => {}
    }
}

/// The folder of the ring that may go behind a passphrase.
fn folder(source: &KeySource) -> Result<&Path, KeyError> {
    Err(KeyError::NotProtectable(match source {
        KeySource::DataDirectory(folder) => return Ok(folder),
        KeySource::File(_) => words::A_KEY_FILE,
        KeySource::Environment(_) => "JWT_SECRET",
        KeySource::Command(_) => "a command",
        KeySource::Prompt => "the terminal",
        KeySource::Nowhere => "nowhere",
    }))
}

/// Asks for a passphrase, twice.
fn new_passphrase() -> Result<Secret> {
    let ask = |question: &str| {
        rpassword::prompt_password(question)
            .map(Secret::new)
            .map_err(|error| KeyError::NoPrompt { asking: Asking::Passphrase, reason: error.to_string() })
    };
    let passphrase = ask(words::NEW_PASSPHRASE)?;
    if passphrase.is_empty() {
        return Err(KeyError::NoPassphrase.into());
    }
    if ask(words::ONCE_MORE)? != passphrase {
        return Err(words::not_the_same());
    }
    Ok(passphrase)
}

fn shown(path: &Path) -> String {
    escape::line(&path.display().to_string()).into_owned()
}
