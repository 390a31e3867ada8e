//! Orgs and their users.
//!
//! Orgs are ordered by their names, byte by byte. A personal org is one whose id is a user's id and whose name is
//! `user_<id>_org`; there is one for every user. Where they are not asked for, their stretch of the index on the name
//! is not walked for every page: what stands in it without being personal is found once and kept for as long as
//! nobody changes the database ([`personal`]).
//!
//! Users of an org are ordered by their e-mails in lower case, those without one last, then by their ids. Who they
//! are comes from two tables in whatever spelling, so the list of one org is put together here, and kept for the
//! pages to follow ([`users`]).

mod orgs;
mod people;
mod personal;
mod search;
mod users;

pub(super) use orgs::find_orgs;
pub(super) use people::{homes, people};
pub(super) use users::find_users;

use super::rows;
use super::schema::Schema;
use crate::database::{Counting, Counts, DatabaseError, OrgKind, OrgQuery, OrgRecord, Page, UserQuery, UserRecord};
use personal::Stretch;
use rusqlite::Connection;
use users::People;

/// What is remembered between pages.
#[derive(Default)]
pub(super) struct Directory {
    stretch: Option<Kept<Stretch>>,
    people: Option<Kept<People>>,
}

/// Something that holds while the database does not change.
struct Kept<T> {
    stamp: Stamp,
    what: T,
}

/// Changes with every commit, of others (`data_version`) and of this connection.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    theirs: i64,
    ours: u64,
}

impl Stamp {
    fn now(connection: &Connection) -> Result<Self, DatabaseError> {
        Ok(Self { theirs: data_version(connection)?, ours: connection.total_changes() })
    }
}

/// Changes with every commit of others, <https://sqlite.org/pragma.html#pragma_data_version>.
pub(super) fn data_version(connection: &Connection) -> Result<i64, DatabaseError> {
    Ok(connection.prepare_cached("PRAGMA main.data_version")?.query_row([], |row| row.get(0))?)
}

/// What `kept` holds, made anew by `make` if it is of another time.
fn fresh<T>(
    kept: &mut Option<Kept<T>>,
    stamp: Stamp,
    make: impl FnOnce() -> Result<T, DatabaseError>,
) -> Result<&T, DatabaseError> {
    let current = match kept.take() {
        Some(kept) if kept.stamp == stamp => kept,
        _ => Kept { stamp, what: make()? },
    };
    Ok(&kept.insert(current).what)
}

impl Directory {
    pub(super) fn orgs(
        &mut self,
        connection: &Connection,
        schema: &Schema,
        query: &OrgQuery,
    ) -> Result<Page<OrgRecord>, DatabaseError> {
        let stamp = Stamp::now(connection)?;
        let mut page = if query.kind == OrgKind::Any && query.search.is_empty() {
            orgs::everything(connection, schema, query)?
        } else {
            let stretch = fresh(&mut self.stretch, stamp, || Stretch::find(connection))?;
            match query.kind {
                OrgKind::Company => orgs::companies(connection, stretch, query)?,
                OrgKind::Personal => orgs::personal(connection, schema, stretch, query)?,
                OrgKind::Any => orgs::search_with_personal(connection, schema, stretch, query)?,
            }
        };
        match query.counts {
            Counting::None => {}
            Counting::Brief | Counting::Exact => orgs::count(connection, schema, &mut page.items)?,
        }
        Ok(page)
    }

    pub(super) fn users(
        &mut self,
        connection: &Connection,
        schema: &Schema,
        query: &UserQuery,
    ) -> Result<Page<UserRecord>, DatabaseError> {
        let stamp = Stamp::now(connection)?;
        self.people = self.people.take().filter(|people| people.what.org == query.org);
        let people = fresh(&mut self.people, stamp, || People::of(connection, schema, query.org.as_ref()))?;
        let page = people.page(query);
        self.people = self.people.take().filter(|people| people.what.is_worth_keeping());
        Ok(page)
    }

    pub(super) fn counts(&mut self, connection: &Connection) -> Result<Counts, DatabaseError> {
        let stamp = Stamp::now(connection)?;
        let personal_orgs = fresh(&mut self.stretch, stamp, || Stretch::find(connection))?.personal;
        let count = |sql| rows::count(connection, sql, []);
        Ok(Counts {
            orgs: count("SELECT count(*) FROM main.org")?.saturating_sub(personal_orgs),
            personal_orgs,
            users: count("SELECT count(*) FROM main.\"user\"")?,
            secrets: count("SELECT count(*) FROM main.custom_secrets")?,
            without_org: count("SELECT count(*) FROM main.custom_secrets WHERE org_id IS NULL")?,
            ..Counts::default()
        })
    }
}
