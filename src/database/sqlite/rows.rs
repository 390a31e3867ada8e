//! Rows of `custom_secrets`, by scope.

use super::functions::SPELLINGS;
use super::raw::text;
use super::schema::Schema;
use crate::database::{DatabaseError, OrgId, RowId, Scope, StoredRow, StoredText, UserId, in_turns};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params, Row, params_from_iter};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// The rows of a scope as a condition and what is bound to it.
///
/// The ids are compared with every spelling that a column may hold, as constants, so that the index on the user is
/// used; and byte for byte, whatever collation a column declares: a scope must never reach into another.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) condition: String,
    pub(super) bound: Vec<String>,
}

/// `column IN (…)` with one parameter for each spelling of an id.
pub(super) fn spelled(column: &str) -> String {
    format!("{column} COLLATE BINARY IN (?{})", ", ?".repeat(SPELLINGS - 1))
}

/// Exactly [`SPELLINGS`] texts for the parameters of [`spelled`].
pub(super) fn padded(mut spellings: Vec<String>) -> Vec<String> {
    let first = spellings.first().cloned().unwrap_or_default();
    spellings.resize(SPELLINGS, first);
    spellings
}

impl Filter {
    /// The rows of `scope`.
    pub(super) fn of(scope: &Scope, schema: &Schema) -> Self {
        let user_is = spelled("keycloak_user_id");
        let org_is = spelled("org_id");
        match scope {
            Scope::Personal { org, user } => {
                let mut bound = padded(user.spellings());
                bound.extend(padded(org.spellings()));
                Self { condition: format!("{user_is} AND {org_is} AND {}", schema.personal()), bound }
            }
            Scope::Shared { org } => {
                Self { condition: format!("{org_is} AND {}", schema.shared()), bound: padded(org.spellings()) }
            }
            Scope::NoOrg { user: Some(user) } => {
                Self { condition: format!("{user_is} AND org_id IS NULL"), bound: padded(user.spellings()) }
            }
            Scope::NoOrg { user: None } => {
                Self { condition: "keycloak_user_id IS NULL AND org_id IS NULL".to_owned(), bound: Vec::new() }
            }
        }
    }
}

/// Fingerprints of a row's bytes, for comparing it with itself later. A [`StoredRow`] alone would not tell two
/// texts apart that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Print {
    /// Of the description.
    pub(super) description: u64,
    /// Of everything else that is read.
    pub(super) rest: u64,
}

/// What a row is read from, as [`stored_row`] expects it.
pub(super) fn select(schema: &Schema) -> String {
    format!(
        "SELECT id, keycloak_user_id, org_id, secret_name, secret_value, description, {} FROM main.custom_secrets",
        schema.shared()
    )
}

/// The rows of a scope in the order of their ids, and their fingerprints.
pub(super) fn read(
    connection: &Connection,
    schema: &Schema,
    filter: &Filter,
) -> Result<(Vec<StoredRow>, Vec<Print>), DatabaseError> {
    let sql = format!("{} WHERE {} ORDER BY id", select(schema), filter.condition);
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_and_then(params_from_iter(&filter.bound), |row| Ok((stored_row(row)?, print(row)?)))?;
    in_turns(found).collect()
}

/// The number that `sql` counts.
pub(super) fn count(connection: &Connection, sql: &str, bound: impl Params) -> Result<u64, DatabaseError> {
    let counted: i64 = connection.prepare_cached(sql)?.query_row(bound, |row| row.get(0))?;
    Ok(u64::try_from(counted).unwrap_or_default())
}

/// The newest rows of the table, newest first.
pub(super) fn newest(connection: &Connection, schema: &Schema, limit: usize) -> Result<Vec<StoredRow>, DatabaseError> {
    let mut statement = connection.prepare_cached(&format!("{} ORDER BY id DESC LIMIT ?", select(schema)))?;
    let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], stored_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest `limit` rows whose name contains `wanted`, upper or lower case.
pub(super) fn named(
    connection: &Connection,
    schema: &Schema,
    wanted: &str,
    limit: usize,
) -> Result<Vec<StoredRow>, DatabaseError> {
    let sql = format!("{} WHERE instr(lower(secret_name), lower(?)) > 0 ORDER BY id DESC LIMIT ?", select(schema));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map((wanted, i64::try_from(limit).unwrap_or(i64::MAX)), stored_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Calls `each` with every row, in the order of their ids.
pub(super) fn scan(
    connection: &Connection,
    schema: &Schema,
    each: &mut dyn FnMut(StoredRow),
) -> Result<(), DatabaseError> {
    let mut statement = connection.prepare(&format!("{} ORDER BY id", select(schema)))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(stored_row(row)?);
    }
    Ok(())
}

/// One row of [`select`]. Whatever the columns hold, there is a row; a missing name is an empty one.
pub(super) fn stored_row(row: &Row<'_>) -> rusqlite::Result<StoredRow> {
    let owned = |at| Ok::<_, rusqlite::Error>(text(row.get_ref(at)?).map(std::borrow::Cow::into_owned));
    Ok(StoredRow {
        id: RowId(row.get_ref(0)?.as_i64_or_null().ok().flatten().unwrap_or_default()),
        user: text(row.get_ref(1)?).map(|id| UserId::new(&id)),
        org: text(row.get_ref(2)?).map(|id| OrgId::new(&id)),
        name: owned(3)?.unwrap_or_default(),
        value: StoredText::new(owned(4)?.unwrap_or_default()),
        description: owned(5)?.map(StoredText::new),
        shared: row.get(6)?,
    })
}

fn print(row: &Row<'_>) -> rusqlite::Result<Print> {
    let mut rest = DefaultHasher::new();
    for at in [0, 1, 2, 3, 4, 6] {
        feed(&mut rest, row.get_ref(at)?);
    }
    let mut description = DefaultHasher::new();
    feed(&mut description, row.get_ref(5)?);
    Ok(Print { description: description.finish(), rest: rest.finish() })
}

fn feed(hasher: &mut DefaultHasher, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => 0_u8.hash(hasher),
        ValueRef::Integer(number) => (1_u8, number).hash(hasher),
        ValueRef::Real(number) => (2_u8, number.to_bits()).hash(hasher),
        ValueRef::Text(bytes) => (3_u8, bytes).hash(hasher),
        ValueRef::Blob(bytes) => (4_u8, bytes).hash(hasher),
    }
}
