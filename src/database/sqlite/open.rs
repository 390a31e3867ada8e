//! Opening a file that is there, without changing it.

use super::schema::Schema;
use super::{OpenOptions, functions};
use crate::database::DatabaseError;
use rusqlite::{Connection, OpenFlags};
use rustix::fs::{Access, AtFlags, CWD, accessat};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a lock of another process is waited for.
const BUSY: Duration = Duration::from_secs(5);

/// How many compiled statements are kept.
const STATEMENTS: usize = 64;

/// A connection that is ready for work.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) schema: Schema,
    pub(super) read_only: Option<String>,
}

/// Opens the database at `path`. `cancelled` ends the waiting for locks, now and later.
pub(super) fn open(path: &Path, options: OpenOptions, cancelled: &Arc<AtomicBool>) -> Result<Opened, DatabaseError> {
    let real = regular_file(path)?;
    let unopenable = |error: &io::Error| unopenable(path, error);
    let folder = real.parent().map_or(Ok(None), |folder| refusal(folder, "its folder")).map_err(|e| unopenable(&e))?;
    let file = refusal(&real, "the file").map_err(|error| unopenable(&error))?;
    let asked = options.read_only.then(|| "it was opened for reading only".to_owned());
    let read_only = asked.or(file).or_else(|| folder.clone());
    // An absolute path is never one of SQLite's special names, such as `:memory:`.
    let absolute = std::path::absolute(path).map_err(|error| unopenable(&error))?;
    let connection = if read_only.is_none() {
        Connection::open_with_flags(&absolute, OpenFlags::SQLITE_OPEN_READ_WRITE | flags())
    } else if folder.is_some() && is_at_rest(&real).map_err(|error| unopenable(&error))? {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | flags();
        Connection::open_with_flags(immutable(&real), flags)
    } else {
        Connection::open_with_flags(&absolute, OpenFlags::SQLITE_OPEN_READ_ONLY | flags())
    };
    let connection = connection.map_err(DatabaseError::from);
    let opened = connection.and_then(|connection| make_ready(connection, read_only, cancelled));
    opened.map_err(|error| with_path(error, path))
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE
}

/// The file behind `path` and its links. A folder or a pipe is no database, and neither is an empty file, which
/// `SQLite` itself would take for one.
fn regular_file(path: &Path) -> Result<PathBuf, DatabaseError> {
    let found = fs::metadata(path).and_then(|metadata| Ok((metadata, fs::canonicalize(path)?)));
    match found {
        Ok((metadata, real)) if metadata.is_file() && metadata.len() > 0 => {
            accessat(CWD, &real, Access::READ_OK, AtFlags::EACCESS)
                .map_err(|error| unopenable(path, &io::Error::from(error)))?;
            Ok(real)
        }
        Ok(_) => Err(DatabaseError::NotADatabase(path.to_owned())),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound) => Err(DatabaseError::Missing(path.to_owned())),
        Err(error) => Err(unopenable(path, &error)),
    }
}

/// Why `what` at `path` takes no writes, if so. No write bit at all is somebody's wish, even where root could write.
fn refusal(path: &Path, what: &str) -> io::Result<Option<String>> {
    let nobody = fs::metadata(path)?.permissions().mode() & 0o222 == 0;
    let denied = accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS).is_err();
    Ok((nobody || denied).then(|| format!("{what} is not writable")))
}

/// Whether a database with a write-ahead log has an empty one: it can then be read, where the log's index cannot be
/// created, as a file that nobody changes.
fn is_at_rest(path: &Path) -> io::Result<bool> {
    let mut header = [0; 20];
    File::open(path)?.read_exact(&mut header).or_else(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Ok(()),
        _ => Err(error),
    })?;
    // Offset 18, the file format's write version: 2 is WAL (https://www.sqlite.org/fileformat.html).
    let wal = header.get(18) == Some(&2);
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    Ok(wal && fs::metadata(log).map_or(true, |metadata| metadata.len() == 0))
}

/// `file:PATH?immutable=1`, with every byte of the path that could mean something escaped.
fn immutable(path: &Path) -> String {
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            uri.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    uri.push_str("?immutable=1");
    uri
}

fn make_ready(
    mut connection: Connection,
    mut read_only: Option<String>,
    cancelled: &Arc<AtomicBool>,
) -> Result<Opened, DatabaseError> {
    wait_for_locks(&mut connection, cancelled)?;
    if read_only.is_none() && connection.is_readonly("main")? {
        read_only = Some("the file is not writable".to_owned());
    }
    settings(&connection)?;
    let schema = Schema::detect(&connection)?;
    Ok(Opened { connection, schema, read_only })
}

/// What every connection of ours is set to. None of it is written to the file.
pub(super) fn settings(connection: &Connection) -> Result<(), DatabaseError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch(
        // Room for a batch of a rotation, in KiB: a transaction that outgrows the cache is written, and synced, twice.
        "PRAGMA cache_size = -16384;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(functions::register(connection)?)
}

/// Waits for locks as `busy_timeout` does, but gives up as soon as the operator does.
fn wait_for_locks(connection: &mut Connection, cancelled: &Arc<AtomicBool>) -> Result<(), DatabaseError> {
    let cancelled = Arc::clone(cancelled);
    let mut since = Instant::now();
    let handler = move |count: i32| {
        if count == 0 {
            since = Instant::now();
        }
        if since.elapsed() >= BUSY || cancelled.load(Ordering::Relaxed) {
            return false;
        }
        let pause = u64::try_from(count).unwrap_or_default().clamp(1, 20);
        std::thread::sleep(Duration::from_millis(pause));
        true
    };
    Ok(connection.busy_handler(Some(handler))?)
}

/// The same error with `path` in it, where the driver did not say which file it means.
pub(super) fn with_path(error: DatabaseError, path: &Path) -> DatabaseError {
    let named = |named: PathBuf| if named.as_os_str().is_empty() { path.to_owned() } else { named };
    match error {
        DatabaseError::NotADatabase(path) => DatabaseError::NotADatabase(named(path)),
        DatabaseError::Unopenable { path, reason } => DatabaseError::Unopenable { path: named(path), reason },
        other => other,
    }
}

/// `path` cannot be used, and the system's word on why.
pub(super) fn unopenable(path: &Path, error: &io::Error) -> DatabaseError {
    DatabaseError::Unopenable { path: path.to_owned(), reason: error.kind().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_smuggle_parameters_into_the_uri() {
        let uri = immutable(Path::new("/tmp/a b?mode=rw#%41.db"));
        assert_eq!(uri, "file:/tmp/a%20b%3Fmode%3Drw%23%2541.db?immutable=1");
    }
}
