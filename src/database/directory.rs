//! Who is there: orgs, their users, and how lists of them are asked for a page at a time.

use super::{OrgId, UserId};
use std::collections::HashMap;

/// A part of a long list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, in the list's order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end of the list.
    pub next: Option<Cursor>,
    /// How many entries the whole list has; counted with the first page only.
    pub total: Option<u64>,
}

/// Where a page begins: after the entry that these two values identify in the list's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The value that the list is ordered by, as the database compares it.
    pub key: String,
    /// The id as the database holds it, which tells equal keys apart.
    pub id: String,
}

/// Which orgs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrgQuery {
    /// Only those whose name or id contains this text, ignoring ASCII case; for a personal org, the e-mail and id of
    /// its user count. Empty for all.
    pub search: String,
    /// Which kinds are listed.
    pub kind: OrgKind,
    /// Whether each entry's users and secrets are counted.
    pub counts: Counting,
    /// The entry after which the page begins.
    pub after: Option<Cursor>,
    /// The most entries a page may have; 0 for no limit.
    pub limit: usize,
}

/// Which orgs a list is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OrgKind {
    /// Those that are nobody's personal one.
    #[default]
    Company,
    /// Those that are somebody's personal one.
    Personal,
    /// Both.
    Any,
}

/// How much trouble counting is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Counting {
    /// None: there are no counts.
    #[default]
    None,
    /// A moment's: there are no counts where they take long.
    Brief,
    /// Any.
    Exact,
}

/// Which users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserQuery {
    /// The org whose users are listed; `None` for those who have rows that belong to no org.
    pub org: Option<OrgId>,
    /// Only those whose e-mail or id contains this text, ignoring ASCII case. Empty for all.
    pub search: String,
    /// The entry after which the page begins.
    pub after: Option<Cursor>,
    /// The most entries a page may have; 0 for no limit.
    pub limit: usize,
}

/// An org in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgRecord {
    /// Its id.
    pub id: OrgId,
    /// Its name, raw.
    pub name: String,
    /// For a personal org, whose it is.
    pub personal: Option<PersonalOwner>,
    /// How many users it has, members or not; where counted.
    pub users: Option<u64>,
    /// How many rows of secrets it has, personal and shared; where counted.
    pub secrets: Option<u64>,
}

/// The one user of a personal org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalOwner {
    /// The user's id, which is the org's id as well.
    pub user: UserId,
    /// The user's e-mail, raw.
    pub email: Option<String>,
}

impl PersonalOwner {
    /// The e-mail for the screen, or else the id, escaped.
    pub fn title(&self) -> String {
        person(self.email.as_deref(), &self.user)
    }
}

impl OrgRecord {
    /// The name for the screen, escaped: `Acme Corp`, or `dana@acme.io, personal`.
    pub fn title(&self) -> String {
        use crate::secret::escape::line;
        match &self.personal {
            None => line(&self.name).into_owned(),
            Some(owner) => format!("{}, personal", owner.title()),
        }
    }
}

/// A user in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// The id; `None` where rows without an org have no user either.
    pub id: Option<UserId>,
    /// The e-mail, raw; not unique, and missing for some.
    pub email: Option<String>,
    /// The name of the role in the org; `None` for somebody who has secrets there without being a member.
    pub role: Option<String>,
    /// How many personal secrets the user has in the org.
    pub secrets: u64,
}

impl UserRecord {
    /// The e-mail for the screen, or else the id, escaped; `(no user)` where there is neither.
    pub fn title(&self) -> String {
        match &self.id {
            Some(id) => person(self.email.as_deref(), id),
            None => "(no user)".to_owned(),
        }
    }
}

/// A user, in whatever orgs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// The id.
    pub user: UserId,
    /// The e-mail, raw.
    pub email: Option<String>,
    /// The personal org, where there is one.
    pub personal: Option<OrgId>,
}

impl PersonRecord {
    /// The e-mail for the screen, or else the id, escaped.
    pub fn title(&self) -> String {
        person(self.email.as_deref(), &self.user)
    }
}

fn person(email: Option<&str>, id: &UserId) -> String {
    match email {
        Some(email) if !email.is_empty() => crate::secret::escape::line(email).into_owned(),
        Some(_) | None => id.to_string(),
    }
}

/// Where a person is a member or has personal secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The org; `None` for the rows that belong to none.
    pub org: Option<OrgRecord>,
    /// The name of the role; `None` for somebody who has secrets there without being a member.
    pub role: Option<String>,
    /// How many personal secrets the person has there.
    pub secrets: u64,
}

/// The homes of one person as they are found, org by org however the tables spell it.
#[derive(Default)]
pub(super) struct Homes(HashMap<Option<OrgId>, (Option<String>, u64)>);

impl Homes {
    pub(super) fn add_member(&mut self, org: OrgId, role: Option<String>) {
        let home = self.0.entry(Some(org)).or_default();
        home.0 = home.0.take().or(role);
    }

    pub(super) fn add_secrets(&mut self, org: Option<OrgId>, secrets: u64) {
        self.0.entry(org).or_default().1 += secrets;
    }

    /// The orgs that have to be known by name; the personal one of `user` is a home with nothing in it, too.
    pub(super) fn orgs(&self, user: &UserId) -> Vec<OrgId> {
        let own = OrgId::new(user.as_str());
        let found = self.0.keys().flatten().filter(|org| **org != own).cloned();
        std::iter::once(own.clone()).chain(found).collect()
    }

    /// The list, of at most `limit`: the personal org, the others by their names, what belongs to no org.
    pub(super) fn list(mut self, records: Vec<OrgRecord>, limit: usize) -> Vec<Home> {
        let mut homes = Vec::new();
        for org in records {
            match self.0.remove(&Some(org.id.clone())) {
                Some((role, secrets)) => homes.push(Home { org: Some(org), role, secrets }),
                None if org.personal.is_some() => homes.push(Home { org: Some(org), role: None, secrets: 0 }),
                None => {}
            }
        }
        // What is left is in no table of orgs.
        homes.extend(self.0.into_iter().map(|(id, (role, secrets))| {
            let nameless =
                |id: OrgId| OrgRecord { name: id.as_str().to_owned(), id, personal: None, users: None, secrets: None };
            Home { org: id.map(nameless), role, secrets }
        }));
        homes.sort_by_cached_key(|home| match &home.org {
            Some(org) => (u8::from(org.personal.is_none()), org.name.to_lowercase(), org.id.as_str().to_owned()),
            None => (2, String::new(), String::new()),
        });
        homes.truncate(limit);
        homes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_are_in_order_and_each_is_there_once() {
        let user = UserId::new("ada");
        let mut homes = Homes::default();
        homes.add_member(OrgId::new("b"), Some("admin".to_owned()));
        homes.add_secrets(None, 2);
        homes.add_secrets(Some(OrgId::new("a")), 1);
        homes.add_secrets(Some(OrgId::new("b")), 3);
        homes.add_secrets(Some(OrgId::new("gone")), 4);
        let mut wanted = homes.orgs(&user);
        wanted.sort();
        assert_eq!(wanted, ["a", "ada", "b", "gone"].map(OrgId::new));
        let org = |id: &str, name: &str, owner: Option<&UserId>| OrgRecord {
            id: OrgId::new(id),
            name: name.to_owned(),
            personal: owner.map(|user| PersonalOwner { user: user.clone(), email: None }),
            users: None,
            secrets: None,
        };
        let records = vec![org("a", "Zeta", None), org("b", "acme", None), org("ada", "user_ada_org", Some(&user))];
        let list: Vec<(String, Option<String>, u64)> = homes
            .list(records, 9)
            .into_iter()
            .map(|home| (home.org.map_or_else(String::new, |org| org.title()), home.role, home.secrets))
            .collect();
        let expected = [
            ("ada, personal", None, 0),
            ("acme", Some("admin"), 3),
            ("gone", None, 4),
            ("Zeta", None, 1),
            ("", None, 2),
        ];
        assert_eq!(list, expected.map(|(org, role, count)| (org.to_owned(), role.map(str::to_owned), count)));
    }
}
