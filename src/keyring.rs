//! Keys, where they come from, and which of them writes.

mod edit;
pub mod error;
mod file;
pub mod generate;
mod id;
mod protect;
pub mod source;

pub use edit::{KeyChange, old_copies, rewritable, rewrite};
pub use error::{KeyError, KeyText};
pub use generate::{create_file, file_content, generate};
pub use id::digest;
pub use protect::{Protected, may_protect, protect, unprotect};
pub use source::{Asking, KeySource, LoadOptions, ask, load, reload, unlock};

use crate::secret::Secret;
use jiff::Timestamp;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// The id of a key, as a JWE names it in `kid`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub String);

impl fmt::Display for KeyId {
    /// The id, safe for a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::secret::escape::line(&self.0))
    }
}

/// One key of a ring.
#[derive(Debug)]
pub struct Key {
    /// Its id: given, or derived from the secret.
    pub id: KeyId,
    /// The key secret: UTF-8 text of which the SHA-256 is the key.
    pub secret: Secret,
    /// Whether it may write. A key that may not still reads.
    pub active: bool,
    /// What somebody noted about it.
    pub notes: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Where a ring came from, for the header and for what may be rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOrigin {
    /// A file with a JSON array of keys (`.keys`).
    KeysFile(PathBuf),
    /// A file with one line of text (`.jwt_secret`).
    LineFile(PathBuf),
    /// A folder with one or both of these files.
    Folder(PathBuf),
    /// The variable `JWT_SECRET`.
    Environment,
    /// The output of a command; its first word.
    Command(String),
    /// Typed by the operator.
    Prompt,
    /// The key ring in the data directory.
    DataDirectory(PathBuf),
    /// The same behind a passphrase.
    Protected(PathBuf),
    /// Nothing was set: the ring is empty.
    Nowhere,
}

impl KeyOrigin {
    /// What it is, in words.
    pub const fn in_words(&self) -> &'static str {
        match self {
            Self::KeysFile(_) | Self::Folder(_) | Self::DataDirectory(_) => "a key file",
            Self::Protected(_) => "a key file behind a passphrase",
            Self::LineFile(_) => "a file of one line",
            Self::Environment => "JWT_SECRET",
            Self::Command(_) => "a command",
            Self::Prompt => "the terminal",
            Self::Nowhere => "nowhere",
        }
    }
}

/// All the keys that are known, with what is worth a warning about them.
#[derive(Debug)]
pub struct KeyRing {
    keys: Vec<Key>,
    origin: KeyOrigin,
    warnings: Vec<String>,
    /// What opened it. It goes with the ring.
    passphrase: Option<Arc<Secret>>,
}

impl KeyRing {
    /// A ring of `keys`, in the order of their source. Of equal ids the last counts: it stands in the place of the
    /// first, and the others are unknown, as they are to the server. What the operator should know about the ring
    /// itself joins the `warnings` about its source.
    pub fn new(keys: Vec<Key>, origin: KeyOrigin, mut warnings: Vec<String>) -> Self {
        let mut known: Vec<Key> = Vec::with_capacity(keys.len());
        for key in keys {
            match known.iter_mut().find(|earlier| earlier.id == key.id) {
                Some(earlier) => {
                    warnings.push(format!("two keys have the id {}: only the last of them is used", key.id));
                    *earlier = key;
                }
                None => known.push(key),
            }
        }
        if !known.is_empty() && !known.iter().any(|key| key.active) {
            warnings.push("no key is active: nothing can be written, and the server does not start".to_owned());
        }
        Self { keys: known, origin, warnings, passphrase: None }
    }

    /// The keys, active or not, in the order of their source.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The keys themselves, in the same order.
    pub fn into_keys(self) -> Vec<Key> {
        self.keys
    }

    /// Where they came from.
    pub fn origin(&self) -> &KeyOrigin {
        &self.origin
    }

    /// The passphrase that opened it, with which it is encrypted again when it changes; `None` for one in the clear.
    pub fn passphrase(&self) -> Option<&Secret> {
        self.passphrase.as_deref()
    }

    /// What the operator should know about the source, a sentence each, escaped for the terminal.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The key that writes: the newest active one, of equal times the first. `None` when no key is active.
    pub fn writer(&self) -> Option<&Key> {
        let active = self.keys.iter().filter(|key| key.active);
        active.reduce(|newest, key| if key.created_at > newest.created_at { key } else { newest })
    }
}

#[cfg(test)]
mod tests;
