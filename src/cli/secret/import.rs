//! `strongroom secret import`: the full set, replaced.

use super::super::output::Output;
use super::super::session::Session;
use super::super::target::TargetArgs;
use super::super::words;
use super::{FileFormat, difference};
use crate::error::Result;
use crate::secret::{Secret, SecretName, escape};
use crate::store::file;
use crate::store::json::{Description, Incoming};
use crate::store::merge::{Merge, Side};
use crate::store::{
    Base, Difference, DropSealed, LoadedSet, NewSecret, NewSet, Revision, SaasSecretsStore, StoreError,
};
use clap::Args;
use std::collections::HashMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

#[derive(Args)]
pub(in crate::cli) struct ImportArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// How the set is written
    #[arg(long, value_enum, default_value = "json")]
    format: FileFormat,
    /// Keep what the file does not name; a name that both have, and differently, has to be decided
    #[arg(long, conflicts_with = "if_revision")]
    merge: bool,
    /// With --merge: what is stored wins where both differ
    #[arg(long, requires = "merge", conflicts_with = "mine")]
    theirs: bool,
    /// With --merge: the file wins where both differ
    #[arg(long, requires = "merge")]
    mine: bool,
    /// Print the difference and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Store only over this revision, as `secret revision` prints it
    #[arg(long, value_name = "REV")]
    if_revision: Option<Revision>,
    /// Delete the sealed secrets of the set: all, or those of one name
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true)]
    drop_sealed: Option<Option<String>>,
    /// Why: it is kept beside the set that this replaces
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// What the profile's guard asks for
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    /// The file, or - for standard input
    file: PathBuf,
}

pub(super) fn run(arguments: &ImportArgs, session: &mut Session, output: &Output) -> Result<()> {
    let note = if arguments.dry_run { None } else { super::check_note(session, arguments.note.as_deref())? };
    if !arguments.dry_run {
        session.must_write()?;
        super::check_guard(session, arguments.confirm.as_deref())?;
    }
    let incoming = read(&arguments.file, arguments.format)?;
    let (_, set) = super::load(session, &arguments.target)?;
    let set = Arc::new(set);
    let wanted = described(&set, incoming);
    let new = NewSet {
        secrets: if arguments.merge { merged(arguments, &set, &wanted)? } else { wanted },
        base: match arguments.if_revision {
            Some(revision) => Base::Strict(revision),
            None => Base::Loaded(Arc::clone(&set)),
        },
        drop_sealed: match &arguments.drop_sealed {
            None => DropSealed::Keep,
            Some(None) => DropSealed::All,
            Some(Some(name)) => DropSealed::Named(SecretName::from_stored(name.clone())),
        },
        restores: None,
    };
    let changes = Difference::between(&set, &new.secrets, &new.drop_sealed);
    if arguments.dry_run {
        if arguments.if_revision.is_some_and(|revision| revision != set.revision) {
            return Err(StoreError::Conflict { current: set.revision }.into());
        }
        return difference::print(&changes, set.revision, None, output);
    }
    session.trail()?;
    let mut store = SaasSecretsStore::of(&mut *session.database, &set.scope, session.config.clone()).noted(note);
    let stored = store.store_scope(&set.scope, &new)?;
    difference::print(&changes, stored.before, Some(stored.set.revision), output)
}

/// Reads a file, or standard input, to its end. What it holds is never repeated.
fn read(path: &Path, format: FileFormat) -> Result<Vec<Incoming>> {
    let name = if path == Path::new("-") {
        words::STANDARD_INPUT.to_owned()
    } else {
        escape::line(&path.display().to_string()).into_owned()
    };
    let unreadable = |error: io::Error| words::not_read(&name, &error);
    let bytes = if path == Path::new("-") {
        let mut bytes = Zeroizing::new(Vec::new());
        io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
        bytes
    } else {
        Zeroizing::new(fs::read(path).map_err(unreadable)?)
    };
    file::parse(&bytes, format.into(), &name)
}

/// The three-way merge over nothing in common: what is stored, and what the file adds to it.
fn merged(arguments: &ImportArgs, set: &LoadedSet, wanted: &[NewSecret]) -> Result<Vec<NewSecret>> {
    let side = match (arguments.theirs, arguments.mine) {
        (true, _) => Some(Side::Theirs),
        (false, true) => Some(Side::Mine),
        (false, false) => None,
    };
    Merge::new(&[], set, wanted).resolve(|_| side).map_err(|undecided| {
        let names: Vec<String> = undecided.iter().map(ToString::to_string).collect();
        words::undecided(&names)
    })
}

/// What came in, with the descriptions that stay.
fn described(set: &LoadedSet, incoming: Vec<Incoming>) -> Vec<NewSecret> {
    let known: HashMap<&SecretName, Option<&Arc<Secret>>> =
        set.open_rows().map(|row| (&row.name, row.description.as_ref())).collect();
    let secret = |one: Incoming| NewSecret {
        description: match one.description {
            Description::Text(text) => Some(Arc::new(text)),
            Description::None => None,
            Description::Unsaid => known.get(&one.name).copied().flatten().cloned(),
        },
        name: one.name,
        value: Arc::new(one.value),
    };
    incoming.into_iter().map(secret).collect()
}
