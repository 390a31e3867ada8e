//! Kept sets in `PostgreSQL`.

use super::error::Failure;
use super::rows::Bound;
use super::schema::Schema;
use crate::database::history::{self, Keep, KeptRows, KeptSet, Purge};
use crate::database::{RowId, Scope, StoredRow, StoredText, UserId};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

fn table(schema: &Schema) -> String {
    format!("{}.strongroom_history", schema.name)
}

/// The condition on the parameters `$1` and `$2`, the org and the user.
const SCOPE: &str = "org_id = $1 AND user_id IS NOT DISTINCT FROM $2";

/// Keeps `rows` of `scope`, and lets go of what is too old or too many, in the commit's own transaction.
pub(super) async fn keep(
    client: &Client,
    schema: &Schema,
    scope: &Scope,
    rows: &[StoredRow],
    keep: &Keep,
) -> Result<(), Failure> {
    let Some((org, user)) = history::key(scope) else { return Ok(()) };
    let (table, org, user) = (table(schema), org.as_str(), user.map(UserId::as_str));
    let column = |pick: fn(&StoredRow) -> Option<&str>| rows.iter().map(pick).collect::<Vec<Option<&str>>>();
    let names = column(|row| Some(&row.name));
    let values = column(|row| Some(row.value.as_str()));
    let descriptions = column(|row| row.description.as_ref().map(StoredText::as_str));
    let sql = format!(
        "WITH kept AS (
           INSERT INTO {table} (org_id, user_id, made_at, operator, note, revision)
           VALUES ($1, $2, $3, $4, $5, $6) RETURNING id)
         INSERT INTO {table}_row (history_id, position, secret_name, secret_value, description)
         SELECT kept.id, old.place, old.name, old.value, old.description
           FROM kept, unnest($7::text[], $8::text[], $9::text[]) WITH ORDINALITY AS old (name, value, description, place)"
    );
    let bound: Bound<'_> = vec![
        (&org, Type::TEXT),
        (&user, Type::TEXT),
        (&keep.made_at, Type::TEXT),
        (&keep.operator, Type::TEXT),
        (&keep.note, Type::TEXT),
        (&keep.revision, Type::TEXT),
        (&names, Type::TEXT_ARRAY),
        (&values, Type::TEXT_ARRAY),
        (&descriptions, Type::TEXT_ARRAY),
    ];
    client.execute_typed(&sql, &bound).await?;
    let most = i64::try_from(keep.versions).unwrap_or(i64::MAX);
    let sql = format!(
        "DELETE FROM {table} WHERE {SCOPE} AND (made_at < $3 OR id NOT IN (
           SELECT id FROM {table} WHERE {SCOPE} ORDER BY id DESC LIMIT $4))"
    );
    let bound: Bound<'_> =
        vec![(&org, Type::TEXT), (&user, Type::TEXT), (&keep.oldest, Type::TEXT), (&most, Type::INT8)];
    client.execute_typed(&sql, &bound).await?;
    Ok(())
}

/// The kept sets of a scope, newest first.
pub(super) async fn list(client: &Client, schema: &Schema, scope: &Scope) -> Result<Vec<KeptSet>, Failure> {
    let Some((org, user)) = history::key(scope) else { return Ok(Vec::new()) };
    let table = table(schema);
    let sql = format!(
        "SELECT id, org_id, user_id, made_at, operator, note, revision,
                (SELECT count(*) FROM {table}_row WHERE history_id = id)
           FROM {table} WHERE {SCOPE} ORDER BY id DESC"
    );
    let (org, user) = (org.as_str(), user.map(UserId::as_str));
    let found = client.query_typed(&sql, &[(&org, Type::TEXT), (&user, Type::TEXT)]).await?;
    found
        .iter()
        .map(|row| {
            Ok(KeptSet {
                id: row.try_get(0)?,
                scope: history::scope(row.try_get(1)?, row.try_get(2)?),
                made_at: row.try_get(3)?,
                operator: row.try_get(4)?,
                note: row.try_get(5)?,
                revision: row.try_get(6)?,
                rows: u64::try_from(row.try_get::<_, i64>(7)?).unwrap_or_default(),
            })
        })
        .collect()
}

/// One kept set; `None` if there is none of that number.
pub(super) async fn rows(client: &Client, schema: &Schema, id: i64) -> Result<Option<KeptRows>, Failure> {
    let table = table(schema);
    let sql = format!("SELECT org_id, user_id FROM {table} WHERE id = $1");
    let Some(whose) = client.query_typed_opt(&sql, &[(&id, Type::INT8)]).await? else { return Ok(None) };
    let scope = history::scope(whose.try_get(0)?, whose.try_get(1)?);
    let sql = format!(
        "SELECT position, secret_name, secret_value, description FROM {table}_row WHERE history_id = $1 ORDER BY position"
    );
    let (org, user) = history::key(&scope).map_or((None, None), |(org, user)| (Some(org.clone()), user.cloned()));
    let found = client.query_typed(&sql, &[(&id, Type::INT8)]).await?;
    let rows = found.iter().map(|row| {
        Ok(StoredRow {
            id: RowId(row.try_get(0)?),
            shared: user.is_none(),
            user: user.clone(),
            org: org.clone(),
            name: row.try_get(1)?,
            value: StoredText::new(row.try_get(2)?),
            description: row.try_get::<_, Option<String>>(3)?.map(StoredText::new),
        })
    });
    let rows = rows.collect::<Result<_, Failure>>()?;
    Ok(Some(KeptRows { scope, rows }))
}

fn orphan(schema: &Schema) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM {} o WHERE o.id::text = h.org_id)
         OR (h.user_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {} u WHERE u.id::text = h.user_id))",
        schema.org, schema.user
    )
}

/// Deletes kept sets, and how many, in an open transaction. WAL, standbys and backups keep what they held.
pub(super) async fn purge(client: &Client, schema: &Schema, which: &Purge) -> Result<u64, Failure> {
    let table = table(schema);
    match which {
        Purge::Orphans => {
            Ok(client.execute_typed(&format!("DELETE FROM {table} h WHERE {}", orphan(schema)), &[]).await?)
        }
        Purge::Of { scope, before } => {
            let key = scope.as_ref().and_then(history::key);
            if scope.is_some() && key.is_none() {
                return Ok(0);
            }
            let org = key.map(|(org, _)| org.as_str());
            let user = key.and_then(|(_, user)| user.map(UserId::as_str));
            let sql = format!(
                "DELETE FROM {table} WHERE ($1::text IS NULL OR ({SCOPE})) AND ($3::text IS NULL OR made_at < $3)"
            );
            let bound: Bound<'_> = vec![(&org, Type::TEXT), (&user, Type::TEXT), (before, Type::TEXT)];
            Ok(client.execute_typed(&sql, &bound).await?)
        }
    }
}

/// How many kept sets there are, and how many of them belong to a user or an org that is gone.
pub(super) async fn counts(client: &Client, schema: &Schema) -> Result<(u64, u64), Failure> {
    let table = table(schema);
    let all = super::directory::count(client, &format!("SELECT count(*) FROM {table}")).await?;
    let sql = format!("SELECT count(*) FROM {table} h WHERE {}", orphan(schema));
    Ok((all, super::directory::count(client, &sql).await?))
}
