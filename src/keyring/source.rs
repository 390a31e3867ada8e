//! Where a ring comes from, and how it is fetched from there.

mod command;

use super::error::{KeyError, KeyText};
use super::file::{self, Found};
use super::{KeyOrigin, KeyRing};
use crate::secret::Secret;
use jiff::Timestamp;
use std::path::PathBuf;
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
    match source {
        KeySource::File(path) => file::load(path, options),
        KeySource::Environment(secret) if secret.is_empty() => Ok(nowhere()),
        KeySource::Environment(secret) => {
            let secret = Secret::new(secret.expose());
            Ok(Found::one(secret, Timestamp::now()).into_ring(KeyOrigin::Environment))
        }
        KeySource::Command(words) => command::load(words, options.deadline),
        KeySource::Prompt => prompt(),
        KeySource::DataDirectory(path) => match file::folder(path, options)? {
            Some(ring) => Ok(KeyRing { origin: KeyOrigin::DataDirectory(path.clone()), ..ring }),
            None => Ok(nowhere()),
        },
        KeySource::Nowhere => Ok(nowhere()),
    }
}

/// Fetches the ring again with what the operator typed for it: the key secret of a prompt.
///
/// # Errors
/// The source asks for nothing, or the secret is empty.
pub fn unlock(source: &KeySource, options: &LoadOptions, secret: Secret) -> Result<KeyRing, KeyError> {
    match source {
        KeySource::Prompt => of_answer(secret),
        _ => load(source, options),
    }
}

fn nowhere() -> KeyRing {
    KeyRing::new(Vec::new(), KeyOrigin::Nowhere, Vec::new())
}

/// Asks at the terminal, without showing what is typed.
fn prompt() -> Result<KeyRing, KeyError> {
    let answer = rpassword::prompt_password("Key secret: ").map_err(|error| KeyError::NoPrompt(error.to_string()))?;
    of_answer(Secret::new(answer))
}

fn of_answer(secret: Secret) -> Result<KeyRing, KeyError> {
    if secret.is_empty() {
        return Err(KeyError::Empty(KeyText::Answer));
    }
    Ok(Found::one(secret, Timestamp::now()).into_ring(KeyOrigin::Prompt))
}
