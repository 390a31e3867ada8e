//! What is in the database: the server's tables as far as they are there, our own, and what the role may do.

use super::error::Failure;
use crate::database::DatabaseError;
use std::collections::HashMap;
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

/// The version of `strongroom_meta` and of the tables that go with it.
pub(super) const OWN_VERSION: i64 = 3;

/// What a column of ids holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdKind {
    Uuid,
    Text,
}

/// What was found. Every statement is built from this and names only what is there, with its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Schema {
    /// The schema of the server's tables, quoted.
    pub(super) name: String,
    /// `"public".custom_secrets` and so on, ready for a statement.
    pub(super) secrets: String,
    pub(super) org: String,
    pub(super) user: String,
    pub(super) member: String,
    pub(super) role: Option<String>,
    pub(super) org_id: IdKind,
    pub(super) user_id: IdKind,
    pub(super) member_org: IdKind,
    pub(super) member_user: IdKind,
    pub(super) secret_org: IdKind,
    pub(super) has_shared: bool,
    pub(super) has_unique_index: bool,
    pub(super) has_own_tables: bool,
    /// They are of the version that keeps replaced sets, and the role may write them.
    pub(super) keeps_history: bool,
    /// They are of the version that holds the audit trail, and the role may add to it.
    pub(super) keeps_trail: bool,
    pub(super) has_email: bool,
    /// The column of `custom_secrets` that an insert of ours would leave without a value, if there is one.
    pub(super) unfillable: Option<String>,
    /// `custom_secrets.keycloak_user_id` takes no NULL.
    pub(super) needs_user: bool,
    /// The most characters that name, value and description may have, where the columns say so.
    pub(super) lengths: [Option<usize>; 3],
    /// The rights on `custom_secrets` that the role lacks.
    missing_rights: Vec<&'static str>,
    /// `PostgreSQL 15.4`.
    pub(super) engine: String,
    /// Who we are there.
    pub(super) role_name: String,
}

struct Column {
    type_name: String,
    not_null: bool,
    fills_itself: bool,
    length: Option<usize>,
}

type Columns = HashMap<String, Column>;

/// Columns of `custom_secrets` that an insert of ours fills, or that fill themselves.
const OURS: [&str; 7] =
    ["id", "keycloak_user_id", "org_id", "secret_name", "secret_value", "description", "is_org_shared"];

impl Schema {
    /// Looks at the tables in an open transaction. `search_path` stands in place of the role's own for this one look.
    pub(super) async fn detect(client: &Client, search_path: Option<&str>) -> Result<Self, Failure> {
        if let Some(path) = search_path {
            let set = "SELECT pg_catalog.set_config('search_path', $1, true)";
            client.query_typed(set, &[(&path, Type::TEXT)]).await?;
        }
        let about = "SELECT pg_catalog.current_setting('server_version'), current_user::text";
        let about = client.query_typed_one(about, &[]).await?;
        let version: String = about.try_get(0)?;
        let (name, secrets) = required(client, "custom_secrets", None, &OURS[..6]).await?;
        let (_, org) = required(client, "org", Some(&name), &["id", "name"]).await?;
        let (_, user) = required(client, "user", Some(&name), &["id"]).await?;
        let (_, member) = required(client, "org_member", Some(&name), &["org_id", "user_id"]).await?;
        let role = columns(client, "role", Some(&name)).await?;
        let has_role = member.contains_key("role_id")
            && role.as_ref().is_some_and(|(_, role)| role.contains_key("id") && role.contains_key("name"));
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        let table = |table: &str| format!("{quoted}.{table}");
        let id_of = |columns: &Columns, name: &str| match columns.get(name) {
            Some(column) if column.type_name == "uuid" => IdKind::Uuid,
            Some(_) | None => IdKind::Text,
        };
        let own = own_version(client, &name).await?;
        let length = |name: &str| secrets.get(name).and_then(|column| column.length);
        Ok(Self {
            secrets: table("custom_secrets"),
            org: table("org"),
            user: table("\"user\""),
            member: table("org_member"),
            role: has_role.then(|| table("role")),
            org_id: id_of(&org, "id"),
            user_id: id_of(&user, "id"),
            member_org: id_of(&member, "org_id"),
            member_user: id_of(&member, "user_id"),
            secret_org: id_of(&secrets, "org_id"),
            has_shared: secrets.contains_key("is_org_shared"),
            has_unique_index: has_unique_index(client, &table("custom_secrets")).await?,
            has_own_tables: own.is_some(),
            keeps_history: own.is_some_and(|version| version >= 2)
                && may_add(client, &quoted, "strongroom_history_row").await?,
            keeps_trail: own.is_some_and(|version| version >= 3)
                && may_add(client, &quoted, "strongroom_audit").await?,
            has_email: user.contains_key("email"),
            unfillable: secrets
                .iter()
                .find(|(name, column)| !OURS.contains(&name.as_str()) && column.not_null && !column.fills_itself)
                .map(|(name, _)| name.clone()),
            needs_user: secrets.get("keycloak_user_id").is_some_and(|column| column.not_null),
            lengths: [length("secret_name"), length("secret_value"), length("description")],
            missing_rights: missing_rights(client, &table("custom_secrets")).await?,
            engine: format!("PostgreSQL {}", version.split(' ').next().unwrap_or_default()),
            role_name: about.try_get(1)?,
            name: quoted,
        })
    }

    /// Why the role cannot write, if it cannot.
    pub(super) fn missing_right(&self) -> Option<String> {
        if self.missing_rights.is_empty() {
            return None;
        }
        Some(format!("the role has no right to {} custom_secrets", self.missing_rights.join(", ")))
    }

    /// The condition that makes a row of `custom_secrets` personal. Anything but FALSE shares it.
    pub(super) fn personal(&self) -> &'static str {
        if self.has_shared { "is_org_shared IS FALSE" } else { "TRUE" }
    }

    /// The expression that says whether a row of `custom_secrets` is shared.
    pub(super) fn shared(&self) -> &'static str {
        if self.has_shared { "(is_org_shared IS NOT FALSE)" } else { "FALSE" }
    }
}

/// The columns of `table`, which must have those `named`.
async fn required(
    client: &Client,
    table: &str,
    schema: Option<&str>,
    named: &[&str],
) -> Result<(String, Columns), Failure> {
    let Some((schema, columns)) = columns(client, table, schema).await? else {
        return Err(DatabaseError::NotTheServers(table.to_owned()).into());
    };
    match named.iter().find(|name| !columns.contains_key(**name)) {
        Some(name) => Err(DatabaseError::NotTheServers(format!("{table} with a column {name}")).into()),
        None => Ok((schema, columns)),
    }
}

/// The schema of a table and its columns: the first on the search path, or the one in `schema`.
async fn columns(client: &Client, table: &str, schema: Option<&str>) -> Result<Option<(String, Columns)>, Failure> {
    let sql = "SELECT n.nspname::text, a.attname::text, t.typname::text, a.attnotnull,
                      a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '',
                      CASE WHEN a.atttypmod > 4 AND t.typname IN ('varchar', 'bpchar') THEN a.atttypmod - 4 END
                 FROM pg_catalog.pg_class c
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                WHERE c.relname = $1 AND c.relkind IN ('r', 'p')
                  AND CASE WHEN $2 IS NULL THEN pg_catalog.pg_table_is_visible(c.oid) ELSE n.nspname = $2 END";
    let rows = client.query_typed(sql, &[(&table, Type::TEXT), (&schema, Type::TEXT)]).await?;
    let mut columns = Columns::new();
    let mut found = None;
    for row in rows {
        found = Some(row.try_get::<_, String>(0)?);
        let length: Option<i32> = row.try_get(5)?;
        columns.insert(
            row.try_get(1)?,
            Column {
                type_name: row.try_get(2)?,
                not_null: row.try_get(3)?,
                fills_itself: row.try_get(4)?,
                length: length.and_then(|length| usize::try_from(length).ok()),
            },
        );
    }
    Ok(found.map(|schema| (schema, columns)))
}

/// Whether a unique index keeps two personal rows of one user and org from having one name.
async fn has_unique_index(client: &Client, table: &str) -> Result<bool, Failure> {
    let sql = "SELECT EXISTS (
                 SELECT 1 FROM pg_catalog.pg_index i
                  WHERE i.indrelid = $1::pg_catalog.regclass AND i.indisunique AND i.indisvalid
                    AND (SELECT array_agg(a.attname::text ORDER BY a.attname)
                           FROM pg_catalog.pg_attribute a
                          WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                        = ARRAY['keycloak_user_id', 'org_id', 'secret_name'])";
    Ok(client.query_typed_one(sql, &[(&table, Type::TEXT)]).await?.try_get(0)?)
}

/// The version of our own tables in `schema`; `None` where there are none that the role can read.
pub(super) async fn own_version(client: &Client, schema: &str) -> Result<Option<i64>, Failure> {
    let quoted = format!("\"{}\".strongroom_meta", schema.replace('"', "\"\""));
    let params: [(&(dyn ToSql + Sync), Type); 1] = [(&quoted, Type::TEXT)];
    let readable = "SELECT pg_catalog.to_regclass($1) IS NOT NULL
                       AND pg_catalog.has_table_privilege(pg_catalog.to_regclass($1)::oid, 'SELECT')";
    let is_readable: Option<bool> = client.query_typed_one(readable, &params).await?.try_get(0)?;
    if is_readable != Some(true) {
        return Ok(None);
    }
    let sql = format!("SELECT value::text::int8 FROM {quoted} WHERE key = 'schema_version'");
    let found = client.query_typed_opt(&sql, &[]).await?.map(|row| row.try_get::<_, i64>(0)).transpose()?;
    match found {
        Some(found) if found > OWN_VERSION => Err(DatabaseError::NewerSchema { found, known: OWN_VERSION }.into()),
        found => Ok(found),
    }
}

/// Whether the role may add rows to one of our own tables.
async fn may_add(client: &Client, schema: &str, table: &str) -> Result<bool, Failure> {
    let table = format!("{schema}.{table}");
    let sql = "SELECT coalesce(pg_catalog.has_table_privilege(pg_catalog.to_regclass($1)::oid, 'INSERT'), FALSE)";
    Ok(client.query_typed_one(sql, &[(&table, Type::TEXT)]).await?.try_get(0)?)
}

async fn missing_rights(client: &Client, table: &str) -> Result<Vec<&'static str>, Failure> {
    let mut missing = Vec::new();
    for right in ["INSERT", "DELETE"] {
        let sql = "SELECT pg_catalog.has_table_privilege($1::pg_catalog.regclass, $2)
                       OR ($2 = 'INSERT' AND pg_catalog.has_any_column_privilege($1::pg_catalog.regclass, $2))";
        let may: bool = client.query_typed_one(sql, &[(&table, Type::TEXT), (&right, Type::TEXT)]).await?.try_get(0)?;
        if !may {
            missing.push(right);
        }
    }
    Ok(missing)
}
