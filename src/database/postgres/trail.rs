//! The audit trail in `PostgreSQL`. Who and from where the database fills in itself, as the columns' defaults.

use super::error::Failure;
use super::rows::Bound;
use super::schema::Schema;
use crate::database::{StoredText, TrailHead, TrailRow, TrailState};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

fn meta(schema: &Schema) -> String {
    format!("{}.strongroom_meta", schema.name)
}

pub(super) async fn key(client: &Client, schema: &Schema) -> Result<Option<StoredText>, Failure> {
    let sql = format!("SELECT value FROM {} WHERE key = 'audit_key'", meta(schema));
    let found = client.query_typed_opt(&sql, &[]).await?;
    Ok(found.map(|row| row.try_get(0)).transpose()?.map(StoredText::new))
}

/// Keeps the key unless somebody was faster, in an open transaction.
pub(super) async fn set_key(client: &Client, schema: &Schema, key: &StoredText) -> Result<(), Failure> {
    let sql =
        format!("INSERT INTO {} (key, value) VALUES ('audit_key', $1) ON CONFLICT (key) DO NOTHING", meta(schema));
    client.execute_typed(&sql, &[(&key.as_str(), Type::TEXT)]).await?;
    Ok(())
}

/// Puts `new` in the place of the key, if it is still `old`, in an open transaction.
pub(super) async fn swap_key(
    client: &Client,
    schema: &Schema,
    old: &StoredText,
    new: &StoredText,
) -> Result<bool, Failure> {
    let sql = format!("UPDATE {} SET value = $1 WHERE key = 'audit_key' AND value = $2", meta(schema));
    Ok(client.execute_typed(&sql, &[(&new.as_str(), Type::TEXT), (&old.as_str(), Type::TEXT)]).await? > 0)
}

/// How far the trail goes, under a lock that the open transaction keeps.
pub(super) async fn state(client: &Client, schema: &Schema) -> Result<TrailState, Failure> {
    let table = format!("{}.strongroom_audit", schema.name);
    let sql = format!(
        "SELECT count, mac, tag, session_user::text, host(inet_client_addr()) FROM {table}_head WHERE one = 1 FOR UPDATE"
    );
    let found = client.query_typed_one(&sql, &[]).await?;
    let head = TrailHead { count: found.try_get(0)?, mac: found.try_get(1)?, tag: found.try_get(2)? };
    Ok(TrailState { head, db_user: found.try_get(3)?, db_address: found.try_get(4)? })
}

/// Adds a record and the head that goes with it, in the transaction that has asked for the [`state`].
pub(super) async fn add(client: &Client, schema: &Schema, row: &TrailRow, next: &TrailHead) -> Result<(), Failure> {
    let table = format!("{}.strongroom_audit", schema.name);
    // Not db_user and db_address: those are the database's own to say.
    let sql = format!(
        "INSERT INTO {table} (seq, at, operator, action, org_id, user_id, names, before_revision, after_revision,
           detail, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    );
    let bound: Bound<'_> = vec![
        (&row.seq, Type::INT8),
        (&row.at, Type::TEXT),
        (&row.operator, Type::TEXT),
        (&row.action, Type::TEXT),
        (&row.org, Type::TEXT),
        (&row.user, Type::TEXT),
        (&row.names, Type::TEXT_ARRAY),
        (&row.before, Type::TEXT),
        (&row.after, Type::TEXT),
        (&row.detail, Type::TEXT),
        (&row.mac, Type::TEXT),
    ];
    client.execute_typed(&sql, &bound).await?;
    let sql = format!("UPDATE {table}_head SET count = $1, mac = $2, tag = $3 WHERE one = 1");
    client.execute_typed(&sql, &[(&next.count, Type::INT8), (&next.mac, Type::TEXT), (&next.tag, Type::TEXT)]).await?;
    Ok(())
}

pub(super) async fn read(client: &Client, schema: &Schema) -> Result<(Vec<TrailRow>, TrailHead), Failure> {
    let table = format!("{}.strongroom_audit", schema.name);
    let sql = format!("SELECT count, mac, tag FROM {table}_head WHERE one = 1");
    let head = match client.query_typed_opt(&sql, &[]).await? {
        Some(row) => TrailHead { count: row.try_get(0)?, mac: row.try_get(1)?, tag: row.try_get(2)? },
        None => TrailHead::default(),
    };
    let sql = format!(
        "SELECT seq, at, operator, action, org_id, user_id, names, before_revision, after_revision, detail, db_user,
                db_address, mac FROM {table} ORDER BY seq"
    );
    let rows = client.query_typed(&sql, &[]).await?;
    let rows = rows.iter().map(|row| {
        Ok(TrailRow {
            seq: row.try_get(0)?,
            at: row.try_get(1)?,
            operator: row.try_get(2)?,
            action: row.try_get(3)?,
            org: row.try_get(4)?,
            user: row.try_get(5)?,
            names: row.try_get(6)?,
            before: row.try_get(7)?,
            after: row.try_get(8)?,
            detail: row.try_get(9)?,
            db_user: row.try_get(10)?,
            db_address: row.try_get(11)?,
            mac: row.try_get(12)?,
        })
    });
    Ok((rows.collect::<Result<_, Failure>>()?, head))
}
