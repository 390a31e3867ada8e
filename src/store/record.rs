//! What is kept and recorded of a store, beside the set itself.

use super::saas::Stored;
use super::{Base, NewSet, Revision, StoreConfig, StoreError};
use crate::audit::{Action, Event};
use crate::database::{Keep, Replacement, Scope, StoredRow};
use jiff::{SignedDuration, Timestamp};

/// The names that a replacement touches, each once.
pub(super) fn names_of(rows: &[StoredRow], replacement: &Replacement) -> Vec<String> {
    let gone = rows.iter().filter(|row| replacement.delete.contains(&row.id)).map(|row| row.name.clone());
    let mut names: Vec<String> = gone.chain(replacement.insert.iter().map(|row| row.name.clone())).collect();
    names.sort();
    names.dedup();
    names
}

/// The revision that a change is based on.
pub(super) fn base_of(new: &NewSet) -> Revision {
    match &new.base {
        Base::Strict(revision) => *revision,
        Base::Loaded(set) => set.revision,
    }
}

/// What a store does, as the trail calls it; a restore says of which kept set.
pub(super) fn done(scope: &Scope, new: &NewSet, note: Option<String>) -> Event {
    match new.restores {
        None => Event { detail: note, ..Event::of(Action::Commit, scope) },
        Some(id) => {
            let kept = format!("kept set {id}");
            let detail = Some(note.map_or_else(|| kept.clone(), |note| format!("{kept}: {note}")));
            Event { detail, ..Event::of(Action::Restore, scope) }
        }
    }
}

/// What a store came to, for the trail.
pub(super) fn outcome(scope: &Scope, new: &NewSet, result: &Result<Stored, StoreError>, note: Option<String>) -> Event {
    match result {
        Ok(stored) => Event {
            names: stored.touched.clone(),
            before: Some(stored.before.to_string()),
            after: Some(stored.set.revision.to_string()),
            ..done(scope, new, note)
        },
        Err(StoreError::Conflict { current }) => Event {
            before: Some(base_of(new).to_string()),
            after: Some(current.to_string()),
            ..Event::of(Action::Conflict, scope)
        },
        Err(error) => Event { detail: Some(error.to_string()), ..Event::of(Action::Failure, scope) },
    }
}

/// What is written beside a commit.
pub(super) fn keep(config: &StoreConfig, new: &NewSet, note: Option<&String>, revision: Revision) -> Keep {
    let now = Timestamp::now();
    let (versions, days) = config.keeps();
    let oldest = now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
    Keep {
        made_at: Keep::time(now),
        operator: config.operator().to_owned(),
        note: note.cloned().or_else(|| new.restores.map(|id| format!("restored {id}"))),
        revision: revision.to_string(),
        versions,
        oldest: Keep::time(oldest),
    }
}
