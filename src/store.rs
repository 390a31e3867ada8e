//! One set of secrets: load it, compare it, replace it.
//!
//! [`SaasSecretsStore`] is the heart of the program. A set belongs to one scope, usually one user in one org; it is
//! read whole and replaced whole.

mod config;
pub mod difference;
pub mod file;
pub mod json;
pub mod merge;
pub mod parked;
mod plan;
mod record;
pub mod revision;
pub mod saas;
#[cfg(test)]
mod sample;
pub mod set;

pub use config::StoreConfig;
pub use difference::{Change, Difference};
pub use revision::Revision;
pub use saas::SaasSecretsStore;
pub use set::{Base, DropSealed, LoadedSet, NewSecret, NewSet, OpenRow, Row, SealedRow, Side};

use crate::audit::AuditError;
use crate::cipher::CipherError;
use crate::database::DatabaseError;
use crate::error::{Error, ErrorKind};
use crate::secret::{NameError, SecretName};
use thiserror::Error as ThisError;

/// Why a set was not loaded or not stored. Whichever it is, nothing was changed, unless the variant says otherwise.
#[derive(Debug, ThisError)]
pub enum StoreError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The audit trail cannot be written, so that nothing was stored; or the set was, and only its record was not.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// There is no audit trail to write, so that nothing was stored.
    #[error("{0}")]
    NoTrail(Error),
    /// An empty user id: it would mean everybody's rows, or nobody's.
    #[error("a set needs a user: the user id is empty")]
    NoUser,
    /// The stored set is not the one that the change was based on.
    #[error("somebody changed this set meanwhile: it is now at revision {current}")]
    Conflict {
        /// The revision that stands now.
        current: Revision,
    },
    /// A name that no set may hold.
    #[error("{0}")]
    Name(#[from] NameError),
    /// The new set has one name twice.
    #[error("the name {0} stands twice in the set")]
    DuplicateName(SecretName),
    /// The new set has a name that a sealed row holds.
    #[error("{0} is the name of a sealed row, which no known key opens")]
    SealedName(SecretName),
    /// A sealed row was to be dropped that is not there.
    #[error("there is no sealed row {0} in this set")]
    NotSealed(String),
    /// A value or description cannot be encrypted.
    #[error("{name} cannot be stored: {reason}")]
    Unencryptable {
        /// Whose value or description.
        name: SecretName,
        /// Why.
        reason: CipherError,
    },
    /// The ring has no active key.
    #[error("there is no active key to encrypt with")]
    NoWriter,
    /// The database has rows, and the ring opens none of those that were tried.
    #[error("the key ring opens none of the {tried} newest secrets of this database")]
    WrongKey {
        /// How many rows were tried.
        tried: usize,
    },
    /// The database ended the transaction without asking what to write.
    #[error("the database ended the transaction before anything was decided: the old set stands")]
    Undecided,
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        use StoreError as E;
        let (kind, hint) = match error {
            E::Database(inner) => return inner.into(),
            E::Audit(inner) => return inner.into(),
            E::NoTrail(inner) => return inner,
            E::NoUser => (ErrorKind::Usage, Some("name one by an id or an e-mail: --user")),
            E::Name(_) => (ErrorKind::Usage, None),
            E::Conflict { .. } => {
                (ErrorKind::Conflict, Some("nothing was written: load the set again and look at what changed"))
            }
            E::DuplicateName(_) => (ErrorKind::Failed, Some("rename or remove one of the two")),
            E::SealedName(_) => (
                ErrorKind::Failed,
                Some("add the key that opens it, choose another name, or drop the sealed row by name"),
            ),
            E::NotSealed(_) => (ErrorKind::NotFound, Some("strongroom secret list shows which rows are sealed")),
            E::Unencryptable { reason: CipherError::TooLong { .. }, .. } => (
                ErrorKind::Failed,
                Some("shorten it, or lift `max_value_bytes` in the profile if every server can read more"),
            ),
            E::Unencryptable { .. } => (ErrorKind::Failed, Some("check the key that writes: strongroom key list")),
            E::NoWriter => (ErrorKind::Key, Some("set a key: --key-file, the profile's `key`, or JWT_SECRET")),
            E::WrongKey { .. } => (
                ErrorKind::Key,
                Some(
                    "nothing was written: point --key-file at the server's key, and check it with `strongroom key check`",
                ),
            ),
            E::Undecided => (ErrorKind::Failed, Some("try again")),
        };
        let edge = Self::new(kind, error.to_string());
        match hint {
            Some(hint) => edge.hint(hint),
            None => edge,
        }
    }
}
