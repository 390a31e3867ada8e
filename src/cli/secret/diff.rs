//! `strongroom secret diff A B`: two sets side by side, masked.

use super::super::arguments::Global;
use super::super::output::Output;
use super::super::session::Session;
use super::super::table;
use super::super::target::find_set;
use super::super::words;
use crate::database::Database;
use crate::error::Result;
use crate::secret::escape;
use crate::store::json::{Description, Incoming};
use crate::store::{Change, Difference, NewSecret, SaasSecretsStore, Side, StoreConfig};
use clap::Args;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

#[derive(Args)]
#[command(after_help = words::SIDES)]
pub(in crate::cli) struct DiffArgs {
    /// One set: [PROFILE:]ORG/USER or @FILE
    a: String,
    /// The other set
    b: String,
}

pub(super) fn run(arguments: &DiffArgs, global: &Global, output: &Output) -> Result<()> {
    let (a, b) = (side(&arguments.a, global, output)?, side(&arguments.b, global, output)?);
    let difference = Difference::of_secrets(&a.secrets, &b.secrets);
    for side in [&a, &b] {
        if side.sealed > 0 {
            output.warn(&words::not_compared(&side.title, side.sealed));
        }
    }
    if output.wants_json() {
        let entries = difference.changes.iter().map(|change| {
            let (is, name) = said(change);
            json!({"name": name, "is": is})
        });
        return output.json(&json!({"a": a.title, "b": b.title, "secrets": Value::Array(entries.collect())}));
    }
    let mut rows = table::table(&["NAME", "IS"]);
    for change in &difference.changes {
        let (is, name) = said(change);
        rows.add_row([escape::line(name).into_owned(), in_words(is, &a.title, &b.title)]);
    }
    if difference.changes.is_empty() {
        output.note(words::BOTH_EMPTY);
    }
    output.answer(table::text(&rows))
}

/// What a change says about two sets of which neither is the newer one.
fn said(change: &Change) -> (&'static str, &str) {
    match change {
        Change::Added(name) => ("only-b", name.as_str()),
        Change::Removed(name) => ("only-a", name.as_str()),
        Change::Changed { name, value: true, .. } => ("different", name.as_str()),
        Change::Changed { name, value: false, .. } => ("different-description", name.as_str()),
        Change::Kept(name) | Change::SealedKept(name) | Change::SealedDropped(name) => ("same", name.as_str()),
        Change::Renamed { to, .. } => ("only-b", to.as_str()),
    }
}

fn in_words(is: &str, a: &str, b: &str) -> String {
    match is {
        "only-a" => words::only_in(a),
        "only-b" => words::only_in(b),
        "different" => words::OTHER_VALUE.to_owned(),
        "different-description" => words::OTHER_DESCRIPTION.to_owned(),
        _ => words::SAME.to_owned(),
    }
}

fn side(text: &str, global: &Global, output: &Output) -> Result<Side> {
    match Place::read(text)? {
        Place::File(path) => of_file(path),
        Place::Set { profile, org, user } => {
            let mut session = match profile {
                Some(profile) => Session::open_other(global, profile, output)?,
                None => Session::open(global, output)?,
            };
            of_set(&mut *session.database, &session.config, org, user)
        }
    }
}

/// Where a side of a comparison is to be found.
pub(in crate::cli) enum Place<'t> {
    File(&'t Path),
    /// A set of the profile's database; what the org shares where there is no user.
    Set {
        profile: Option<&'t str>,
        org: &'t str,
        user: Option<&'t str>,
    },
}

impl<'t> Place<'t> {
    /// What [`words::SIDES`] describes.
    ///
    /// # Errors
    /// It is neither a file nor a set.
    pub(in crate::cli) fn read(text: &'t str) -> Result<Self> {
        if let Some(path) = text.strip_prefix('@') {
            return Ok(Self::File(Path::new(path)));
        }
        let (place, user) = text.rsplit_once('/').ok_or_else(|| words::no_side(text))?;
        let (profile, org) = match place.split_once(':') {
            Some((profile, org)) => (Some(profile), org),
            None => (None, place),
        };
        Ok(Self::Set { profile, org, user: (!user.is_empty()).then_some(user) })
    }
}

/// A JSON or dotenv file.
pub(in crate::cli) fn of_file(path: &Path) -> Result<Side> {
    let secrets = crate::store::file::read(path)?.into_iter().map(secret).collect();
    Ok(Side { title: escape::line(&path.display().to_string()).into_owned(), secrets, sealed: 0 })
}

/// A stored set.
pub(in crate::cli) fn of_set(
    database: &mut dyn Database,
    config: &StoreConfig,
    org: &str,
    user: Option<&str>,
) -> Result<Side> {
    let target = find_set(database, org, user)?;
    let set = SaasSecretsStore::of(database, &target.scope, config.clone()).load_scope(&target.scope)?;
    Ok(Side::stored(target.title, &set))
}

fn secret(one: Incoming) -> NewSecret {
    let description = match one.description {
        Description::Text(text) => Some(Arc::new(text)),
        Description::None | Description::Unsaid => None,
    };
    NewSecret { name: one.name, value: Arc::new(one.value), description }
}
