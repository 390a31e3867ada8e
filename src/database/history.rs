//! Kept sets: what each commit replaced, as ciphertext, in tables of our own.

use super::{OrgId, Scope, StoredRow, UserId};

/// What is written beside a commit, in its transaction, where the tables for it exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    /// When, as [`Keep::time`] writes it.
    pub made_at: String,
    /// Who.
    pub operator: String,
    /// Why, if somebody said so.
    pub note: Option<String>,
    /// The revision of the set that is kept.
    pub revision: String,
    /// How many kept sets of a scope stay at most.
    pub versions: usize,
    /// Kept sets of the scope from before this time go.
    pub oldest: String,
}

impl Keep {
    /// A time as the tables hold it: UTC, to the second, so that texts compare as times do.
    pub fn time(at: jiff::Timestamp) -> String {
        at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// A kept set, without its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSet {
    /// Its number, by which it is named.
    pub id: i64,
    /// Whose set it was.
    pub scope: Scope,
    /// When it was replaced, in UTC: `2026-11-24T13:29:33Z`.
    pub made_at: String,
    /// Who replaced it.
    pub operator: String,
    /// Why, if somebody said so.
    pub note: Option<String>,
    /// Its revision.
    pub revision: String,
    /// How many rows it had.
    pub rows: u64,
}

/// A kept set with its rows.
#[derive(Debug, Clone)]
pub struct KeptRows {
    /// Whose set it was.
    pub scope: Scope,
    /// Its rows, numbered in their order.
    pub rows: Vec<StoredRow>,
}

/// Which kept sets go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purge {
    /// Those of one scope, or of all; if a time is given, only what is older.
    Of {
        /// Whose; `None` for everybody's.
        scope: Option<Scope>,
        /// Only those made before this time, as [`Keep::time`] writes it.
        before: Option<String>,
    },
    /// Those whose user or org is gone.
    Orphans,
}

/// The scope as the tables hold it: the org, and the user of a personal set. Rows without an org are never kept.
pub(super) fn key(scope: &Scope) -> Option<(&OrgId, Option<&UserId>)> {
    match scope {
        Scope::Personal { org, user } => Some((org, Some(user))),
        Scope::Shared { org } => Some((org, None)),
        Scope::NoOrg { .. } => None,
    }
}

/// The scope that the tables hold.
pub(super) fn scope(org: &str, user: Option<&str>) -> Scope {
    let org = OrgId::new(org);
    match user {
        Some(user) => Scope::Personal { org, user: UserId::new(user) },
        None => Scope::Shared { org },
    }
}
