//! Fernet tokens, as the specification has them: <https://github.com/fernet/spec/blob/master/Spec.md>.
//!
//! A token is one HMAC around one CBC: `0x80 ‖ time ‖ IV ‖ AES-128-CBC(PKCS#7) ‖ HMAC-SHA-256`, in URL-safe base64.
//! The `fernet` crate reads it strictly and chooses time and IV itself. The stored tokens need neither: they are
//! decoded [leniently](super::lenient), which would mean to encode each of them again only for the crate to decode it
//! once more; tests need tokens with a known time and IV; and the crate brings a second generation of `aes`, `sha2`
//! and `getrandom` into the program. So these few joins are made here, on the primitives that the JWE side uses too,
//! and the crate stands beside them in the tests as a witness.

use super::lenient::{Alphabet, decode};
use aes::cipher::array::Array;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, InnerIvInit as _, KeyInit as _};
use aes::{Aes128Dec, Aes128Enc};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

const VERSION: u8 = 0x80;
const IV_BYTES: usize = 16;
const HEAD_BYTES: usize = 1 + 8 + IV_BYTES;
const BLOCK_BYTES: usize = 16;
const MAC_BYTES: usize = 32;

/// A key that signs and encrypts, made ready once.
pub(super) struct Key {
    mac: Hmac<Sha256>,
    encrypt: Aes128Enc,
    decrypt: Aes128Dec,
}

/// The parts of a token that only its key can verify.
pub(super) struct Token {
    bytes: Vec<u8>,
}

impl Token {
    /// The token in a text of two layers of base64.
    pub(super) fn in_two_layers(text: &str) -> Option<Self> {
        Self::decoded(&decode(text.as_bytes(), Alphabet::Standard)?)
    }

    /// The token in a text that is nothing else.
    pub(super) fn bare(text: &str) -> Option<Self> {
        Self::decoded(text.as_bytes())
    }

    fn decoded(text: &[u8]) -> Option<Self> {
        let bytes = decode(text, Alphabet::UrlSafe)?;
        let ciphertext = bytes.len().checked_sub(HEAD_BYTES + MAC_BYTES)?;
        // PKCS#7 always pads, so there is at least one block.
        let whole = ciphertext > 0 && ciphertext.is_multiple_of(BLOCK_BYTES);
        (whole && bytes.first() == Some(&VERSION)).then_some(Self { bytes })
    }
}

impl Key {
    /// The key that the 32 bytes of `digest` are: the first half signs, the second encrypts.
    pub(super) fn new(digest: &[u8; 32]) -> Self {
        // An HMAC key shorter than a block is the same key with zeros up to the block's end (RFC 2104, section 2).
        let mut sign = Zeroizing::new([0; 64]);
        let mut encrypt = Zeroizing::new([0; 16]);
        let (first, second) = digest.split_at(16);
        sign.iter_mut().zip(first).for_each(|(to, from)| *to = *from);
        encrypt.copy_from_slice(second);
        Self {
            mac: Hmac::new((&*sign).into()),
            encrypt: Aes128Enc::new((&*encrypt).into()),
            decrypt: Aes128Dec::new((&*encrypt).into()),
        }
    }

    /// The plaintext of a token of this key. Its time is signed, but never a reason to refuse it.
    pub(super) fn open(&self, token: &Token) -> Option<Vec<u8>> {
        let (message, tag) = token.bytes.split_last_chunk::<MAC_BYTES>()?;
        let (head, ciphertext) = message.split_first_chunk::<HEAD_BYTES>()?;
        let (_, iv) = head.split_last_chunk::<IV_BYTES>()?;
        self.mac.clone().chain_update(message).verify(&(*tag).into()).ok()?;
        let mut plaintext = ciphertext.to_vec();
        let length = cbc::Decryptor::inner_iv_init(self.decrypt.clone(), &(*iv).into())
            .decrypt_padded::<Pkcs7>(&mut plaintext)
            .ok()?
            .len();
        plaintext.truncate(length);
        Some(plaintext)
    }

    /// The token that says `plaintext`, made at `seconds` since 1970 with a fresh random `iv`, as it is stored:
    /// standard base64 around URL-safe base64.
    pub(super) fn seal(&self, plaintext: &[u8], seconds: u64, iv: [u8; IV_BYTES]) -> String {
        let pad = BLOCK_BYTES - plaintext.len() % BLOCK_BYTES;
        let mut token = Vec::with_capacity(HEAD_BYTES + plaintext.len() + pad + MAC_BYTES);
        token.push(VERSION);
        token.extend(seconds.to_be_bytes());
        token.extend(iv);
        token.extend(plaintext);
        token.extend(std::iter::repeat_n(pad.to_le_bytes()[0], pad));
        // The plaintext is overwritten where it stands, so that no copy of it is left behind.
        let (_, body) = token.split_at_mut(HEAD_BYTES);
        let (blocks, _) = Array::slice_as_chunks_mut(body);
        cbc::Encryptor::inner_iv_init(self.encrypt.clone(), &iv.into()).encrypt_blocks(blocks);
        let tag = self.mac.clone().chain_update(&token).finalize().into_bytes();
        token.extend(tag);
        STANDARD.encode(URL_SAFE.encode(&token))
    }
}

#[cfg(test)]
mod tests;
