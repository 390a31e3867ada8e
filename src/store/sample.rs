//! Rows and sets for the tests of this room.

use super::{LoadedSet, NewSecret, OpenRow, Revision, Row, SealedRow};
use crate::cipher::Format;
use crate::database::{OrgId, RowId, Scope, StoredText, UserId};
use crate::keyring::KeyId;
use crate::secret::{Secret, SecretName};
use std::sync::Arc;

pub(super) fn named(name: &str) -> SecretName {
    SecretName::from_stored(name.to_owned())
}

fn text(plaintext: &str) -> Arc<Secret> {
    Arc::new(Secret::new(plaintext))
}

pub(super) fn open(id: i64, name: &str, value: &str, description: Option<&str>) -> Row {
    Row::Open(OpenRow {
        id: RowId(id),
        name: named(name),
        value: text(value),
        description: description.map(text),
        format: Format::Fernet,
        key: KeyId("k".to_owned()),
    })
}

pub(super) fn sealed(id: i64, name: &str, stored: &str) -> Row {
    Row::Sealed(SealedRow {
        id: RowId(id),
        name: named(name),
        value: StoredText::new(stored.to_owned()),
        description: None,
    })
}

pub(super) fn secret(name: &str, value: &str, description: Option<&str>) -> NewSecret {
    NewSecret { name: named(name), value: text(value), description: description.map(text) }
}

pub(super) fn set(rows: Vec<Row>) -> LoadedSet {
    let scope = Scope::Personal { org: OrgId::new("org-123"), user: UserId::new("user-456") };
    LoadedSet { revision: Revision::of(&scope, &[]), scope, rows }
}
