//! What a walk through a rotation does to the key ring: adds a key that reads only, lets it write, retires and removes
//! the others. Each answers with the ring as it is then.

use super::RotationError;
use crate::config::file::RotationSetting;
use crate::keyring::source::secret_of_command;
use crate::keyring::{self, Key, KeyChange, KeyError, KeyId, KeyOrigin, KeyRing, KeySource, LoadOptions};
use crate::secret::Secret;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// Where the ring comes from, and what else a rotation has to know of the settings.
#[derive(Debug)]
pub struct Keeper {
    /// Where the ring comes from.
    pub source: KeySource,
    /// How it is fetched.
    pub options: LoadOptions,
    /// What is rotated besides the secrets.
    pub setting: RotationSetting,
    /// The folder for locks, and for a new key file where there is none to rewrite.
    pub folder: PathBuf,
}

/// A key to rotate to.
#[derive(Debug)]
pub enum NewKey {
    /// One that is made now: 32 random bytes.
    Generated,
    /// This secret.
    Secret(Secret),
    /// The one key of a file.
    File(PathBuf),
    /// The output of a command.
    Command(Vec<String>),
}

/// What became of a new key.
#[derive(Debug)]
pub struct Added {
    /// Its id.
    pub id: KeyId,
    /// The file in which it stands now.
    pub file: PathBuf,
    /// Where the old file is, if there was one.
    pub kept: Option<PathBuf>,
    /// Whether the file is a new one: the servers have to be pointed at it.
    pub is_new_file: bool,
}

impl Keeper {
    /// The ring as it is now, without asking anybody.
    fn load(&self, ring: &KeyRing) -> Result<KeyRing, KeyError> {
        keyring::reload(&self.source, &self.options, ring)
    }

    /// Adds a key that reads only to the ring's file; where that is never rewritten, to a new file that holds all of
    /// `ring`, from which the ring comes from then on.
    ///
    /// # Errors
    /// What reading the new key, or writing the file, ends in.
    pub fn add(&mut self, ring: &KeyRing, new: NewKey) -> Result<(Added, KeyRing), KeyError> {
        let key = Key { active: false, ..self.key_of(new)? };
        let id = key.id.clone();
        if let Some(path) = keyring::rewritable(ring.origin()) {
            let kept = keyring::rewrite(&path, ring.passphrase(), &[KeyChange::Add(&key)], &self.options)?;
            let added = Added { id, file: path, kept: Some(kept), is_new_file: false };
            return Ok((added, self.load(ring)?));
        }
        if ring.keys().iter().any(|known| known.id == id) {
            return Err(KeyError::KeyExists(id));
        }
        let file = match ring.origin() {
            KeyOrigin::LineFile(path) => path.with_file_name(".keys"),
            KeyOrigin::Folder(folder) | KeyOrigin::DataDirectory(folder) => folder.join(".keys"),
            KeyOrigin::KeysFile(_)
            | KeyOrigin::Environment
            | KeyOrigin::Command(_)
            | KeyOrigin::Prompt
            | KeyOrigin::Protected(_)
            | KeyOrigin::Nowhere => {
                self.folder.join(Timestamp::now().strftime("rotation-%Y%m%dT%H%M%SZ.keys").to_string())
            }
        };
        keyring::create_file(&file, ring.keys().iter().chain([&key]))?;
        self.source = KeySource::File(file.clone());
        Ok((Added { id, file, kept: None, is_new_file: true }, self.load(ring)?))
    }

    fn key_of(&self, new: NewKey) -> Result<Key, KeyError> {
        let now = Timestamp::now();
        let secret = match new {
            NewKey::Generated => return keyring::generate(None, now),
            NewKey::Secret(secret) => secret,
            NewKey::Command(words) => secret_of_command(&words, self.options.deadline)?,
            NewKey::File(path) => {
                let mut keys = keyring::load(&KeySource::File(path.clone()), &self.options)?.into_keys();
                let key = keys.pop().filter(|_| keys.is_empty()).ok_or(KeyError::NotOneKey(path))?;
                return Ok(Key { created_at: now, ..key });
            }
        };
        Ok(Key { id: KeyId::derived(&secret), secret, active: true, notes: None, created_at: now })
    }

    /// Makes `changes` to the ring's file.
    ///
    /// # Errors
    /// [`KeyError::NotRewritten`], and what writing the file ends in.
    pub fn change(&self, ring: &KeyRing, changes: &[KeyChange<'_>]) -> Result<KeyRing, KeyError> {
        keyring::rewrite(&self.file(ring)?, ring.passphrase(), changes, &self.options)?;
        self.load(ring)
    }

    /// Lets `to` write, and every other key read only.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub fn retire(&self, ring: &KeyRing, to: &KeyId) -> Result<KeyRing, KeyError> {
        let others =
            ring.keys().iter().filter(|key| key.active && key.id != *to).map(|key| KeyChange::Deactivate(&key.id));
        self.change(ring, &std::iter::once(KeyChange::Activate(to)).chain(others).collect::<Vec<_>>())
    }

    /// The file that is rewritten.
    ///
    /// # Errors
    /// [`KeyError::NotRewritten`].
    pub fn file(&self, ring: &KeyRing) -> Result<PathBuf, KeyError> {
        keyring::rewritable(ring.origin()).ok_or(KeyError::NotRewritten(ring.origin().in_words()))
    }

    /// Deletes the old copies of the key file, in which removed keys still stand; how many there were.
    ///
    /// # Errors
    /// [`KeyError::Unwritable`] for the first that stays.
    pub fn delete_copies(path: &Path) -> Result<usize, KeyError> {
        let copies = keyring::old_copies(path);
        for copy in &copies {
            std::fs::remove_file(copy)
                .map_err(|error| KeyError::Unwritable { path: copy.clone(), reason: error.to_string() })?;
        }
        Ok(copies.len())
    }
}

/// Why a key stays in the ring, if it does: what opens only under it, or what nobody could look at.
///
/// # Errors
/// [`RotationError::Needed`] and [`RotationError::Hidden`].
pub fn may_remove(inventory: &super::Inventory, id: &KeyId) -> Result<(), RotationError> {
    if !inventory.hidden.is_empty() {
        return Err(RotationError::Hidden { columns: inventory.hidden.join(", "), key: id.clone() });
    }
    match inventory.need(id).0 {
        0 => Ok(()),
        rows => Err(RotationError::Needed { rows, key: id.clone() }),
    }
}
