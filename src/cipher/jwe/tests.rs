use super::*;
use crate::secret::Secret;
use serde_json::json;
use sha2::{Digest as _, Sha256};

const NONCE: [u8; NONCE_BYTES] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

fn id() -> KeyId {
    KeyId("k-2026".into())
}

fn key() -> Key {
    Key::new(&Sha256::digest("b3JkaW5hcnkgc2VjcmV0").into(), &id())
}

/// A token of the key with any header and any payload.
fn token(header: &str, payload: &str) -> String {
    let header = BASE64URL.encode(header);
    let mut buffer = payload.as_bytes().to_vec();
    let tag =
        key().cipher.encrypt_inout_detached(&NONCE.into(), header.as_bytes(), buffer.as_mut_slice().into()).unwrap();
    format!("{header}..{}.{}.{}", BASE64URL.encode(NONCE), BASE64URL.encode(&buffer), BASE64URL.encode(tag))
}

fn open(text: &str) -> Option<Secret> {
    let token = Token::split(text)?;
    token.header().filter(|header| header.kid == id().0)?;
    key().open(token)
}

fn opens_with_header(header: &serde_json::Value) -> bool {
    open(&token(&header.to_string(), r#"{"v":"x"}"#)).is_some()
}

#[test]
fn a_known_nonce_and_time_give_known_bytes() {
    // Made with Python's `cryptography` (AESGCM) from the same key, nonce, header and payload.
    let expected = concat!(
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiay0yMDI2In0..",
        "AAECAwQFBgcICQoL._ZILcM7Kr4RdUpNkXzru9LXpvJWsLA-w274FVC3zUComwzFu.g0aNrIgOfZxlcqtQbJVW-Q"
    );
    let sealed = key().seal("pässword\n", 1_767_225_600, NONCE).unwrap();
    assert_eq!(sealed, expected);
    assert_eq!(open(&sealed).unwrap(), Secret::new("pässword\n"));
}

#[test]
fn only_the_one_algorithm_and_encryption_open() {
    assert!(opens_with_header(&json!({"alg": "dir", "enc": "A256GCM", "kid": "k-2026"})));
    for header in [
        json!({"alg": "none", "enc": "A256GCM", "kid": "k-2026"}),
        json!({"alg": "A256KW", "enc": "A256GCM", "kid": "k-2026"}),
        json!({"alg": "dir", "enc": "A128GCM", "kid": "k-2026"}),
        json!({"alg": ["dir"], "enc": "A256GCM", "kid": "k-2026"}),
        json!({"enc": "A256GCM", "kid": "k-2026"}),
        json!({"alg": "dir", "kid": "k-2026"}),
    ] {
        assert!(!opens_with_header(&header), "{header}");
    }
}

#[test]
fn a_header_member_must_be_known_and_of_its_type() {
    let with = |name: &str, value: serde_json::Value| {
        let mut header = json!({"alg": "dir", "enc": "A256GCM", "kid": "k-2026"});
        header[name] = value;
        opens_with_header(&header)
    };
    for (name, good, bad) in [
        ("typ", json!("JWT"), json!(1)),
        ("cty", json!(""), json!(null)),
        ("jku", json!("https://a"), json!("ftp://a")),
        ("jwk", json!({"n": 1}), json!("k")),
        ("x5c", json!(["a"]), json!([1])),
        ("b64", json!(true), json!("true")),
        ("crit", json!(["kid"]), json!(["x"])),
        ("crit", json!([]), json!("kid")),
        ("kid", json!("k-2026"), json!(2026)),
    ] {
        assert!(with(name, good), "{name}");
        assert!(!with(name, bad), "{name}");
    }
    for (name, value) in [("x", json!("1")), ("zip", json!("DEF")), ("zip", json!(null)), ("epk", json!({}))] {
        assert!(!with(name, value), "{name}");
    }
}

#[test]
fn a_payload_needs_a_text_and_nothing_else() {
    let says = |payload: &str| {
        open(&token(r#"{"alg":"dir","enc":"A256GCM","kid":"k-2026"}"#, payload)).map(|text| text.expose().to_owned())
    };
    assert_eq!(says(r#" { "v" : "a\u00e9\ud83d\ude00" , "iat" : 1e999 } "#).as_deref(), Some("aé😀"));
    assert_eq!(says(r#"{"v":1,"v":"last"}"#).as_deref(), Some("last"));
    for refused in
        [r#"{"v":1}"#, r#"{"v":null}"#, r"{}", r#"["x"]"#, r#""x""#, r#"{"v":"x"}x"#, r#"{"v":"\ud800"}"#, ""]
    {
        assert_eq!(says(refused), None, "{refused}");
    }
}

#[test]
fn white_space_padding_and_loose_ends_do_not_open() {
    let good = key().seal("x", 0, NONCE).unwrap();
    assert!(open(&good).is_some());
    for change in [
        format!("{good}\n"),
        format!(" {good}"),
        format!("{good}=="),
        format!("{good}."),
        good.replace("..", ".AAAA."),
        good.replace("..", "."),
    ] {
        assert!(open(&change).is_none(), "{change}");
    }
    // The last character of a tag carries four bits that say nothing; only zeros are taken.
    let (rest, last) = good.split_at(good.len() - 1);
    let next = char::from(last.as_bytes()[0] + 1);
    assert!(open(&format!("{rest}{next}")).is_none());
}

#[test]
fn a_header_that_no_server_reads_is_not_read() {
    let long = format!(r#"{{"alg":"dir","enc":"A256GCM","kid":"k-2026","typ":"{}"}}"#, "x".repeat(800));
    assert!(open(&token(&long, r#"{"v":"x"}"#)).is_none());
    let short = long.replace(&"x".repeat(800), "xyz");
    assert!(open(&token(&short, r#"{"v":"x"}"#)).is_some());
}

#[test]
fn an_id_is_written_as_python_writes_it() {
    let written = header::written(&KeyId("a\"\\\n\u{7f}é😀".into()));
    assert_eq!(written, r#"{"alg":"dir","enc":"A256GCM","kid":"a\"\\\n\u007f\u00e9\ud83d\ude00"}"#);
}

#[test]
fn the_size_of_a_saved_payload_is_python_s() {
    // `len(json.dumps({"v": …, "iat": 1767225600}))`, counted by Python.
    for (text, bytes) in [("", 28), ("abc", 31), ("\"\\\n\r\t\u{8}\u{c}", 42), ("\u{7f}\0", 40), ("é", 34), ("😀", 40)]
    {
        assert_eq!(saved_bytes(text, 1_767_225_600), bytes, "{text:?}");
        assert!(payload::written(text, 1_767_225_600).len() <= bytes);
    }
    assert_eq!(saved_bytes("", 0), 19);
}

#[test]
fn a_payload_never_outgrows_its_first_buffer() {
    let text: String = (0..0x300).filter_map(char::from_u32).collect();
    let json = payload::written(&text, u64::MAX);
    assert!(json.capacity() >= json.len());
    let escapes = text.bytes().filter(|&byte| byte < b' ' || byte == b'"' || byte == b'\\').count();
    assert!(json.len() <= text.len() + 5 * escapes + 64);
}
