//! The key rotation: everything that is encrypted under one key is encrypted under another.
//!
//! A row says itself which key opens it, so that a rotation keeps no state of its own: it can be killed at any instant
//! and started again. Each row is compared and swapped; a set that somebody stores meanwhile is never overwritten. What
//! no known key opens stays byte for byte.

mod columns;
mod engine;
mod inventory;
mod keeper;
mod orgs;
mod place;
mod progress;
pub mod record;
mod turn;

pub use columns::KNOWN;
pub use engine::{Options, Rotation};
pub use inventory::{ColumnTally, Inventory, Tally};
pub use keeper::{Added, Keeper, NewKey, may_remove};
pub use orgs::{ByKey, ByOrg, Company};
pub use place::{Place, Plan, What};
pub use progress::{Progress, Step, Summary, TrailKey};
pub use turn::Aim;

use crate::audit::AuditError;
use crate::cipher::CipherError;
use crate::database::DatabaseError;
use crate::error::{Error, ErrorKind};
use crate::keyring::KeyId;
use crate::secret::escape;
use thiserror::Error as ThisError;

/// Why a rotation did not begin or go on. What was written stands, and it can be started again.
#[derive(Debug, ThisError)]
pub enum RotationError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The audit trail failed.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The ring has no such key.
    #[error("the key ring has no key {0}")]
    NoKey(KeyId),
    /// The ring has no active key, and none was named.
    #[error("no key is active, and none was named to rotate to")]
    NoTarget,
    /// The key opens nothing and the ring opens nothing: it is another database's.
    #[error("the key ring opens none of the {tried} newest secrets of this database")]
    WrongKey {
        /// How many rows were tried.
        tried: usize,
    },
    /// A column that the profile names does not exist.
    #[error("the profile rotates {table}.{column}, and there is no such column")]
    NoColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A key that is to be removed is needed.
    #[error("{rows} rows open only under {key}: it stays")]
    Needed {
        /// How many.
        rows: u64,
        /// The key.
        key: KeyId,
    },
    /// Whether a key that is to be removed is needed is not known.
    #[error("this role may not read {columns}: whether {key} is needed there is not known")]
    Hidden {
        /// The columns.
        columns: String,
        /// The key.
        key: KeyId,
    },
    /// A text cannot be encrypted under the target.
    #[error("a row of {place} cannot be encrypted under the new key: {reason}")]
    Unencryptable {
        /// The table and the columns.
        place: String,
        /// Why.
        reason: CipherError,
    },
    /// Somebody keeps writing under another key.
    #[error("a server still writes under the old key: {arrived} rows arrived after {passes} passes")]
    StillArriving {
        /// How many rows the last pass found.
        arrived: u64,
        /// How many passes were made.
        passes: u32,
    },
}

impl From<RotationError> for Error {
    fn from(error: RotationError) -> Self {
        use RotationError as E;
        let message = escape::line(&error.to_string()).into_owned();
        match error {
            E::Database(inner) => inner.into(),
            E::Audit(inner) => inner.into(),
            E::NoKey(_) => Self::new(ErrorKind::Key, message).hint("see: strongroom key list"),
            E::NoTarget => Self::new(ErrorKind::Key, message).hint("name one: --to KEY-ID"),
            E::WrongKey { .. } => Self::new(ErrorKind::Key, message)
                .hint("nothing was written: point --key-file at the server's key, and check it: strongroom key check"),
            E::NoColumn { .. } => Self::usage(message).hint("nothing was written: mend the profile's rotation.column"),
            E::Needed { .. } => {
                Self::failed(message).hint("rotate to another key first: strongroom rotate --to KEY-ID")
            }
            E::Hidden { .. } => Self::failed(message).hint("use a role that may read them"),
            E::Unencryptable { reason, .. } => Self::failed(message).hint(way_out(&reason)),
            E::StillArriving { .. } => Self::failed(message)
                .hint("what was found is under the new key: let every server read it, then start the rotation again"),
        }
    }
}

/// What to do where a row cannot be encrypted. What was rotated before it stands, whatever the reason.
fn way_out(reason: &CipherError) -> &'static str {
    match reason {
        CipherError::UnusableKeyId => {
            "what was rotated stands: rotate to a key with a shorter id, or write another format with --format fernet"
        }
        CipherError::TooLong { .. } => {
            "what was rotated stands: write another format with --format fernet, which takes texts of any length"
        }
        CipherError::NoWriter => "what was rotated stands: see which keys there are with strongroom key list",
        CipherError::NoRandomness => "what was rotated stands: start it again when the system gives random numbers",
    }
}
