use super::*;
use proptest::prelude::*;

/// The example of the specification: key, time, IV and token (its `generate.json`).
const KEY: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const SECONDS: u64 = 499_162_800;
const IV: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const TOKEN: &str =
    "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

fn key() -> Key {
    Key::new(&URL_SAFE.decode(KEY).unwrap().try_into().unwrap())
}

fn open_bare(text: &str) -> Option<Vec<u8>> {
    key().open(&Token::bare(text)?)
}

#[test]
fn a_known_time_and_iv_give_the_token_of_the_specification() {
    assert_eq!(key().seal(b"hello", SECONDS, IV), STANDARD.encode(TOKEN));
}

#[test]
fn the_token_of_the_specification_opens_in_one_layer_and_in_two() {
    assert_eq!(open_bare(TOKEN).as_deref(), Some(&b"hello"[..]));
    let stored = STANDARD.encode(TOKEN);
    assert_eq!(key().open(&Token::in_two_layers(&stored).unwrap()).as_deref(), Some(&b"hello"[..]));
}

#[test]
fn no_change_of_a_single_bit_opens() {
    let bytes = URL_SAFE.decode(TOKEN).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open_bare(&URL_SAFE.encode(&changed)), None, "bit {bit}");
    }
}

#[test]
fn no_beginning_of_a_token_opens() {
    let bytes = URL_SAFE.decode(TOKEN).unwrap();
    for length in 0..bytes.len() {
        assert_eq!(open_bare(&URL_SAFE.encode(&bytes[..length])), None, "{length} bytes");
    }
}

#[test]
fn a_signed_token_with_broken_padding_or_half_a_block_does_not_open() {
    for ciphertext in [&[0; 16][..], &[0; 15], &[0; 17], &[]] {
        let mut token = vec![VERSION];
        token.extend(SECONDS.to_be_bytes());
        token.extend(IV);
        token.extend(ciphertext);
        let tag = key().mac.chain_update(&token).finalize().into_bytes();
        token.extend(tag);
        assert_eq!(open_bare(&URL_SAFE.encode(&token)), None, "{} bytes", ciphertext.len());
    }
}

#[test]
fn any_time_opens() {
    for seconds in [0, 1, u64::from(u32::MAX), i64::MAX.unsigned_abs(), u64::MAX] {
        let stored = key().seal(b"x", seconds, IV);
        assert!(key().open(&Token::in_two_layers(&stored).unwrap()).is_some(), "{seconds}");
    }
}

proptest! {
    #[test]
    fn the_fernet_crate_opens_what_is_sealed_here(plaintext: Vec<u8>, iv: [u8; 16], seconds in 0..u64::from(u32::MAX)) {
        let stored = key().seal(&plaintext, seconds, iv);
        let token = String::from_utf8(STANDARD.decode(stored).unwrap()).unwrap();
        let witness = fernet::Fernet::new(KEY).unwrap();
        prop_assert_eq!(witness.decrypt_at_time(&token, None, u64::MAX - 60).unwrap(), plaintext);
    }

    #[test]
    fn what_the_fernet_crate_seals_opens_here(plaintext: Vec<u8>) {
        let token = fernet::Fernet::new(KEY).unwrap().encrypt(&plaintext);
        prop_assert_eq!(open_bare(&token), Some(plaintext));
    }
}
