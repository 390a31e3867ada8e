//! A new database, and our own tables in one that is there.

use super::open::{settings, unopenable};
use super::schema::OWN_VERSION;
use crate::database::DatabaseError;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// The server's tables, as far as Strongroom needs them.
const SERVER_TABLES: &str = include_str!("../../../assets/schema.sqlite.sql");

/// Strongroom's own tables.
pub(super) const OWN_TABLES: &str = include_str!("../../../assets/own.sqlite.sql");

/// Creates a database at `path`, where nothing may be.
///
/// It is built in a folder beside, flushed to the disk, and then renamed: a crash at any instant leaves either
/// nothing or a whole database at `path`.
pub(super) fn create(path: &Path) -> Result<(), DatabaseError> {
    let unopenable = |error: &io::Error| unopenable(path, error);
    if fs::symlink_metadata(path).is_ok() {
        return Err(DatabaseError::Exists(path.to_owned()));
    }
    let path = std::path::absolute(path).map_err(|error| unopenable(&error))?;
    let folder = folder_of(&path);
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|error| unopenable(&error))?;
    let beside = tempfile::Builder::new().prefix(".strongroom-new-").tempdir_in(&folder);
    let beside = beside.map_err(|error| unopenable(&error))?;
    let draft = beside.path().join("database");
    new_file(&draft).map_err(|error| unopenable(&error))?;
    build(&draft).map_err(|error| super::open::with_path(error, &path))?;
    let flushed = File::open(&draft).and_then(|file| file.sync_all());
    flushed.map_err(|error| unopenable(&error))?;
    TempPath::try_from_path(&draft).map_err(|error| unopenable(&error))?.persist_noclobber(&path).map_err(|error| {
        match error.error.kind() {
            io::ErrorKind::AlreadyExists => DatabaseError::Exists(path.clone()),
            _ => unopenable(&error.error),
        }
    })?;
    flush_folder(&path).map_err(|error| unopenable(&error))
}

/// A new, empty file that only its owner may read.
pub(super) fn new_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(drop)
}

/// Makes the name of a new file at `path` as durable as the file.
pub(super) fn flush_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

fn build(path: &Path) -> Result<(), DatabaseError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    settings(&connection)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SERVER_TABLES)?;
    transaction.commit()?;
    own_tables(&mut connection)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error.into())
}

/// Creates our own tables where they are missing; `true` if something was created.
pub(super) fn own_tables(connection: &mut Connection) -> Result<bool, DatabaseError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Under the lock: another Strongroom may have been faster, and newer.
    let found = super::schema::own_version(&transaction)?;
    transaction.execute_batch(OWN_TABLES)?;
    let created = found < Some(OWN_VERSION);
    transaction.commit()?;
    Ok(created)
}
