//! A consistent copy of the whole database, while others write to it.

use super::create::{flush_folder, new_file};
use super::open::{unopenable, with_path};
use crate::database::DatabaseError;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Pages that are copied between two looks at `cancelled`.
const STEP: i32 = 1_024;

/// Copies what `connection` reads into a new file at `to`. If anything fails, there is no file.
pub(super) fn backup(connection: &mut Connection, to: &Path, cancelled: &AtomicBool) -> Result<(), DatabaseError> {
    let absolute = std::path::absolute(to).map_err(|error| unopenable(to, &error))?;
    new_file(&absolute).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => DatabaseError::Exists(to.to_owned()),
        _ => unopenable(to, &error),
    })?;
    let remove = RemoveOnDrop { path: &absolute };
    copy(connection, &absolute, cancelled).map_err(|error| with_path(error, to))?;
    let flushed = File::open(&absolute).and_then(|file| file.sync_all()).and_then(|()| flush_folder(&absolute));
    flushed.map_err(|error| unopenable(to, &error))?;
    std::mem::forget(remove);
    Ok(())
}

fn copy(connection: &mut Connection, to: &Path, cancelled: &AtomicBool) -> Result<(), DatabaseError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(to, flags)?;
    // One snapshot for all the steps: otherwise every commit of somebody else's would start the copy again.
    let snapshot = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    super::schema::version(&snapshot)?;
    let backup = Backup::new(&snapshot, &mut copy)?;
    loop {
        if cancelled.load(Ordering::Relaxed) {
            return Err(DatabaseError::Interrupted);
        }
        match backup.step(STEP)? {
            StepResult::Done => break,
            StepResult::Busy | StepResult::Locked => return Err(DatabaseError::Locked),
            // The enum may grow; whatever it is, it is not done.
            _ => {}
        }
    }
    drop(backup);
    drop(snapshot);
    let verdict: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(DatabaseError::Driver("the copy is damaged, and so may be the original".to_owned()));
    }
    copy.close().map_err(|(_, error)| error.into())
}

/// Removes a file that was not finished, and what `SQLite` keeps beside it.
struct RemoveOnDrop<'p> {
    path: &'p Path,
}

impl Drop for RemoveOnDrop<'_> {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(suffix);
            // There is nobody left to tell; the error that brought us here is on its way.
            let _ = fs::remove_file(name);
        }
    }
}
