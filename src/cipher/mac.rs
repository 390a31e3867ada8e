//! Message authentication, for what is not secret but must not be changed.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// A key of 32 bytes for HMAC-SHA256 (RFC 2104, FIPS 180-4). Wipes itself; has no `Debug`.
pub struct MacKey(Zeroizing<[u8; 32]>);

/// What HMAC-SHA256 makes of a message.
pub type Tag = [u8; 32];

impl MacKey {
    /// A new random key; `None` if the system has no randomness to give.
    pub fn random() -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).ok()?;
        Some(Self(bytes))
    }

    /// The key of 64 hex digits; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?);
        Some(Self(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    /// The key that [`to_secret`](Self::to_secret) wrote; `None` for anything else.
    pub fn from_secret(secret: &crate::secret::Secret) -> Option<Self> {
        Self::from_hex(secret.expose())
    }

    /// The key as 64 hex digits, to be encrypted.
    pub fn to_secret(&self) -> crate::secret::Secret {
        crate::secret::Secret::new(data_encoding::HEXLOWER.encode(&*self.0))
    }

    /// The tag of `parts`, one after the other.
    pub fn tag(&self, parts: &[&[u8]]) -> Tag {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&*self.0) else { return [0; 32] };
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// A short name for a text: the first 16 hex digits of its SHA-256.
pub fn digest_name(text: &str) -> String {
    use sha2::Digest as _;
    data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes())).chars().take(16).collect()
}

/// Compares two tags without a data-dependent early exit.
pub fn same_tag(one: &Tag, other: &Tag) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_hmac_sha256_as_rfc_4231_has_it() {
        // The fourth test case's message under a key of 32 bytes of our own; the tag is Python's.
        let key = MacKey::from_hex("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20").unwrap();
        let tag = key.tag(&[&[0xcd; 25], &[0xcd; 25]]);
        assert_eq!(data_encoding::HEXLOWER.encode(&tag), EXPECTED);
        assert!(same_tag(&tag, &key.tag(&[&[0xcd; 50]])));
        assert!(!same_tag(&tag, &key.tag(&[&[0xcd; 49]])));
    }

    const EXPECTED: &str = "372efcf9b40b35c2115b1346903d2ef42fced46f0846e7257bb156d3d7b30d3f";
}
