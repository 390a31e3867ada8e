//! The protected header: what the server's registry lets pass, and how the server writes it.

use crate::keyring::KeyId;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// What an acceptable header says that matters: which key.
pub(in crate::cipher) struct Header {
    /// The id of the key; never empty.
    pub(in crate::cipher) kid: String,
}

impl Header {
    /// Reads the JSON of a header; `None` if the server would refuse it.
    ///
    /// The server takes the members that RFC 7516 and RFC 7797 name, each with a value of its type; `alg` and `enc`
    /// must be the only ones that it allows; `crit` may name nothing but members that are there and known; `zip`
    /// passes with no value at all. Of a member that stands twice the last counts.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        let mut members: Map<String, Value> = serde_json::from_slice(json).ok()?;
        if !members.iter().all(|(name, value)| is_acceptable(name, value, &members)) {
            return None;
        }
        if !(members.contains_key("alg") && members.contains_key("enc")) {
            return None;
        }
        match members.remove("kid") {
            Some(Value::String(kid)) if !kid.is_empty() => Some(Self { kid }),
            Some(_) | None => None,
        }
    }
}

fn is_acceptable(name: &str, value: &Value, members: &Map<String, Value>) -> bool {
    match name {
        "alg" => value == "dir",
        "enc" => value == "A256GCM",
        "kid" | "typ" | "cty" | "x5t" | "x5t#S256" => value.is_string(),
        "jku" | "x5u" => value.as_str().is_some_and(|url| url.starts_with("http://") || url.starts_with("https://")),
        "jwk" => value.is_object(),
        "x5c" => value.as_array().is_some_and(|chain| chain.iter().all(Value::is_string)),
        "crit" => value
            .as_array()
            .is_some_and(|names| names.iter().all(|name| name.as_str().is_some_and(|name| members.contains_key(name)))),
        "b64" => value.is_boolean(),
        _ => false,
    }
}

/// The header of a token of the key `id`, byte for byte as the server writes it.
///
/// Older servers do not authenticate the text of the header that they read but that of the header as they
/// would write it themselves, so a token with any other spelling of it would not open there: no white space, this
/// order, everything outside printable ASCII escaped.
pub(super) fn written(id: &KeyId) -> String {
    let mut json = String::from(r#"{"alg":"dir","enc":"A256GCM","kid":""#);
    for character in id.0.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            ' '..='~' => json.push(character),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(json, "\\u{unit:04x}");
                }
            }
        }
    }
    json.push_str("\"}");
    json
}
