//! Key files: the server's `.keys` and `.jwt_secret`, alone or in their folder.

pub(super) mod json;

use super::error::{KeyError, KeyText};
use super::protect;
use super::source::LoadOptions;
use super::{Key, KeyId, KeyOrigin, KeyRing};
use crate::secret::Secret;
use jiff::Timestamp;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The name of the server's file with a JSON array of keys.
pub(super) const KEYS_FILE: &str = ".keys";

/// The name of the server's file with one line of text.
pub(super) const LINE_FILE: &str = ".jwt_secret";

/// The longest text of keys that is read, in bytes.
pub(super) const MAX_BYTES: u64 = 1024 * 1024;

/// What was found in one source: keys, the notes about them for the operator, and whether their times have zones.
pub(super) struct Found {
    pub(super) keys: Vec<Key>,
    pub(super) warnings: Vec<String>,
    /// Whether an active key's time has no zone, and whether one has.
    pub(super) naive: bool,
    pub(super) zoned: bool,
}

impl Found {
    /// A ring of what was found, with a warning where the server could not compare the times.
    pub(super) fn into_ring(mut self, origin: KeyOrigin) -> KeyRing {
        if self.naive && self.zoned {
            self.warnings.push(
                "some active keys have a time with a zone and some without: the server does not start with these"
                    .to_owned(),
            );
        }
        KeyRing::new(self.keys, origin, self.warnings)
    }

    /// One key that is nothing but its secret.
    pub(super) fn one(secret: Secret, created_at: Timestamp) -> Self {
        let id = KeyId::derived(&secret);
        let key = Key { id, secret, active: true, notes: None, created_at };
        Self { keys: vec![key], warnings: Vec::new(), naive: false, zoned: true }
    }

    fn and(mut self, other: Self) -> Self {
        self.keys.extend(other.keys);
        self.warnings.extend(other.warnings);
        self.naive |= other.naive;
        self.zoned |= other.zoned;
        self
    }
}

/// Reads the key file at `path`, or the two of the folder there.
pub(super) fn load(path: &Path, options: &LoadOptions) -> Result<KeyRing, KeyError> {
    if path.is_dir() {
        let sealed = path.join(protect::PROTECTED_FILE);
        return folder(path, options)?.ok_or_else(|| {
            if sealed.exists() { KeyError::ProtectedElsewhere(sealed) } else { KeyError::EmptyFolder(path.to_owned()) }
        });
    }
    let file = read(path, options)?;
    let (found, origin) = if holds_an_array(path, &file.text) {
        (keys_file(path, &file)?, KeyOrigin::KeysFile(path.to_owned()))
    } else {
        (line_file(path, &file)?, KeyOrigin::LineFile(path.to_owned()))
    };
    if found.keys.is_empty() {
        return Err(KeyError::Empty(KeyText::File(path.to_owned())));
    }
    Ok(found.into_ring(origin))
}

/// Reads the two files of the folder at `path`, in the server's order: first the keys of `.keys`, then the one of
/// `.jwt_secret`. `None` if there is neither.
pub(super) fn folder(path: &Path, options: &LoadOptions) -> Result<Option<KeyRing>, KeyError> {
    let keys_path = path.join(KEYS_FILE);
    let keys = found(read(&keys_path, options))?.map(|text| keys_file(&keys_path, &text)).transpose()?;
    with_line(path, keys, options)
}

/// Reads the ring behind a passphrase in the folder at `path`, and a `.jwt_secret` beside it.
pub(super) fn protected(path: &Path, options: &LoadOptions, passphrase: Secret) -> Result<KeyRing, KeyError> {
    let sealed = path.join(protect::PROTECTED_FILE);
    let FileBytes { bytes, modified } = read_bytes(&sealed, options)?;
    let text = protect::open(&bytes, &passphrase, &sealed)?;
    let keys = keys_file(&sealed, &FileText { text, modified })?;
    let ring = with_line(path, Some(keys), options)?.ok_or(KeyError::Empty(KeyText::File(sealed)))?;
    let origin = KeyOrigin::Protected(path.to_owned());
    Ok(KeyRing { origin, passphrase: Some(Arc::new(passphrase)), ..ring })
}

/// What a folder's `.keys` holds, and the key of its `.jwt_secret` behind that.
fn with_line(path: &Path, keys: Option<Found>, options: &LoadOptions) -> Result<Option<KeyRing>, KeyError> {
    let line_path = path.join(LINE_FILE);
    let line = found(read(&line_path, options))?.map(|text| line_file(&line_path, &text)).transpose()?;
    let both = match (keys, line) {
        (Some(keys), Some(line)) => keys.and(line),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return Ok(None),
    };
    if both.keys.is_empty() {
        return Err(KeyError::Empty(KeyText::File(path.join(KEYS_FILE))));
    }
    Ok(Some(both.into_ring(KeyOrigin::Folder(path.to_owned()))))
}

/// A file that does not exist as `None`.
fn found<T>(result: Result<T, KeyError>) -> Result<Option<T>, KeyError> {
    match result {
        Err(KeyError::Missing(_)) => Ok(None),
        other => other.map(Some),
    }
}

/// A file under the server's own names is what its name says; any other is told by its first character.
fn holds_an_array(path: &Path, text: &str) -> bool {
    match path.file_name().and_then(|name| name.to_str()) {
        Some(KEYS_FILE) => true,
        Some(LINE_FILE) => false,
        _ => text.trim_start().starts_with('['),
    }
}

pub(super) struct FileText {
    pub(super) text: Zeroizing<String>,
    modified: Timestamp,
}

/// The same before it is known to be text.
pub(super) struct FileBytes {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    modified: Timestamp,
}

/// Reads a key file in the clear, if nobody else can.
pub(super) fn read(path: &Path, options: &LoadOptions) -> Result<FileText, KeyError> {
    let FileBytes { bytes, modified } = read_bytes(path, options)?;
    if protect::is_sealed(&bytes) {
        return Err(KeyError::ProtectedElsewhere(path.to_owned()));
    }
    Ok(FileText { text: text_of(bytes, || KeyText::File(path.to_owned()))?, modified })
}

/// Reads a key file, if nobody else can.
pub(super) fn read_bytes(path: &Path, options: &LoadOptions) -> Result<FileBytes, KeyError> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => KeyError::Missing(path.to_owned()),
        _ => KeyError::Unreadable { path: path.to_owned(), reason: error.to_string() },
    };
    let file = File::open(path).map_err(unreadable)?;
    // The mode of the file that is open, whatever happens to its name meanwhile.
    let metadata = file.metadata().map_err(unreadable)?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 && !options.allow_readable {
        return Err(KeyError::OpenToOthers { path: path.to_owned(), mode });
    }
    let modified = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
    // Room for the whole file, so that the buffer does not move and leave copies behind.
    let room = usize::try_from(metadata.len().min(MAX_BYTES)).unwrap_or(0) + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(FileBytes { bytes, modified: modified.unwrap_or_else(Timestamp::now) })
}

/// Bytes as text, if they are UTF-8 and not too many.
pub(super) fn text_of(
    mut bytes: Zeroizing<Vec<u8>>,
    source: impl Fn() -> KeyText,
) -> Result<Zeroizing<String>, KeyError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(KeyError::TooLong(source()));
    }
    String::from_utf8(std::mem::take(&mut *bytes)).map(Zeroizing::new).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        KeyError::NotText(source())
    })
}

fn keys_file(path: &Path, file: &FileText) -> Result<Found, KeyError> {
    json::parse(&file.text, Timestamp::now(), || KeyText::File(path.to_owned()))
}

fn line_file(path: &Path, file: &FileText) -> Result<Found, KeyError> {
    let line = file.text.trim_matches(is_python_space);
    let source = || KeyText::File(path.to_owned());
    if line.is_empty() {
        return Err(KeyError::Empty(source()));
    }
    if line.contains(['\n', '\r']) {
        return Err(KeyError::SeveralLines(source()));
    }
    Ok(Found::one(Secret::new(line), file.modified))
}

/// What Python's `str.strip` takes away: Unicode's white space and the four information separators.
fn is_python_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}
