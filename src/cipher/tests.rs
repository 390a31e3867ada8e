use super::*;
use crate::keyring::{Key, KeyOrigin};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

fn key(id: &str, secret: &str, seconds: i64) -> Key {
    Key {
        id: KeyId(id.into()),
        secret: Secret::new(secret),
        active: true,
        notes: None,
        created_at: Timestamp::from_second(seconds).unwrap(),
    }
}

fn cipher(keys: Vec<Key>, format: Format, limit: Option<usize>) -> Cipher {
    Cipher::new(&KeyRing::new(keys, KeyOrigin::Nowhere, Vec::new()), format, limit)
}

fn says(cipher: &Cipher, stored: &str) -> Option<(String, Format, String)> {
    let opened = cipher.open(&StoredText::new(stored.into()))?;
    Some((opened.plaintext.expose().to_owned(), opened.format, opened.key.0))
}

#[test]
fn a_cipher_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Cipher>();
}

#[test]
fn both_formats_open_again_and_a_bare_token_too() {
    for (format, written) in
        [(Format::Fernet, Format::Fernet), (Format::FernetBare, Format::Fernet), (Format::Jwe, Format::Jwe)]
    {
        let cipher = cipher(vec![key("old", "1", 1), key("new", "2", 2)], format, None);
        let stored = cipher.seal(&Secret::new("a\0é\r\n")).unwrap();
        assert_eq!(says(&cipher, stored.as_str()), Some(("a\0é\r\n".into(), written, "new".into())));
        if written == Format::Fernet {
            let bare = String::from_utf8(STANDARD.decode(stored.as_str()).unwrap()).unwrap();
            assert_eq!(says(&cipher, &bare), Some(("a\0é\r\n".into(), Format::FernetBare, "new".into())));
        }
    }
}

#[test]
fn two_texts_of_one_plaintext_differ() {
    for format in [Format::Fernet, Format::Jwe] {
        let cipher = cipher(vec![key("k", "1", 1)], format, None);
        let secret = Secret::new("same");
        assert_ne!(cipher.seal(&secret).unwrap(), cipher.seal(&secret).unwrap());
    }
}

#[test]
fn a_jwe_opens_under_its_own_key_id_only() {
    let stored = cipher(vec![key("a", "1", 1)], Format::Jwe, None).seal(&Secret::new("x")).unwrap();
    assert!(says(&cipher(vec![key("b", "1", 1)], Format::Jwe, None), stored.as_str()).is_none());
    assert!(says(&cipher(vec![key("a", "2", 1)], Format::Jwe, None), stored.as_str()).is_none());
    // The earlier of two keys with one id is unknown.
    let shadowed = cipher(vec![key("a", "1", 1), key("a", "2", 1)], Format::Jwe, None);
    assert!(says(&shadowed, stored.as_str()).is_none());
}

#[test]
fn the_limit_counts_what_a_server_would_save_in_either_format() {
    for format in [Format::Fernet, Format::Jwe] {
        let cipher = cipher(vec![key("k", "1", 1)], format, Some(28 + 12));
        assert!(cipher.seal(&Secret::new("x".repeat(12))).is_ok());
        assert!(cipher.seal(&Secret::new("éé")).is_ok());
        for long in ["x".repeat(13), "ééx".into(), "😀x".into()] {
            let error = cipher.seal(&Secret::new(long)).unwrap_err();
            assert_eq!(error, CipherError::TooLong { bytes: 41, limit: 40 });
        }
    }
}

#[test]
fn what_is_written_at_the_default_limit_is_65536_characters_of_ciphertext() {
    let cipher = cipher(vec![key("k", "1", 1)], Format::Jwe, Some(DEFAULT_LIMIT));
    let stored = cipher.seal(&Secret::new("x".repeat(DEFAULT_LIMIT - 28))).unwrap();
    let ciphertext = stored.as_str().split('.').nth(3).unwrap();
    assert!(ciphertext.len() <= 65_536);
}

#[test]
fn without_a_usable_writer_nothing_is_written() {
    let empty = cipher(Vec::new(), Format::Fernet, None);
    assert_eq!(empty.seal(&Secret::new("x")).unwrap_err(), CipherError::NoWriter);
    assert!(empty.writer().is_none());
    for id in [String::new(), "x".repeat(800)] {
        let unusable = cipher(vec![key(&id, "1", 1)], Format::Jwe, None);
        assert_eq!(unusable.seal(&Secret::new("x")).unwrap_err(), CipherError::UnusableKeyId);
        let fernet = cipher(vec![key(&id, "1", 1)], Format::Fernet, None);
        assert!(fernet.seal(&Secret::new("x")).is_ok());
    }
}
