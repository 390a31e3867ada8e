//! What the search over everything finds: organisations, people, and secrets by their names alone.

use crate::console::message::{Goal, Hit, What};
use crate::console::words::NO_ORG;
use crate::database::{
    Counting, Database, DatabaseError, OrgId, OrgKind, OrgQuery, PersonRecord, Scope, StoredRow, UserId, UserQuery,
};
use crate::secret::escape;

/// How many hits of a kind are shown.
const LIMIT: usize = 8;

/// What `text` finds, organisations first.
pub(super) fn find(text: &str, database: &mut dyn Database) -> Result<Vec<Hit>, DatabaseError> {
    let companies = database.orgs(&query(text, OrgKind::Company))?.items;
    let mut hits: Vec<Hit> = companies
        .into_iter()
        .map(|org| Hit { title: org.title(), what: What::Organisation, goal: Goal::Org(org.id) })
        .collect();
    hits.extend(people(text, database)?.into_iter().map(person));
    for row in database.rows_named(text, LIMIT)? {
        hits.extend(named(row, database)?);
    }
    Ok(hits)
}

/// Whom `text` finds by a part of an e-mail or an id; by a whole id somebody who only has secrets, too.
fn people(text: &str, database: &mut dyn Database) -> Result<Vec<PersonRecord>, DatabaseError> {
    let found = database.people(text, LIMIT)?;
    if !found.is_empty() || text.contains(char::is_whitespace) {
        return Ok(found);
    }
    let user = UserId::new(text);
    let is_somebody = !database.homes(&user, 1)?.is_empty();
    Ok(is_somebody.then_some(PersonRecord { user, email: None, personal: None }).into_iter().collect())
}

/// Leads to the personal set, or to the list of the others where there is none.
fn person(person: PersonRecord) -> Hit {
    let title = person.title();
    let goal = match person.personal {
        Some(org) => Goal::Set { scope: Scope::Personal { org, user: person.user }, name: None },
        None => Goal::Person(person.user),
    };
    Hit { title, what: What::Person, goal }
}

fn query(text: &str, kind: OrgKind) -> OrgQuery {
    OrgQuery { search: text.to_owned(), kind, counts: Counting::None, after: None, limit: LIMIT }
}

fn named(row: StoredRow, database: &mut dyn Database) -> Result<Option<Hit>, DatabaseError> {
    let scope = match (row.org, row.user) {
        (Some(org), _) if row.shared => Scope::Shared { org },
        (Some(org), Some(user)) => Scope::Personal { org, user },
        (None, user) => Scope::NoOrg { user },
        (Some(_), None) => return Ok(None),
    };
    let name = escape::line(&row.name).into_owned();
    let place = match &scope {
        Scope::Shared { org } => format!("{}, shared", org_title(org, database)?),
        Scope::NoOrg { .. } => NO_ORG.to_owned(),
        Scope::Personal { org, user } if org.as_str() == user.as_str() => org_title(org, database)?,
        Scope::Personal { org, user } => {
            let users = UserQuery { org: Some(org.clone()), search: user.as_str().to_owned(), after: None, limit: 1 };
            let found = database.users(&users)?.items.first().map(crate::database::UserRecord::title);
            let who = found.unwrap_or_else(|| escape::line(user.as_str()).into_owned());
            format!("{} ▸ {who}", org_title(org, database)?)
        }
    };
    Ok(Some(Hit {
        title: format!("{name}  {place}"),
        what: What::Secret,
        goal: Goal::Set { scope, name: Some(row.name) },
    }))
}

fn org_title(org: &OrgId, database: &mut dyn Database) -> Result<String, DatabaseError> {
    for kind in [OrgKind::Company, OrgKind::Personal] {
        let found = database.orgs(&query(org.as_str(), kind))?;
        if let Some(found) = found.items.iter().find(|found| found.id == *org) {
            return Ok(found.title());
        }
    }
    Ok(escape::line(org.as_str()).into_owned())
}
