//! Where a ring comes from, and how it is fetched from there.

mod command;

use super::error::{KeyError, KeyText};
use super::file::{self, Found};
use super::protect;
use super::{KeyOrigin, KeyRing};
use crate::secret::Secret;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The variable that holds a key secret, for the server and for Strongroom.
pub const VARIABLE: &str = "JWT_SECRET";

/// A place that a ring can come from. Which of them applies is for the settings to decide.
#[derive(Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A file with a JSON array of keys or one line of text, or the folder that holds both.
    File(PathBuf),
    /// The value of `JWT_SECRET`, used as it is.
    Environment(Secret),
    /// A program and its arguments; its output is a secret, or a JSON array of keys.
    Command(Vec<String>),
    /// The operator, at the terminal.
    Prompt,
    /// The folder of Strongroom's own ring; it need not exist.
    DataDirectory(PathBuf),
    /// Nothing is set.
    Nowhere,
}

impl KeySource {
    /// What the operator is asked for when the ring is fetched; `None` where it can be had without.
    pub fn asks(&self) -> Option<Asking> {
        match self {
            Self::Prompt => Some(Asking::KeySecret),
            Self::DataDirectory(folder) if protect::is_protected(folder) => Some(Asking::Passphrase),
            Self::DataDirectory(_) | Self::File(_) | Self::Environment(_) | Self::Command(_) | Self::Nowhere => None,
        }
    }

    /// `JWT_SECRET` of this process; `None` if it is unset or empty.
    pub fn from_environment() -> Result<Option<Self>, KeyError> {
        match std::env::var(VARIABLE) {
            Ok(value) if value.is_empty() => Ok(None),
            Ok(value) => Ok(Some(Self::Environment(Secret::new(value)))),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(KeyError::VariableNotText),
        }
    }
}

/// What a source asks the operator for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// The secret of the one key.
    KeySecret,
    /// The passphrase of the ring in the data directory.
    Passphrase,
}

impl Asking {
    /// What stands before the answer.
    pub const fn label(self) -> &'static str {
        match self {
            Self::KeySecret => "Key secret",
            Self::Passphrase => "Passphrase of the key ring",
        }
    }
}

/// How a ring is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadOptions {
    /// Whether key files may be readable by others: the profile's `allow_readable_key_file`.
    pub allow_readable: bool,
    /// How long a command may take.
    pub deadline: Duration,
}

impl Default for LoadOptions {
    /// Files of their owner alone, and 30 seconds.
    fn default() -> Self {
        Self { allow_readable: false, deadline: Duration::from_secs(30) }
    }
}

/// Runs a program as a `command` source does, for another secret than a key: its output, one final line break cut.
///
/// # Errors
/// It cannot be started, fails, is too slow, or prints what is no text.
pub fn secret_of_command(words: &[String], deadline: Duration) -> Result<Secret, KeyError> {
    let text = command::output(words, deadline)?;
    Ok(Secret::new(text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line))))
}

/// Fetches the ring from `source`. Blocks: on a file, on a command until the deadline, on the operator.
///
/// A ring that is not found where somebody said that it is, is an error; one that was never made is empty, with the
/// origin [`KeyOrigin::Nowhere`].
pub fn load(source: &KeySource, options: &LoadOptions) -> Result<KeyRing, KeyError> {
    if let Some(asking) = source.asks() {
        return unlock(source, options, ask(asking)?);
    }
    match source {
        KeySource::File(path) => file::load(path, options),
        KeySource::Environment(secret) if secret.is_empty() => Ok(nowhere()),
        KeySource::Environment(secret) => {
            let secret = Secret::new(secret.expose());
            Ok(Found::one(secret, Timestamp::now()).into_ring(KeyOrigin::Environment))
        }
        KeySource::Command(words) => command::load(words, options.deadline),
        KeySource::DataDirectory(path) => data_directory(path, options),
        KeySource::Prompt | KeySource::Nowhere => Ok(nowhere()),
    }
}

/// Fetches the ring with what the operator typed for it, if the source [asks](KeySource::asks) for anything.
///
/// # Errors
/// The key secret is empty, the passphrase is another, and what [`load`] ends in.
pub fn unlock(source: &KeySource, options: &LoadOptions, answer: Secret) -> Result<KeyRing, KeyError> {
    match (source, source.asks()) {
        (_, Some(Asking::KeySecret)) => of_answer(answer),
        (KeySource::DataDirectory(folder), Some(Asking::Passphrase)) => file::protected(folder, options, answer),
        (_, Some(Asking::Passphrase) | None) => load(source, options),
    }
}

/// Fetches the ring again that `known` came from: with the passphrase that opened it nobody is asked.
///
/// # Errors
/// As [`load`].
pub fn reload(source: &KeySource, options: &LoadOptions, known: &KeyRing) -> Result<KeyRing, KeyError> {
    match (source.asks(), known.passphrase()) {
        (Some(Asking::Passphrase), Some(passphrase)) => unlock(source, options, Secret::new(passphrase.expose())),
        _ => load(source, options),
    }
}

fn data_directory(folder: &Path, options: &LoadOptions) -> Result<KeyRing, KeyError> {
    let Some(mut ring) = file::folder(folder, options)? else { return Ok(nowhere()) };
    ring.warnings.extend(protect::warning(folder));
    Ok(KeyRing { origin: KeyOrigin::DataDirectory(folder.to_owned()), ..ring })
}

fn nowhere() -> KeyRing {
    KeyRing::new(Vec::new(), KeyOrigin::Nowhere, Vec::new())
}

/// Asks at the terminal, without showing what is typed.
///
/// # Errors
/// There is no terminal.
pub fn ask(asking: Asking) -> Result<Secret, KeyError> {
    let answer = rpassword::prompt_password(format!("{}: ", asking.label()));
    answer.map(Secret::new).map_err(|error| KeyError::NoPrompt { asking, reason: error.to_string() })
}

fn of_answer(secret: Secret) -> Result<KeyRing, KeyError> {
    if secret.is_empty() {
        return Err(KeyError::Empty(KeyText::Answer));
    }
    Ok(Found::one(secret, Timestamp::now()).into_ring(KeyOrigin::Prompt))
}
