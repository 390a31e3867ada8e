//! The keys of the demo: one that writes, two of the years before, and one that somebody lost.

use super::super::words;
use crate::cipher::{Cipher, Format};
use crate::database::StoredText;
use crate::error::Error;
use crate::keyring::{self, Key, KeyId, KeyOrigin, KeyRing};
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

/// How a row of the demo is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    /// By the key of this year, as every server reads it.
    Current,
    /// By the key of this year, as newer servers write.
    Jwe,
    /// By the key of last year.
    LastYear,
    /// By the oldest key, in the single layer of the first servers.
    Oldest,
    /// By a key that the key file does not hold: the row is sealed.
    Lost,
}

/// Every key with its ciphers.
pub(super) struct Keys {
    current: Cipher,
    jwe: Cipher,
    last_year: Cipher,
    oldest: Cipher,
    lost: Cipher,
    /// What the key file is to hold.
    known: Vec<Key>,
}

impl Keys {
    /// New keys: nothing else is ever encrypted with them.
    pub(super) fn generate() -> Result<Self, Error> {
        let (current, [fernet, jwe]) = key("demo-2026", "writes since January", 1_767_600_000, true)?;
        let (last_year, [second, _]) = key("demo-2025", "rotated out", 1_736_150_400, false)?;
        let (oldest, [bare, _]) = key("demo-2024", "of the first servers", 1_704_700_800, false)?;
        let (_, [lost, _]) = key("demo-lost", "", 1_704_700_800, false)?;
        let known = vec![current, last_year, oldest];
        Ok(Self { current: fernet, jwe, last_year: second, oldest: bare, lost, known })
    }

    /// The keys of the key file, of which the first writes.
    pub(super) fn known(&self) -> &[Key] {
        &self.known
    }

    /// Encrypts a text as `lock` says.
    pub(super) fn seal(&self, lock: Lock, text: &Secret) -> Result<StoredText, Error> {
        let sealed = match lock {
            Lock::Current => self.current.seal(text),
            Lock::Jwe => self.jwe.seal(text),
            Lock::LastYear => self.last_year.seal(text),
            Lock::Oldest => self.oldest.seal(text).map(without_outer_layer),
            Lock::Lost => self.lost.seal(text),
        };
        sealed.map_err(words::demo_not_encrypted)
    }
}

/// A new key, with the ciphers that write Fernet tokens and JWEs with it.
fn key(id: &str, notes: &str, seconds: i64, active: bool) -> Result<(Key, [Cipher; 2]), Error> {
    let created_at = Timestamp::from_second(seconds).unwrap_or_default();
    let new = keyring::generate(Some(notes.to_owned()), created_at)?;
    // While its ciphers are made the key has to be active, or it would write nothing.
    let ring = KeyRing::new(vec![Key { id: KeyId(id.to_owned()), ..new }], KeyOrigin::Nowhere, Vec::new());
    let ciphers = [Format::Fernet, Format::Jwe].map(|format| Cipher::new(&ring, format, None));
    let key = ring.into_keys().pop().ok_or_else(|| Error::failed(words::DEMO_WITHOUT_KEY))?;
    Ok((Key { active, ..key }, ciphers))
}

/// A Fernet token alone, out of the base64 around it.
fn without_outer_layer(stored: StoredText) -> StoredText {
    let token = STANDARD.decode(stored.as_str()).ok().and_then(|token| String::from_utf8(token).ok());
    token.map_or(stored, StoredText::new)
}
