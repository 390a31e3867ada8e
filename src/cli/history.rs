//! `strongroom history …`: the sets that commits replaced.

use super::arguments::Global;
use super::output::Output;
use super::secret::difference;
use super::session::Session;
use super::table;
use super::target::TargetArgs;
use super::words;
use crate::database::{Keep, KeptSet, Purge, Scope};
use crate::error::Result;
use crate::secret::escape;
use crate::store::{Base, Difference, DropSealed, LoadedSet, NewSet, SaasSecretsStore};
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Subcommand)]
pub(super) enum HistoryCommand {
    /// List the sets that commits replaced, newest first
    List {
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Print the masked difference between a kept set and the stored one, or another kept one
    Show {
        /// The number of the kept set
        id: i64,
        /// The number of another kept set, in place of the stored one
        #[arg(long, value_name = "ID")]
        with: Option<i64>,
    },
    /// Store a kept set again, in the place of what stands
    Restore(RestoreArgs),
    /// Delete kept sets
    Purge(PurgeArgs),
}

#[derive(Args)]
pub(super) struct RestoreArgs {
    /// The number of the kept set
    id: i64,
    /// Print the difference and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Why: it is kept beside the set that this replaces
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// What the profile's guard asks for
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
}

#[derive(Args)]
pub(super) struct PurgeArgs {
    /// The organisation: its id or its name
    #[arg(long, value_name = "ORG", required_unless_present_any = ["all", "orphans"])]
    org: Option<String>,
    /// The user: an id or an e-mail; without one, what the organisation shares
    #[arg(long, value_name = "USER", requires = "org")]
    user: Option<String>,
    /// Everybody's
    #[arg(long, conflicts_with = "org")]
    all: bool,
    /// Those whose user or organisation is gone
    #[arg(long, conflicts_with_all = ["org", "all"])]
    orphans: bool,
    /// Only what is older than so many days
    #[arg(long, value_name = "DAYS", conflicts_with = "orphans")]
    older_than: Option<u32>,
}

pub(super) fn run(command: &HistoryCommand, global: &Global, output: &Output) -> Result<()> {
    let mut session = Session::open(global, output)?;
    if !session.database.about().keeps_history {
        return Err(words::no_history());
    }
    match command {
        HistoryCommand::List { target } => list(&mut session, target, output),
        HistoryCommand::Show { id, with } => show(&mut session, *id, *with, output),
        HistoryCommand::Restore(arguments) => restore(&mut session, arguments, output),
        HistoryCommand::Purge(arguments) => purge(&mut session, arguments, output),
    }
}

fn list(session: &mut Session, target: &TargetArgs, output: &Output) -> Result<()> {
    let scope = target.find(&mut *session.database)?.scope;
    let kept = session.database.history(&scope)?;
    if output.wants_json() {
        return output.json(&Value::Array(kept.iter().map(object).collect()));
    }
    if kept.is_empty() {
        output.note(words::NOTHING_KEPT);
    }
    let mut rows = table::table(&["ID", "REPLACED AT", "BY", "SECRETS", "NOTE"]);
    for set in &kept {
        let note = set.note.as_deref().unwrap_or_default();
        rows.add_row([
            set.id.to_string(),
            set.made_at.clone(),
            escape::line(&set.operator).into_owned(),
            set.rows.to_string(),
            escape::line(note).into_owned(),
        ]);
    }
    output.answer(table::text(&rows))
}

fn object(set: &KeptSet) -> Value {
    json!({
        "id": set.id,
        "replaced_at": set.made_at,
        "operator": set.operator,
        "note": set.note,
        "revision": set.revision,
        "secrets": set.rows,
    })
}

/// A kept set, decrypted.
fn version(session: &mut Session, id: i64) -> Result<LoadedSet> {
    let mut store = SaasSecretsStore::of(&mut *session.database, &Scope::NoOrg { user: None }, session.config.clone());
    store.version(id)?.ok_or_else(|| words::no_kept_set(id))
}

fn stored(session: &mut Session, scope: &Scope) -> Result<LoadedSet> {
    let mut store = SaasSecretsStore::of(&mut *session.database, scope, session.config.clone());
    Ok(store.load_scope(scope)?)
}

fn show(session: &mut Session, id: i64, with: Option<i64>, output: &Output) -> Result<()> {
    let set = version(session, id)?;
    let other = match with {
        Some(other) => version(session, other)?,
        None => stored(session, &set.scope)?,
    };
    let changes = Difference::between(&set, &other.to_secrets(), &DropSealed::Keep);
    difference::print(&changes, set.revision, None, output)
}

fn restore(session: &mut Session, arguments: &RestoreArgs, output: &Output) -> Result<()> {
    if !arguments.dry_run {
        session.must_write()?;
        super::secret::check_guard(session, arguments.confirm.as_deref())?;
    }
    let old = version(session, arguments.id)?;
    let sealed = old.sealed_rows().count();
    if sealed > 0 {
        output.warn(&words::sealed_not_restored(sealed));
    }
    let standing = Arc::new(stored(session, &old.scope)?);
    let new = NewSet {
        secrets: old.to_secrets(),
        base: Base::Loaded(Arc::clone(&standing)),
        drop_sealed: DropSealed::Keep,
        restores: Some(arguments.id),
    };
    let changes = Difference::between(&standing, &new.secrets, &new.drop_sealed);
    if arguments.dry_run {
        return difference::print(&changes, standing.revision, None, output);
    }
    session.trail()?;
    let mut store = SaasSecretsStore::of(&mut *session.database, &standing.scope, session.config.clone())
        .noted(arguments.note.clone());
    let done = store.store_scope(&standing.scope, &new)?;
    difference::print(&changes, done.before, Some(done.set.revision), output)
}

fn purge(session: &mut Session, arguments: &PurgeArgs, output: &Output) -> Result<()> {
    session.must_write()?;
    let before = match arguments.older_than {
        None => None,
        Some(days) => {
            let age = SignedDuration::from_hours(24 * i64::from(days));
            let at = Timestamp::now().checked_sub(age).map_err(|_| words::too_many_days(days))?;
            Some(Keep::time(at))
        }
    };
    let which = if arguments.orphans {
        Purge::Orphans
    } else {
        let scope = match &arguments.org {
            None => None,
            Some(org) => Some(super::target::find_set(&mut *session.database, org, arguments.user.as_deref())?.scope),
        };
        Purge::Of { scope, before }
    };
    let purged = session.database.purge(&which)?;
    output.answer(format!("{}\n", words::purged(purged)))?;
    if session.database.about().role.is_some() && purged > 0 {
        output.note(words::PURGED_ELSEWHERE);
    }
    Ok(())
}
