//! The trail of a database that has no place for one, in a file of this machine; and the last head that this machine
//! has seen of any trail.

use super::AuditError;
use crate::cipher::mac::digest_name;
use crate::database::{Sealer, StoredText, TrailHead, TrailRow, TrailState};
use crate::secret::escape;
use rustix::fs::{FlockOperation, flock};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Which of the two trails that one database may have had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The one in a table of ours.
    Table,
    /// The one in a file of this machine.
    File,
}

impl Kind {
    /// The end of the file with what was seen last: a trail is held against what was seen of that one alone.
    const fn seen(self) -> &'static str {
        match self {
            Self::Table => "table-seen",
            Self::File => "file-seen",
        }
    }
}

/// What was seen last of either trail had one name, once.
const SEEN_OF_EITHER: &str = "seen";

/// The files of one trail, each with mode 0600: records a line each, the head, the wrapped key, what was seen last.
pub(super) struct TrailFile {
    base: PathBuf,
    kind: Kind,
}

impl TrailFile {
    /// The files in `folder`, which is made where it is missing, for the trail of that `kind` of the database at
    /// `location`.
    pub(super) fn new(folder: &Path, location: &str, kind: Kind) -> Result<Self, AuditError> {
        let base = folder.join(digest_name(location));
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| unusable(&base, &error))?;
        Ok(Self { base, kind })
    }

    /// Whether the trail is in a table, and only what was seen of it is here.
    pub(super) fn is_of_table(&self) -> bool {
        self.kind == Kind::Table
    }

    fn path(&self, end: &str) -> PathBuf {
        self.base.with_extension(end)
    }

    pub(super) fn shown(&self) -> String {
        escape::line(&self.path("jsonl").display().to_string()).into_owned()
    }

    /// The wrapped key, which `make` makes where there is none.
    pub(super) fn key(&self, make: impl FnOnce() -> Result<StoredText, AuditError>) -> Result<StoredText, AuditError> {
        let path = self.path("key");
        let _lock = self.lock()?;
        if let Some(stored) = self.stored_key()? {
            return Ok(stored);
        }
        let stored = make()?;
        replace(&path, stored.as_str().as_bytes()).map_err(|error| unusable(&path, &error))?;
        Ok(stored)
    }

    fn stored_key(&self) -> Result<Option<StoredText>, AuditError> {
        let path = self.path("key");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(StoredText::new(text.trim().to_owned()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unusable(&path, &error)),
        }
    }

    /// Puts what `change` makes of the wrapped key in its place, if there is a key and a change.
    pub(super) fn swap_key(
        &self,
        change: impl FnOnce(&StoredText) -> Result<Option<StoredText>, AuditError>,
    ) -> Result<(), AuditError> {
        let path = self.path("key");
        let _lock = self.lock()?;
        let Some(old) = self.stored_key()? else { return Ok(()) };
        match change(&old)? {
            Some(new) => replace(&path, new.as_str().as_bytes()).map_err(|error| unusable(&path, &error)),
            None => Ok(()),
        }
    }

    /// Two processes at once take turns.
    fn lock(&self) -> Result<File, AuditError> {
        let path = self.path("lock");
        let lock = || {
            let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path)?;
            flock(&file, FlockOperation::LockExclusive)?;
            Ok::<_, io::Error>(file)
        };
        lock().map_err(|error| unusable(&path, &error))
    }

    /// Adds a record, which is on the disk when this returns. It is written beside the head first, so that a crash in
    /// between costs nothing.
    pub(super) fn append(&self, seal: &mut Sealer<'_>) -> Result<(), AuditError> {
        let path = self.path("jsonl");
        let _lock = self.lock()?;
        let head = self.recover()?;
        let (row, next) = seal(&TrailState { head, ..TrailState::default() });
        let write = || {
            let length = fs::metadata(&path).map_or(0, |metadata| metadata.len());
            let last = Last { head: next.clone(), row, length };
            replace(&self.path("head"), &serde_json::to_vec(&last)?)?;
            write_line(&path, &last)
        };
        write().map_err(|error| unusable(&path, &error))?;
        self.has_seen(&next)
    }

    /// The head; a record that a crash kept from the file is written now.
    fn recover(&self) -> Result<TrailHead, AuditError> {
        let Some(last) = self.read_json::<Last>("head")? else { return Ok(TrailHead::default()) };
        let path = self.path("jsonl");
        let mend = || {
            let found = fs::metadata(&path).map_or(0, |metadata| metadata.len());
            let whole = last.length + u64::try_from(line(&last.row)?.len()).unwrap_or(u64::MAX);
            // What is shorter than that was cut by somebody, not by a crash.
            if (last.length..whole).contains(&found) { write_line(&path, &last) } else { Ok(()) }
        };
        mend().map_err(|error| unusable(&path, &error))?;
        Ok(last.head)
    }

    /// Every record and the head.
    pub(super) fn read(&self) -> Result<(Vec<TrailRow>, TrailHead), AuditError> {
        let path = self.path("jsonl");
        let _lock = self.lock()?;
        let head = self.recover()?;
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), head)),
            Err(error) => return Err(unusable(&path, &error)),
        };
        let mut rows = Vec::new();
        for line in BufReader::new(file).lines() {
            let line = line.map_err(|error| unusable(&path, &error))?;
            // What is no record is left out, and missed when the trail is verified.
            rows.extend(serde_json::from_str::<TrailRow>(&line).ok());
        }
        Ok((rows, head))
    }

    /// The last head that this machine has seen.
    pub(super) fn seen(&self) -> Result<Option<TrailHead>, AuditError> {
        self.read_json(self.kind.seen())
    }

    /// Remembers a head, if it is a later one than the last.
    pub(super) fn has_seen(&self, head: &TrailHead) -> Result<(), AuditError> {
        self.remember(self.kind, head)
    }

    fn remember(&self, kind: Kind, head: &TrailHead) -> Result<(), AuditError> {
        if self.read_json::<TrailHead>(kind.seen())?.is_some_and(|seen| seen.count >= head.count) {
            return Ok(());
        }
        let path = self.path(kind.seen());
        let write = || replace(&path, &serde_json::to_vec(head)?);
        write().map_err(|error| unusable(&path, &error))
    }

    /// Gives what was seen under the one name of old to the trail that it is of: the file's where its key `made` that
    /// head, else the table's, which may have lost its own key since.
    pub(super) fn sort_seen(&self, made: impl FnOnce(&StoredText, &TrailHead) -> bool) -> Result<(), AuditError> {
        let path = self.path(SEEN_OF_EITHER);
        if !path.exists() {
            return Ok(());
        }
        let _lock = self.lock()?;
        let Some(head) = self.read_json::<TrailHead>(SEEN_OF_EITHER)? else { return Ok(()) };
        let is_files = self.stored_key()?.is_some_and(|key| made(&key, &head));
        self.remember(if is_files { Kind::File } else { Kind::Table }, &head)?;
        fs::remove_file(&path).map_err(|error| unusable(&path, &error))
    }

    fn read_json<T: DeserializeOwned>(&self, end: &str) -> Result<Option<T>, AuditError> {
        let path = self.path(end);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| AuditError::File {
                path: escape::line(&path.display().to_string()).into_owned(),
                reason: "it holds no head of a trail".to_owned(),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unusable(&path, &error)),
        }
    }
}

/// The head as the file holds it, with the record that it was made with.
#[derive(Serialize, Deserialize)]
struct Last {
    head: TrailHead,
    row: TrailRow,
    /// How long the file of records was before.
    length: u64,
}

fn line(row: &TrailRow) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(row)?;
    line.push(b'\n');
    Ok(line)
}

/// Writes the record of `last` behind those before it.
fn write_line(path: &Path, last: &Last) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    file.set_len(last.length)?;
    file.write_all(&line(&last.row)?)?;
    file.sync_all()
}

fn unusable(path: &Path, error: &io::Error) -> AuditError {
    AuditError::File { path: escape::line(&path.display().to_string()).into_owned(), reason: error.to_string() }
}

/// Puts `content` in the place of a file, at once and on the disk.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".strongroom-").tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
