//! The JSON form of a set: `{"NAME": {"secret": "…", "description": "…" | null}}`, read also as `{"NAME": "value"}`.

use super::{LoadedSet, OpenRow};
use crate::secret::{Secret, SecretName};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::HashSet;
use std::fmt;
use thiserror::Error;
use zeroize::Zeroizing;

/// A secret as a file brings it in.
#[derive(Debug)]
pub struct Incoming {
    /// Its name.
    pub name: SecretName,
    /// Its value.
    pub value: Secret,
    /// Its description, where the file has an opinion on it.
    pub description: Description,
}

/// What a file says about a description.
#[derive(Debug)]
pub enum Description {
    /// Nothing: a name that stays keeps the one that it has.
    Unsaid,
    /// That there is none.
    None,
    /// This one.
    Text(Secret),
}

/// Why a text is no set. It quotes nothing but names of members that are not known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct NotASet {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong there.
    pub reason: &'static str,
}

/// The sentences of [`NotASet`]: the parser's own messages quote what they found, which may be a secret.
const REASONS: [&str; 5] = [
    "one name stands twice",
    "a name is empty or holds a NUL",
    "a value must be a text, or an object with `secret` and `description`",
    "an object may hold `secret` and `description` only, each once",
    "`secret` is missing",
];

/// Reads a set.
///
/// # Errors
/// Broken JSON, anything but an object of secrets, a value that is not a text, a name that is empty or stands twice.
pub fn parse(text: &str) -> Result<Vec<Incoming>, NotASet> {
    serde_json::from_str::<Set>(text).map(|set| set.0).map_err(|error| {
        let said = error.to_string();
        let ours = REASONS.iter().find(|reason| said.starts_with(**reason));
        let reason = match error.classify() {
            serde_json::error::Category::Data => ours.copied().unwrap_or("a set is an object of names and secrets"),
            _ => "this is not JSON",
        };
        NotASet { line: error.line().max(1), column: error.column().max(1), reason }
    })
}

/// Writes `rows`, in their order. The text wipes itself and was never moved.
pub fn write(rows: &[&OpenRow]) -> Zeroizing<String> {
    let length = |text: &Secret| 6 * text.expose().len();
    let room = rows.iter().map(|row| {
        96 + 6 * row.name.as_str().len() + length(&row.value) + row.description.as_deref().map_or(0, length)
    });
    let mut out = Zeroizing::new(String::with_capacity(room.sum::<usize>() + 8));
    out.push('{');
    let mut first = true;
    for row in rows {
        out.push_str(if first { "\n  " } else { ",\n  " });
        first = false;
        string(&mut out, row.name.as_str());
        out.push_str(": {\"secret\": ");
        string(&mut out, row.value.expose());
        out.push_str(", \"description\": ");
        match &row.description {
            Some(text) => string(&mut out, text.expose()),
            None => out.push_str("null"),
        }
        out.push('}');
    }
    out.push_str(if first { "}\n" } else { "\n}\n" });
    out
}

/// Writes `rows` as dotenv lines, in their order.
///
/// # Errors
/// A value that dotenv cannot hold exactly, by its name.
pub fn write_dotenv(rows: &[&OpenRow]) -> crate::error::Result<Zeroizing<String>> {
    // Quotes and escapes at most double a text.
    let room = rows.iter().map(|row| row.name.as_str().len() + 2 * row.value.expose().len() + 8).sum();
    let mut text = Zeroizing::new(String::with_capacity(room));
    for row in rows {
        crate::secret::dotenv::write(&mut text, &row.name, &row.value)
            .map_err(|problem| crate::error::Error::failed(problem.to_string()).hint("export it as JSON"))?;
    }
    Ok(text)
}

/// Appends `text` as a JSON string (RFC 8259), in place: a serialiser's own buffer would keep a copy.
fn string(out: &mut String, text: &str) {
    use fmt::Write as _;
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a String cannot fail.
            control if control < ' ' => drop(write!(out, "\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// The rows that an export holds: of several with one name the latest, in the order of the set. With them, the names
/// of which an earlier row is left out.
pub fn exported(set: &LoadedSet) -> (Vec<&OpenRow>, Vec<&SecretName>) {
    let mut seen = HashSet::new();
    let mut twice = Vec::new();
    let rows: Vec<&OpenRow> = set.open_rows().collect();
    let mut kept: Vec<&OpenRow> = rows
        .into_iter()
        .rev()
        .filter(|row| {
            let is_latest = seen.insert(&row.name);
            if !is_latest {
                twice.push(&row.name);
            }
            is_latest
        })
        .collect();
    kept.reverse();
    (kept, twice)
}

struct Set(Vec<Incoming>);

impl<'de> Deserialize<'de> for Set {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SetVisitor)
    }
}

struct SetVisitor;

impl<'de> Visitor<'de> for SetVisitor {
    type Value = Set;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of names and secrets")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Set, A::Error> {
        let mut names = HashSet::new();
        let mut secrets = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let name = SecretName::new(name).map_err(|_| A::Error::custom("a name is empty or holds a NUL"))?;
            if !names.insert(name.clone()) {
                return Err(A::Error::custom("one name stands twice"));
            }
            let Body { value, description } = map.next_value()?;
            secrets.push(Incoming { name, value, description });
        }
        Ok(Set(secrets))
    }
}

/// What stands behind a name.
struct Body {
    value: Secret,
    description: Description,
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BodyVisitor)
    }
}

struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or an object")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Body, E> {
        Ok(Body { value: Secret::new(text), description: Description::Unsaid })
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Body, E> {
        Ok(Body { value: Secret::new(text), description: Description::Unsaid })
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Body, E> {
        Err(not_a_text())
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Body, E> {
        Err(not_a_text())
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Body, E> {
        Err(not_a_text())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Body, E> {
        Err(not_a_text())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Body, E> {
        Err(not_a_text())
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, _: A) -> Result<Body, A::Error> {
        Err(not_a_text())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body, A::Error> {
        let members = || A::Error::custom("an object may hold `secret` and `description` only, each once");
        let (mut value, mut description) = (None, None);
        while let Some(member) = map.next_key::<String>()? {
            match member.as_str() {
                "secret" if value.is_none() => value = Some(map.next_value::<Text>()?.0),
                "description" if description.is_none() => {
                    description = Some(match map.next_value::<Option<Text>>()? {
                        Some(Text(text)) => Description::Text(text),
                        None => Description::None,
                    });
                }
                _ => return Err(members()),
            }
        }
        let value = value.ok_or_else(|| A::Error::custom("`secret` is missing"))?;
        Ok(Body { value, description: description.unwrap_or(Description::Unsaid) })
    }
}

fn not_a_text<E: serde::de::Error>() -> E {
    E::custom("a value must be a text, or an object with `secret` and `description`")
}

/// A JSON string that goes straight into its one home.
struct Text(Secret);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text))).map_err(|_| not_a_text())
    }
}

#[cfg(test)]
mod tests;
