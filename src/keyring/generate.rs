//! New keys and new key files.

use super::error::KeyError;
use super::id::base62;
use super::{Key, KeyId};
use crate::secret::Secret;
use jiff::{Timestamp, Unit};
use serde::Serialize;
use std::fs::{DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

/// A new, active key: 32 random bytes of the system in base62, under the id that the server would derive.
pub fn generate(notes: Option<String>, now: Timestamp) -> Result<Key, KeyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|_| KeyError::NoRandomness)?;
    let secret = Secret::new(base62(&bytes));
    // The server's clock has no more than microseconds.
    let created_at = now.round(Unit::Microsecond).unwrap_or(now);
    Ok(Key { id: KeyId::derived(&secret), secret, active: true, notes, created_at })
}

/// A key as `.keys` holds it. Its time is written with a zone: the server cannot compare one with and one without.
#[derive(Serialize)]
struct Entry<'k> {
    id: &'k str,
    key: &'k str,
    active: bool,
    notes: Option<&'k str>,
    created_at: Timestamp,
}

impl<'k> Entry<'k> {
    fn of(key: &'k Key) -> Self {
        Self {
            id: &key.id.0,
            key: key.secret.expose(),
            active: key.active,
            notes: key.notes.as_deref(),
            created_at: key.created_at,
        }
    }

    /// How many bytes it takes at most.
    fn room(&self) -> usize {
        256 + 6 * (self.key.len() + self.id.len() + self.notes.map_or(0, str::len))
    }
}

/// The text of a key file that holds `keys`: a JSON array, as the server's `.keys`. It wipes itself.
pub fn file_content<'k>(keys: impl IntoIterator<Item = &'k Key>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let entries: Vec<Entry<'_>> = keys.into_iter().map(Entry::of).collect();
    // Room for everything, escapes included, so that the buffer does not move and leave copies behind.
    let room = entries.iter().map(Entry::room).sum();
    let mut json = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer_pretty(&mut *json, &entries)
        .map_err(|error| KeyError::Unwritable { path: "a key file".into(), reason: error.to_string() })?;
    json.push(b'\n');
    Ok(json)
}

/// A key as it stands among others in a key file, indented.
pub(super) fn entry_text(key: &Key) -> Result<Zeroizing<String>, KeyError> {
    let content = file_content(std::slice::from_ref(key))?;
    let text = std::str::from_utf8(&content).unwrap_or_default().trim();
    let entry = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or_default();
    Ok(Zeroizing::new(entry.trim_matches('\n').to_owned()))
}

/// Writes a key file at `path` that holds `keys` alone, with mode 0600, in a folder that is made with mode 0700 if it
/// is not there.
///
/// The file appears whole or not at all, is on the disk when this returns, and never takes the place of another:
/// [`KeyError::Exists`].
pub fn create_file<'k>(path: &Path, keys: impl IntoIterator<Item = &'k Key>) -> Result<(), KeyError> {
    write_new(path, &file_content(keys)?).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists(path.to_owned()),
        _ => KeyError::Unwritable { path: path.to_owned(), reason: error.to_string() },
    })
}

/// Writes a new file of our own, as [`create_file`] does.
pub(super) fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let (file, folder) = written(path, content)?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// The same, in the place of whatever is there.
pub(super) fn write_over(path: &Path, content: &[u8]) -> io::Result<()> {
    let (file, folder) = written(path, content)?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// A file that holds `content`, on the disk, without its name yet; and the folder for both.
fn written<'p>(path: &'p Path, content: &[u8]) -> io::Result<(NamedTempFile, &'p Path)> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // The temporary file has mode 0600 from its first instant, and is removed if anything fails.
    let mut file = tempfile::Builder::new().prefix(".strongroom-").tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok((file, folder))
}
