//! Kept sets in `SQLite`.

use super::raw::text;
use crate::database::history::{self, Keep, KeptRows, KeptSet, Purge};
use crate::database::{DatabaseError, RowId, Scope, StoredRow, StoredText};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};
use std::borrow::Cow;

/// Keeps `rows` of `scope`, and lets go of what is too old or too many, in the commit's own transaction.
pub(super) fn keep(
    transaction: &Transaction<'_>,
    scope: &Scope,
    rows: &[StoredRow],
    keep: &Keep,
) -> Result<(), DatabaseError> {
    let Some((org, user)) = history::key(scope) else { return Ok(()) };
    let (org, user) = (org.as_str(), user.map(crate::database::UserId::as_str));
    transaction
        .prepare_cached(
            "INSERT INTO main.strongroom_history (org_id, user_id, made_at, operator, note, revision)
             VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![org, user, keep.made_at, keep.operator, keep.note, keep.revision])?;
    let id = transaction.last_insert_rowid();
    let mut insert = transaction.prepare_cached(
        "INSERT INTO main.strongroom_history_row (history_id, position, secret_name, secret_value, description)
         VALUES (?, ?, ?, ?, ?)",
    )?;
    for (position, row) in rows.iter().enumerate() {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let description = row.description.as_ref().map(StoredText::as_str);
        insert.execute(params![id, position, row.name, row.value.as_str(), description])?;
    }
    let most = i64::try_from(keep.versions).unwrap_or(i64::MAX);
    transaction
        .prepare_cached(
            "DELETE FROM main.strongroom_history WHERE org_id = ?1 AND user_id IS ?2 AND (made_at < ?3 OR id NOT IN (
               SELECT id FROM main.strongroom_history WHERE org_id = ?1 AND user_id IS ?2 ORDER BY id DESC LIMIT ?4))",
        )?
        .execute(params![org, user, keep.oldest, most])?;
    Ok(())
}

/// The kept sets of a scope, newest first.
pub(super) fn list(connection: &Connection, scope: &Scope) -> Result<Vec<KeptSet>, DatabaseError> {
    let Some((org, user)) = history::key(scope) else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(
        "SELECT id, org_id, user_id, made_at, operator, note, revision,
                (SELECT count(*) FROM main.strongroom_history_row WHERE history_id = id)
           FROM main.strongroom_history WHERE org_id = ? AND user_id IS ? ORDER BY id DESC",
    )?;
    let found = statement.query_map(params![org.as_str(), user.map(crate::database::UserId::as_str)], |row| {
        let org: String = row.get(1)?;
        let user: Option<String> = row.get(2)?;
        Ok(KeptSet {
            id: row.get(0)?,
            scope: history::scope(&org, user.as_deref()),
            made_at: row.get(3)?,
            operator: row.get(4)?,
            note: row.get(5)?,
            revision: row.get(6)?,
            rows: u64::try_from(row.get::<_, i64>(7)?).unwrap_or_default(),
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// One kept set; `None` if there is none of that number.
pub(super) fn rows(connection: &Connection, id: i64) -> Result<Option<KeptRows>, DatabaseError> {
    let mut whose = connection.prepare_cached("SELECT org_id, user_id FROM main.strongroom_history WHERE id = ?")?;
    let found: Option<(String, Option<String>)> =
        whose.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((org, user)) = found else { return Ok(None) };
    let scope = history::scope(&org, user.as_deref());
    let mut statement = connection.prepare_cached(
        "SELECT position, secret_name, secret_value, description FROM main.strongroom_history_row
          WHERE history_id = ? ORDER BY position",
    )?;
    let rows = statement.query_map([id], |row| kept_row(row, &scope))?.collect::<Result<_, _>>()?;
    Ok(Some(KeptRows { scope, rows }))
}

fn kept_row(row: &Row<'_>, scope: &Scope) -> rusqlite::Result<StoredRow> {
    let owned = |at| Ok::<_, rusqlite::Error>(text(row.get_ref(at)?).map(Cow::into_owned));
    let (org, user) = history::key(scope).map_or((None, None), |(org, user)| (Some(org.clone()), user.cloned()));
    Ok(StoredRow {
        id: RowId(row.get(0)?),
        shared: user.is_none(),
        user,
        org,
        name: owned(1)?.unwrap_or_default(),
        value: StoredText::new(owned(2)?.unwrap_or_default()),
        description: owned(3)?.map(StoredText::new),
    })
}

/// Deletes kept sets, and how many. What they held is overwritten (`secure_delete`), in the write-ahead log as well.
pub(super) fn purge(connection: &mut Connection, which: &Purge) -> Result<u64, DatabaseError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let purged = match which {
        Purge::Orphans => transaction.execute(&format!("DELETE FROM main.strongroom_history WHERE {ORPHAN}"), [])?,
        Purge::Of { scope: None, before } => transaction.execute(
            "DELETE FROM main.strongroom_history WHERE ?1 IS NULL OR made_at < ?1",
            params![before],
        )?,
        Purge::Of { scope: Some(scope), before } => match history::key(scope) {
            None => 0,
            Some((org, user)) => transaction.execute(
                "DELETE FROM main.strongroom_history WHERE org_id = ?1 AND user_id IS ?2 AND (?3 IS NULL OR made_at < ?3)",
                params![org.as_str(), user.map(crate::database::UserId::as_str), before],
            )?,
        },
    };
    transaction.commit()?;
    connection.query_row("PRAGMA main.wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(u64::try_from(purged).unwrap_or_default())
}

const ORPHAN: &str = "NOT EXISTS (SELECT 1 FROM main.org WHERE strongroom_id(org.id) = strongroom_history.org_id)
    OR (user_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM main.\"user\" AS u WHERE strongroom_id(u.id) = strongroom_history.user_id))";

/// How many kept sets there are, and how many of them belong to a user or an org that is gone.
pub(super) fn counts(connection: &Connection) -> Result<(u64, u64), DatabaseError> {
    let all = super::rows::count(connection, "SELECT count(*) FROM main.strongroom_history", [])?;
    let sql = format!("SELECT count(*) FROM main.strongroom_history WHERE {ORPHAN}");
    Ok((all, super::rows::count(connection, &sql, [])?))
}
