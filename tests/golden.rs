//! Texts that Python's `cryptography` and `joserfc` made: each opens to its plaintext, and nothing else opens.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use proptest::prelude::*;
use serde::Deserialize;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::LazyLock;
use strongroom::cipher::{Cipher, DEFAULT_LIMIT, Format};
use strongroom::database::StoredText;
use strongroom::keyring::{self, Key, KeyId, KeyOrigin, KeyRing, KeySource, LoadOptions};
use strongroom::secret::Secret;

#[derive(Deserialize)]
struct Golden {
    keys: serde_json::Value,
    cases: Vec<Case>,
    bad: Vec<Bad>,
    derived: Vec<Derived>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    format: String,
    key_id: String,
    plaintext: String,
    stored: String,
}

#[derive(Deserialize)]
struct Bad {
    name: String,
    stored: String,
}

#[derive(Deserialize)]
struct Derived {
    secret: String,
    key_id: String,
    fernet_key: String,
}

static GOLDEN: LazyLock<Golden> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/golden.json")).expect("golden.json is well-formed"));

/// The ring of `keys.json`, read the way an operator's is.
fn ring() -> KeyRing {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys.json"), &path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    keyring::load(&KeySource::File(path), &LoadOptions::default()).unwrap()
}

fn cipher(format: Format) -> Cipher {
    Cipher::new(&ring(), format, Some(DEFAULT_LIMIT))
}

#[test]
fn every_text_opens_to_its_plaintext_in_its_format_with_its_key() {
    let cipher = cipher(Format::Fernet);
    assert_eq!(GOLDEN.cases.len(), 144);
    for case in &GOLDEN.cases {
        let opened = cipher.open(&StoredText::new(case.stored.clone()));
        let opened = opened.unwrap_or_else(|| panic!("{} does not open", case.name));
        assert_eq!(opened.plaintext.expose(), case.plaintext, "{}", case.name);
        assert_eq!(opened.format.name(), case.format, "{}", case.name);
        assert_eq!(opened.key.0, case.key_id, "{}", case.name);
    }
}

#[test]
fn nothing_that_is_bad_opens() {
    let cipher = cipher(Format::Jwe);
    assert_eq!(GOLDEN.bad.len(), 20);
    for bad in &GOLDEN.bad {
        assert!(cipher.open(&StoredText::new(bad.stored.clone())).is_none(), "{} opens", bad.name);
    }
}

#[test]
fn every_id_and_key_is_derived_as_the_server_derives_it() {
    assert_eq!(GOLDEN.derived.len(), 8);
    for derived in &GOLDEN.derived {
        let secret = Secret::new(derived.secret.clone());
        assert_eq!(KeyId::derived(&secret).0, derived.key_id);
        let key = data_encoding::BASE64URL.encode(&*keyring::digest(&secret));
        assert_eq!(key, derived.fernet_key, "{}", derived.key_id);
    }
}

#[test]
fn the_key_file_reads_as_the_server_reads_it() {
    let ring = ring();
    assert!(ring.warnings().is_empty());
    let known = GOLDEN.keys.as_array().unwrap();
    assert_eq!(ring.keys().len(), known.len());
    for (key, expected) in ring.keys().iter().zip(known) {
        assert_eq!(key.id.0, expected["id"]);
        assert_eq!(key.secret.expose(), expected["key"]);
        assert_eq!(key.active, expected["active"]);
        assert_eq!(key.notes.as_deref(), expected["notes"].as_str());
        assert_eq!(key.created_at.to_string(), expected["created_at"]);
    }
    assert_eq!(ring.writer().unwrap().id.0, "k-2026");
}

#[test]
fn every_plaintext_survives_a_new_token_in_both_formats() {
    for format in [Format::Fernet, Format::Jwe] {
        let cipher = Cipher::new(&ring(), format, None);
        for case in &GOLDEN.cases {
            let stored = cipher.seal(&Secret::new(case.plaintext.clone())).unwrap();
            let opened = cipher.open(&stored).unwrap();
            assert_eq!(opened.plaintext.expose(), case.plaintext, "{}", case.name);
            assert_eq!((opened.format, opened.key.0.as_str()), (format, "k-2026"));
        }
    }
}

/// A cipher of one key, quick to make.
fn one_key(format: Format) -> Cipher {
    let key = Key {
        id: KeyId("k-ü".into()),
        secret: Secret::new("s"),
        active: true,
        notes: None,
        created_at: jiff::Timestamp::UNIX_EPOCH,
    };
    Cipher::new(&KeyRing::new(vec![key], KeyOrigin::Nowhere, Vec::new()), format, None)
}

proptest! {
    #[test]
    fn any_text_survives_in_both_formats(plaintext in any::<String>()) {
        for format in [Format::Fernet, Format::Jwe] {
            let cipher = one_key(format);
            let opened = cipher.open(&cipher.seal(&Secret::new(plaintext.clone())).unwrap()).unwrap();
            prop_assert_eq!(opened.plaintext.expose(), plaintext.as_str());
            prop_assert_eq!(opened.format, format);
        }
    }

    #[test]
    fn any_bytes_as_a_stored_text_are_refused_calmly(bytes: Vec<u8>) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        prop_assert!(one_key(Format::Jwe).open(&StoredText::new(text)).is_none());
    }

    #[test]
    fn anything_that_looks_like_a_token_is_refused_calmly(text in "[A-Za-z0-9+/_=. -]{0,300}") {
        prop_assert!(one_key(Format::Jwe).open(&StoredText::new(text)).is_none());
    }

    #[test]
    fn a_token_with_one_byte_changed_opens_to_its_plaintext_or_not_at_all(
        at in any::<prop::sample::Index>(),
        byte in 0_u8..128,
    ) {
        for format in [Format::Fernet, Format::Jwe] {
            let cipher = one_key(format);
            let mut stored = cipher.seal(&Secret::new("plaintext")).unwrap().as_str().as_bytes().to_vec();
            let at = at.index(stored.len());
            stored[at] = byte;
            let stored = StoredText::new(String::from_utf8(stored).unwrap());
            if let Some(opened) = cipher.open(&stored) {
                prop_assert_eq!(opened.plaintext.expose(), "plaintext");
            }
        }
    }
}
