//! A set as it was loaded, and a set as it is to be.

use super::Revision;
use crate::cipher::Format;
use crate::database::{RowId, Scope, StoredText};
use crate::keyring::KeyId;
use crate::secret::{Secret, SecretName};
use std::sync::Arc;

/// A row whose value and description opened.
#[derive(Debug)]
pub struct OpenRow {
    /// Its id in the database.
    pub id: RowId,
    /// Its name, which may be anything that somebody stored.
    pub name: SecretName,
    /// The plaintext value.
    pub value: Arc<Secret>,
    /// The plaintext description; `None` where the database holds NULL.
    pub description: Option<Arc<Secret>>,
    /// How the value is stored.
    pub format: Format,
    /// Which key opened the value.
    pub key: KeyId,
}

/// A row whose value or description no known key opens. It is kept byte for byte until the operator names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// Its id in the database.
    pub id: RowId,
    /// Its name.
    pub name: SecretName,
    /// What its value column holds.
    pub value: StoredText,
    /// What its description column holds.
    pub description: Option<StoredText>,
}

/// A row of a loaded set.
#[derive(Debug)]
pub enum Row {
    /// It opened.
    Open(OpenRow),
    /// It did not.
    Sealed(SealedRow),
}

impl Row {
    /// Its id in the database.
    pub fn id(&self) -> RowId {
        match self {
            Self::Open(row) => row.id,
            Self::Sealed(row) => row.id,
        }
    }

    /// Its name.
    pub fn name(&self) -> &SecretName {
        match self {
            Self::Open(row) => &row.name,
            Self::Sealed(row) => &row.name,
        }
    }
}

/// A set as it stood at one instant.
#[derive(Debug)]
pub struct LoadedSet {
    /// Whose set it is.
    pub scope: Scope,
    /// The digest of its stored rows.
    pub revision: Revision,
    /// Its rows in the order of their ids.
    pub rows: Vec<Row>,
}

impl LoadedSet {
    /// The rows that opened, in order.
    pub fn open_rows(&self) -> impl Iterator<Item = &OpenRow> {
        self.rows.iter().filter_map(|row| match row {
            Row::Open(row) => Some(row),
            Row::Sealed(_) => None,
        })
    }

    /// The rows that did not open, in order. The server cannot load this user's set at all while there is one.
    pub fn sealed_rows(&self) -> impl Iterator<Item = &SealedRow> {
        self.rows.iter().filter_map(|row| match row {
            Row::Sealed(row) => Some(row),
            Row::Open(_) => None,
        })
    }

    /// The same secrets as a set to store: what an edit starts from.
    pub fn to_secrets(&self) -> Vec<NewSecret> {
        self.open_rows()
            .map(|row| NewSecret {
                name: row.name.clone(),
                value: Arc::clone(&row.value),
                description: row.description.clone(),
            })
            .collect()
    }
}

/// A secret of a set that is to be stored.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// Its name.
    pub name: SecretName,
    /// Its value. An untouched value is the very one that was loaded, never a copy out of a text area.
    pub value: Arc<Secret>,
    /// Its description; `None` is stored as the encrypted empty text.
    pub description: Option<Arc<Secret>>,
}

/// One side of a comparison: a set, wherever it came from.
#[derive(Debug)]
pub struct Side {
    /// What it is called: `Acme Corp ▸ dana@acme.io`, or the path of a file; escaped.
    pub title: String,
    /// What it says.
    pub secrets: Vec<NewSecret>,
    /// How many of its rows no known key opens: they cannot be compared.
    pub sealed: usize,
}

impl Side {
    /// A stored set.
    pub fn stored(title: String, set: &LoadedSet) -> Self {
        Self { title, secrets: set.to_secrets(), sealed: set.sealed_rows().count() }
    }
}

/// The full set that is to stand, and what it is based on.
#[derive(Debug, Clone)]
pub struct NewSet {
    /// All of its secrets, in order. What is not here goes, sealed rows excepted.
    pub secrets: Vec<NewSecret>,
    /// What must stand in the database for this change to make sense.
    pub base: Base,
    /// Which sealed rows go.
    pub drop_sealed: DropSealed,
    /// The number of the kept set that this restores, if it does.
    pub restores: Option<i64>,
}

/// What a change is based on. If something else stands when the lock is held, the store ends in
/// [`StoreError::Conflict`](super::StoreError::Conflict).
#[derive(Debug, Clone)]
pub enum Base {
    /// Exactly these stored rows.
    Strict(Revision),
    /// These plaintexts, however they are encrypted by now, and these sealed rows.
    Loaded(Arc<LoadedSet>),
}

/// Which sealed rows a store deletes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum DropSealed {
    /// None.
    #[default]
    Keep,
    /// All that are sealed.
    All,
    /// Those of this name; there must be one.
    Named(SecretName),
    /// These rows, as the form marks them.
    Rows(Vec<RowId>),
}
