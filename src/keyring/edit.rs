//! Rewrites of a `.keys` file: a key is added, made to write, made to read only, or removed, and every other byte stays.
//!
//! The new file takes the place of the old one at once, behind whatever links, with its owner, group and mode. The old
//! one stays beside it under another name; where a passphrase guards the one, it guards the other. Times without a zone
//! get one: the server fails over a mix.

use super::error::{KeyError, KeyText};
use super::file::json::{self, Ordered};
use super::file::{self, KEYS_FILE};
use super::generate::entry_text;
use super::protect::{self, PROTECTED_FILE};
use super::source::LoadOptions;
use super::{Key, KeyId, KeyOrigin};
use crate::secret::Secret;
use jiff::Timestamp;
use serde_json::value::RawValue;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::ops::Range;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What is to be done to a key file.
#[derive(Debug)]
pub enum KeyChange<'k> {
    /// Add a key behind the others.
    Add(&'k Key),
    /// Let a key write.
    Activate(&'k KeyId),
    /// Let a key read only.
    Deactivate(&'k KeyId),
    /// Take a key out.
    Remove(&'k KeyId),
}

/// The file that a change of the ring goes into; `None` where a ring is never rewritten: one line of text, a variable, a
/// command, a prompt.
pub fn rewritable(origin: &KeyOrigin) -> Option<PathBuf> {
    match origin {
        KeyOrigin::KeysFile(path) => Some(path.clone()),
        KeyOrigin::Folder(folder) | KeyOrigin::DataDirectory(folder) => {
            Some(folder.join(KEYS_FILE)).filter(|path| path.exists())
        }
        KeyOrigin::Protected(folder) => Some(folder.join(PROTECTED_FILE)),
        KeyOrigin::LineFile(_)
        | KeyOrigin::Environment
        | KeyOrigin::Command(_)
        | KeyOrigin::Prompt
        | KeyOrigin::Nowhere => None,
    }
}

/// Makes all of `changes` to the key file at `path`, in one rewrite, and says where the old file is now. One that a
/// `passphrase` opens is encrypted under it again.
///
/// # Errors
/// [`KeyError::KeyExists`], [`KeyError::NoSuchKey`], [`KeyError::LastActive`], [`KeyError::Changed`] if somebody else
/// wrote the file meanwhile, [`KeyError::Unwritable`], and what reading it ends in. Then the file is as it was.
pub fn rewrite(
    path: &Path,
    passphrase: Option<&Secret>,
    changes: &[KeyChange<'_>],
    options: &LoadOptions,
) -> Result<PathBuf, KeyError> {
    let unwritable = |error: &io::Error| KeyError::Unwritable { path: path.to_owned(), reason: error.to_string() };
    let real = fs::canonicalize(path).map_err(|error| unwritable(&error))?;
    let source = || KeyText::File(path.to_owned());
    let old = file::read_bytes(&real, options)?.bytes;
    let mut new = match passphrase {
        Some(passphrase) => protect::open(&old, passphrase, path)?,
        None => file::read(&real, options)?.text,
    };
    for change in changes {
        new = changed(&new, change, &source)?;
    }
    let found = json::parse(&new, Timestamp::now(), source)?;
    if !found.keys.iter().any(|key| key.active) {
        return Err(KeyError::LastActive);
    }
    let content = match passphrase {
        Some(passphrase) => protect::seal(new.as_bytes(), passphrase)?,
        None => Zeroizing::new(new.as_bytes().to_vec()),
    };
    let replace = || {
        let folder = real.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".strongroom-").tempfile_in(folder)?;
        let metadata = fs::metadata(&real)?;
        let ours = file.as_file().metadata()?;
        if (ours.uid(), ours.gid()) != (metadata.uid(), metadata.gid()) {
            fchown(file.as_file(), Some(metadata.uid()), Some(metadata.gid()))?;
        }
        file.as_file().set_permissions(fs::Permissions::from_mode(metadata.mode() & 0o7777))?;
        file.write_all(&content)?;
        file.as_file().sync_all()?;
        let kept = keep(&real)?;
        file.persist(&real).map_err(|error| error.error)?;
        File::open(folder)?.sync_all()?;
        Ok::<_, io::Error>(kept)
    };
    if *file::read_bytes(&real, options)?.bytes != *old {
        return Err(KeyError::Changed(path.to_owned()));
    }
    replace().map_err(|error| unwritable(&error))
}

/// The old copies of the key file at `path`, oldest first: those in the clear, and those behind a passphrase.
pub fn old_copies(path: &Path) -> Vec<PathBuf> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (Some(folder), Some(name)) = (real.parent(), real.file_name().and_then(|name| name.to_str())) else {
        return Vec::new();
    };
    let clear = name.strip_suffix(".age").unwrap_or(name);
    let prefixes = [format!("{clear}.before-"), format!("{clear}.age.before-")];
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_copy = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        prefixes.iter().any(|prefix| name.starts_with(prefix))
    };
    let mut copies: Vec<PathBuf> = files.filter(is_copy).collect();
    copies.sort();
    copies
}

/// Gives the file a second name, under which it stays.
pub(super) fn keep(path: &Path) -> io::Result<PathBuf> {
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%S%.6fZ");
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".before-{now}"));
    let kept = PathBuf::from(name);
    fs::hard_link(path, &kept)?;
    Ok(kept)
}

/// The text of the file after the change.
fn changed(text: &str, change: &KeyChange<'_>, source: &impl Fn() -> KeyText) -> Result<Zeroizing<String>, KeyError> {
    let keys = json::parse(text, Timestamp::now(), source)?.keys;
    let bad =
        |error: serde_json::Error| KeyError::NotKeys { text: source(), line: error.line(), column: error.column() };
    let entries: Vec<&RawValue> = serde_json::from_str(text).map_err(bad)?;
    let places: Vec<Range<usize>> = entries.iter().map(|entry| place(text, entry.get())).collect();
    let mut edits: Vec<(Range<usize>, Zeroizing<String>)> = Vec::new();
    let mut hits = 0;
    for (at, (key, entry)) in keys.iter().zip(&entries).enumerate() {
        let Ordered(members) = serde_json::from_str(entry.get()).map_err(bad)?;
        let wanted = match change {
            KeyChange::Add(new) if new.id == key.id => return Err(KeyError::KeyExists(key.id.clone())),
            KeyChange::Remove(id) if **id == key.id => {
                hits += 1;
                edits.push((with_comma(&places, at), Zeroizing::default()));
                continue;
            }
            KeyChange::Activate(id) if **id == key.id => Some(true),
            KeyChange::Deactivate(id) if **id == key.id => Some(false),
            _ => None,
        };
        hits += usize::from(wanted.is_some());
        let member = |name: &str| members.iter().rev().find(|(known, _)| known == name).map(|(_, raw)| raw.get());
        if let Some(active) = wanted {
            edits.push(if let Some(raw) = member("active") {
                (place(text, raw), Zeroizing::new(active.to_string()))
            } else {
                let end = places.get(at).map_or(text.len(), |place| place.end) - 1;
                (end..end, Zeroizing::new(format!(", \"active\": {active}")))
            });
        }
        if let Some(raw) = member("created_at").filter(|raw| json::is_naive_time(raw)) {
            let zoned = format!("\"{}\"", key.created_at);
            edits.push((place(text, raw), Zeroizing::new(zoned)));
        }
    }
    match change {
        KeyChange::Add(key) => {
            let entry = entry_text(key)?;
            let end = places.last().map_or_else(|| text.find('[').map_or(0, |at| at + 1), |last| last.end);
            let comma = if places.is_empty() { "\n" } else { ",\n" };
            edits.push((end..end, Zeroizing::new([comma, &entry].concat())));
        }
        KeyChange::Activate(id) | KeyChange::Deactivate(id) | KeyChange::Remove(id) if hits == 0 => {
            return Err(KeyError::NoSuchKey((*id).clone()));
        }
        KeyChange::Activate(_) | KeyChange::Deactivate(_) | KeyChange::Remove(_) => {}
    }
    Ok(spliced(text, edits))
}

/// Where a part of the text, as the parser hands it out, stands in it.
fn place(text: &str, part: &str) -> Range<usize> {
    let from = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    from..from + part.len()
}

/// An entry with the comma that has to go with it.
fn with_comma(places: &[Range<usize>], at: usize) -> Range<usize> {
    let here = places.get(at).cloned().unwrap_or_default();
    match (at.checked_sub(1).and_then(|before| places.get(before)), places.get(at + 1)) {
        (Some(before), _) => before.end..here.end,
        (None, Some(next)) => here.start..next.start,
        (None, None) => here,
    }
}

fn spliced(text: &str, mut edits: Vec<(Range<usize>, Zeroizing<String>)>) -> Zeroizing<String> {
    edits.sort_by_key(|(range, _)| range.start);
    let room = text.len() + edits.iter().map(|(_, new)| new.len()).sum::<usize>();
    let mut new = Zeroizing::new(String::with_capacity(room));
    let mut done = 0;
    for (range, replacement) in &edits {
        new.push_str(text.get(done..range.start).unwrap_or_default());
        new.push_str(replacement);
        done = range.end;
    }
    new.push_str(text.get(done..).unwrap_or_default());
    new
}
