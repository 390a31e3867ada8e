//! Pages of orgs.

use super::search::Needle;
use super::{briefly, is_company, is_personal, same_id};
use crate::database::postgres::error::Failure;
use crate::database::postgres::rows::{Bound, is_any, spelled};
use crate::database::postgres::schema::{IdKind, Schema};
use crate::database::{Counting, Cursor, OrgId, OrgKind, OrgQuery, OrgRecord, Page, PersonalOwner, UserId};
use std::collections::HashMap;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

/// Tells the two orders apart that one list may consist of.
const COMPANY: char = 'c';
const PERSONAL: char = 'p';

pub(in crate::database::postgres) async fn page(
    client: &Client,
    schema: &Schema,
    query: &OrgQuery,
) -> Result<Page<OrgRecord>, Failure> {
    let most = if query.limit == 0 { i64::MAX } else { i64::try_from(query.limit).unwrap_or(i64::MAX) };
    let needle = Needle::new(&query.search);
    let list = List { client, schema, needle: needle.as_ref() };
    let after = query.after.as_ref();
    let is_in_personal = after.is_some_and(|cursor| cursor.key.starts_with(PERSONAL));
    let mut found = Vec::new();
    if query.kind != OrgKind::Personal && !is_in_personal {
        found = list.companies(after, most.saturating_add(1)).await?;
    }
    let room = most.saturating_add(1).saturating_sub(i64::try_from(found.len()).unwrap_or(i64::MAX));
    if query.kind != OrgKind::Company && room > 0 {
        found.extend(list.personal(after.filter(|_| is_in_personal), room).await?);
    }
    let total = if after.is_some() { None } else { list.total(query, found.len()).await? };
    let next = cut(&mut found, query.limit);
    let mut items: Vec<OrgRecord> = found.into_iter().map(|place| place.record).collect();
    match query.counts {
        Counting::None => {}
        Counting::Exact => count(client, schema, &mut items).await?,
        Counting::Brief => {
            let mut counted = items.clone();
            if briefly(client, async || count(client, schema, &mut counted).await).await?.is_some() {
                items = counted;
            }
        }
    }
    Ok(Page { items, next, total })
}

/// An org and where it stands.
struct Place {
    record: OrgRecord,
    cursor: Cursor,
}

/// Cuts what is more than a page; where the next one begins, if so.
fn cut(found: &mut Vec<Place>, limit: usize) -> Option<Cursor> {
    if limit == 0 || found.len() <= limit {
        return None;
    }
    found.truncate(limit);
    found.last().map(|place| place.cursor.clone())
}

struct List<'l> {
    client: &'l Client,
    schema: &'l Schema,
    needle: Option<&'l Needle>,
}

impl List<'_> {
    /// How many orgs the query finds, of which `found` are at hand, one more than a page at most.
    async fn total(&self, query: &OrgQuery, found: usize) -> Result<Option<u64>, Failure> {
        if query.limit == 0 || found <= query.limit {
            return Ok(u64::try_from(found).ok());
        }
        if query.kind == OrgKind::Personal && self.needle.is_none() {
            // The overview counts them, once.
            return Ok(None);
        }
        // A courtesy: counting reads everything that a page need not.
        briefly(self.client, async || match query.kind {
            OrgKind::Company => self.count_companies().await,
            OrgKind::Personal => self.count_personal().await,
            OrgKind::Any => Ok(self.count_companies().await? + self.count_personal().await?),
        })
        .await
    }

    fn is_uuid(&self) -> bool {
        self.schema.org_id == IdKind::Uuid
    }

    fn searched(&self) -> String {
        let condition = self.needle.map(|needle| needle.condition("o.name", "o.id", self.is_uuid(), 1));
        condition.unwrap_or_else(|| "$1::text IS NULL".to_owned())
    }

    fn needle(&self) -> Option<&str> {
        self.needle.map(|needle| needle.bound(self.is_uuid()))
    }

    async fn companies(&self, after: Option<&Cursor>, limit: i64) -> Result<Vec<Place>, Failure> {
        let needle = self.needle();
        let mut sql = format!(
            "SELECT o.id::text, o.name::text, NULL::text FROM {} o WHERE {} AND {}",
            self.schema.org,
            is_company(self.schema),
            self.searched()
        );
        let name = after.map(|cursor| cursor.key.trim_start_matches(COMPANY).to_owned());
        let id = after.map(|cursor| cursor.id.clone());
        let mut bound: Bound<'_> = vec![(&needle, Type::TEXT), (&limit, Type::INT8)];
        if after.is_some() {
            let cast = if self.is_uuid() { "::uuid" } else { "" };
            sql = format!("{sql} AND (o.name, o.id) > ($3, $4{cast})");
            bound.extend([(&name as _, Type::TEXT), (&id as _, Type::TEXT)]);
        }
        sql.push_str(" ORDER BY o.name, o.id LIMIT $2");
        let rows = self.client.query_typed(&sql, &bound).await?;
        rows.iter().map(|row| place(row, COMPANY)).collect()
    }

    /// Personal orgs by their users: the e-mail and the id are searched.
    async fn personal(&self, after: Option<&Cursor>, limit: i64) -> Result<Vec<Place>, Failure> {
        let schema = self.schema;
        let is_uuid = schema.user_id == IdKind::Uuid;
        let email = if schema.has_email { "u.email" } else { "NULL" };
        let condition = self
            .needle
            .map_or_else(|| "$1::text IS NULL".to_owned(), |needle| needle.condition(email, "u.id", is_uuid, 1));
        let needle = self.needle.map(|needle| needle.bound(is_uuid));
        let mut sql = format!(
            "SELECT o.id::text, o.name::text, {email}::text FROM {} u JOIN {} o ON {} WHERE {} AND {condition}",
            schema.user,
            schema.org,
            same_id(("o.id", schema.org_id), ("u.id", schema.user_id)),
            is_personal(schema)
        );
        let id = after.map(|cursor| cursor.id.clone());
        let mut bound: Bound<'_> = vec![(&needle, Type::TEXT), (&limit, Type::INT8)];
        if after.is_some() {
            let cast = if is_uuid { "::uuid" } else { "" };
            sql = format!("{sql} AND u.id > $3{cast}");
            bound.push((&id, Type::TEXT));
        }
        sql.push_str(" ORDER BY u.id LIMIT $2");
        let rows = self.client.query_typed(&sql, &bound).await?;
        rows.iter().map(|row| place(row, PERSONAL)).collect()
    }

    /// How many companies the search finds.
    async fn count_companies(&self) -> Result<u64, Failure> {
        let company = is_company(self.schema);
        let sql = format!("SELECT count(*) FROM {} o WHERE {company} AND {}", self.schema.org, self.searched());
        self.counted(&sql, self.needle()).await
    }

    /// How many personal orgs the search finds: it is the users that are searched, and each has one.
    async fn count_personal(&self) -> Result<u64, Failure> {
        let schema = self.schema;
        let Some(needle) = self.needle else {
            let sql =
                format!("SELECT count(*) FROM {} o WHERE {} AND $1::text IS NULL", schema.org, is_personal(schema));
            return self.counted(&sql, None).await;
        };
        let is_uuid = schema.user_id == IdKind::Uuid;
        let email = if schema.has_email { "u.email" } else { "NULL" };
        let found = needle.condition(email, "u.id", is_uuid, 1);
        let sql = format!("SELECT count(*) FROM {} u WHERE {found}", schema.user);
        self.counted(&sql, Some(needle.bound(is_uuid))).await
    }

    async fn counted(&self, sql: &str, needle: Option<&str>) -> Result<u64, Failure> {
        let counted: i64 = self.client.query_typed_one(sql, &[(&needle, Type::TEXT)]).await?.try_get(0)?;
        Ok(u64::try_from(counted).unwrap_or_default())
    }
}

fn place(row: &Row, kind: char) -> Result<Place, Failure> {
    let (id, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let key = if kind == COMPANY { format!("{COMPANY}{name}") } else { PERSONAL.to_string() };
    let record = record(row)?;
    Ok(Place { record, cursor: Cursor { key, id } })
}

/// An org from its id, its name and, if it is somebody's, the e-mail.
fn record(row: &Row) -> Result<OrgRecord, Failure> {
    let (id, name): (&str, String) = (row.try_get(0)?, row.try_get(1)?);
    let email: Option<String> = row.try_get(2)?;
    let id = OrgId::new(id);
    let owner = name.strip_prefix("user_").and_then(|rest| rest.strip_suffix("_org")).map(UserId::new);
    let personal = owner.filter(|owner| owner.as_str() == id.as_str()).map(|user| PersonalOwner { user, email });
    Ok(OrgRecord { id, name, personal, users: None, secrets: None })
}

/// Counts the users and the rows of each of `orgs`.
async fn count(client: &Client, schema: &Schema, orgs: &mut [OrgRecord]) -> Result<(), Failure> {
    let spellings = |kind: IdKind| -> Vec<String> {
        orgs.iter().flat_map(|org| spelled(kind, org.id.as_str(), org.id.spellings())).collect()
    };
    let (members, secrets) = (spellings(schema.member_org), spellings(schema.secret_org));
    // The rows of a personal org are its user's: there is an index on the user, and none on the org.
    let owners: Option<Vec<String>> = orgs
        .iter()
        .map(|org| org.personal.as_ref())
        .map(|owner| Some(owner?.user.spellings()))
        .collect::<Option<Vec<_>>>()
        .map(|all| all.concat());
    let of_owners = if owners.is_some() { "keycloak_user_id = ANY ($3::text[])" } else { "$3::text[] IS NULL" };
    let sql = format!(
        "SELECT org, count(DISTINCT person), coalesce(sum(secrets), 0)::int8 FROM (
           SELECT org_id::text AS org, user_id::text AS person, 0 AS secrets FROM {} WHERE {}
           UNION ALL
           SELECT org_id::text, CASE WHEN {} THEN keycloak_user_id END, count(*) FROM {}
            WHERE {} AND {of_owners} GROUP BY 1, 2
         ) AS every GROUP BY 1",
        schema.member,
        is_any("org_id", schema.member_org, 1),
        schema.personal(),
        schema.secrets,
        is_any("org_id", schema.secret_org, 2)
    );
    let bound: Bound<'_> =
        vec![(&members, Type::TEXT_ARRAY), (&secrets, Type::TEXT_ARRAY), (&owners, Type::TEXT_ARRAY)];
    let rows = client.query_typed(&sql, &bound).await?;
    let mut counted = HashMap::new();
    for row in rows {
        let (org, users, secrets): (&str, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        counted.insert(OrgId::new(org), (users, secrets));
    }
    for org in orgs {
        let (users, secrets) = counted.get(&org.id).copied().unwrap_or_default();
        org.users = u64::try_from(users).ok();
        org.secrets = u64::try_from(secrets).ok();
    }
    Ok(())
}

/// The orgs whose id is `text` in any spelling; where there is none, those whose name it is.
pub(in crate::database::postgres) async fn find_orgs(
    client: &Client,
    schema: &Schema,
    text: &str,
) -> Result<Vec<OrgRecord>, Failure> {
    let found = named(client, schema, &[OrgId::new(text)]).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    let by_name = format!("{} WHERE o.name = $1 ORDER BY o.id", select(schema));
    client.query_typed(&by_name, &[(&text, Type::TEXT)]).await?.iter().map(record).collect()
}

/// The orgs of those ids, with their names.
pub(super) async fn named(client: &Client, schema: &Schema, ids: &[OrgId]) -> Result<Vec<OrgRecord>, Failure> {
    let spellings: Vec<String> =
        ids.iter().flat_map(|id| spelled(schema.org_id, id.as_str(), id.spellings())).collect();
    let sql = format!("{} WHERE {}", select(schema), is_any("o.id", schema.org_id, 1));
    client.query_typed(&sql, &[(&spellings, Type::TEXT_ARRAY)]).await?.iter().map(record).collect()
}

/// What a [`record`] is read from.
fn select(schema: &Schema) -> String {
    let email = if schema.has_email { "u.email" } else { "NULL" };
    format!(
        "SELECT o.id::text, o.name::text, {email}::text FROM {} o LEFT JOIN {} u ON {}",
        schema.org,
        schema.user,
        same_id(("o.id", schema.org_id), ("u.id", schema.user_id))
    )
}
