//! The lock that keeps two rotations of one file apart: a file of its own, since a lock on the database itself would
//! get into `SQLite`'s way. Whoever rotates under another account is not seen; the rows are compared and swapped all the
//! same.

use super::open::unopenable;
use crate::database::DatabaseError;
use std::any::Any;
use std::fs::{DirBuilder, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Takes the lock of the database at `path`, in `folder`. It ends with the process at the latest.
pub(super) fn take(path: &Path, folder: &Path) -> Result<Box<dyn Any + Send>, DatabaseError> {
    let mut digest = DefaultHasher::new();
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).hash(&mut digest);
    let lock = folder.join(format!("rotation-{:016x}.lock", digest.finish()));
    let open = || {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        OpenOptions::new().create(true).append(true).mode(0o600).open(&lock)
    };
    let file = open().map_err(|error| unopenable(&lock, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Box::new(file)),
        Err(TryLockError::WouldBlock) => Err(DatabaseError::Rotating),
        Err(TryLockError::Error(error)) => Err(unopenable(&lock, &error)),
    }
}
