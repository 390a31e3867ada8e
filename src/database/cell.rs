//! Encrypted columns of any table, as a rotation reads and rewrites them: the text of a cell, and nothing of its row.

use super::StoredText;
use std::fmt;

/// A table with encrypted columns, as [`Database::find_cells`](super::Database::find_cells) found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellTable {
    /// The table's name, as the server writes it, unquoted.
    pub name: String,
    /// The columns that tell its rows apart.
    pub key: Vec<CellColumn>,
    /// The columns of ciphertext that are read and written together.
    pub columns: Vec<CellColumn>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellColumn {
    /// Its name, unquoted.
    pub name: String,
    /// Its type, as a cast names it; empty where the database does not care.
    pub type_name: String,
}

/// What tells a row apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellKey {
    /// The number by which `SQLite` finds it.
    Row(i64),
    /// A text for each column of the key.
    Columns(Vec<String>),
}

impl CellKey {
    /// The text of a column of the key, where it is told apart by columns.
    pub fn column(&self, at: usize) -> Option<&str> {
        match self {
            Self::Row(_) => None,
            Self::Columns(texts) => texts.get(at).map(String::as_str),
        }
    }
}

impl fmt::Display for CellKey {
    /// For people: `17`, or `acme/dana`. It may hold anything that a key may.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(number) => write!(f, "{number}"),
            Self::Columns(texts) => f.write_str(&texts.join("/")),
        }
    }
}

/// The cells of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellRow {
    /// Which row.
    pub key: CellKey,
    /// What the columns hold, in their order.
    pub texts: Vec<Option<StoredText>>,
}

/// New texts for a row that still holds the old ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// The row as it was read.
    pub old: CellRow,
    /// What its columns are to hold.
    pub new: Vec<Option<StoredText>>,
}
