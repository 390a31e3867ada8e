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
use std::cell::RefCell;
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
        // A text is signed as one of the two at most, so that their order is free.
        let in_two_layers = fernet::Token::in_two_layers(text).and_then(|token| self.open_as(Format::Fernet, &token));
        in_two_layers.or_else(|| self.open_as(Format::FernetBare, &fernet::Token::bare(text)?))
    }

    fn open_as(&self, format: Format, token: &fernet::Token) -> Option<Opened> {
        self.keys.iter().find_map(|key| {
            let plaintext = key.fernet.open(token).and_then(Secret::from_utf8)?;
            Some(Opened { plaintext, format, key: key.id.clone() })
        })
    }

    /// Whether a text has the shape of a token, whoever's it is.
    pub fn is_token(stored: &StoredText) -> bool {
        let text = stored.as_str();
        jwe::Token::split(text).and_then(|token| token.header()).is_some()
            || fernet::Token::in_two_layers(text).is_some()
            || fernet::Token::bare(text).is_some()
    }

    /// Encrypts a plaintext with the newest active key.
    pub fn seal(&self, plaintext: &Secret) -> Result<StoredText, CipherError> {
        let key = self.writer.and_then(|at| self.keys.get(at)).ok_or(CipherError::NoWriter)?;
        self.fits(plaintext)?;
        seal_with(key, self.format, plaintext)
    }

    /// Whether a plaintext is within the limit.
    ///
    /// # Errors
    /// [`CipherError::TooLong`].
    pub fn fits(&self, plaintext: &Secret) -> Result<(), CipherError> {
        let Some(limit) = self.limit else { return Ok(()) };
        let bytes = jwe::saved_bytes(plaintext.expose(), now());
        if bytes > limit { Err(CipherError::TooLong { bytes, limit }) } else { Ok(()) }
    }

    /// Encrypts a plaintext with the key `id`, active or not, whatever its length: for a rotation, in which nothing is
    /// new.
    ///
    /// # Errors
    /// [`CipherError::NoWriter`] if there is no such key; for a JWE, [`CipherError::TooLong`] over what any server reads
    /// and [`CipherError::UnusableKeyId`].
    pub fn seal_under(&self, id: &KeyId, format: Format, plaintext: &Secret) -> Result<StoredText, CipherError> {
        let key = self.keys.iter().find(|key| key.id == *id).ok_or(CipherError::NoWriter)?;
        seal_with(key, format, plaintext)
    }

    /// The id of the key that writes.
    pub fn writer(&self) -> Option<&KeyId> {
        self.writer.and_then(|at| self.keys.get(at)).map(|key| &key.id)
    }
}

fn now() -> u64 {
    Timestamp::now().as_second().unsigned_abs()
}

fn seal_with(key: &ReadyKey, format: Format, plaintext: &Secret) -> Result<StoredText, CipherError> {
    let (text, seconds) = (plaintext.expose(), now());
    let token = match format {
        Format::Fernet | Format::FernetBare => key.fernet.seal(text.as_bytes(), seconds, random()?),
        Format::Jwe if !key.jwe.is_readable(&key.id) => return Err(CipherError::UnusableKeyId),
        Format::Jwe => {
            let too_long = CipherError::TooLong { bytes: text.len(), limit: jwe::MAX_BYTES };
            key.jwe.seal(text, seconds, random()?).ok_or(too_long)?
        }
    };
    Ok(StoredText::new(token))
}

thread_local! {
    /// Random bytes of the system that nobody has used yet: a call for each IV would be a tenth of a rotation.
    static RANDOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Random bytes of the system, for a nonce or an IV.
fn random<const BYTES: usize>() -> Result<[u8; BYTES], CipherError> {
    RANDOM.with_borrow_mut(|pool| {
        if pool.len() < BYTES {
            pool.resize(1024, 0);
            if getrandom::fill(pool).is_err() {
                pool.clear();
            }
        }
        let rest = pool.len().checked_sub(BYTES).ok_or(CipherError::NoRandomness)?;
        pool.split_off(rest).try_into().map_err(|_| CipherError::NoRandomness)
    })
}

#[cfg(test)]
mod tests;
