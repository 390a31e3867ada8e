//! What stands in the way of a commit, and what its owner should know.

use super::row::{Body, Fate, FormRow};
use crate::console::effect::Tone;
use crate::console::words;
use crate::secret::{NameError, NameWarning, SecretName};
use std::collections::HashMap;

/// What is wrong with a row, or odd about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// The name cannot be written.
    Name(NameError),
    /// Another row has the same name.
    Twice,
    /// A sealed row that stays has the same name.
    Reserved,
    /// The name can be written, and will not work as expected.
    Odd(NameWarning),
}

impl Problem {
    /// Whether the set cannot be stored like this.
    pub(super) fn blocks(self) -> bool {
        match self {
            Self::Name(_) | Self::Twice | Self::Reserved => true,
            Self::Odd(_) => false,
        }
    }

    /// Its colour and sign.
    pub(super) fn tone(self) -> Tone {
        if self.blocks() { Tone::Bad } else { Tone::Warning }
    }

    /// What is wrong and what to do, on one line.
    pub(super) fn sentence(self) -> String {
        match self {
            Self::Name(error) => error.to_string(),
            Self::Twice => words::NAME_TWICE.to_owned(),
            Self::Reserved => words::NAME_TAKEN.to_owned(),
            Self::Odd(warning) => warning.sentence().to_owned(),
        }
    }
}

/// How many staying rows have a name.
#[derive(Default)]
struct Owners {
    open: usize,
    sealed: usize,
}

/// The problem of each row, in order. Rows that go have none.
pub(super) fn problems(rows: &[FormRow]) -> Vec<Option<Problem>> {
    let mut owners: HashMap<&str, Owners> = HashMap::new();
    for row in rows.iter().filter(|row| row.fate == Fate::Stays) {
        let owners = owners.entry(row.name()).or_default();
        match row.body {
            Body::Open { .. } => owners.open += 1,
            Body::Sealed { .. } => owners.sealed += 1,
        }
    }
    rows.iter().map(|row| owners.get(row.name()).and_then(|owners| problem(row, owners))).collect()
}

fn problem(row: &FormRow, owners: &Owners) -> Option<Problem> {
    match (&row.body, row.fate) {
        (Body::Sealed { .. }, _) | (_, Fate::Goes) => None,
        (Body::Open { now, .. }, Fate::Stays) => match SecretName::new(now.name.as_str()) {
            Err(error) => Some(Problem::Name(error)),
            Ok(_) if owners.sealed > 0 => Some(Problem::Reserved),
            Ok(_) if owners.open > 1 => Some(Problem::Twice),
            Ok(name) => name.warning().map(Problem::Odd),
        },
    }
}
