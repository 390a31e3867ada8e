//! One row at a time: what it is under, and what it is to become. Nothing here touches a database.

use super::place::{Place, What};
use crate::cipher::{Cipher, CipherError, Format, Opened};
use crate::config::file::Encoding;
use crate::database::{CellRow, StoredText, Swap};
use crate::keyring::KeyId;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// What everything is to become.
#[derive(Debug, Clone)]
pub struct Aim {
    /// The key.
    pub key: KeyId,
    /// The format; `None` to leave each row its own.
    pub format: Option<Format>,
}

/// A row with what is to be done.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) turned: Turned,
    /// Whether a text was too long for the format that was asked for, and is Fernet instead.
    pub(super) is_too_long: bool,
}

/// What is to be done with a row.
#[derive(Debug)]
pub(super) enum Turned {
    /// Nothing: it is as it should be.
    Stays,
    /// This is to be written.
    Swap(Swap),
    /// Nothing: no known key opens it.
    Sealed(CellRow),
    /// Nothing: it is no ciphertext.
    Plain(CellRow),
    /// Nothing: there is nothing in it.
    Null,
}

/// What is to be done with a text.
enum Cell {
    Stays,
    New(StoredText),
    Sealed,
    Plain,
    Null,
}

/// What `row` of `place` is to become.
///
/// # Errors
/// It opens, and cannot be encrypted under the aim.
pub(super) fn turn(cipher: &Cipher, aim: &Aim, place: &Place, row: CellRow) -> Result<Row, CipherError> {
    let mut is_too_long = false;
    let mut new = Vec::with_capacity(row.texts.len());
    let (mut changes, mut is_sealed, mut is_plain) = (false, false, false);
    for text in &row.texts {
        let cell = match text {
            None => Cell::Null,
            Some(text) => turn_cell(cipher, aim, &place.encoding, text, &mut is_too_long)?,
        };
        changes |= matches!(cell, Cell::New(_));
        is_sealed |= matches!(cell, Cell::Sealed);
        is_plain |= matches!(cell, Cell::Plain);
        new.push(match cell {
            Cell::New(text) => Some(text),
            Cell::Stays | Cell::Sealed | Cell::Plain | Cell::Null => text.clone(),
        });
    }
    // In a set there is no plaintext; and a half of a secret that opens is of no use to anybody.
    is_sealed |= is_plain && place.what != What::Column;
    let turned = if is_sealed {
        Turned::Sealed(row)
    } else if is_plain {
        Turned::Plain(row)
    } else if changes {
        Turned::Swap(Swap { old: row, new })
    } else if row.texts.iter().all(Option::is_none) {
        Turned::Null
    } else {
        Turned::Stays
    };
    Ok(Row { turned, is_too_long })
}

fn turn_cell(
    cipher: &Cipher,
    aim: &Aim,
    encoding: &Encoding,
    text: &StoredText,
    is_too_long: &mut bool,
) -> Result<Cell, CipherError> {
    match encoding {
        Encoding::Value => turn_text(cipher, aim, text, is_too_long),
        // The server reads nothing else there.
        Encoding::FernetDefault => turn_text(cipher, &Aim { format: None, ..aim.clone() }, text, is_too_long),
        Encoding::JsonMember(name) => {
            let Some(member) = Member::find(text.as_str(), name) else { return Ok(Cell::Plain) };
            let turned = turn_text(cipher, aim, &member.value, is_too_long)?;
            Ok(if let Cell::New(new) = turned { Cell::New(member.replaced(text.as_str(), &new)) } else { turned })
        }
    }
}

/// A text member of a JSON object, and where it stands.
struct Member {
    value: StoredText,
    from: usize,
    to: usize,
}

impl Member {
    fn find(text: &str, name: &str) -> Option<Self> {
        let members: HashMap<String, &RawValue> = serde_json::from_str(text).ok()?;
        let raw = members.get(name)?.get();
        // What the parser hands out is a part of the text itself.
        let from = (raw.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        let value = StoredText::new(serde_json::from_str(raw).ok()?);
        Some(Self { value, from, to: from + raw.len() })
    }

    /// The object with another text in the member's place, all else byte for byte.
    fn replaced(&self, text: &str, new: &StoredText) -> StoredText {
        let quoted = serde_json::Value::from(new.as_str()).to_string();
        let (before, after) = (text.get(..self.from), text.get(self.to..));
        StoredText::new([before.unwrap_or_default(), &quoted, after.unwrap_or_default()].concat())
    }
}

/// The encrypted text in a cell, for whoever only wants to know its key; `None` if there is none.
pub(super) fn encrypted(encoding: &Encoding, text: &StoredText) -> Option<StoredText> {
    match encoding {
        Encoding::Value | Encoding::FernetDefault => Some(text.clone()),
        Encoding::JsonMember(name) => Member::find(text.as_str(), name).map(|member| member.value),
    }
}

fn turn_text(cipher: &Cipher, aim: &Aim, text: &StoredText, is_too_long: &mut bool) -> Result<Cell, CipherError> {
    let Some(opened) = cipher.open(text) else {
        return Ok(if Cipher::is_token(text) { Cell::Sealed } else { Cell::Plain });
    };
    let format = wanted(cipher, aim, &opened, is_too_long);
    if opened.key == aim.key && (aim.format.is_none() || opened.format == format) {
        return Ok(Cell::Stays);
    }
    let sealed = match cipher.seal_under(&aim.key, format, &opened.plaintext) {
        Err(CipherError::TooLong { .. }) => {
            *is_too_long = true;
            cipher.seal_under(&aim.key, Format::Fernet, &opened.plaintext)
        }
        sealed => sealed,
    };
    sealed.map(Cell::New)
}

/// The format in which a text is to stand.
fn wanted(cipher: &Cipher, aim: &Aim, opened: &Opened, is_too_long: &mut bool) -> Format {
    match (aim.format, opened.format) {
        (Some(Format::Jwe), Format::Fernet | Format::FernetBare) if cipher.fits(&opened.plaintext).is_err() => {
            *is_too_long = true;
            Format::Fernet
        }
        (Some(Format::Jwe), _) | (None, Format::Jwe) => Format::Jwe,
        (Some(Format::Fernet | Format::FernetBare), _) | (None, Format::Fernet | Format::FernetBare) => Format::Fernet,
    }
}
