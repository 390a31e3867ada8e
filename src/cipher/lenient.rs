//! Base64 as the server's Python decodes it.
//!
//! `CPython`'s `binascii.a2b_base64`, which `base64.b64decode` calls without `validate`, does not insist on RFC 4648:
//!
//! - a character outside the alphabet is skipped, wherever it stands;
//! - `=` counts only once two or three characters of a group of four have been read. When it completes that group,
//!   decoding ends, whatever follows; anywhere else it is skipped, and a character after an incomplete padding takes
//!   the padding back;
//! - bits that are left over in the last character are dropped;
//! - a last group of one character, or one whose padding is missing, is an error.

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, URL_SAFE};

/// Which characters stand for 62 and 63.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// `+` and `/` (RFC 4648, section 4). `-` and `_` are skipped like any other stranger.
    Standard,
    /// `-` and `_` (section 5), and `+` and `/` as well: Python maps the first pair to the second and decodes that.
    UrlSafe,
}

impl Alphabet {
    fn strict(self) -> &'static GeneralPurpose {
        match self {
            Self::Standard => &STANDARD,
            Self::UrlSafe => &URL_SAFE,
        }
    }

    /// The six bits that `byte` stands for.
    fn sextet(self, byte: u8) -> Option<u8> {
        match byte {
            b'A'..=b'Z' => Some(byte - b'A'),
            b'a'..=b'z' => Some(byte - b'a' + 26),
            b'0'..=b'9' => Some(byte - b'0' + 52),
            b'+' => Some(62),
            b'/' => Some(63),
            b'-' if self == Self::UrlSafe => Some(62),
            b'_' if self == Self::UrlSafe => Some(63),
            _ => None,
        }
    }
}

/// Decodes `text`; `None` where Python raises an error.
pub(super) fn decode(text: &[u8], alphabet: Alphabet) -> Option<Vec<u8>> {
    // What the servers write is canonical, and then a strict decoder, several times faster, gives the same.
    alphabet.strict().decode(text).ok().or_else(|| decode_slowly(text, alphabet))
}

fn decode_slowly(text: &[u8], alphabet: Alphabet) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut position = 0_u8; // within the group of four
    let mut pads = 0_u8;
    let mut carry = 0_u8; // bits of the last character that no byte has taken yet
    for &byte in text {
        if byte == b'=' {
            if position >= 2 {
                pads += 1;
                if position + pads >= 4 {
                    return Some(decoded);
                }
            }
            continue;
        }
        let Some(sextet) = alphabet.sextet(byte) else { continue };
        pads = 0;
        match position {
            0 => carry = sextet,
            1 => {
                decoded.push(carry << 2 | sextet >> 4);
                carry = sextet & 0x0f;
            }
            2 => {
                decoded.push(carry << 4 | sextet >> 2);
                carry = sextet & 0x03;
            }
            _ => decoded.push(carry << 6 | sextet),
        }
        position = (position + 1) % 4;
    }
    (position == 0).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standard(text: &str) -> Option<Vec<u8>> {
        decode(text.as_bytes(), Alphabet::Standard)
    }

    #[test]
    fn strangers_are_skipped_wherever_they_stand() {
        for text in ["aGVsbG8=", "aGVs\nbG8=\n", "!aGVsbG8=", "aGVsbG8-_=", "aGVsbG8 é =", "\0a.G.V.s.b.G.8.=."] {
            assert_eq!(standard(text).as_deref(), Some(&b"hello"[..]), "{text:?}");
        }
    }

    #[test]
    fn complete_padding_ends_the_text_and_other_padding_is_skipped() {
        assert_eq!(standard("aGVsbG8=aGVs").as_deref(), Some(&b"hello"[..]));
        assert_eq!(standard("aGk==garbage").as_deref(), Some(&b"hi"[..]));
        assert_eq!(standard("=aGVs=bG8=").as_deref(), Some(&b"hello"[..]));
        // One pad after two characters completes nothing, and the next character takes it back.
        assert_eq!(standard("aG=VsbG8=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(standard("aG=V=").as_deref(), Some(&b"he"[..]));
        assert_eq!(standard("====").as_deref(), Some(&b""[..]));
    }

    #[test]
    fn an_incomplete_group_is_an_error() {
        for text in ["a", "a===", "aG", "aG=", "aGV", "aGVsb", "aGVsbG8"] {
            assert_eq!(standard(text), None, "{text:?}");
        }
    }

    #[test]
    fn leftover_bits_are_dropped() {
        assert_eq!(standard("aGl="), standard("aGk="));
    }

    #[test]
    fn a_token_may_use_either_alphabet_and_the_outer_layer_only_the_standard_one() {
        let url = |text: &str| decode(text.as_bytes(), Alphabet::UrlSafe);
        assert_eq!(url("-_-_").as_deref(), Some(&[0xfb, 0xff, 0xbf][..]));
        assert_eq!(url("+/-_"), url("-_-_"));
        assert_eq!(standard("+/+/"), url("-_-_"));
        assert_eq!(standard("-_-_").as_deref(), Some(&b""[..]));
    }
}
