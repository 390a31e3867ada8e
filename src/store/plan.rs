//! Which rows stay, which go and which come, for the set that stands to become the new one.

use super::{DropSealed, NewSecret, OpenRow, Row, SealedRow, StoreError};
use crate::database::RowId;
use crate::secret::{SecretName, same_description};
use std::collections::{HashMap, HashSet};

/// What a delete-and-replace does, before anything is encrypted.
#[derive(Debug, Default)]
pub(super) struct Plan<'n> {
    /// Rows that go, in order.
    pub(super) delete: Vec<RowId>,
    /// Rows that stay as they are, but for a NULL description that becomes the encrypted empty text.
    pub(super) describe: Vec<RowId>,
    /// Secrets that come, in order.
    pub(super) insert: Vec<&'n NewSecret>,
}

impl<'n> Plan<'n> {
    /// Compares what stands with what is to stand. A row whose name, value and description the new set holds stays;
    /// of several such rows the latest does, the one that the server itself would read.
    ///
    /// # Errors
    /// A name that cannot be written, stands twice, or belongs to a sealed row that stays; a sealed row to drop that
    /// is not there.
    pub(super) fn new(standing: &[Row], secrets: &'n [NewSecret], drop: &DropSealed) -> Result<Self, StoreError> {
        let mut wanted = by_name(secrets)?;
        drop.check(standing)?;
        let mut plan = Self::default();
        let mut sealed_names = HashSet::new();
        for row in standing.iter().rev() {
            match row {
                Row::Open(row) if wanted.get(&row.name).is_some_and(|secret| holds(secret, row)) => {
                    wanted.remove(&row.name);
                    if row.description.is_none() {
                        plan.describe.push(row.id);
                    }
                }
                Row::Open(row) => plan.delete.push(row.id),
                Row::Sealed(row) if drop.names(row) => plan.delete.push(row.id),
                Row::Sealed(row) => {
                    sealed_names.insert(&row.name);
                }
            }
        }
        plan.delete.reverse();
        plan.describe.reverse();
        for secret in secrets.iter().filter(|secret| wanted.contains_key(&secret.name)) {
            SecretName::new(secret.name.as_str())?;
            if sealed_names.contains(&secret.name) {
                return Err(StoreError::SealedName(secret.name.clone()));
            }
            plan.insert.push(secret);
        }
        Ok(plan)
    }
}

impl Plan<'_> {
    /// Whether the new set stands already.
    pub(super) fn is_empty(&self) -> bool {
        self.delete.is_empty() && self.describe.is_empty() && self.insert.is_empty()
    }
}

/// The secrets by their names, each of which may stand once.
fn by_name(secrets: &[NewSecret]) -> Result<HashMap<&SecretName, &NewSecret>, StoreError> {
    let mut wanted = HashMap::with_capacity(secrets.len());
    for secret in secrets {
        if wanted.insert(&secret.name, secret).is_some() {
            return Err(StoreError::DuplicateName(secret.name.clone()));
        }
    }
    Ok(wanted)
}

/// Whether the new secret is what the row, of the same name, already says.
fn holds(secret: &NewSecret, row: &OpenRow) -> bool {
    secret.value == row.value && same_description(secret.description.as_deref(), row.description.as_deref())
}

impl DropSealed {
    /// Whether the operator named this row.
    pub fn names(&self, row: &SealedRow) -> bool {
        match self {
            Self::Keep => false,
            Self::All => true,
            Self::Named(name) => *name == row.name,
            Self::Rows(ids) => ids.contains(&row.id),
        }
    }

    /// A row that is named must be there, and sealed.
    fn check(&self, standing: &[Row]) -> Result<(), StoreError> {
        let sealed = |wanted: &dyn Fn(&SealedRow) -> bool| {
            standing.iter().any(|row| matches!(row, Row::Sealed(row) if wanted(row)))
        };
        match self {
            Self::Keep | Self::All => Ok(()),
            Self::Named(name) if sealed(&|row| row.name == *name) => Ok(()),
            Self::Named(name) => Err(StoreError::NotSealed(name.to_string())),
            Self::Rows(ids) => match ids.iter().find(|id| !sealed(&|row| row.id == **id)) {
                None => Ok(()),
                Some(RowId(id)) => Err(StoreError::NotSealed(format!("with id {id}"))),
            },
        }
    }
}

#[cfg(test)]
mod tests;
