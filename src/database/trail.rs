//! The audit trail as a database holds it: rows and a head, moved and never understood.

use serde::{Deserialize, Serialize};

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailRow {
    /// Its number, from 1.
    pub seq: i64,
    /// When, in UTC: `2026-11-24T13:29:33Z`.
    pub at: String,
    /// Who, as the machine knows them.
    pub operator: String,
    /// What was done, in one word.
    pub action: String,
    /// In which org, if in one.
    pub org: Option<String>,
    /// Whose set, if it was one user's.
    pub user: Option<String>,
    /// The names of the secrets that were touched.
    pub names: Vec<String>,
    /// The revision of the set before.
    pub before: Option<String>,
    /// The revision of the set after.
    pub after: Option<String>,
    /// What else is worth knowing.
    pub detail: Option<String>,
    /// Who, as the database knows them.
    pub db_user: Option<String>,
    /// From where, as the database knows it.
    pub db_address: Option<String>,
    /// The MAC over this record and the one before, in hex.
    pub mac: String,
}

/// How far the trail goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailHead {
    /// How many records there are.
    pub count: i64,
    /// The MAC of the last one, in hex; empty without any.
    pub mac: String,
    /// The MAC over both, in hex.
    pub tag: String,
}

/// What a record is made over, under the lock of its transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrailState {
    /// How far the trail goes.
    pub head: TrailHead,
    /// Who the database says that we are.
    pub db_user: Option<String>,
    /// Where it says that we come from.
    pub db_address: Option<String>,
}

/// Makes the next record and the head that goes with it.
pub type Sealer<'s> = dyn FnMut(&TrailState) -> (TrailRow, TrailHead) + 's;
