//! JSON Web Encryption in compact serialisation (RFC 7516), with `dir` and `A256GCM` (RFC 7518) and nothing else.
//!
//! A token is `header..nonce.ciphertext.tag`, each part in base64url without padding; the key is the content key, so
//! the second part is empty, and the header's text is authenticated as it stands. The payload is the JSON object
//! `{"v": TEXT, "iat": SECONDS}`. Tokens are read as strictly as the server reads them.

mod header;
mod payload;

pub(super) use header::Header;
pub(super) use payload::saved_bytes;

use crate::keyring::KeyId;
use crate::secret::Secret;
use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use zeroize::Zeroizing;

pub(super) const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// The longest payload that AES-GCM encrypts, in bytes.
pub(super) const MAX_BYTES: usize = (1 << 36) - 32;

/// The longest header, in characters of base64url, that any server reads.
const MAX_HEADER: usize = 1024;

/// A key that encrypts and authenticates, made ready once, with the header of the tokens that it writes.
pub(super) struct Key {
    cipher: Aes256Gcm,
    header: String,
}

/// The four parts of a token that are not empty, still in base64url.
#[derive(Clone, Copy)]
pub(super) struct Token<'t> {
    header: &'t str,
    nonce: &'t str,
    ciphertext: &'t str,
    tag: &'t str,
}

impl<'t> Token<'t> {
    /// The parts of `text`; `None` if it cannot be a token with a direct key. Costs one pass over the text.
    pub(super) fn split(text: &'t str) -> Option<Self> {
        let mut parts = text.split('.');
        let token = match (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?) {
            (header, "", nonce, ciphertext, tag) => Self { header, nonce, ciphertext, tag },
            _ => return None,
        };
        (parts.next().is_none() && token.header.len() <= MAX_HEADER).then_some(token)
    }

    /// Whether its header is the very one that `key` writes under the name `id`, as all headers are that the server
    /// wrote: there is no need to parse it.
    pub(super) fn is_by(&self, key: &Key, id: &KeyId) -> bool {
        self.header == key.header && key.is_readable(id)
    }

    /// Its header, parsed and found acceptable.
    pub(super) fn header(&self) -> Option<Header> {
        Header::parse(&BASE64URL.decode(self.header).ok()?)
    }
}

impl Key {
    /// The key that the 32 bytes of `digest` are, under the name `id`.
    pub(super) fn new(digest: &[u8; 32], id: &KeyId) -> Self {
        Self { cipher: Aes256Gcm::new(digest.into()), header: BASE64URL.encode(header::written(id)) }
    }

    /// Whether a server can read what this key writes under the name `id`: it refuses an empty id, and one that makes the header too long.
    pub(super) fn is_readable(&self, id: &KeyId) -> bool {
        !id.0.is_empty() && self.header.len() <= MAX_HEADER
    }

    /// What a token of this key says.
    pub(super) fn open(&self, token: Token<'_>) -> Option<Secret> {
        let nonce: [u8; NONCE_BYTES] = decode_exactly(token.nonce)?;
        let tag: [u8; TAG_BYTES] = decode_exactly(token.tag)?;
        let mut buffer = Zeroizing::new(BASE64URL.decode(token.ciphertext).ok()?);
        self.cipher
            .decrypt_inout_detached(&nonce.into(), token.header.as_bytes(), buffer.as_mut_slice().into(), &tag.into())
            .ok()?;
        payload::read(&buffer)
    }

    /// The token that says `plaintext`, made at `seconds` since 1970 with a fresh random `nonce`. `None` if the text
    /// is longer than [`MAX_BYTES`].
    pub(super) fn seal(&self, plaintext: &str, seconds: u64, nonce: [u8; NONCE_BYTES]) -> Option<String> {
        let mut buffer = payload::written(plaintext, seconds);
        let tag = self
            .cipher
            .encrypt_inout_detached(&nonce.into(), self.header.as_bytes(), buffer.as_mut_slice().into())
            .ok()?;
        let mut token = String::with_capacity(self.header.len() + buffer.len().div_ceil(3) * 4 + 48);
        token.push_str(&self.header);
        token.push_str("..");
        BASE64URL.encode_string(nonce, &mut token);
        token.push('.');
        BASE64URL.encode_string(&*buffer, &mut token);
        token.push('.');
        BASE64URL.encode_string(tag, &mut token);
        Some(token)
    }
}

fn decode_exactly<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    // Longer texts than this are no candidates, and need no allocation to find out.
    if text.len() > 2 * BYTES {
        return None;
    }
    BASE64URL.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests;
