//! Pages of orgs.

use super::personal::{self, IN_STRETCH, Place, Stretch, company, record};
use super::search::Needle;
use crate::database::sqlite::functions::SPELLINGS;
use crate::database::sqlite::raw::{Raw, text};
use crate::database::sqlite::rows::{self, padded, spelled};
use crate::database::sqlite::schema::Schema;
use crate::database::{Cursor, DatabaseError, OrgId, OrgQuery, OrgRecord, Page, id};
use rusqlite::{Connection, ToSql, params_from_iter};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Stretches of the order by name, as conditions. Names that are no text sort around the texts.
const NAMELESS: &str = "name IS NULL";
const NAMED: &str = "name IS NOT NULL";
const BEFORE: &str = "name COLLATE BINARY < 'user_'";
const AFTER: &str = "name COLLATE BINARY >= 'user`'";

/// Above as many orgs, all rows are counted at once instead of those of the page.
const COUNTED_BY_ID: usize = 250;

/// A page of all orgs, personal ones among them.
pub(super) fn everything(
    connection: &Connection,
    schema: &Schema,
    query: &OrgQuery,
) -> Result<Page<OrgRecord>, DatabaseError> {
    let mut list = List::new(connection, None, query);
    list.stretch(NAMELESS)?;
    list.stretch(NAMED)?;
    let total = match query.after {
        Some(_) => None,
        None => Some(rows::count(
            connection,
            "SELECT (SELECT count(*) FROM main.org) - (SELECT count(*) FROM main.org WHERE id IS NULL)",
            [],
        )?),
    };
    list.page(query.limit, total, |place| record(connection, schema, place))
}

/// A page of the orgs that are not personal.
pub(super) fn companies(
    connection: &Connection,
    stretch: &Stretch,
    query: &OrgQuery,
) -> Result<Page<OrgRecord>, DatabaseError> {
    let needle = Needle::new(&query.search);
    let list = list_of_companies(connection, stretch, query, needle.as_ref())?;
    let total = match query.after {
        Some(_) => None,
        None => Some(count_companies(connection, stretch, needle.as_ref())?),
    };
    list.page(query.limit, total, |place| Ok(company(place)))
}

/// A page of what a search finds when personal orgs are listed, too.
pub(super) fn search_with_personal(
    connection: &Connection,
    schema: &Schema,
    stretch: &Stretch,
    query: &OrgQuery,
) -> Result<Page<OrgRecord>, DatabaseError> {
    let Some(needle) = Needle::new(&query.search) else { return everything(connection, schema, query) };
    let mut list = list_of_companies(connection, stretch, query, Some(&needle))?;
    let found = list.add_personal(schema, &needle)?;
    let total = match query.after {
        Some(_) => None,
        None => Some(found + count_companies(connection, stretch, Some(&needle))?),
    };
    list.page(query.limit, total, |place| record(connection, schema, place))
}

/// A page of personal orgs alone.
pub(super) fn personal(
    connection: &Connection,
    schema: &Schema,
    stretch: &Stretch,
    query: &OrgQuery,
) -> Result<Page<OrgRecord>, DatabaseError> {
    let mut list = List::new(connection, None, query);
    let found = if let Some(needle) = Needle::new(&query.search) {
        list.add_personal(schema, &needle)?
    } else {
        list.stretch(&format!("{IN_STRETCH} AND NOT {}", personal::is_stranger()))?;
        stretch.personal
    };
    list.page(query.limit, query.after.is_none().then_some(found), |place| record(connection, schema, place))
}

fn list_of_companies<'c>(
    connection: &'c Connection,
    stretch: &Stretch,
    query: &OrgQuery,
    needle: Option<&'c Needle>,
) -> Result<List<'c>, DatabaseError> {
    let mut list = List::new(connection, needle, query);
    list.stretch(NAMELESS)?;
    list.stretch(BEFORE)?;
    match &stretch.few {
        Some(strangers) => list.add(strangers),
        None => list.stretch(&format!("{IN_STRETCH} AND {}", personal::is_stranger()))?,
    }
    list.stretch(AFTER)?;
    Ok(list)
}

fn count_companies(connection: &Connection, stretch: &Stretch, needle: Option<&Needle>) -> Result<u64, DatabaseError> {
    let counter = List { connection, needle, after: None, limit: 0, places: Vec::new() };
    let strangers = match (&stretch.few, needle) {
        (_, None) => stretch.strangers,
        (Some(few), Some(_)) => few.iter().map(|place| u64::from(counter.takes(place))).sum(),
        (None, Some(_)) => counter.count(&format!("{IN_STRETCH} AND {}", personal::is_stranger()))?,
    };
    Ok(strangers + counter.count(NAMELESS)? + counter.count(BEFORE)? + counter.count(AFTER)?)
}

/// The list as it grows, stretch by stretch in the order of the names.
struct List<'c> {
    connection: &'c Connection,
    needle: Option<&'c Needle>,
    after: Option<Place>,
    /// One more than the page takes, to see whether there is a next one; 0 for no limit.
    limit: usize,
    places: Vec<Place>,
}

impl<'c> List<'c> {
    fn new(connection: &'c Connection, needle: Option<&'c Needle>, query: &OrgQuery) -> Self {
        let after = query.after.as_ref();
        let after = after.map(|after| Place { name: Raw::decode(&after.key), id: Raw::decode(&after.id) });
        let limit = if query.limit == 0 { 0 } else { query.limit.saturating_add(1) };
        Self { connection, needle, after, limit, places: Vec::new() }
    }

    fn is_full(&self) -> bool {
        self.limit != 0 && self.places.len() >= self.limit
    }

    /// Adds what lies in a stretch behind the cursor.
    fn stretch(&mut self, condition: &str) -> Result<(), DatabaseError> {
        if self.is_full() {
            return Ok(());
        }
        let (mut sql, mut bound) = self.select("name, id", condition);
        match &self.after {
            None => {}
            Some(Place { name: Raw::Null, id }) => {
                sql.push_str(" AND (name IS NOT NULL OR id COLLATE BINARY > ?)");
                bound.push(id);
            }
            Some(Place { name, id }) => {
                sql.push_str(" AND name COLLATE BINARY >= ? AND (name COLLATE BINARY > ? OR id COLLATE BINARY > ?)");
                bound.extend([name as &dyn ToSql, name, id]);
            }
        }
        sql.push_str(" ORDER BY name COLLATE BINARY, id COLLATE BINARY LIMIT ?");
        let left = match self.limit {
            0 => -1,
            limit => i64::try_from(limit - self.places.len()).unwrap_or(i64::MAX),
        };
        bound.push(&left);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(&*bound)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(Place { name: row.get_ref(0)?.into(), id: row.get_ref(1)?.into() });
        }
        self.places.append(&mut found);
        Ok(())
    }

    /// How many orgs of a stretch the search finds.
    fn count(&self, condition: &str) -> Result<u64, DatabaseError> {
        let (sql, bound) = self.select("count(*)", condition);
        rows::count(self.connection, &sql, &*bound)
    }

    fn select(&self, what: &str, condition: &str) -> (String, Vec<&dyn ToSql>) {
        let mut sql = format!("SELECT {what} FROM main.org WHERE id IS NOT NULL AND {condition}");
        let mut bound: Vec<&dyn ToSql> = Vec::new();
        if let Some(needle) = self.needle {
            sql.push_str(" AND (strongroom_has(name, ?) OR strongroom_id_has(id, ?))");
            bound.extend([needle as &dyn ToSql, needle]);
        }
        (sql, bound)
    }

    /// Adds those of `places` that are searched for and lie behind the cursor.
    fn add(&mut self, places: &[Place]) {
        for place in places {
            if self.is_full() {
                return;
            }
            if self.takes(place) && self.after.as_ref().is_none_or(|after| place.order(after).is_gt()) {
                self.places.push(place.clone());
            }
        }
    }

    fn takes(&self, place: &Place) -> bool {
        self.needle.is_none_or(|needle| needle.is_in(&place.name.lossy()) || needle.is_in_id(&place.id.lossy()))
    }

    /// Merges in the personal orgs whose owner is searched for; answers how many there are, before the cursor and
    /// behind it.
    fn add_personal(&mut self, schema: &Schema, needle: &Needle) -> Result<u64, DatabaseError> {
        let email = if schema.has_email { "strongroom_has(u.email, ?1) OR " } else { "" };
        let spellings: Vec<String> = (0..SPELLINGS).map(|n| format!("strongroom_spelling(u.id, {n})")).collect();
        // The users first: their e-mails decide, and there is one org at most for each.
        let sql = format!(
            "SELECT org.name, org.id FROM main.\"user\" AS u CROSS JOIN main.org
              WHERE ({email}strongroom_id_has(u.id, ?1)) AND org.id IN ({})
                AND strongroom_owner(org.name) = strongroom_id(org.id)",
            spellings.join(", ")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([needle.of_owner()])?;
        let mut found = 0;
        while let Some(row) = rows.next()? {
            found += 1;
            let place = Place { name: row.get_ref(0)?.into(), id: row.get_ref(1)?.into() };
            if self.after.as_ref().is_none_or(|after| place.order(after).is_gt()) {
                self.places.push(place);
            }
            // Only the first of them are wanted: do not hold a million.
            if self.limit != 0 && self.places.len() >= self.limit.saturating_mul(4).max(4_096) {
                self.cut();
            }
        }
        self.cut();
        Ok(found)
    }

    fn cut(&mut self) {
        self.places.sort_by(Place::order);
        self.places.dedup();
        if self.limit != 0 {
            self.places.truncate(self.limit);
        }
    }

    fn page(
        mut self,
        limit: usize,
        total: Option<u64>,
        record: impl Fn(&Place) -> Result<OrgRecord, DatabaseError>,
    ) -> Result<Page<OrgRecord>, DatabaseError> {
        let more = limit != 0 && self.places.len() > limit;
        if more {
            self.places.truncate(limit);
        }
        let next = self.places.last().filter(|_| more);
        let next = next.map(|place| Cursor { key: place.name.encode(), id: place.id.encode() });
        let items = self.places.iter().map(record).collect::<Result<_, _>>()?;
        Ok(Page { items, next, total })
    }
}

impl ToSql for Needle {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(self.text().into())
    }
}

impl Place {
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.name.order(&other.name).then_with(|| self.id.order(&other.id))
    }
}

/// Counts the users and the rows of each of `orgs`.
pub(super) fn count(connection: &Connection, schema: &Schema, orgs: &mut [OrgRecord]) -> Result<(), DatabaseError> {
    let mut tallies: HashMap<OrgId, Tally> = orgs.iter().map(|org| (org.id.clone(), Tally::default())).collect();
    let (condition, bound) = if orgs.len() > COUNTED_BY_ID {
        ("org_id IS NOT NULL".to_owned(), Vec::new())
    } else {
        let bound: Vec<String> = tallies.keys().flat_map(|org| padded(org.spellings())).collect();
        (format!("org_id IN ({})", vec!["?"; bound.len()].join(", ")), bound)
    };
    let sql = format!("SELECT org_id, user_id FROM main.org_member WHERE {condition}");
    each_pair(connection, &sql, &bound, |org, user, _| {
        if let (Some(tally), Some(user)) = (tallies.get_mut(&OrgId::new(&org)), user) {
            tally.users.insert(id::canonical(&user));
        }
    })?;
    let sql =
        format!("SELECT org_id, keycloak_user_id, {} FROM main.custom_secrets WHERE {condition}", schema.personal());
    each_pair(connection, &sql, &bound, |org, user, personal| {
        if let Some(tally) = tallies.get_mut(&OrgId::new(&org)) {
            tally.secrets += 1;
            if let (true, Some(user)) = (personal, user) {
                tally.users.insert(id::canonical(&user));
            }
        }
    })?;
    for org in orgs {
        if let Some(tally) = tallies.get(&org.id) {
            org.users = u64::try_from(tally.users.len()).ok();
            org.secrets = Some(tally.secrets);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Tally {
    users: HashSet<String>,
    secrets: u64,
}

/// Calls `each` with the org, the user and the third column, where there is one, of every row that `sql` finds.
fn each_pair(
    connection: &Connection,
    sql: &str,
    bound: &[String],
    mut each: impl FnMut(Cow<'_, str>, Option<Cow<'_, str>>, bool),
) -> Result<(), DatabaseError> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(bound))?;
    while let Some(row) = rows.next()? {
        let third = columns > 2 && row.get::<_, Option<bool>>(2)?.unwrap_or(false);
        if let Some(org) = text(row.get_ref(0)?) {
            each(org, text(row.get_ref(1)?), third);
        }
    }
    Ok(())
}

/// The orgs whose id is `text` in any spelling; where there is none, those whose name it is.
pub(in crate::database::sqlite) fn find_orgs(
    connection: &Connection,
    schema: &Schema,
    text: &str,
) -> Result<Vec<OrgRecord>, DatabaseError> {
    let found = named(connection, schema, &OrgId::new(text))?;
    if !found.is_empty() {
        return Ok(found);
    }
    let by_name = places(connection, "name COLLATE BINARY = ? AND id IS NOT NULL", &[text.to_owned()])?;
    by_name.iter().map(|place| record(connection, schema, place)).collect()
}

/// The orgs of that id, in whatever spelling.
pub(super) fn named(connection: &Connection, schema: &Schema, id: &OrgId) -> Result<Vec<OrgRecord>, DatabaseError> {
    let found = places(connection, &spelled("id"), &padded(id.spellings()))?;
    found.iter().map(|place| record(connection, schema, place)).collect()
}

fn places(connection: &Connection, condition: &str, bound: &[String]) -> Result<Vec<Place>, DatabaseError> {
    let sql = format!("SELECT name, id FROM main.org WHERE {condition} ORDER BY name, id");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(params_from_iter(bound), |row| {
        Ok(Place { name: row.get_ref(0)?.into(), id: row.get_ref(1)?.into() })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
