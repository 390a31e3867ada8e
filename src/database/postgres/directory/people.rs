//! One person in all orgs: whom a search finds, and where they are.

use super::orgs::named;
use super::search::Needle;
use super::{is_personal, same_id};
use crate::database::directory::Homes;
use crate::database::postgres::error::Failure;
use crate::database::postgres::rows::{Bound, is_any, spelled};
use crate::database::postgres::schema::{IdKind, Schema};
use crate::database::{Home, OrgId, PersonRecord, UserId};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

/// The first users whose e-mail or id contains `text`, in the order of their ids.
pub(in crate::database::postgres) async fn people(
    client: &Client,
    schema: &Schema,
    text: &str,
    limit: usize,
) -> Result<Vec<PersonRecord>, Failure> {
    let is_uuid = schema.user_id == IdKind::Uuid;
    let email = if schema.has_email { "u.email::text" } else { "NULL::text" };
    let needle = Needle::new(text);
    let found = needle
        .as_ref()
        .map_or_else(|| "$1::text IS NULL".to_owned(), |needle| needle.condition(email, "u.id", is_uuid, 1));
    let needle = needle.as_ref().map(|needle| needle.bound(is_uuid));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = format!(
        "SELECT u.id::text, u.email, o.id::text
           FROM (SELECT u.id, {email} AS email FROM {} u WHERE {found} ORDER BY u.id LIMIT $2) AS u
           LEFT JOIN {} o ON {} AND {}
          ORDER BY u.id",
        schema.user,
        schema.org,
        same_id(("o.id", schema.org_id), ("u.id", schema.user_id)),
        is_personal(schema)
    );
    let bound: Bound<'_> = vec![(&needle, Type::TEXT), (&limit, Type::INT8)];
    let rows = client.query_typed(&sql, &bound).await?;
    rows.iter()
        .map(|row| {
            let (user, personal): (&str, Option<&str>) = (row.try_get(0)?, row.try_get(2)?);
            Ok(PersonRecord { user: UserId::new(user), email: row.try_get(1)?, personal: personal.map(OrgId::new) })
        })
        .collect()
}

/// Where `user` is. The rows are found by the index on the user; a membership has none there unless somebody made the
/// one that we offer. Without it the table is read through: a tenth of a second for a million members.
pub(in crate::database::postgres) async fn homes(
    client: &Client,
    schema: &Schema,
    user: &UserId,
    limit: usize,
) -> Result<Vec<Home>, Failure> {
    let mut homes = Homes::default();
    let sql = format!(
        "SELECT org_id::text, count(*) FROM {} WHERE {} AND (org_id IS NULL OR {}) GROUP BY 1",
        schema.secrets,
        is_any("keycloak_user_id", IdKind::Text, 1),
        schema.personal()
    );
    for row in client.query_typed(&sql, &[(&user.spellings(), Type::TEXT_ARRAY)]).await? {
        let (org, secrets): (Option<&str>, i64) = (row.try_get(0)?, row.try_get(1)?);
        homes.add_secrets(org.map(OrgId::new), u64::try_from(secrets).unwrap_or_default());
    }
    let (role, join_role) = match &schema.role {
        Some(role) => ("r.name::text", format!("LEFT JOIN {role} r ON r.id = m.role_id")),
        None => ("NULL::text", String::new()),
    };
    let sql = format!(
        "SELECT m.org_id::text, {role} FROM {} m {join_role} WHERE {} ORDER BY m.org_id LIMIT $2",
        schema.member,
        is_any("m.user_id", schema.member_user, 1)
    );
    let spellings = spelled(schema.member_user, user.as_str(), user.spellings());
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let bound: Bound<'_> = vec![(&spellings, Type::TEXT_ARRAY), (&most, Type::INT8)];
    for row in client.query_typed(&sql, &bound).await? {
        homes.add_member(OrgId::new(row.try_get(0)?), row.try_get(1)?);
    }
    let records = named(client, schema, &homes.orgs(user)).await?;
    Ok(homes.list(records, limit))
}
