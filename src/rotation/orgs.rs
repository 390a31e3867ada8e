//! Whose the secrets are: company by company, and the personal organisations in one, since there is one for every user.

use super::RotationError;
use crate::database::{Database, DatabaseError, OrgId, OrgKind, OrgQuery, UserId};
use crate::secret::escape;
use std::collections::BTreeMap;

/// How many names are read at once.
const PAGE: usize = 1_000;

/// Rows by the id of the key that opens them, empty for sealed ones.
pub type ByKey = BTreeMap<String, u64>;

/// The rows of one company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its id.
    pub id: OrgId,
    /// Its name, raw; `None` where no table has one for this id.
    pub name: Option<String>,
    /// Its rows.
    pub by_key: ByKey,
}

impl Company {
    /// The name for the screen, or else the id, escaped.
    pub fn title(&self) -> String {
        escape::line(self.name.as_deref().unwrap_or(self.id.as_str())).into_owned()
    }
}

/// The rows of a database by whose they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByOrg {
    /// The companies that have any, in the order of their names.
    pub companies: Vec<Company>,
    /// Those of the personal organisations, all together.
    pub personal: ByKey,
    /// Those that belong to no organisation.
    pub none: ByKey,
}

/// The same while it is counted: no longer than there are companies.
#[derive(Default)]
pub(super) struct Counter {
    companies: BTreeMap<OrgId, ByKey>,
    personal: ByKey,
    none: ByKey,
}

impl Counter {
    /// Counts a row that `key` opens; none opens a sealed one.
    pub(super) fn count(&mut self, org: Option<&OrgId>, user: Option<&UserId>, key: Option<String>) {
        let by_key = match (org, user) {
            (None, _) => &mut self.none,
            (Some(org), Some(user)) if org.as_str() == user.as_str() => &mut self.personal,
            (Some(org), _) => self.companies.entry(org.clone()).or_default(),
        };
        *by_key.entry(key.unwrap_or_default()).or_default() += 1;
    }

    /// What was counted, with the names of the companies.
    pub(super) fn named(self, database: &mut dyn Database) -> Result<ByOrg, RotationError> {
        let mut names = names(database, &self.companies)?;
        let mut companies: Vec<Company> =
            self.companies.into_iter().map(|(id, by_key)| Company { name: names.remove(&id), id, by_key }).collect();
        companies.sort_by_cached_key(|company| (company.title().to_lowercase(), company.id.clone()));
        Ok(ByOrg { companies, personal: self.personal, none: self.none })
    }
}

/// The names of `companies`, as far as there are any and this role may read them.
fn names(
    database: &mut dyn Database,
    companies: &BTreeMap<OrgId, ByKey>,
) -> Result<BTreeMap<OrgId, String>, RotationError> {
    let mut names = BTreeMap::new();
    let mut query = OrgQuery { kind: OrgKind::Company, limit: PAGE, ..OrgQuery::default() };
    while names.len() < companies.len() {
        let page = match database.orgs(&query) {
            Ok(page) => page,
            Err(DatabaseError::Forbidden(_)) => break,
            Err(error) => return Err(error.into()),
        };
        let wanted = page.items.into_iter().filter(|org| companies.contains_key(&org.id));
        names.extend(wanted.map(|org| (org.id, org.name)));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    Ok(names)
}
