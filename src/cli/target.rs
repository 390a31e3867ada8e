//! Which org and whose set: an id wins over a name, what fits several is an error, what fits none suggests the nearest.

use super::complete;
use super::words::{self, Named};
use crate::database::{Database, OrgId, OrgQuery, OrgRecord, Scope, UserQuery, UserRecord};
use crate::error::{Error, Result};
use clap::Args;

/// How many entries are looked at for a near miss.
const NEARBY: usize = 2_000;

/// The organisation.
#[derive(Args)]
pub(super) struct OrgArgs {
    /// The organisation: its id or its name
    #[arg(long, value_name = "ORG", add = complete::orgs())]
    pub(super) org: String,
}

/// The set.
#[derive(Args)]
pub(super) struct TargetArgs {
    #[command(flatten)]
    org: OrgArgs,
    /// The user: an id or an e-mail
    #[arg(long, value_name = "USER", required_unless_present = "shared", add = complete::users())]
    user: Option<String>,
    /// The secrets that the organisation shares, in place of a user's
    #[arg(long, conflicts_with = "user")]
    shared: bool,
}

/// A set that was found.
pub(super) struct Target {
    pub(super) scope: Scope,
    /// `Acme Corp ▸ dana@acme.io`, escaped.
    pub(super) title: String,
}

impl TargetArgs {
    /// Finds the set.
    ///
    /// # Errors
    /// Nothing or several things are called that.
    pub(super) fn find(&self, database: &mut dyn Database) -> Result<Target> {
        find_set(database, &self.org.org, self.user.as_deref())
    }
}

/// Finds the set of a user in an org, or what the org shares.
///
/// # Errors
/// Nothing or several things are called that.
pub(super) fn find_set(database: &mut dyn Database, org: &str, user: Option<&str>) -> Result<Target> {
    let org = find_org(database, org)?;
    let (scope, whose) = match user {
        Some(user) => {
            let user = find_user(database, &org, user)?;
            let title = user.title();
            let id = user.id.ok_or_else(|| words::user_without_id(&title))?;
            (Scope::Personal { org: org.id.clone(), user: id }, title)
        }
        None if !database.about().has_shared => {
            return Err(words::nothing_shared());
        }
        None => (Scope::Shared { org: org.id.clone() }, "shared".to_owned()),
    };
    Ok(Target { scope, title: format!("{} ▸ {whose}", org.title()) })
}

impl OrgArgs {
    /// Finds the org.
    ///
    /// # Errors
    /// Nothing or several things are called that.
    pub(super) fn find(&self, database: &mut dyn Database) -> Result<OrgRecord> {
        find_org(database, &self.org)
    }
}

fn find_org(database: &mut dyn Database, wanted: &str) -> Result<OrgRecord> {
    let found = database.find_orgs(wanted)?;
    only(words::ORGANISATION, wanted, found, |org| org.id.to_string()).unwrap_or_else(|| {
        let query = OrgQuery { limit: NEARBY, ..OrgQuery::default() };
        let names = database.orgs(&query)?.items.into_iter().map(|org| org.name);
        Err(missing(words::ORGANISATION, wanted, names))
    })
}

fn find_user(database: &mut dyn Database, org: &OrgRecord, wanted: &str) -> Result<UserRecord> {
    if wanted.is_empty() {
        return Err(words::empty_user());
    }
    let found = database.find_users(&org.id, wanted)?;
    only(words::USER, wanted, found, |user| user.id.as_ref().map_or_else(String::new, ToString::to_string))
        .unwrap_or_else(|| {
            let emails = users_of(database, &org.id)?.into_iter().filter_map(|user| user.email);
            Err(missing(words::USER, wanted, emails))
        })
}

fn users_of(database: &mut dyn Database, org: &OrgId) -> Result<Vec<UserRecord>> {
    let query = UserQuery { org: Some(org.clone()), search: String::new(), after: None, limit: NEARBY };
    Ok(database.users(&query)?.items)
}

/// The one that was found, or an error for several; `None` where there is none.
fn only<T>(what: Named, wanted: &str, mut found: Vec<T>, id: impl Fn(&T) -> String) -> Option<Result<T>> {
    if found.len() < 2 {
        return found.pop().map(Ok);
    }
    Some(Err(words::several_called(what, wanted, found.iter().map(id).collect())))
}

/// An error that suggests what was perhaps meant.
fn missing(what: Named, wanted: &str, names: impl Iterator<Item = String>) -> Error {
    let near = names.map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &wanted.to_lowercase()), name));
    let nearest = near.filter(|(likeness, _)| *likeness > 0.75).max_by(|one, other| one.0.total_cmp(&other.0));
    words::nothing_called(what, wanted, nearest.as_ref().map(|(_, name)| name.as_str()))
}
