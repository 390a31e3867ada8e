//! The three-way merge: what both sides made of one set, name by name.
//!
//! A name that one side alone changed is that side's; one that both changed in the same way is both's. All else is for
//! the operator to decide: two different changes, and a removal against a change. Values are compared here and never
//! shown; how they are encrypted does not count, and a missing description is an empty one.

use super::{LoadedSet, NewSecret};
use crate::secret::{Secret, SecretName, same_description};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What stands under a name in one of the three sets.
#[derive(Debug, Clone)]
pub struct Version {
    /// The value.
    pub value: Arc<Secret>,
    /// The description.
    pub description: Option<Arc<Secret>>,
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && same_description(self.description.as_deref(), other.description.as_deref())
    }
}

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is stored now.
    Theirs,
    /// What the operator wants.
    Mine,
}

/// What the merge says about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Neither side touched it.
    Untouched,
    /// One side alone changed it.
    One(Side),
    /// Both changed it in the same way.
    Both,
    /// Both changed it differently, or one removed what the other changed: somebody has to choose.
    Conflict,
}

/// A name in the three sets; `None` where it is not there.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The name.
    pub name: SecretName,
    /// What both sides started from.
    pub base: Option<Version>,
    /// What is stored now.
    pub theirs: Option<Version>,
    /// What the operator wants.
    pub mine: Option<Version>,
}

impl Entry {
    /// What the merge says about this name.
    pub fn outcome(&self) -> Outcome {
        match (self.theirs == self.base, self.mine == self.base) {
            (true, true) => Outcome::Untouched,
            (true, false) => Outcome::One(Side::Mine),
            (false, true) => Outcome::One(Side::Theirs),
            (false, false) if self.theirs == self.mine => Outcome::Both,
            (false, false) => Outcome::Conflict,
        }
    }

    /// What `side` has under this name.
    pub fn of(&self, side: Side) -> Option<&Version> {
        match side {
            Side::Theirs => self.theirs.as_ref(),
            Side::Mine => self.mine.as_ref(),
        }
    }
}

/// Three sets, name by name: theirs in their order, then what mine adds, then what is gone from both.
#[derive(Debug, Clone, Default)]
pub struct Merge {
    /// One entry a name.
    pub entries: Vec<Entry>,
}

impl Merge {
    /// Compares three sets. Of several rows of one name the latest counts; sealed rows are not merged but kept.
    pub fn new(base: &[NewSecret], theirs: &LoadedSet, mine: &[NewSecret]) -> Self {
        let theirs = theirs.to_secrets();
        let (base, stored, wanted) = (by_name(base), by_name(&theirs), by_name(mine));
        let mut seen = HashSet::new();
        let names = theirs.iter().chain(mine).map(|secret| &secret.name).chain(base.keys().copied());
        let version = |set: &HashMap<&SecretName, &NewSecret>, name: &SecretName| {
            let secret = set.get(name)?;
            Some(Version { value: Arc::clone(&secret.value), description: secret.description.clone() })
        };
        let entries = names.filter(|name| seen.insert((*name).clone())).map(|name| Entry {
            name: name.clone(),
            base: version(&base, name),
            theirs: version(&stored, name),
            mine: version(&wanted, name),
        });
        Self { entries: entries.collect() }
    }

    /// The names that somebody has to choose for.
    pub fn conflicts(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.outcome() == Outcome::Conflict)
    }

    /// The merged set, where `choose` names a side for each conflict.
    ///
    /// # Errors
    /// The names for which it did not.
    pub fn resolve(&self, choose: impl Fn(&SecretName) -> Option<Side>) -> Result<Vec<NewSecret>, Vec<SecretName>> {
        let mut undecided = Vec::new();
        let mut merged = Vec::new();
        for entry in &self.entries {
            let side = match entry.outcome() {
                Outcome::Untouched | Outcome::Both | Outcome::One(Side::Mine) => Side::Mine,
                Outcome::One(Side::Theirs) => Side::Theirs,
                Outcome::Conflict => {
                    let Some(side) = choose(&entry.name) else {
                        undecided.push(entry.name.clone());
                        continue;
                    };
                    side
                }
            };
            merged.extend(entry.of(side).map(|version| NewSecret {
                name: entry.name.clone(),
                value: Arc::clone(&version.value),
                description: version.description.clone(),
            }));
        }
        if undecided.is_empty() { Ok(merged) } else { Err(undecided) }
    }
}

/// The latest secret of each name.
fn by_name(secrets: &[NewSecret]) -> HashMap<&SecretName, &NewSecret> {
    secrets.iter().map(|secret| (&secret.name, secret)).collect()
}

#[cfg(test)]
mod tests;
