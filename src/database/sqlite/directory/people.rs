//! One person in all orgs: whom a search finds, and where they are.

use super::orgs::named;
use super::search::Needle;
use crate::database::directory::Homes;
use crate::database::sqlite::functions::SPELLINGS;
use crate::database::sqlite::raw::text;
use crate::database::sqlite::rows::{padded, spelled};
use crate::database::sqlite::schema::Schema;
use crate::database::{DatabaseError, Home, OrgId, PersonRecord, UserId};
use rusqlite::{Connection, params, params_from_iter};
use std::borrow::Cow;

/// The first users whose e-mail or id contains `search`, each once however the tables spell the id.
pub(in crate::database::sqlite) fn people(
    connection: &Connection,
    schema: &Schema,
    search: &str,
    limit: usize,
) -> Result<Vec<PersonRecord>, DatabaseError> {
    let email = if schema.has_email { "u.email" } else { "NULL" };
    let spellings: Vec<String> = (0..SPELLINGS).map(|n| format!("strongroom_spelling(u.id, {n})")).collect();
    let needle = Needle::new(search);
    let needle = needle.as_ref().map_or("", Needle::of_owner);
    let sql = format!(
        "SELECT u.id, {email}, (SELECT org.id FROM main.org WHERE org.id IN ({})
                                   AND strongroom_owner(org.name) = strongroom_id(org.id) LIMIT 1)
           FROM main.\"user\" AS u
          WHERE u.id IS NOT NULL AND (strongroom_has({email}, ?1) OR strongroom_id_has(u.id, ?1)) LIMIT ?2",
        spellings.join(", ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![needle, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut found: Vec<PersonRecord> = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(user) = text(row.get_ref(0)?).map(|id| UserId::new(&id)) else { continue };
        let email = text(row.get_ref(1)?).map(Cow::into_owned);
        let personal = text(row.get_ref(2)?).map(|id| OrgId::new(&id));
        match found.iter_mut().find(|person| person.user == user) {
            Some(person) => person.email = person.email.take().or(email),
            None => found.push(PersonRecord { user, email, personal }),
        }
    }
    Ok(found)
}

/// Where `user` is. The rows are found by the index on the user; a membership has none there, so that the index of the
/// primary key is read through.
pub(in crate::database::sqlite) fn homes(
    connection: &Connection,
    schema: &Schema,
    user: &UserId,
    limit: usize,
) -> Result<Vec<Home>, DatabaseError> {
    let mut homes = Homes::default();
    let sql = format!(
        "SELECT org_id, count(*) FROM main.custom_secrets WHERE {} AND (org_id IS NULL OR {}) GROUP BY org_id",
        spelled("keycloak_user_id"),
        schema.personal()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(padded(user.spellings())))?;
    while let Some(row) = rows.next()? {
        let secrets = u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
        homes.add_secrets(text(row.get_ref(0)?).map(|id| OrgId::new(&id)), secrets);
    }
    let (role, join_role) =
        if schema.has_role { ("r.name", "LEFT JOIN main.role AS r ON r.id = m.role_id") } else { ("NULL", "") };
    let sql = format!("SELECT m.org_id, {role} FROM main.org_member AS m {join_role} WHERE {}", spelled("m.user_id"));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(padded(user.spellings())))?;
    while let Some(row) = rows.next()? {
        if let Some(org) = text(row.get_ref(0)?) {
            homes.add_member(OrgId::new(&org), text(row.get_ref(1)?).map(Cow::into_owned));
        }
    }
    let mut records = Vec::new();
    for org in homes.orgs(user) {
        records.extend(named(connection, schema, &org)?);
    }
    Ok(homes.list(records, limit))
}
