//! Encrypted columns of any table. Rows are found by their rowid, which every table of the server has.

use super::raw::text;
use super::schema::columns;
use crate::database::cell::{CellColumn, CellKey, CellRow, CellTable, Swap};
use crate::database::{DatabaseError, StoredText};
use rusqlite::types::{Null, ToSqlOutput};
use rusqlite::{Connection, TransactionBehavior, params_from_iter};

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The table and its columns; `None` where one of them does not exist.
pub(super) fn find(
    connection: &Connection,
    table: &str,
    key: &[&str],
    encrypted: &[&str],
) -> Result<Option<CellTable>, DatabaseError> {
    let found = columns(connection, table)?;
    let pick = |names: &[&str]| -> Option<Vec<CellColumn>> {
        let exists = |name: &str| found.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        let column =
            |&name: &&str| exists(name).then(|| CellColumn { name: name.to_owned(), type_name: String::new() });
        names.iter().map(column).collect()
    };
    let (Some(key), Some(columns)) = (pick(key), pick(encrypted)) else { return Ok(None) };
    Ok(Some(CellTable { name: table.to_owned(), key, columns }))
}

/// The rows after `after`, in their order, `limit` of them at most.
pub(super) fn page(
    connection: &Connection,
    table: &CellTable,
    after: Option<&CellKey>,
    limit: usize,
) -> Result<Vec<CellRow>, DatabaseError> {
    let names: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let sql = format!(
        "SELECT rowid, {} FROM main.{} WHERE rowid > ? ORDER BY rowid LIMIT ?",
        names.join(", "),
        quoted(&table.name)
    );
    let after = after.map_or(Ok(i64::MIN), rowid)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([after, limit], |row| {
        let texts = (1..=names.len())
            .map(|at| Ok::<_, rusqlite::Error>(text(row.get_ref(at)?).map(|text| StoredText::new(text.into_owned()))));
        Ok(CellRow { key: CellKey::Row(row.get(0)?), texts: texts.collect::<Result<_, _>>()? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many rows there are; the smallest index tells.
pub(super) fn count(connection: &Connection, table: &CellTable) -> Result<u64, DatabaseError> {
    super::rows::count(connection, &format!("SELECT count(*) FROM main.{}", quoted(&table.name)), [])
}

fn rowid(key: &CellKey) -> Result<i64, DatabaseError> {
    match key {
        CellKey::Row(number) => Ok(*number),
        CellKey::Columns(_) => Err(DatabaseError::Driver("a key of another database was asked for".to_owned())),
    }
}

fn bound(text: Option<&StoredText>) -> ToSqlOutput<'_> {
    match text {
        Some(text) => ToSqlOutput::from(text.as_str()),
        None => ToSqlOutput::from(Null),
    }
}

/// Keeps the rollback journal's file between the transactions of this connection, where there is one: to make it anew
/// for each batch costs the file system more than to write it. The database's own file says nothing of it.
fn keep_journal(connection: &Connection) -> Result<(), DatabaseError> {
    set_journal(connection, "delete", "persist")
}

/// Removes the journal's file again.
pub(super) fn drop_journal(connection: &Connection) -> Result<(), DatabaseError> {
    set_journal(connection, "persist", "delete")
}

fn set_journal(connection: &Connection, from: &str, to: &str) -> Result<(), DatabaseError> {
    let now: String = connection.pragma_query_value(Some("main"), "journal_mode", |row| row.get(0))?;
    if now == from {
        connection.pragma_update(Some("main"), "journal_mode", to)?;
    }
    Ok(())
}

/// Writes what still stands as it was read, in one transaction; how many rows that was.
pub(super) fn swap(connection: &mut Connection, table: &CellTable, swaps: &[&Swap]) -> Result<u64, DatabaseError> {
    let set: Vec<String> = table.columns.iter().map(|column| format!("{} = ?", quoted(&column.name))).collect();
    // A text compares as one, whatever the column is declared as.
    let is: Vec<String> =
        table.columns.iter().map(|column| format!("CAST({} AS TEXT) IS ?", quoted(&column.name))).collect();
    let sql =
        format!("UPDATE main.{} SET {} WHERE rowid = ? AND {}", quoted(&table.name), set.join(", "), is.join(" AND "));
    keep_journal(connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut swapped = 0;
    {
        let mut statement = transaction.prepare_cached(&sql)?;
        for swap in swaps {
            let key = ToSqlOutput::from(rowid(&swap.old.key)?);
            let bound = swap
                .new
                .iter()
                .map(|text| bound(text.as_ref()))
                .chain([key])
                .chain(swap.old.texts.iter().map(|text| bound(text.as_ref())));
            swapped += statement.execute(params_from_iter(bound))?;
        }
    }
    transaction.commit()?;
    Ok(u64::try_from(swapped).unwrap_or(u64::MAX))
}
