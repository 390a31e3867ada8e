//! Stored text to plaintext and back: the only room that names the cryptographic crates.
//!
//! Texts are opened as the server opens them: as a JWE whose header names a known key, else as a Fernet
//! token of any known key, in two layers of base64 and then in one. Keys that may not write still read.

mod fernet;
mod jwe;
mod lenient;
pub mod mac;

use crate::database::StoredText;
use crate::keyring::{self, KeyId, KeyRing};
use crate::secret::Secret;
use jiff::Timestamp;
use thiserror::Error;

/// How a text is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Standard base64 of a Fernet token: what every generation of the server reads.
    Fernet,
    /// A Fernet token alone: read, never written.
    FernetBare,
    /// RFC 7516 compact serialisation, `dir` with `A256GCM`.
    Jwe,
}

impl Format {
    /// The format's name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fernet => "fernet",
            Self::FernetBare => "fernet-bare",
            Self::Jwe => "jwe",
        }
    }
}

/// The longest ciphertext that older servers read, in bytes (65,536 characters of base64url). What counts is the
/// payload that a server makes of a text when it saves it as a JWE, see [`Cipher::new`].
pub const DEFAULT_LIMIT: usize = 49_152;

/// A text that a key opened.
#[derive(Debug)]
pub struct Opened {
    /// What it says.
    pub plaintext: Secret,
    /// How it was stored.
    pub format: Format,
    /// Which key opened it.
    pub key: KeyId,
}

/// Why a text cannot be encrypted. No variant holds any of the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CipherError {
    /// The ring has no active key.
    #[error("no active key to encrypt with")]
    NoWriter,
    /// The ciphertext would be longer than the limit when a server saves the text.
    #[error("{bytes} bytes are over the limit of {limit} that older servers can read")]
    TooLong {
        /// How long it would be.
        bytes: usize,
        /// The limit in force.
        limit: usize,
    },
    /// A JWE names its key, and no server reads one without a name or with such a long one.
    #[error("the id of the writing key is empty or too long for a JWE, so no server could read the result")]
    UnusableKeyId,
    /// The system gives no random bytes.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

/// Every key of a ring, made ready once. It can be shared between threads.
pub struct Cipher {
    keys: Vec<ReadyKey>,
    /// Where the key that writes stands in `keys`.
    writer: Option<usize>,
    format: Format,
    limit: Option<usize>,
}

struct ReadyKey {
    id: KeyId,
    fernet: fernet::Key,
    jwe: jwe::Key,
}

impl Cipher {
    /// Derives every key of `ring`. New texts are written in `format` ([`Format::FernetBare`] counts as
    /// [`Format::Fernet`]) and refused over `limit` bytes; `None` lifts the limit.
    ///
    /// The limit is measured alike for both formats: as the bytes of the JWE payload that a server would make of the
    /// text, `json.dumps({"v": TEXT, "iat": SECONDS})`, in which everything outside ASCII counts as six bytes or
    /// twelve. A newer server saves a whole set as JWE, whatever it was before, and must be able to read it again.
    pub fn new(ring: &KeyRing, format: Format, limit: Option<usize>) -> Self {
        let keys = ring.keys().iter().map(|key| {
            let digest = keyring::digest(&key.secret);
            ReadyKey { id: key.id.clone(), fernet: fernet::Key::new(&digest), jwe: jwe::Key::new(&digest, &key.id) }
        });
        let keys: Vec<_> = keys.collect();
        let writer = ring.writer().and_then(|writer| keys.iter().position(|key| key.id == writer.id));
        Self { keys, writer, format, limit }
    }

    /// Opens a stored text with whichever key does; `None` if none does, or if what it says is not UTF-8.
    pub fn open(&self, stored: &StoredText) -> Option<Opened> {
        let text = stored.as_str();
        self.open_jwe(text).or_else(|| self.open_fernet(text))
    }

    fn open_jwe(&self, text: &str) -> Option<Opened> {
        let token = jwe::Token::split(text)?;
        let key = if let Some(key) = self.keys.iter().find(|key| token.is_by(&key.jwe, &key.id)) {
            key
        } else {
            let header = token.header()?;
            self.keys.iter().find(|key| key.id.0 == header.kid)?
        };
        let plaintext = key.jwe.open(token)?;
        Some(Opened { plaintext, format: Format::Jwe, key: key.id.clone() })
    }

    fn open_fernet(&self, text: &str) -> Option<Opened> {
        let candidates =
            [(Format::Fernet, fernet::Token::in_two_layers(text)), (Format::FernetBare, fernet::Token::bare(text))];
        for key in &self.keys {
            for (format, token) in &candidates {
                let plaintext = token.as_ref().and_then(|token| key.fernet.open(token)).and_then(Secret::from_utf8);
                if let Some(plaintext) = plaintext {
                    return Some(Opened { plaintext, format: *format, key: key.id.clone() });
                }
            }
        }
        None
    }

    /// Encrypts a plaintext with the newest active key.
    pub fn seal(&self, plaintext: &Secret) -> Result<StoredText, CipherError> {
        let key = self.writer.and_then(|at| self.keys.get(at)).ok_or(CipherError::NoWriter)?;
        let seconds = Timestamp::now().as_second().unsigned_abs();
        let text = plaintext.expose();
        if let Some(limit) = self.limit {
            let bytes = jwe::saved_bytes(text, seconds);
            if bytes > limit {
                return Err(CipherError::TooLong { bytes, limit });
            }
        }
        let token = match self.format {
            Format::Fernet | Format::FernetBare => key.fernet.seal(text.as_bytes(), seconds, random()?),
            Format::Jwe if !key.jwe.is_readable(&key.id) => return Err(CipherError::UnusableKeyId),
            Format::Jwe => {
                let too_long = CipherError::TooLong { bytes: text.len(), limit: jwe::MAX_BYTES };
                key.jwe.seal(text, seconds, random()?).ok_or(too_long)?
            }
        };
        Ok(StoredText::new(token))
    }

    /// The id of the key that writes.
    pub fn writer(&self) -> Option<&KeyId> {
        self.writer.and_then(|at| self.keys.get(at)).map(|key| &key.id)
    }
}

/// Random bytes of the system, for a nonce or an IV.
fn random<const BYTES: usize>() -> Result<[u8; BYTES], CipherError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| CipherError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
