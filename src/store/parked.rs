//! A form's set while nobody may look: everything that was plaintext, encrypted under a key of the ring.

use super::set::{Base, DropSealed, LoadedSet, NewSecret, NewSet, OpenRow, Row, SealedRow};
use super::{Revision, StoreConfig};
use crate::cipher::{Cipher, CipherError, Format};
use crate::database::{RowId, Scope, StoredText};
use crate::keyring::KeyId;
use crate::secret::{Secret, SecretName};
use std::sync::Arc;

/// A loaded set and what a form made of it, encrypted. It is opened by any ring that holds the key.
#[derive(Debug)]
pub struct Parked {
    scope: Scope,
    revision: Revision,
    rows: Vec<ParkedRow>,
    secrets: Vec<(SecretName, Text)>,
    drop_sealed: DropSealed,
    restores: Option<i64>,
}

#[derive(Debug)]
enum ParkedRow {
    Open { id: RowId, name: SecretName, text: Text, format: Format, key: KeyId },
    Sealed(SealedRow),
}

/// A value and a description.
#[derive(Debug)]
struct Text {
    value: StoredText,
    description: Option<StoredText>,
}

impl Text {
    fn seal(
        cipher: &Cipher,
        key: &KeyId,
        value: &Secret,
        description: Option<&Arc<Secret>>,
    ) -> Result<Self, CipherError> {
        let seal = |text: &Secret| cipher.seal_under(key, Format::Fernet, text);
        Ok(Self { value: seal(value)?, description: description.map(|text| seal(text)).transpose()? })
    }

    fn open(&self, cipher: &Cipher) -> Option<(Arc<Secret>, Option<Arc<Secret>>)> {
        let open = |text: &StoredText| cipher.open(text).map(|opened| Arc::new(opened.plaintext));
        let description = match &self.description {
            None => None,
            Some(text) => Some(open(text)?),
        };
        Some((open(&self.value)?, description))
    }
}

impl Parked {
    /// Encrypts `new` and the set that it is based on. What they share in plaintext is the caller's to drop.
    ///
    /// # Errors
    /// The ring has no key, or the system no random bytes.
    pub fn seal(config: &StoreConfig, base: &LoadedSet, new: &NewSet) -> Result<Self, CipherError> {
        let cipher = config.cipher();
        let key = &config.ring().keys().first().ok_or(CipherError::NoWriter)?.id;
        let row = |row: &Row| {
            Ok(match row {
                Row::Sealed(row) => ParkedRow::Sealed(row.clone()),
                Row::Open(row) => ParkedRow::Open {
                    id: row.id,
                    name: row.name.clone(),
                    text: Text::seal(cipher, key, &row.value, row.description.as_ref())?,
                    format: row.format,
                    key: row.key.clone(),
                },
            })
        };
        let secret = |secret: &NewSecret| {
            Ok((secret.name.clone(), Text::seal(cipher, key, &secret.value, secret.description.as_ref())?))
        };
        Ok(Self {
            scope: base.scope.clone(),
            revision: base.revision,
            rows: base.rows.iter().map(row).collect::<Result<_, CipherError>>()?,
            secrets: new.secrets.iter().map(secret).collect::<Result<_, CipherError>>()?,
            drop_sealed: new.drop_sealed.clone(),
            restores: new.restores,
        })
    }

    /// Decrypts both again; `None` if the ring is another one by now.
    pub fn open(&self, config: &StoreConfig) -> Option<(Arc<LoadedSet>, NewSet)> {
        let cipher = config.cipher();
        let row = |row: &ParkedRow| {
            Some(match row {
                ParkedRow::Sealed(row) => Row::Sealed(row.clone()),
                ParkedRow::Open { id, name, text, format, key } => {
                    let (value, description) = text.open(cipher)?;
                    Row::Open(OpenRow {
                        id: *id,
                        name: name.clone(),
                        value,
                        description,
                        format: *format,
                        key: key.clone(),
                    })
                }
            })
        };
        let secret = |(name, text): &(SecretName, Text)| {
            let (value, description) = text.open(cipher)?;
            Some(NewSecret { name: name.clone(), value, description })
        };
        let rows = self.rows.iter().map(row).collect::<Option<_>>()?;
        let base = Arc::new(LoadedSet { scope: self.scope.clone(), revision: self.revision, rows });
        let secrets = self.secrets.iter().map(secret).collect::<Option<_>>()?;
        let new = NewSet {
            secrets,
            base: Base::Loaded(Arc::clone(&base)),
            drop_sealed: self.drop_sealed.clone(),
            restores: self.restores,
        };
        Some((base, new))
    }
}
