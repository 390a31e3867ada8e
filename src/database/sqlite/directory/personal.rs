//! Personal orgs, and what stands among them without being one.

use crate::database::directory::PersonalOwner;
use crate::database::sqlite::functions::{SPELLINGS, owner};
use crate::database::sqlite::raw::{Raw, text};
use crate::database::sqlite::rows::{self, padded, spelled};
use crate::database::sqlite::schema::Schema;
use crate::database::{DatabaseError, OrgId, OrgRecord, UserId};
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

/// Every name of a personal org begins with `user_`: they lie together in the index on the name. `_` is followed by
/// `` ` `` in ASCII.
pub(super) const IN_STRETCH: &str = "name COLLATE BINARY >= 'user_' AND name COLLATE BINARY < 'user`'";

/// As many strangers are kept; where there are more, they are so dense that looking for them again is quick.
const MOST_STRANGERS: usize = 10_000;

/// The stretch of names where personal orgs lie.
pub(super) struct Stretch {
    /// How many personal orgs there are.
    pub(super) personal: u64,
    /// How many of the orgs there are none.
    pub(super) strangers: u64,
    /// Those, by name and id, if they are few.
    pub(super) few: Option<Vec<Place>>,
}

/// Where an org stands in the list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) name: Raw,
    pub(super) id: Raw,
}

/// The condition that an org of the stretch is not a personal one. The first look-up alone decides for a database
/// that spells a user's id as the id of the user's org, which nearly all do.
pub(super) fn is_stranger() -> String {
    let spellings: Vec<String> = (0..SPELLINGS).map(|which| format!("strongroom_spelling(org.id, {which})")).collect();
    format!(
        "(strongroom_owner(name) IS NOT strongroom_id(id)
          OR NOT (EXISTS (SELECT 1 FROM main.\"user\" AS u WHERE u.id = org.id)
                  OR EXISTS (SELECT 1 FROM main.\"user\" AS u WHERE u.id IN ({}))))",
        spellings.join(", ")
    )
}

impl Stretch {
    /// Walks the stretch once.
    pub(super) fn find(connection: &Connection) -> Result<Self, DatabaseError> {
        let sql = format!("SELECT count(*) FROM main.org WHERE id IS NOT NULL AND {IN_STRETCH}");
        let all = rows::count(connection, &sql, [])?;
        let sql = format!(
            "SELECT name, id FROM main.org WHERE id IS NOT NULL AND {IN_STRETCH} AND {}
              ORDER BY name COLLATE BINARY, id COLLATE BINARY",
            is_stranger()
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let (mut strangers, mut few) = (0, Vec::new());
        while let Some(row) = rows.next()? {
            strangers += 1;
            if few.len() <= MOST_STRANGERS {
                few.push(Place { name: row.get_ref(0)?.into(), id: row.get_ref(1)?.into() });
            }
        }
        let few = (few.len() <= MOST_STRANGERS).then_some(few);
        Ok(Self { personal: all.saturating_sub(strangers), strangers, few })
    }
}

/// An org at `place`, personal or not, uncounted.
pub(super) fn record(connection: &Connection, schema: &Schema, place: &Place) -> Result<OrgRecord, DatabaseError> {
    let name = place.name.lossy().into_owned();
    let id = OrgId::new(&place.id.lossy());
    let personal = match owner(&name).map(UserId::new) {
        Some(user) if user.as_str() == id.as_str() => {
            user_of(connection, schema, &user)?.map(|email| PersonalOwner { user, email })
        }
        Some(_) | None => None,
    };
    Ok(OrgRecord { id, name, personal, users: None, secrets: None })
}

/// A company at `place`, uncounted.
pub(super) fn company(place: &Place) -> OrgRecord {
    let name = place.name.lossy().into_owned();
    OrgRecord { id: OrgId::new(&place.id.lossy()), name, personal: None, users: None, secrets: None }
}

/// The e-mail of a user; `None` if there is no such user, `Some(None)` for one without an e-mail.
pub(super) fn user_of(
    connection: &Connection,
    schema: &Schema,
    user: &UserId,
) -> Result<Option<Option<String>>, DatabaseError> {
    let email = if schema.has_email { "email" } else { "NULL" };
    // Of a user who is there twice, in two spellings, the one with an e-mail.
    let sql = format!("SELECT {email} FROM main.\"user\" WHERE {} ORDER BY 1 DESC LIMIT 1", spelled("id"));
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_row(params_from_iter(padded(user.spellings())), |row| {
        Ok(text(row.get_ref(0)?).map(std::borrow::Cow::into_owned))
    });
    Ok(found.optional()?)
}
