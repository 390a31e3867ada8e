//! Plaintext and its one home.
//!
//! [`Secret`] is the only type that holds a decrypted value or description. It cannot be cloned, printed or
//! serialised; it wipes itself when dropped; [`Secret::expose`] is the one way in, and the places that may call it
//! are listed by `tests/architecture.rs`. Whoever needs the same plaintext in two places shares an
//! [`Arc`](std::sync::Arc).

pub mod dotenv;
pub mod escape;
pub mod name;

pub use name::{NameError, NameWarning, SecretName};

use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// What stands on the screen for a value: always of this length, so that it tells nothing about the value.
pub const MASK: &str = "••••••••••••";

/// [`MASK`] for terminals that cannot show a bullet.
pub const PLAIN_MASK: &str = "************";

/// A decrypted text: UTF-8 of any length, empty included.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a plaintext in. The caller's own copies, if any, are the caller's to wipe.
    pub fn new(plaintext: impl Into<String>) -> Self {
        Self(Zeroizing::new(plaintext.into()))
    }

    /// Takes decrypted bytes in; `None`, with the bytes wiped, if they are not UTF-8.
    pub fn from_utf8(bytes: Vec<u8>) -> Option<Self> {
        match String::from_utf8(bytes) {
            Ok(text) => Some(Self::new(text)),
            Err(error) => {
                drop(Zeroizing::new(error.into_bytes()));
                None
            }
        }
    }

    /// The plaintext itself: the one way in.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many lines the text has; an empty text has one. Line breaks are `\n`, `\r\n` and `\r`.
    pub fn line_count(&self) -> usize {
        let text = self.0.as_bytes();
        let breaks = text.iter().enumerate().filter(|&(at, &byte)| match byte {
            b'\n' => true,
            b'\r' => text.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        breaks.count() + 1
    }
}

impl PartialEq for Secret {
    /// Compares without a data-dependent early exit; the lengths are not hidden.
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(••••)")
    }
}

/// A description in every comparison: a missing one is the empty text.
pub fn same_description(one: Option<&Secret>, other: Option<&Secret>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        (Some(text), None) | (None, Some(text)) => text.is_empty(),
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_a_mask_and_no_length() {
        let secret = Secret::new("CANARY-9a1f");
        assert_eq!(format!("{secret:?}"), format!("{:?}", Secret::new("")));
        assert!(!format!("{secret:?}").contains("CANARY"));
    }

    #[test]
    fn every_kind_of_line_break_counts_once() {
        for (text, lines) in [("", 1), ("a", 1), ("a\n", 2), ("a\r\nb\rc\nd", 4), ("\r\n\r\n", 3)] {
            assert_eq!(Secret::new(text).line_count(), lines, "{text:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_make_no_secret() {
        assert!(Secret::from_utf8(vec![0xff, 0xfe]).is_none());
        assert!(Secret::from_utf8("ü".into()).is_some_and(|secret| secret.expose() == "ü"));
    }

    #[test]
    fn a_missing_description_equals_an_empty_one() {
        assert!(same_description(None, Some(&Secret::new(""))));
        assert!(!same_description(None, Some(&Secret::new(" "))));
    }
}
