//! How an id is written into a new row of `custom_secrets`: as the columns spell it already.

use super::raw::{Raw, text};
use super::rows::{padded, spelled};
use crate::database::{DatabaseError, OrgId, UserId, id};
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

/// How many of the newest rows are looked at for the spelling of a column.
const SAMPLE: u32 = 100;

/// `keycloak_user_id` for a new row: as this user's newest row has it, else as the column's newest UUID is spelled,
/// else canonical.
pub(super) fn of_user(connection: &Connection, user: &UserId) -> Result<Raw, DatabaseError> {
    let own = newest(connection, "keycloak_user_id", user.spellings())?;
    own.map_or_else(|| as_the_column(connection, "keycloak_user_id", user.as_str()), Ok)
}

/// `org_id` for a new row: as `org` holds it, for the sake of the foreign key; else as the column does.
pub(super) fn of_org(connection: &Connection, org: &OrgId) -> Result<Raw, DatabaseError> {
    let sql = format!("SELECT id FROM main.org WHERE {} LIMIT 1", spelled("id"));
    let held = first(connection, &sql, org.spellings())?;
    let held = held.map_or_else(|| newest(connection, "org_id", org.spellings()), |held| Ok(Some(held)))?;
    held.map_or_else(|| as_the_column(connection, "org_id", org.as_str()), Ok)
}

fn newest(connection: &Connection, column: &str, spellings: Vec<String>) -> Result<Option<Raw>, DatabaseError> {
    let condition = spelled(column);
    let sql = format!("SELECT {column} FROM main.custom_secrets WHERE {condition} ORDER BY id DESC LIMIT 1");
    first(connection, &sql, spellings)
}

fn first(connection: &Connection, sql: &str, spellings: Vec<String>) -> Result<Option<Raw>, DatabaseError> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params_from_iter(padded(spellings)), |row| Ok(Raw::from(row.get_ref(0)?)));
    Ok(found.optional()?)
}

/// `canonical` in the spelling of the newest UUID that `column` holds.
fn as_the_column(connection: &Connection, column: &str, canonical: &str) -> Result<Raw, DatabaseError> {
    let plain = id::plain(canonical);
    if plain == canonical {
        return Ok(canonical.into());
    }
    let sql =
        format!("SELECT {column} FROM main.custom_secrets WHERE {column} IS NOT NULL ORDER BY id DESC LIMIT {SAMPLE}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(other) = text(row.get_ref(0)?) else { continue };
        let (hyphens, simple) = (id::canonical(&other), id::plain(&other));
        if hyphens == simple {
            continue;
        }
        let spelled = if other.contains('-') { canonical } else { plain.as_str() };
        let upper = other.chars().any(|digit| digit.is_ascii_uppercase());
        return Ok(if upper { spelled.to_ascii_uppercase().as_str().into() } else { spelled.into() });
    }
    Ok(canonical.into())
}
