//! The payload: the JSON object `{"v": TEXT, "iat": SECONDS}`.

use crate::secret::Secret;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::io::Write as _;
use zeroize::Zeroizing;

/// The text that a payload says; `None` if it is not a JSON object with a string `v`. What else it claims does not
/// matter, and of a member that stands twice the last counts.
pub(super) fn read(json: &[u8]) -> Option<Secret> {
    let claims: HashMap<String, &RawValue> = serde_json::from_slice(json).ok()?;
    let text: String = serde_json::from_str(claims.get("v")?.get()).ok()?;
    Some(Secret::new(text))
}

/// The payload that says `plaintext`, with as few escapes as JSON allows: never longer than the server's own.
pub(super) fn written(plaintext: &str, seconds: u64) -> Zeroizing<Vec<u8>> {
    // Room for everything, so that the buffer never moves and leaves a copy behind.
    let escapes: usize = plaintext.bytes().map(|byte| if is_plain(byte) { 0 } else { 5 }).sum();
    let mut json = Zeroizing::new(Vec::with_capacity(plaintext.len() + escapes + 64));
    json.extend(br#"{"v":"#);
    // Neither writing to a Vec nor serialising a string can fail.
    let _ = serde_json::to_writer(&mut *json, plaintext);
    let _ = write!(json, r#","iat":{seconds}}}"#);
    json
}

fn is_plain(byte: u8) -> bool {
    byte >= b' ' && byte != b'"' && byte != b'\\'
}

/// How many bytes the payload has that a server makes of `plaintext` when it saves it at `seconds`.
///
/// That is Python's `json.dumps({"v": …, "iat": …})`: a space after each separator, and everything outside ASCII as
/// the UTF-16 escapes `\uXXXX`.
pub(in crate::cipher) fn saved_bytes(plaintext: &str, seconds: u64) -> usize {
    let frame = r#"{"v": "", "iat": }"#.len();
    let digits = seconds.checked_ilog10().map_or(1, |log| log as usize + 1);
    frame + digits + plaintext.chars().map(saved_bytes_of).sum::<usize>()
}

fn saved_bytes_of(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        ' '..='~' => 1,
        other => 6 * other.len_utf16(),
    }
}
