//! Ids of keys that have none: base62 of the SHA-256 of their secret, as the server derives them.

use super::KeyId;
use crate::secret::Secret;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The SHA-256 of a key secret's UTF-8: the 32 bytes that are the Fernet key and the JWE content key.
pub fn digest(secret: &Secret) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(Sha256::digest(secret.expose().as_bytes()).into())
}

impl KeyId {
    /// The id that the server gives to a key that has only a secret.
    pub fn derived(secret: &Secret) -> Self {
        Self(base62(&digest(secret)))
    }
}

/// `bytes` as `PyPI`'s `pybase62` encodes them in `encodebytes`: leading zero bytes as `0` and the digit that counts
/// them, then the rest as one big-endian number, of which zero has no digits.
pub(super) fn base62(bytes: &[u8; 32]) -> String {
    let digit = |value: usize| DIGITS.get(value).copied().map_or('0', char::from);
    let mut number = *bytes;
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    let mut digits = Vec::with_capacity(48);
    while number.iter().any(|&byte| byte != 0) {
        // Long division by 62, a byte at a time: what remains is the next digit, from the right.
        let mut remainder = 0_u16;
        for byte in &mut number {
            let value = remainder << 8 | u16::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX); // remainder < 62, so the quotient fits
            remainder = value % 62;
        }
        digits.push(digit(remainder.into()));
    }
    let prefix = if zeros > 0 { vec!['0', digit(zeros)] } else { Vec::new() };
    prefix.into_iter().chain(digits.into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(head: &[u8], tail: &[u8]) -> String {
        let mut bytes = [0; 32];
        bytes[..head.len()].copy_from_slice(head);
        bytes[32 - tail.len()..].copy_from_slice(tail);
        base62(&bytes)
    }

    #[test]
    fn leading_zero_bytes_are_counted() {
        // Computed with pybase62's rule.
        assert_eq!(encoded(&[], &[]), "0W");
        assert_eq!(encoded(&[], &[1]), "0V1");
        assert_eq!(encoded(&[], &[61]), "0Vz");
        assert_eq!(encoded(&[], &[1, 0]), "0U48");
    }

    #[test]
    fn an_id_is_derived_from_the_secret_alone() {
        let id = |secret: &str| KeyId::derived(&Secret::new(secret)).0;
        assert_eq!(id("test_secret"), "JcaXodvDimv0MnlV2WzZscfKq4CBWh5jdEP0v0WltOk");
        assert_eq!(id("secret-105"), "014O4AmYPrm0nwSVL2eSisAiYHOJLLoJ8aUGw04w8o67");
        assert_eq!(id("secret-55513"), "022aQj47YX9USOMmJa58RXhl4CZ97byEjHo59TumzQM");
    }
}
