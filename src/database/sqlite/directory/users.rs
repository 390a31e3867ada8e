//! The users of an org: its members, and whoever has personal secrets there without being one.

use super::personal::user_of;
use super::search::Needle;
use crate::database::sqlite::functions::SPELLINGS;
use crate::database::sqlite::raw::text;
use crate::database::sqlite::rows::{self, Filter, padded, spelled};
use crate::database::sqlite::schema::Schema;
use crate::database::{Cursor, DatabaseError, OrgId, Page, Scope, UserId, UserQuery, UserRecord};
use rusqlite::{Connection, params_from_iter};
use std::borrow::Cow;
use std::collections::HashMap;

/// The list of a larger org is not kept for the next page: it would be a lot of memory for what one query makes.
const MOST_KEPT: usize = 100_000;

/// All users of one org, in order.
pub(super) struct People {
    pub(super) org: Option<OrgId>,
    list: Vec<(Key, UserRecord)>,
}

/// What the list is ordered by: the e-mail in lower case; after those with one, those without, and last the rows
/// without any user. Then the id.
type Key = (String, String);

fn key(user: &UserRecord) -> Key {
    let id = user.id.as_ref().map_or("", UserId::as_str).to_owned();
    match (&user.email, &user.id) {
        (Some(email), _) if !email.is_empty() => (format!("0{}", email.to_lowercase()), id),
        (_, Some(_)) => ("1".to_owned(), id),
        (_, None) => ("2".to_owned(), id),
    }
}

impl People {
    /// Puts the list of `org` together; of those whose rows belong to no org, if it is `None`.
    pub(super) fn of(connection: &Connection, schema: &Schema, org: Option<&OrgId>) -> Result<Self, DatabaseError> {
        let mut people = HashMap::new();
        if let Some(org) = org {
            members(connection, schema, org, &mut people)?;
        }
        let nobodys = holders(connection, schema, org, &mut people)?;
        let mut list: Vec<(Key, UserRecord)> = people.into_values().map(|user| (key(&user), user)).collect();
        if org.is_none() && nobodys > 0 {
            let nobody = UserRecord { id: None, email: None, role: None, secrets: nobodys };
            list.push((key(&nobody), nobody));
        }
        list.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ok(Self { org: org.cloned(), list })
    }

    pub(super) fn is_worth_keeping(&self) -> bool {
        self.list.len() <= MOST_KEPT
    }

    /// One page of what the search finds.
    pub(super) fn page(&self, query: &UserQuery) -> Page<UserRecord> {
        let needle = Needle::new(&query.search);
        let found = |(_, user): &&(Key, UserRecord)| {
            needle.as_ref().is_none_or(|needle| {
                user.email.as_deref().is_some_and(|email| needle.is_in(email))
                    || user.id.as_ref().is_some_and(|id| needle.is_in_id(id.as_str()))
            })
        };
        let start = query
            .after
            .as_ref()
            .map_or(0, |after| self.list.partition_point(|((email, id), _)| (email, id) <= (&after.key, &after.id)));
        let mut rest = self.list.iter().skip(start).filter(found);
        let most = if query.limit == 0 { usize::MAX } else { query.limit };
        let page: Vec<&(Key, UserRecord)> = rest.by_ref().take(most).collect();
        let next = page.last().filter(|_| rest.next().is_some());
        Page {
            next: next.map(|((email, id), _)| Cursor { key: email.clone(), id: id.clone() }),
            total: query.after.is_none().then(|| self.list.iter().filter(found).count() as u64),
            items: page.into_iter().map(|(_, user)| user.clone()).collect(),
        }
    }
}

/// Adds the members of `org`, each once however the tables spell the id.
fn members(
    connection: &Connection,
    schema: &Schema,
    org: &OrgId,
    people: &mut HashMap<UserId, UserRecord>,
) -> Result<(), DatabaseError> {
    each_member(connection, schema, org, None, |id, email, role| {
        let user = people.entry(id.clone()).or_insert(UserRecord { id: Some(id), email: None, role: None, secrets: 0 });
        user.email = user.email.take().or(email);
        user.role = user.role.take().or(role);
    })
}

/// Calls `each` with id, e-mail and role of the members of `org`, or of the one who is asked for.
fn each_member(
    connection: &Connection,
    schema: &Schema,
    org: &OrgId,
    user: Option<&UserId>,
    mut each: impl FnMut(UserId, Option<String>, Option<String>),
) -> Result<(), DatabaseError> {
    let spellings: Vec<String> = (0..SPELLINGS).map(|n| format!("strongroom_spelling(m.user_id, {n})")).collect();
    let email = if schema.has_email { "u.email" } else { "NULL" };
    let (role, join_role) =
        if schema.has_role { ("r.name", "LEFT JOIN main.role AS r ON r.id = m.role_id") } else { ("NULL", "") };
    let mut sql = format!(
        "SELECT m.user_id, {email}, {role} FROM main.org_member AS m
           LEFT JOIN main.\"user\" AS u ON u.id IN ({}) {join_role}
          WHERE m.user_id IS NOT NULL AND {}",
        spellings.join(", "),
        spelled("m.org_id")
    );
    let mut bound = padded(org.spellings());
    if let Some(user) = user {
        sql.push_str(" AND ");
        sql.push_str(&spelled("m.user_id"));
        bound.extend(padded(user.spellings()));
    }
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(bound))?;
    while let Some(row) = rows.next()? {
        let owned = |at| Ok::<_, rusqlite::Error>(text(row.get_ref(at)?).map(Cow::into_owned));
        let Some(id) = text(row.get_ref(0)?) else { continue };
        each(UserId::new(&id), owned(1)?, owned(2)?);
    }
    Ok(())
}

/// Counts the personal rows of everybody in `org`, or all rows without an org, and adds those who are no members.
/// Answers how many rows have no user.
fn holders(
    connection: &Connection,
    schema: &Schema,
    org: Option<&OrgId>,
    people: &mut HashMap<UserId, UserRecord>,
) -> Result<u64, DatabaseError> {
    let (condition, bound) = match org {
        Some(org) => (format!("{} AND {}", spelled("org_id"), schema.personal()), padded(org.spellings())),
        None => ("org_id IS NULL".to_owned(), Vec::new()),
    };
    // No GROUP BY: it would walk the index on the user and look every row up.
    let sql = format!("SELECT keycloak_user_id FROM main.custom_secrets WHERE {condition}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(bound))?;
    let (mut counted, mut nobodys) = (HashMap::new(), 0);
    while let Some(row) = rows.next()? {
        match text(row.get_ref(0)?) {
            Some(id) => *counted.entry(UserId::new(&id)).or_insert(0) += 1,
            None => nobodys += 1,
        }
    }
    for (id, secrets) in counted {
        if let Some(user) = people.get_mut(&id) {
            user.secrets = secrets;
        } else {
            let email = user_of(connection, schema, &id)?.flatten();
            people.insert(id.clone(), UserRecord { id: Some(id), email, role: None, secrets });
        }
    }
    Ok(nobodys)
}

/// The users of `org` whose id is `text` in any spelling; where there is none, those whose e-mail it is, and where
/// there is none of those either, those whose e-mail it is but for the case of ASCII letters.
pub(in crate::database::sqlite) fn find_users(
    connection: &Connection,
    schema: &Schema,
    org: &OrgId,
    text: &str,
) -> Result<Vec<UserRecord>, DatabaseError> {
    if let Some(user) = user_in(connection, schema, org, UserId::new(text))? {
        return Ok(vec![user]);
    }
    if !schema.has_email {
        return Ok(Vec::new());
    }
    for condition in ["email COLLATE BINARY = ?", "lower(email) = lower(?)"] {
        let mut found = Vec::new();
        for id in ids_with_email(connection, condition, text)? {
            found.extend(user_in(connection, schema, org, id)?);
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn ids_with_email(connection: &Connection, condition: &str, email: &str) -> Result<Vec<UserId>, DatabaseError> {
    let sql =
        format!("SELECT DISTINCT strongroom_id(id) FROM main.\"user\" WHERE id IS NOT NULL AND {condition} ORDER BY 1");
    let mut statement = connection.prepare_cached(&sql)?;
    let ids = statement.query_map([email], |row| Ok(text(row.get_ref(0)?).map(|id| UserId::new(&id))))?;
    ids.filter_map(Result::transpose).map(|id| id.map_err(DatabaseError::from)).collect()
}

/// One user of an org; `None` for somebody who is neither a member nor has personal secrets there.
fn user_in(
    connection: &Connection,
    schema: &Schema,
    org: &OrgId,
    user: UserId,
) -> Result<Option<UserRecord>, DatabaseError> {
    let mut member: Option<(Option<String>, Option<String>)> = None;
    each_member(connection, schema, org, Some(&user), |_, email, role| {
        let (old_email, old_role) = member.take().unwrap_or_default();
        member = Some((old_email.or(email), old_role.or(role)));
    })?;
    let filter = Filter::of(&Scope::Personal { org: org.clone(), user: user.clone() }, schema);
    let sql = format!("SELECT count(*) FROM main.custom_secrets WHERE {}", filter.condition);
    let secrets = rows::count(connection, &sql, params_from_iter(&filter.bound))?;
    match member {
        Some((email, role)) => Ok(Some(UserRecord { id: Some(user), email, role, secrets })),
        None if secrets > 0 => {
            let email = user_of(connection, schema, &user)?.flatten();
            Ok(Some(UserRecord { id: Some(user), email, role: None, secrets }))
        }
        None => Ok(None),
    }
}
