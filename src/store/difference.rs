//! What one set has that another has not, without showing a value.

use super::{DropSealed, LoadedSet, NewSecret, OpenRow};
use crate::secret::{SecretName, same_description};
use std::collections::{HashMap, HashSet};

/// One line of a review. Values and descriptions are compared here and never shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A name that was not there.
    Added(SecretName),
    /// The name stays, the value or the description does not.
    Changed {
        /// The name.
        name: SecretName,
        /// Whether the value differs.
        value: bool,
        /// Whether the description differs.
        description: bool,
    },
    /// The same value under another name.
    Renamed {
        /// The name before.
        from: SecretName,
        /// The name after.
        to: SecretName,
        /// Whether the description differs as well.
        description: bool,
    },
    /// A row that is no longer there.
    Removed(SecretName),
    /// Nothing about it changes.
    Kept(SecretName),
    /// A sealed row that stays as it is.
    SealedKept(SecretName),
    /// A sealed row that goes.
    SealedDropped(SecretName),
}

/// All changes from a loaded set to a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// One entry a secret: the new set's in its order, then what is removed, then the sealed rows.
    pub changes: Vec<Change>,
}

impl Difference {
    /// Compares the rows of `before` with the secrets that are to stand.
    ///
    /// A secret is the successor of the latest row of its name. One without a predecessor is a renamed row if a row
    /// that goes has the same, non-empty value.
    pub fn between(before: &LoadedSet, after: &[NewSecret], drop: &DropSealed) -> Self {
        let names: HashSet<&SecretName> = after.iter().map(|secret| &secret.name).collect();
        let latest: HashMap<&SecretName, &OpenRow> = before.open_rows().map(|row| (&row.name, row)).collect();
        let is_latest = |row: &OpenRow| latest.get(&row.name).is_some_and(|last| last.id == row.id);
        let mut going: Vec<&OpenRow> =
            before.open_rows().filter(|row| !names.contains(&row.name) || !is_latest(row)).collect();

        let mut changes: Vec<Change> = after
            .iter()
            .map(|secret| match latest.get(&secret.name) {
                Some(row) => succession(row, secret),
                None => arrival(&mut going, &names, secret),
            })
            .collect();
        changes.extend(going.into_iter().map(|row| Change::Removed(row.name.clone())));
        changes.extend(before.sealed_rows().map(|row| {
            let name = row.name.clone();
            if drop.names(row) { Change::SealedDropped(name) } else { Change::SealedKept(name) }
        }));
        Self { changes }
    }

    /// Compares two sets of which neither follows the other: by name, without renames. `b`'s order, then what is in `a`
    /// alone.
    pub fn of_secrets(a: &[NewSecret], b: &[NewSecret]) -> Self {
        let by_name = |set: &[NewSecret]| -> HashMap<SecretName, NewSecret> {
            set.iter().map(|secret| (secret.name.clone(), secret.clone())).collect()
        };
        let (in_a, in_b) = (by_name(a), by_name(b));
        let mut seen = HashSet::new();
        let names = b.iter().chain(a).map(|secret| &secret.name).filter(|name| seen.insert((*name).clone()));
        let changes = names.filter_map(|name| match (in_a.get(name), in_b.get(name)) {
            (None, None) => None,
            (Some(_), None) => Some(Change::Removed(name.clone())),
            (None, Some(_)) => Some(Change::Added(name.clone())),
            (Some(one), Some(other)) => {
                let value = one.value != other.value;
                let description = !same_description(one.description.as_deref(), other.description.as_deref());
                let name = name.clone();
                Some(if value || description {
                    Change::Changed { name, value, description }
                } else {
                    Change::Kept(name)
                })
            }
        });
        Self { changes: changes.collect() }
    }

    /// Whether storing the new set would change nothing that an operator can see.
    pub fn is_empty(&self) -> bool {
        self.changes.iter().all(|change| matches!(change, Change::Kept(_) | Change::SealedKept(_)))
    }
}

/// What became of a row whose name stays.
fn succession(row: &OpenRow, secret: &NewSecret) -> Change {
    let value = secret.value != row.value;
    let description = !same_description(secret.description.as_deref(), row.description.as_deref());
    let name = secret.name.clone();
    if value || description { Change::Changed { name, value, description } } else { Change::Kept(name) }
}

/// Where a secret with a new name comes from; a row that it was renamed from is taken out of those that go.
fn arrival(going: &mut Vec<&OpenRow>, names: &HashSet<&SecretName>, secret: &NewSecret) -> Change {
    let origin = going
        .iter()
        .position(|row| !names.contains(&row.name) && !secret.value.is_empty() && row.value == secret.value);
    match origin {
        None => Change::Added(secret.name.clone()),
        Some(at) => {
            let row = going.remove(at);
            Change::Renamed {
                from: row.name.clone(),
                to: secret.name.clone(),
                description: !same_description(secret.description.as_deref(), row.description.as_deref()),
            }
        }
    }
}

#[cfg(test)]
mod tests;
