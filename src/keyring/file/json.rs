//! The JSON array of keys, member by member as the server's model (pydantic, in its lax mode) reads it.

use super::Found;
use crate::keyring::error::{KeyError, KeyText};
use crate::keyring::{Key, KeyId};
use crate::secret::Secret;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::fmt;

type Members<'t> = HashMap<String, &'t RawValue>;

/// The members of an object in their order.
pub(in crate::keyring) struct Ordered<'t>(pub(in crate::keyring) Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Ordered<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                std::iter::from_fn(|| map.next_entry().transpose()).collect()
            }
        }
        deserializer.deserialize_map(InOrder).map(Self)
    }
}

/// Whether a member is a time in ISO 8601 without a zone.
pub(in crate::keyring) fn is_naive_time(raw: &str) -> bool {
    let value = serde_json::from_str(raw).unwrap_or(Value::Null);
    Created::read(&value).is_some_and(|created| !created.is_zoned)
}

/// Reads an array of keys. `now` dates those that have no time; `source` says in an error where the text is from.
///
/// Members that are not known are ignored, and of one that stands twice the last counts. What the JSON parser says of
/// an error may quote the text, so only the place is passed on.
pub(in crate::keyring) fn parse(text: &str, now: Timestamp, source: impl Fn() -> KeyText) -> Result<Found, KeyError> {
    let entries: Vec<Members<'_>> = serde_json::from_str(text).map_err(|error| KeyError::NotKeys {
        text: source(),
        line: error.line(),
        column: error.column(),
    })?;
    let mut found = Found { keys: Vec::with_capacity(entries.len()), warnings: Vec::new(), naive: false, zoned: false };
    for (at, members) in entries.iter().enumerate() {
        let number = at + 1;
        let entry =
            Entry::read(members, now).map_err(|problem| KeyError::BadMember { text: source(), number, problem })?;
        if entry.is_nameless {
            found.warnings.push(format!(
                "key {number} of {} has no id: the server makes up another one at every start, and what it then \
                 writes as JWE nobody opens after the next",
                source()
            ));
        }
        found.naive |= entry.key.active && !entry.is_zoned;
        found.zoned |= entry.key.active && entry.is_zoned;
        found.keys.push(entry.key);
    }
    Ok(found)
}

struct Entry {
    key: Key,
    /// Whether the id is derived for want of one.
    is_nameless: bool,
    /// Whether the time came with a zone.
    is_zoned: bool,
}

impl Entry {
    fn read(members: &Members<'_>, now: Timestamp) -> Result<Self, &'static str> {
        let secret = text(members, "key").map_err(|()| "`key` is not a text")?.ok_or("it has no `key`")?;
        let secret = Secret::new(secret);
        let id = text(members, "id").map_err(|()| "`id` is not a text")?;
        let is_nameless = id.is_none();
        let active = match value(members, "active") {
            None => true,
            Some(value) => boolean(&value).ok_or("`active` is neither true nor false")?,
        };
        let notes = match value(members, "notes") {
            None | Some(Value::Null) => None,
            Some(Value::String(notes)) => Some(notes),
            Some(_) => return Err("`notes` is not a text"),
        };
        let created = match value(members, "created_at") {
            None => Created { at: now, is_zoned: true },
            Some(value) => Created::read(&value).ok_or("`created_at` is not a time")?,
        };
        let id = id.map_or_else(|| KeyId::derived(&secret), KeyId);
        let key = Key { id, secret, active, notes, created_at: created.at };
        Ok(Self { key, is_nameless, is_zoned: created.is_zoned })
    }
}

fn text(members: &Members<'_>, name: &str) -> Result<Option<String>, ()> {
    members.get(name).map(|raw| serde_json::from_str(raw.get()).map_err(drop)).transpose()
}

/// A member that is no secret; one that is beyond this parser is as good as null.
fn value(members: &Members<'_>, name: &str) -> Option<Value> {
    members.get(name).map(|raw| serde_json::from_str(raw.get()).unwrap_or(Value::Null))
}

/// What passes for true and false.
fn boolean(value: &Value) -> Option<bool> {
    let word = match value {
        Value::Bool(boolean) => return Some(*boolean),
        Value::Number(number) => match number.as_f64() {
            Some(1.0) => return Some(true),
            Some(0.0) => return Some(false),
            Some(_) | None => return None,
        },
        Value::String(word) => word.to_ascii_lowercase(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    match word.as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Some(true),
        "0" | "false" | "f" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}

struct Created {
    at: Timestamp,
    is_zoned: bool,
}

impl Created {
    /// A time in ISO 8601, with a zone or in UTC without, or a Unix number, also as text.
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => Self::unix(number.as_f64()?),
            Value::String(text) => match text.parse() {
                Ok(number) if looks_numeric(text) => Self::unix(number),
                Ok(_) | Err(_) => Self::iso(text),
            },
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Seconds since 1970; numbers that would be later than the year 2603 are milliseconds.
    fn unix(number: f64) -> Option<Self> {
        let seconds = if number.abs() > 2e10 { number / 1000.0 } else { number };
        let duration = SignedDuration::try_from_secs_f64(seconds).ok()?;
        Some(Self { at: whole_microseconds(Timestamp::from_duration(duration).ok()?), is_zoned: true })
    }

    fn iso(text: &str) -> Option<Self> {
        let pieces = Pieces::parse(text).ok()?;
        let local = pieces.date().to_datetime(pieces.time().unwrap_or_default());
        let offset = pieces.to_numeric_offset();
        // The last hours of the year 9999 are beyond a timestamp, and as good as its end.
        let at = offset.unwrap_or(Offset::UTC).to_timestamp(local).unwrap_or(Timestamp::MAX);
        Some(Self { at: whole_microseconds(at), is_zoned: offset.is_some() })
    }
}

/// Digits, with a sign and a point at most: Rust also parses `inf` and `1e9`, which are no times.
fn looks_numeric(text: &str) -> bool {
    text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Python's clock has no more than microseconds, and times that are equal there must be equal here.
fn whole_microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
