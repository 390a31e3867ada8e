//! Rows of `custom_secrets`, by scope.

use super::error::Failure;
use super::schema::{IdKind, Schema};
use crate::database::{OrgId, RowId, Scope, StoredRow, StoredText, UserId, in_turns};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

/// Parameters of a statement with their types, so that nothing has to be asked of the server first.
pub(super) type Bound<'b> = Vec<(&'b (dyn ToSql + Sync), Type)>;

/// `column = ANY ($n)` for the spellings of an id, as constants of the column's type, so that its index is used.
pub(super) fn is_any(column: &str, kind: IdKind, n: usize) -> String {
    match kind {
        IdKind::Uuid => format!("{column} = ANY ((${n}::text[])::uuid[])"),
        IdKind::Text => format!("{column} = ANY (${n}::text[])"),
    }
}

/// The spellings of an id that a column of that kind can hold: none for what is no UUID in a column of UUIDs.
pub(super) fn spelled(kind: IdKind, canonical: &str, spellings: Vec<String>) -> Vec<String> {
    match kind {
        IdKind::Text => spellings,
        IdKind::Uuid if uuid::Uuid::try_parse(canonical).is_ok() => vec![canonical.to_owned()],
        IdKind::Uuid => Vec::new(),
    }
}

/// The rows of a scope as a condition on two parameters, the user's spellings and the org's.
pub(super) struct Filter {
    pub(super) condition: String,
    pub(super) user: Vec<String>,
    pub(super) org: Vec<String>,
}

impl Filter {
    pub(super) fn of(scope: &Scope, schema: &Schema) -> Self {
        let user_is = is_any("keycloak_user_id", IdKind::Text, 1);
        let org_is = is_any("org_id", schema.secret_org, 2);
        let spelled_org = |org: &OrgId| spelled(schema.secret_org, org.as_str(), org.spellings());
        // Both parameters always stand in the statement, so that both have a use.
        let (condition, user, org) = match scope {
            Scope::Personal { org, user } => {
                (format!("{user_is} AND {org_is} AND {}", schema.personal()), user.spellings(), spelled_org(org))
            }
            Scope::Shared { org } => {
                (format!("{org_is} AND {} AND $1::text[] IS NOT NULL", schema.shared()), Vec::new(), spelled_org(org))
            }
            Scope::NoOrg { user: Some(user) } => {
                (format!("{user_is} AND org_id IS NULL AND $2::text[] IS NOT NULL"), user.spellings(), Vec::new())
            }
            Scope::NoOrg { user: None } => (
                "keycloak_user_id IS NULL AND org_id IS NULL AND $1::text[] IS NOT NULL AND $2::text[] IS NOT NULL"
                    .to_owned(),
                Vec::new(),
                Vec::new(),
            ),
        };
        Self { condition, user, org }
    }

    pub(super) fn bound(&self) -> Bound<'_> {
        vec![(&self.user, Type::TEXT_ARRAY), (&self.org, Type::TEXT_ARRAY)]
    }
}

/// What a row is read from, as [`stored_row`] expects it.
pub(super) fn select(schema: &Schema) -> String {
    format!(
        "SELECT id::int8, keycloak_user_id::text, org_id::text, secret_name::text, secret_value::text, \
         description::text, {} FROM {}",
        schema.shared(),
        schema.secrets
    )
}

/// The rows of a scope in the order of their ids.
pub(super) async fn read(client: &Client, schema: &Schema, filter: &Filter) -> Result<Vec<StoredRow>, Failure> {
    let sql = format!("{} WHERE {} ORDER BY id", select(schema), filter.condition);
    in_turns(&client.query_typed(&sql, &filter.bound()).await?).map(stored_row).collect()
}

/// One row of [`select`].
pub(super) fn stored_row(row: &Row) -> Result<StoredRow, Failure> {
    let user: Option<&str> = row.try_get(1)?;
    let org: Option<&str> = row.try_get(2)?;
    let description: Option<String> = row.try_get(5)?;
    Ok(StoredRow {
        id: RowId(row.try_get(0)?),
        user: user.map(UserId::new),
        org: org.map(OrgId::new),
        name: row.try_get(3)?,
        value: StoredText::new(row.try_get(4)?),
        description: description.map(StoredText::new),
        shared: row.try_get(6)?,
    })
}
