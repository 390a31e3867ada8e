//! Encrypted columns of any table of the server's schema.
//!
//! Keys and texts travel as texts and are cast to the types of their columns on the way in, so that the primary key's
//! index is used. A batch locks its rows first and passes over those that somebody else holds: it waits for nobody, and
//! nobody can deadlock with it.

use super::error::Failure;
use super::rows::Bound;
use super::schema::Schema;
use crate::database::cell::{CellColumn, CellKey, CellRow, CellTable, Swap};
use crate::database::{DatabaseError, StoredText};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) fn table_of(schema: &Schema, table: &CellTable) -> String {
    format!("{}.{}", schema.name, quoted(&table.name))
}

/// The table and its columns; `None` where one of them does not exist.
pub(super) async fn find(
    client: &Client,
    schema: &Schema,
    table: &str,
    key: &[&str],
    encrypted: &[&str],
) -> Result<Option<CellTable>, Failure> {
    let sql = "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, NULL),
                      pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')
                 FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped";
    let name = format!("{}.{}", schema.name, quoted(table));
    let found = client.query_typed(sql, &[(&name, Type::TEXT)]).await?;
    let found = found.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)));
    let found: Vec<(String, String, bool)> = found.collect::<Result<_, Failure>>()?;
    let pick = |names: &[&str]| -> Option<Vec<CellColumn>> {
        let column = |wanted: &&str| {
            let (name, type_name, _) = found.iter().find(|(name, ..)| name == wanted)?;
            Some(CellColumn { name: name.clone(), type_name: type_name.clone() })
        };
        names.iter().map(column).collect()
    };
    let hidden = found.iter().find(|(name, _, may)| !may && key.iter().chain(encrypted).any(|wanted| name == wanted));
    let (Some(key), Some(columns)) = (pick(key), pick(encrypted)) else { return Ok(None) };
    if let Some((name, ..)) = hidden {
        return Err(DatabaseError::Forbidden(format!("the role may not read {table}.{name}")).into());
    }
    Ok(Some(CellTable { name: table.to_owned(), key, columns }))
}

/// The rows after `after`, in the order of their keys, `limit` of them at most.
pub(super) async fn page(
    client: &Client,
    schema: &Schema,
    table: &CellTable,
    after: Option<&CellKey>,
    limit: usize,
) -> Result<Vec<CellRow>, Failure> {
    // Qualified: a bare name after ORDER BY would mean the text that is read, and 10 stand before 9.
    let keys: Vec<String> = table.key.iter().map(|column| format!("t.{}", quoted(&column.name))).collect();
    let read = table.key.iter().chain(&table.columns).map(|column| format!("t.{}::text", quoted(&column.name)));
    let read: Vec<String> = read.collect();
    let after: Vec<Option<&str>> = match after {
        Some(key) => (0..table.key.len()).map(|at| key.column(at)).collect(),
        None => Vec::new(),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut bound: Bound<'_> = vec![(&limit, Type::INT8)];
    let mut condition = String::new();
    if !after.is_empty() {
        let part = |(at, column): (usize, &CellColumn)| format!("${}::text::{}", at + 2, column.type_name);
        let parts: Vec<String> = table.key.iter().enumerate().map(part).collect();
        condition = format!("WHERE ({}) > ({})", keys.join(", "), parts.join(", "));
        bound.extend(after.iter().map(|part| (part as &(dyn tokio_postgres::types::ToSql + Sync), Type::TEXT)));
    }
    let sql = format!(
        "SELECT {} FROM {} t {condition} ORDER BY {} LIMIT $1",
        read.join(", "),
        table_of(schema, table),
        keys.join(", ")
    );
    let rows = client.query_typed(&sql, &bound).await?;
    let width = table.key.len();
    let row = |row: &tokio_postgres::Row| {
        let key = (0..width).map(|at| Ok(row.try_get::<_, Option<String>>(at)?.unwrap_or_default()));
        let texts = (width..row.len()).map(|at| Ok(row.try_get::<_, Option<String>>(at)?.map(StoredText::new)));
        Ok(CellRow {
            key: CellKey::Columns(key.collect::<Result<_, Failure>>()?),
            texts: texts.collect::<Result<_, Failure>>()?,
        })
    };
    rows.iter().map(row).collect()
}

/// How many rows there are.
pub(super) async fn count(client: &Client, schema: &Schema, table: &CellTable) -> Result<u64, Failure> {
    super::directory::count(client, &format!("SELECT count(*) FROM {}", table_of(schema, table))).await
}

/// Writes what still stands as it was read and is held by nobody; how many rows that was.
pub(super) async fn swap(client: &Client, schema: &Schema, table: &CellTable, swaps: &[&Swap]) -> Result<u64, Failure> {
    let (width, count) = (table.key.len(), table.columns.len());
    let parts = |at: usize| -> Vec<Option<&str>> { swaps.iter().map(|swap| swap.old.key.column(at)).collect() };
    let texts = |pick: fn(&Swap) -> &Vec<Option<StoredText>>, at: usize| -> Vec<Option<&str>> {
        swaps.iter().map(|swap| pick(swap).get(at).and_then(Option::as_ref).map(StoredText::as_str)).collect()
    };
    let mut arrays: Vec<Vec<Option<&str>>> = (0..width).map(parts).collect();
    arrays.extend((0..count).map(|at| texts(|swap| &swap.old.texts, at)));
    arrays.extend((0..count).map(|at| texts(|swap| &swap.new, at)));
    let bound: Bound<'_> = arrays.iter().map(|array| (array as _, Type::TEXT_ARRAY)).collect();
    // Rows that are held are passed over; a table that is locked as a whole is waited for, but not for ever. Both go out
    // together: over a long way each answer that is waited for costs.
    let sql = swap_sql(&table_of(schema, table), table);
    let patience = client.batch_execute("SET LOCAL lock_timeout = '5s'");
    let ((), swapped) = tokio::try_join!(patience, client.execute_typed(&sql, &bound))?;
    Ok(swapped)
}

/// The statement of a batch: `want` is what was read and what is to stand; `held` is what still stands so and is locked
/// by now, so that it is compared once.
fn swap_sql(name: &str, table: &CellTable) -> String {
    let (width, count) = (table.key.len(), table.columns.len());
    let numbers = |prefix: &str, of: usize| (0..of).map(|at| format!("{prefix}{at}")).collect::<Vec<_>>();
    let new = numbers("n", count);
    let named = [numbers("k", width), numbers("o", count), new.clone()].concat();
    let arrays: Vec<String> = (1..=named.len()).map(|at| format!("${at}::text[]")).collect();
    let columns = |columns: &[CellColumn], each: &dyn Fn(usize, &str, &str) -> String, between: &str| {
        let each = columns.iter().enumerate().map(|(at, column)| each(at, &quoted(&column.name), &column.type_name));
        each.collect::<Vec<_>>().join(between)
    };
    let same_key = columns(&table.key, &|at, name, kind| format!("t.{name} = want.k{at}::{kind}"), " AND ");
    let still =
        columns(&table.columns, &|at, name, _| format!("t.{name}::text IS NOT DISTINCT FROM want.o{at}"), " AND ");
    let set = columns(&table.columns, &|at, name, kind| format!("{name} = held.n{at}::{kind}"), ", ");
    let keys = columns(&table.key, &|at, name, _| format!("t.{name} AS h{at}"), ", ");
    let is_held = columns(&table.key, &|at, name, _| format!("t.{name} = held.h{at}"), " AND ");
    format!(
        "WITH held AS MATERIALIZED (
                SELECT {keys}, {} FROM unnest({}) AS want ({}) JOIN {name} t ON {same_key}
                 WHERE {still} FOR UPDATE OF t SKIP LOCKED)
         UPDATE {name} t SET {set} FROM held WHERE {is_held}",
        new.join(", "),
        arrays.join(", "),
        named.join(", "),
    )
}
