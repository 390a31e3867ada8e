//! Who is there: orgs, their users, and how lists of them are asked for a page at a time.

use super::{OrgId, UserId};

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

impl OrgRecord {
    /// The name for the screen, escaped: `Acme Corp`, or `dana@acme.io, personal`.
    pub fn title(&self) -> String {
        use crate::secret::escape::line;
        match &self.personal {
            None => line(&self.name).into_owned(),
            Some(owner) => {
                let who = owner.email.as_deref().unwrap_or_else(|| owner.user.as_str());
                format!("{}, personal", line(who))
            }
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
        use crate::secret::escape::line;
        match (&self.email, &self.id) {
            (Some(email), _) if !email.is_empty() => line(email).into_owned(),
            (_, Some(id)) => id.to_string(),
            (_, None) => "(no user)".to_owned(),
        }
    }
}
