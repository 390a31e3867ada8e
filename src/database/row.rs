//! Rows of `custom_secrets` as they are stored.

use super::{OrgId, RowId, UserId};
use std::fmt;

/// What a column of ciphertext holds. Only the cipher makes one out of a plaintext, so that storing plaintext does
/// not compile; a database makes one out of what it reads.
///
/// Stored bytes that are not UTF-8 are held with replacement characters: no token needs them, and a row is never
/// written back from here.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoredText(String);

impl StoredText {
    /// The text of a column, or a token fresh from the cipher.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text of the column.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for StoredText {
    /// The length alone: a row may hold, by somebody's mistake, a plaintext.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredText({} bytes)", self.0.len())
    }
}

/// One row, as far as Strongroom reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// `id`: the order of a set.
    pub id: RowId,
    /// `keycloak_user_id`: the owner, or on a shared row its creator.
    pub user: Option<UserId>,
    /// `org_id`.
    pub org: Option<OrgId>,
    /// `secret_name`, raw.
    pub name: String,
    /// `secret_value`.
    pub value: StoredText,
    /// `description`; the server cannot live with NULL, older databases have it.
    pub description: Option<StoredText>,
    /// `is_org_shared`; `false` where the column does not exist.
    pub shared: bool,
}

/// Which rows make up one set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The personal rows of one user in one org.
    Personal {
        /// The org.
        org: OrgId,
        /// The user.
        user: UserId,
    },
    /// The rows that an org shares with its members.
    Shared {
        /// The org.
        org: OrgId,
    },
    /// Rows without an org: nobody's in the server's eyes, read-only here.
    NoOrg {
        /// Whose they are; `None` for those without a user, too.
        user: Option<UserId>,
    },
}

/// A row to insert. Its owner, org and `is_org_shared` follow from the scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// `secret_name`.
    pub name: String,
    /// `secret_value`.
    pub value: StoredText,
    /// `description`: never NULL.
    pub description: StoredText,
}

/// How the stored rows of a scope become the new set. Rows that are not named stay, byte for byte.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replacement {
    /// Rows of the scope that go.
    pub delete: Vec<RowId>,
    /// Rows that stay and get a description in place of NULL.
    pub describe: Vec<(RowId, StoredText)>,
    /// Rows that come, in this order.
    pub insert: Vec<NewRow>,
    /// What is written about the set that is replaced, where sets are kept and this one changes.
    pub keep: Option<super::Keep>,
}

impl Replacement {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.delete.is_empty() && self.describe.is_empty() && self.insert.is_empty()
    }
}
