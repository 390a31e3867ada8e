//! A column's value exactly as the file holds it, whatever its type.
//!
//! `SQLite` lets any column hold any type, and a text need not be UTF-8. One odd row must not stop the reading of the
//! others, so nothing here fails; ids that are written back are bound as the very bytes that were read.

use data_encoding::HEXLOWER;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use std::borrow::Cow;
use std::cmp::Ordering;

/// An owned value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Raw {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl From<ValueRef<'_>> for Raw {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(bytes) => Self::Text(bytes.to_vec()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Self::Text(text.as_bytes().to_vec())
    }
}

impl ToSql for Raw {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.as_value()))
    }
}

/// `value` as text: numbers in decimal, bytes that are not UTF-8 replaced. `None` for NULL.
pub(super) fn text(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string().into()),
        ValueRef::Real(number) => Some(number.to_string().into()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(match std::str::from_utf8(bytes) {
            // Quicker to find out than that nothing has to be replaced.
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(bytes),
        }),
    }
}

impl Raw {
    fn as_value(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(bytes) => ValueRef::Text(bytes),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }

    /// As text, NULL as the empty one.
    pub(super) fn lossy(&self) -> Cow<'_, str> {
        text(self.as_value()).unwrap_or_default()
    }

    /// A text from which [`Raw::decode`] makes the same value again: for the cursors of pages.
    pub(super) fn encode(&self) -> String {
        let (tag, bytes) = match self {
            Self::Text(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) if !text.starts_with('\0') => return text.to_owned(),
                Ok(_) | Err(_) => ('t', Cow::Borrowed(bytes.as_slice())),
            },
            Self::Blob(bytes) => ('b', Cow::Borrowed(bytes.as_slice())),
            Self::Integer(number) => ('i', Cow::Owned(number.to_be_bytes().to_vec())),
            Self::Real(number) => ('r', Cow::Owned(number.to_be_bytes().to_vec())),
            Self::Null => ('n', Cow::Borrowed(&[][..])),
        };
        format!("\0{tag}{}", HEXLOWER.encode(&bytes))
    }

    /// The value that [`Raw::encode`] was called on. A text that it did not make is that text.
    pub(super) fn decode(encoded: &str) -> Self {
        Self::decode_tagged(encoded).unwrap_or_else(|| encoded.into())
    }

    fn decode_tagged(encoded: &str) -> Option<Self> {
        let mut tagged = encoded.strip_prefix('\0')?.chars();
        let tag = tagged.next()?;
        let bytes = HEXLOWER.decode(tagged.as_str().as_bytes()).ok()?;
        match tag {
            't' => Some(Self::Text(bytes)),
            'b' => Some(Self::Blob(bytes)),
            'i' => Some(Self::Integer(i64::from_be_bytes(bytes.try_into().ok()?))),
            'r' => Some(Self::Real(f64::from_be_bytes(bytes.try_into().ok()?))),
            'n' => Some(Self::Null),
            _ => None,
        }
    }

    /// The order in which `SQLite` sorts values under the collation BINARY.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Integer(one), Self::Integer(two)) => one.cmp(two),
            (Self::Real(one), Self::Real(two)) => one.total_cmp(two),
            #[expect(clippy::cast_precision_loss, reason = "ids and names that are huge numbers may tie")]
            (Self::Integer(one), Self::Real(two)) => (*one as f64).total_cmp(two),
            #[expect(clippy::cast_precision_loss, reason = "ids and names that are huge numbers may tie")]
            (Self::Real(one), Self::Integer(two)) => one.total_cmp(&(*two as f64)),
            (Self::Text(one), Self::Text(two)) | (Self::Blob(one), Self::Blob(two)) => one.cmp(two),
            (one, two) => one.class().cmp(&two.class()),
        }
    }

    fn class(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Integer(_) | Self::Real(_) => 1,
            Self::Text(_) => 2,
            Self::Blob(_) => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_a_cursor() {
        let values = [
            Raw::Null,
            Raw::Integer(-7),
            Raw::Real(0.5),
            Raw::from("Acme"),
            Raw::from(""),
            Raw::from("\0b00"),
            Raw::Text(vec![0xff, b'a']),
            Raw::Blob(vec![0, 1]),
        ];
        for value in values {
            assert_eq!(Raw::decode(&value.encode()), value);
        }
        assert_eq!(Raw::from("Acme").encode(), "Acme");
    }
}
