//! The users of an org: its members, and behind them whoever has personal secrets there without being one.

use super::same_id;
use super::search::Needle;
use crate::database::postgres::error::Failure;
use crate::database::postgres::rows::{Bound, is_any, spelled};
use crate::database::postgres::schema::{IdKind, Schema};
use crate::database::{Cursor, OrgId, Page, UserId, UserQuery, UserRecord};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

/// Tells the two orders apart that the list consists of.
const MEMBER: char = 'm';
const STRANGER: char = 's';

pub(in crate::database::postgres) async fn page(
    client: &Client,
    schema: &Schema,
    query: &UserQuery,
) -> Result<Page<UserRecord>, Failure> {
    let needle = Needle::new(&query.search);
    let list = List::new(client, schema, query.org.as_ref(), needle.as_ref());
    let most = if query.limit == 0 { usize::MAX } else { query.limit.saturating_add(1) };
    let after = query.after.as_ref();
    let mut found = Vec::new();
    if query.org.is_some() && after.is_none_or(|cursor| cursor.key.starts_with(MEMBER)) {
        found = list.members(after, most).await?;
    }
    let members = found.len();
    if members < most {
        let strangers = after.filter(|cursor| cursor.key.starts_with(STRANGER));
        found.extend(list.strangers(strangers, most - members).await?);
    }
    let total = match after {
        Some(_) => None,
        None if found.len() < most => u64::try_from(found.len()).ok(),
        None => Some(list.count_members().await?),
    };
    let next = if query.limit != 0 && found.len() > query.limit {
        found.truncate(query.limit);
        found.last().map(|(cursor, _)| cursor.clone())
    } else {
        None
    };
    Ok(Page { items: found.into_iter().map(|(_, user)| user).collect(), next, total })
}

/// The users of `org` whose id is `text` in any spelling; where there is none, those whose e-mail it is, and where
/// there is none of those either, those whose e-mail it is but for the case.
pub(in crate::database::postgres) async fn find_users(
    client: &Client,
    schema: &Schema,
    org: &OrgId,
    text: &str,
) -> Result<Vec<UserRecord>, Failure> {
    let query = UserQuery { org: Some(org.clone()), search: text.to_owned(), after: None, limit: 0 };
    let candidates = page(client, schema, &query).await?.items;
    let id = UserId::new(text);
    let lower = text.to_lowercase();
    let tests: [&dyn Fn(&UserRecord) -> bool; 3] =
        [&|user| user.id.as_ref() == Some(&id), &|user| user.email.as_deref() == Some(text), &|user| {
            user.email.as_ref().is_some_and(|email| email.to_lowercase() == lower)
        }];
    let found = tests.iter().map(|test| candidates.iter().filter(|user| test(user)).cloned().collect::<Vec<_>>());
    Ok(found.into_iter().find(|found| !found.is_empty()).unwrap_or_default())
}

struct List<'l> {
    client: &'l Client,
    schema: &'l Schema,
    needle: Option<&'l Needle>,
    /// Spellings of the org for `org_member` and for `custom_secrets`; `None` for rows without an org.
    org: Option<(Vec<String>, Vec<String>)>,
    email: &'static str,
    key: String,
}

impl<'l> List<'l> {
    fn new(client: &'l Client, schema: &'l Schema, org: Option<&OrgId>, needle: Option<&'l Needle>) -> Self {
        let org = org.map(|org| {
            let spellings = |kind| spelled(kind, org.as_str(), org.spellings());
            (spellings(schema.member_org), spellings(schema.secret_org))
        });
        let email = if schema.has_email { "u.email::text" } else { "NULL::text" };
        // Those without an e-mail come last.
        let key =
            format!("(CASE WHEN coalesce({email}, '') = '' THEN '1' ELSE '0' || lower({email}) END) COLLATE \"C\"");
        Self { client, schema, needle, org, email, key }
    }

    async fn members(&self, after: Option<&Cursor>, most: usize) -> Result<Vec<(Cursor, UserRecord)>, Failure> {
        let schema = self.schema;
        let Some((org, _)) = &self.org else { return Ok(Vec::new()) };
        let (role, join_role) = match &schema.role {
            Some(role) => ("r.name::text", format!("LEFT JOIN {role} r ON r.id = m.role_id")),
            None => ("NULL::text", String::new()),
        };
        let is_uuid = schema.member_user == IdKind::Uuid;
        let searched = self.searched("m.user_id", is_uuid, 2);
        let needle = self.needle.map(|needle| needle.bound(is_uuid));
        let secrets = format!(
            "SELECT count(*) FROM {} s WHERE s.keycloak_user_id = m.id AND {} AND {}",
            schema.secrets,
            same_id(("s.org_id", schema.secret_org), ("m.org_id", schema.member_org)),
            schema.personal()
        );
        let mut inner = format!(
            "SELECT m.user_id::text AS id, m.org_id, {} AS email, {role} AS role, {} AS key
               FROM {} m LEFT JOIN {} u ON {} {join_role}
              WHERE {} AND {searched}",
            self.email,
            self.key,
            schema.member,
            schema.user,
            same_id(("u.id", schema.user_id), ("m.user_id", schema.member_user)),
            is_any("m.org_id", schema.member_org, 1)
        );
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let (key, id) = (after.map(|cursor| cursor.key.get(1..).unwrap_or_default()), after.map(|cursor| &cursor.id));
        let mut bound: Bound<'_> = vec![(org, Type::TEXT_ARRAY), (&needle, Type::TEXT), (&limit, Type::INT8)];
        if after.is_some() {
            inner = format!("{inner} AND ({}, m.user_id::text COLLATE \"C\") > ($4, $5)", self.key);
            bound.extend([(&key as _, Type::TEXT), (&id as _, Type::TEXT)]);
        }
        // The rows of a page are counted after it is cut, each over the index on the user.
        let sql = format!(
            "SELECT m.id, m.email, m.role, m.key, ({secrets})
               FROM ({inner} ORDER BY key, m.user_id::text COLLATE \"C\" LIMIT $3) AS m
              ORDER BY m.key, m.id COLLATE \"C\""
        );
        let rows = self.client.query_typed(&sql, &bound).await?;
        rows.iter().map(|row| entry(row, MEMBER)).collect()
    }

    async fn count_members(&self) -> Result<u64, Failure> {
        let schema = self.schema;
        let Some((org, _)) = &self.org else { return Ok(0) };
        let is_uuid = schema.member_user == IdKind::Uuid;
        let needle = self.needle.map(|needle| needle.bound(is_uuid));
        let sql = format!(
            "SELECT count(*) FROM {} m LEFT JOIN {} u ON {} WHERE {} AND {}",
            schema.member,
            schema.user,
            same_id(("u.id", schema.user_id), ("m.user_id", schema.member_user)),
            is_any("m.org_id", schema.member_org, 1),
            self.searched("m.user_id", is_uuid, 2)
        );
        let counted: i64 =
            self.client.query_typed_one(&sql, &[(org, Type::TEXT_ARRAY), (&needle, Type::TEXT)]).await?.try_get(0)?;
        Ok(u64::try_from(counted).unwrap_or_default())
    }

    /// Those who have rows in the org and are no members, or who have rows without an org.
    async fn strangers(&self, after: Option<&Cursor>, most: usize) -> Result<Vec<(Cursor, UserRecord)>, Failure> {
        let schema = self.schema;
        let (condition, org) = match &self.org {
            None => ("s.org_id IS NULL AND $1::text[] IS NOT NULL".to_owned(), Vec::new()),
            Some((_, org)) => {
                let condition = format!(
                    "{} AND {} AND s.keycloak_user_id IS NOT NULL AND NOT EXISTS (
                       SELECT 1 FROM {} m WHERE {} AND m.user_id::text = s.keycloak_user_id)",
                    is_any("s.org_id", schema.secret_org, 1),
                    schema.personal(),
                    schema.member,
                    same_id(("m.org_id", schema.member_org), ("s.org_id", schema.secret_org))
                );
                (condition, org.clone())
            }
        };
        let is_user = match schema.user_id {
            IdKind::Text => "u.id = s.id".to_owned(),
            // Only what is shaped like one can be cast to one.
            IdKind::Uuid => "u.id = CASE WHEN s.id ~ '^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$' \
                             THEN s.id::uuid END"
                .to_owned(),
        };
        let needle = self.needle.map(|needle| needle.bound(false));
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let (key, id) = (after.map(|cursor| cursor.key.get(1..).unwrap_or_default()), after.map(|cursor| &cursor.id));
        let mut bound: Bound<'_> = vec![(&org, Type::TEXT_ARRAY), (&needle, Type::TEXT), (&limit, Type::INT8)];
        let mut behind = String::new();
        if after.is_some() {
            behind = format!(" AND ({}, coalesce(s.id, '') COLLATE \"C\") > ($4, $5)", self.key);
            bound.extend([(&key as _, Type::TEXT), (&id as _, Type::TEXT)]);
        }
        let sql = format!(
            "SELECT s.id, {}, NULL::text, {}, s.secrets
               FROM (SELECT s.keycloak_user_id::text AS id, count(*) AS secrets
                       FROM {} s WHERE {condition} GROUP BY 1) AS s
               LEFT JOIN {} u ON {is_user}
              WHERE {}{behind}
              ORDER BY 4, coalesce(s.id, '') COLLATE \"C\" LIMIT $3",
            self.email,
            self.key,
            schema.secrets,
            schema.user,
            self.searched("s.id", false, 2)
        );
        let rows = self.client.query_typed(&sql, &bound).await?;
        rows.iter().map(|row| entry(row, STRANGER)).collect()
    }

    fn searched(&self, id: &str, is_uuid: bool, n: usize) -> String {
        match self.needle {
            None => format!("${n}::text IS NULL"),
            Some(needle) => needle.condition(self.email, id, is_uuid, n),
        }
    }
}

fn entry(row: &Row, kind: char) -> Result<(Cursor, UserRecord), Failure> {
    let id: Option<String> = row.try_get(0)?;
    let key: &str = row.try_get(3)?;
    let secrets: i64 = row.try_get(4)?;
    let cursor = Cursor { key: format!("{kind}{key}"), id: id.clone().unwrap_or_default() };
    let user = UserRecord {
        id: id.as_deref().map(UserId::new),
        email: row.try_get(1)?,
        role: row.try_get(2)?,
        secrets: u64::try_from(secrets).unwrap_or_default(),
    };
    Ok((cursor, user))
}
