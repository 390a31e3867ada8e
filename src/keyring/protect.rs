//! The key ring of the data directory behind a passphrase: the text of `.keys`, encrypted by `age` with a key that
//! `scrypt` derives, in `.keys.age` beside where it stood.
//!
//! One of the two files is there at every instant. Where something ended in the middle, both are: then the one in the
//! clear counts, which needs nobody to be read, and whoever reads it is told so.

use super::error::{KeyError, KeyText};
use super::file::{self, KEYS_FILE, LINE_FILE};
use super::source::LoadOptions;
use super::{edit, generate};
use crate::secret::Secret;
use age::secrecy::SecretString;
use age::{DecryptError, scrypt};
use jiff::Timestamp;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The name of the file behind a passphrase.
pub(super) const PROTECTED_FILE: &str = ".keys.age";

/// With what every file of `age` begins.
const MAGIC: &[u8] = b"age-encryption.org/";

/// How hard a passphrase is to try, as the exponent of two: about a second and 256 MiB. Not measured, because a machine
/// that is busy would make it too easy.
const WORK: u8 = 18;

/// The hardest that is tried: whoever can write the file must not be able to take the machine's memory.
const MOST_WORK: u8 = 20;

/// Whether the ring in `folder` can be read with its passphrase alone.
pub(super) fn is_protected(folder: &Path) -> bool {
    folder.join(PROTECTED_FILE).exists() && !folder.join(KEYS_FILE).exists()
}

/// Whether the bytes are a file of `age`.
pub(super) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// What the operator should know where both files are there.
pub(super) fn warning(folder: &Path) -> Option<String> {
    let both = folder.join(PROTECTED_FILE).exists() && folder.join(KEYS_FILE).exists();
    both.then(|| {
        format!(
            "{KEYS_FILE} stands in the clear beside {PROTECTED_FILE}, and counts: end what was interrupted with \
             `strongroom key protect` or `strongroom key unprotect`"
        )
    })
}

/// Encrypts the text of a key file.
pub(super) fn seal(text: &[u8], passphrase: &Secret) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut recipient = scrypt::Recipient::new(phrase(passphrase));
    recipient.set_work_factor(WORK);
    age::encrypt(&recipient, text)
        .map(Zeroizing::new)
        .map_err(|error| KeyError::Unwritable { path: PROTECTED_FILE.into(), reason: error.to_string() })
}

/// Decrypts what [`seal`] made; `path` says in an error where the bytes are from.
pub(super) fn open(bytes: &[u8], passphrase: &Secret, path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let damaged = || KeyError::Damaged(path.to_owned());
    let sealed = age::Decryptor::new_buffered(bytes).map_err(|_| damaged())?;
    let mut identity = scrypt::Identity::new(phrase(passphrase));
    identity.set_max_work_factor(MOST_WORK);
    let mut reader = sealed.decrypt(std::iter::once(&identity as _)).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => KeyError::WrongPassphrase,
        DecryptError::ExcessiveWork { required, .. } => {
            KeyError::TooMuchWork { path: path.to_owned(), required, most: MOST_WORK }
        }
        // Whatever else age finds amiss is amiss with the file.
        _ => damaged(),
    })?;
    // Room for the whole text, so that the buffer does not move and leave copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader.read_to_end(&mut text).map_err(|_| damaged())?;
    file::text_of(text, || KeyText::File(path.to_owned()))
}

fn phrase(passphrase: &Secret) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}

/// What became of the files when a ring was protected.
#[derive(Debug)]
pub struct Protected {
    /// The file behind the passphrase.
    pub file: PathBuf,
    /// The file behind the passphrase of before, if there was one.
    pub kept: Option<PathBuf>,
    /// Old copies of the ring that are in the clear still.
    pub clear: Vec<PathBuf>,
}

/// Puts the ring in `folder` behind `new`; one that is behind a passphrase already is opened by `old`.
///
/// The file in the clear goes last, once what takes its place is on the disk and was opened again.
///
/// # Errors
/// There is no ring, or one that must stay in the clear: a link, behind which a server may read, or a `.jwt_secret`
/// beside it, which would stay. And what reading and writing the files ends in; then the ring is as it was.
pub fn protect(
    folder: &Path,
    options: &LoadOptions,
    old: Option<&Secret>,
    new: &Secret,
) -> Result<Protected, KeyError> {
    let (clear, sealed) = (folder.join(KEYS_FILE), folder.join(PROTECTED_FILE));
    may_protect(folder)?;
    let text = match old {
        Some(old) => open(&file::read_bytes(&sealed, options)?.bytes, old, &sealed)?,
        None => file::read(&clear, options)?.text,
    };
    file::json::parse(&text, Timestamp::now(), || KeyText::File(clear.clone()))?;
    let content = seal(text.as_bytes(), new)?;
    let kept = sealed.exists().then(|| edit::keep(&sealed)).transpose().map_err(|error| unwritable(&sealed, &error))?;
    generate::write_over(&sealed, &content).map_err(|error| unwritable(&sealed, &error))?;
    if *open(&file::read_bytes(&sealed, options)?.bytes, new, &sealed)? != *text {
        return Err(KeyError::Damaged(sealed));
    }
    if clear.exists() {
        // A server, or another of us, may have written it meanwhile.
        if *file::read(&clear, options)?.text != *text {
            return Err(KeyError::Changed(clear));
        }
        remove(&clear)?;
    }
    let clear = edit::old_copies(&clear).into_iter().filter(|copy| is_clear(copy)).collect();
    Ok(Protected { file: sealed, kept, clear })
}

/// Whether the ring in `folder` is one that may go behind a passphrase.
///
/// # Errors
/// As [`protect`].
pub fn may_protect(folder: &Path) -> Result<(), KeyError> {
    let (clear, line) = (folder.join(KEYS_FILE), folder.join(LINE_FILE));
    if clear.is_symlink() {
        return Err(KeyError::Linked(clear));
    }
    if line.exists() {
        return Err(KeyError::LineBeside(line));
    }
    if !clear.exists() && !folder.join(PROTECTED_FILE).exists() {
        return Err(KeyError::Missing(clear));
    }
    Ok(())
}

/// Puts the ring in `folder` into the clear again, and says which file holds it then. Where a file in the clear is
/// there already it counts, no passphrase is needed, and the other one is kept as an old copy.
///
/// # Errors
/// The ring is in the clear alone, the passphrase is another, or a file cannot be written.
pub fn unprotect(folder: &Path, options: &LoadOptions, passphrase: Option<&Secret>) -> Result<PathBuf, KeyError> {
    let (clear, sealed) = (folder.join(KEYS_FILE), folder.join(PROTECTED_FILE));
    if !sealed.exists() {
        return Err(KeyError::NotProtected(clear));
    }
    match passphrase {
        Some(passphrase) => {
            let text = open(&file::read_bytes(&sealed, options)?.bytes, passphrase, &sealed)?;
            generate::write_new(&clear, text.as_bytes()).map_err(|error| unwritable(&clear, &error))?;
        }
        None => drop(edit::keep(&sealed).map_err(|error| unwritable(&sealed, &error))?),
    }
    remove(&sealed)?;
    Ok(clear)
}

/// Whether an old copy is in the clear.
fn is_clear(copy: &Path) -> bool {
    let name = copy.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    !name.starts_with(PROTECTED_FILE)
}

fn remove(path: &Path) -> Result<(), KeyError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let removed = fs::remove_file(path).and_then(|()| File::open(folder)?.sync_all());
    removed.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> KeyError {
    KeyError::Unwritable { path: path.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_with_its_passphrase_alone() {
        let sealed = seal(b"CANARY", &Secret::new("right")).unwrap();
        assert!(is_sealed(&sealed) && !sealed.windows(6).any(|part| part == b"CANARY"));
        let path = Path::new("/ring");
        assert_eq!(*open(&sealed, &Secret::new("right"), path).unwrap(), "CANARY");
        assert!(matches!(open(&sealed, &Secret::new("wrong"), path), Err(KeyError::WrongPassphrase)));
        let mut cut = sealed.clone();
        cut.pop();
        assert!(matches!(open(&cut, &Secret::new("right"), path), Err(KeyError::Damaged(_))));
        assert!(matches!(open(b"[]", &Secret::new("right"), path), Err(KeyError::Damaged(_))));
    }

    #[test]
    fn a_file_that_asks_for_all_memory_is_refused_before_it_gets_any() {
        let sealed = seal(b"[]", &Secret::new("right")).unwrap();
        let end = sealed.windows(4).position(|part| part == b" 18\n").unwrap();
        let mut hard = sealed.to_vec();
        hard[end..end + 3].copy_from_slice(b" 40");
        let refused = open(&hard, &Secret::new("right"), Path::new("/ring"));
        assert!(matches!(refused, Err(KeyError::TooMuchWork { required: 40, .. })), "{refused:?}");
    }
}
