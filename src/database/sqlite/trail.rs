//! The audit trail in `SQLite`.

use crate::database::{DatabaseError, Sealer, StoredText, TrailHead, TrailRow, TrailState};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

const KEY: &str = "SELECT value FROM main.strongroom_meta WHERE key = 'audit_key'";

pub(super) fn key(connection: &Connection) -> Result<Option<StoredText>, DatabaseError> {
    let found: Option<String> = connection.query_row(KEY, [], |row| row.get(0)).optional()?;
    Ok(found.map(StoredText::new))
}

pub(super) fn set_key(connection: &mut Connection, key: &StoredText) -> Result<StoredText, DatabaseError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sql = "INSERT OR IGNORE INTO main.strongroom_meta (key, value) VALUES ('audit_key', ?)";
    transaction.execute(sql, [key.as_str()])?;
    let stands: String = transaction.query_row(KEY, [], |row| row.get(0))?;
    transaction.commit()?;
    Ok(StoredText::new(stands))
}

/// Puts `new` in the place of the key, if it is still `old`.
pub(super) fn swap_key(connection: &Connection, old: &StoredText, new: &StoredText) -> Result<bool, DatabaseError> {
    let sql = "UPDATE main.strongroom_meta SET value = ? WHERE key = 'audit_key' AND value = ?";
    Ok(connection.execute(sql, [new.as_str(), old.as_str()])? > 0)
}

fn head(connection: &Connection) -> Result<TrailHead, DatabaseError> {
    let sql = "SELECT count, mac, tag FROM main.strongroom_audit_head WHERE one = 1";
    let read = |row: &Row<'_>| Ok(TrailHead { count: row.get(0)?, mac: row.get(1)?, tag: row.get(2)? });
    Ok(connection.prepare_cached(sql)?.query_row([], read).optional()?.unwrap_or_default())
}

/// Adds the record that `seal` makes, in an open transaction that holds the lock.
pub(super) fn add(transaction: &Transaction<'_>, seal: &mut Sealer<'_>) -> Result<TrailHead, DatabaseError> {
    let state = TrailState { head: head(transaction)?, ..TrailState::default() };
    let (row, next) = seal(&state);
    let names = serde_json::Value::from(row.names).to_string();
    transaction
        .prepare_cached(
            "INSERT INTO main.strongroom_audit (seq, at, operator, action, org_id, user_id, names, before_revision,
               after_revision, detail, db_user, db_address, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            row.seq,
            row.at,
            row.operator,
            row.action,
            row.org,
            row.user,
            names,
            row.before,
            row.after,
            row.detail,
            row.db_user,
            row.db_address,
            row.mac
        ])?;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO main.strongroom_audit_head (one, count, mac, tag) VALUES (1, ?, ?, ?)")?
        .execute(params![next.count, next.mac, next.tag])?;
    Ok(next)
}

pub(super) fn append(connection: &mut Connection, seal: &mut Sealer<'_>) -> Result<TrailHead, DatabaseError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let next = add(&transaction, seal)?;
    transaction.commit()?;
    Ok(next)
}

pub(super) fn read(connection: &mut Connection) -> Result<(Vec<TrailRow>, TrailHead), DatabaseError> {
    let snapshot = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let head = head(&snapshot)?;
    let mut statement = snapshot.prepare(
        "SELECT seq, at, operator, action, org_id, user_id, names, before_revision, after_revision, detail, db_user,
                db_address, mac FROM main.strongroom_audit ORDER BY seq",
    )?;
    let rows = statement.query_map([], |row| {
        let names: String = row.get(6)?;
        Ok(TrailRow {
            seq: row.get(0)?,
            at: row.get(1)?,
            operator: row.get(2)?,
            action: row.get(3)?,
            org: row.get(4)?,
            user: row.get(5)?,
            names: serde_json::from_str(&names).unwrap_or_default(),
            before: row.get(7)?,
            after: row.get(8)?,
            detail: row.get(9)?,
            db_user: row.get(10)?,
            db_address: row.get(11)?,
            mac: row.get(12)?,
        })
    })?;
    let rows = rows.collect::<Result<_, _>>()?;
    Ok((rows, head))
}
