//! `strongroom secret diff A B`: two sets side by side, masked.

use super::super::arguments::Global;
use super::super::output::Output;
use super::super::session::Session;
use super::super::table;
use super::super::target::find_set;
use crate::error::{Error, Result};
use crate::secret::escape;
use crate::store::json::{Description, Incoming};
use crate::store::{Change, Difference, LoadedSet, NewSecret, SaasSecretsStore};
use clap::Args;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// What a side of the comparison may be, in the words of `--help`.
const SIDES: &str = "\
A side is ORG/USER, or ORG/ for what the organisation shares; before it PROFILE: for another database. @FILE is a JSON or
dotenv file. ORG is an id or a name, USER an id or an e-mail; a name with a / or a : in it has to be an id.";

#[derive(Args)]
#[command(after_help = SIDES)]
pub(in crate::cli) struct DiffArgs {
    /// One set: [PROFILE:]ORG/USER or @FILE
    a: String,
    /// The other set
    b: String,
}

/// One side of the comparison.
struct Side {
    title: String,
    set: Content,
}

/// What a side holds.
enum Content {
    Stored(LoadedSet),
    File(Vec<NewSecret>),
}

impl Content {
    fn secrets(&self) -> Vec<NewSecret> {
        match self {
            Self::Stored(set) => set.to_secrets(),
            Self::File(secrets) => secrets.clone(),
        }
    }

    fn sealed(&self) -> usize {
        match self {
            Self::Stored(set) => set.sealed_rows().count(),
            Self::File(_) => 0,
        }
    }
}

pub(super) fn run(arguments: &DiffArgs, global: &Global, output: &Output) -> Result<()> {
    let (a, b) = (side(&arguments.a, global, output)?, side(&arguments.b, global, output)?);
    let difference = Difference::of_secrets(&a.set.secrets(), &b.set.secrets());
    for side in [&a, &b] {
        let sealed = side.set.sealed();
        if sealed > 0 {
            output.warn(&format!("{}: {sealed} sealed, which cannot be compared", side.title));
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
        "only-a" => format!("only in {a}"),
        "only-b" => format!("only in {b}"),
        "different" => "different".to_owned(),
        "different-description" => "the same, with another description".to_owned(),
        _ => "the same".to_owned(),
    }
}

fn side(text: &str, global: &Global, output: &Output) -> Result<Side> {
    if let Some(file) = text.strip_prefix('@') {
        let incoming = crate::store::file::read(Path::new(file))?;
        return Ok(Side {
            title: escape::line(file).into_owned(),
            set: Content::File(incoming.into_iter().map(secret).collect()),
        });
    }
    let (place, user) = text
        .rsplit_once('/')
        .ok_or_else(|| Error::usage(format!("{} is neither ORG/USER nor @FILE", escape::line(text))))?;
    let (profile, org) = match place.split_once(':') {
        Some((profile, org)) => (Some(profile), org),
        None => (global.profile.as_deref(), place),
    };
    let mut session = Session::open_profile(global, profile, output)?;
    let target = find_set(&mut *session.database, org, (!user.is_empty()).then_some(user))?;
    let mut store = SaasSecretsStore::of(&mut *session.database, &target.scope, session.config.clone());
    Ok(Side { title: target.title, set: Content::Stored(store.load_scope(&target.scope)?) })
}

fn secret(one: Incoming) -> NewSecret {
    let description = match one.description {
        Description::Text(text) => Some(Arc::new(text)),
        Description::None | Description::Unsaid => None,
    };
    NewSecret { name: one.name, value: Arc::new(one.value), description }
}
